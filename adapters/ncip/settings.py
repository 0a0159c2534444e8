"""The settings of a library whose system speaks NCIP, under `system:` with `adapter: ncip`.

system:
  adapter: ncip
  url: https://ils.example.org/ncip
  from_agency: CDL
  to_agency: CQL
  profile: koha
"""

from typing import Annotated, Any, Self, TypeAlias
from urllib.parse import SplitResult, quote, urlsplit

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from softdock.adapters.base import AdapterSettings
from softdock.adapters.kinds import Password
from softdock.adapters.ncip.profile import SystemProfile
from softdock.adapters.tls import ClientTls
from softdock.circulation.identifiers import Secret
from softdock.mappings.written import (
    DESTINATION,
    HostPort,
    Seconds,
    Written,
    lasting,
    line,
    mistake,
    text_of,
    whole,
)

_PORTS = {"http": 80, "https": 443}


class _Profile:
    """A profile by its name, in a file, or as a table: read by `ready`."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.any_schema()

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, handler(SystemProfile.__pydantic_core_schema__)]}


def _url(value: object) -> SplitResult:
    """Never quotes what it was given: a path may be a secret."""
    text = text_of(value, "Write it like https://ils.example.org/ncip.")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    is_plain = text.isascii() and text.isprintable() and " " not in text
    if parts.scheme not in _PORTS or not parts.hostname or not is_plain or port == 0:
        raise mistake("This is no URL of NCIP.", "Write it like https://ils.example.org/ncip.")
    if parts.username is not None:
        raise mistake("A password does not belong into a URL.", "Write user and password beside it.")
    return parts


Url: TypeAlias = Annotated[SplitResult, Written(_url, {"type": "string", "format": "uri"})]


class NcipSettings(AdapterSettings):
    """The keys of a library whose system speaks NCIP."""

    url: Annotated[Url | None, Field(repr=False)] = None
    """Where the system takes messages over HTTP, such as https://ils.example.org/ncip. With https, its certificate is verified. It may hold a secret, by reference: some systems ask for a key in the path or the query."""
    address: Annotated[HostPort, DESTINATION] | None = None
    """Where the system takes messages straight over TCP, such as 10.1.2.3:2001; instead of `url`."""
    tls: ClientTls | None = None
    """How the connection is encrypted; for a URL with https only where more is to be said than that."""
    profile: Annotated[Any, _Profile()] = "standard"
    """How the system speaks NCIP: the name of a ready profile (standard, softdock, folio, koha, alma, xc, reshare, version-1), a file such as our-ils.yaml beside the settings, or a table of its keys, `{like: koha, version: "2.0"}`."""
    from_agency: Annotated[str, line(0, 128)] | None = None
    """The agency as which SoftDock asks (FromAgencyId); without the key, the library's name in the settings."""
    to_agency: Annotated[str, line(0, 128)] | None = None
    """The agency that is asked (ToAgencyId), and from which identifiers are; without the key, the library's name in the settings."""
    from_system: Annotated[str, line(0, 128)] = ""
    """The system as which SoftDock asks (FromSystemId)."""
    to_system: Annotated[str, line(0, 128)] = ""
    """The system that is asked (ToSystemId)."""
    application_profile: Annotated[str, line(0, 128)] = ""
    """What the way is called in which NCIP is used (ApplicationProfileType); some systems find their partner by it."""
    agency_password: Password = Field(default_factory=lambda: Secret(""), repr=False)
    """Secret of the agency in each message (FromAgencyAuthentication), by reference."""
    system_password: Password = Field(default_factory=lambda: Secret(""), repr=False)
    """Secret of the system in each message (FromSystemAuthentication), by reference."""
    user: Annotated[str, line(0, 128)] = ""
    """Name that goes along in HTTP (Basic)."""
    password: Password = Field(default_factory=lambda: Secret(""), repr=False)
    """Its password, by reference."""
    token: Password = Field(default_factory=lambda: Secret(""), repr=False)
    """A secret that goes along in HTTP (Bearer), by reference."""
    connections: Annotated[int, whole(1, 1024)] = 8
    """How many connections there may be at one time."""
    waiting: Annotated[int, whole(0, 100_000)] = 1000
    """How many messages may wait for a connection; others are turned away as long as so many do."""
    at_once: Annotated[int, whole(1, 64)] = 4
    """Of what takes several messages, such as renewing everything, how many are sent at one time."""
    idle: Annotated[Seconds, lasting(0, 86_400)] = Seconds(20)
    """Time without a message after which a connection is closed; shorter than the system waits. 0s for a connection of its own for each message."""
    timeout: Annotated[Seconds, lasting(0.1, 90)] = Seconds(30)
    """Time for each answer. The library's deadline ends them all together."""
    connect_timeout: Annotated[Seconds, lasting(0.1, 60)] = Seconds(5)
    """Time within which a connection must come about."""

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if (self.url is None) == (self.address is None):
            raise mistake(
                "It must be said where the system is, and once.", "Write url, or address for plain TCP."
            )
        if self.address is not None and (self.user or self.token):
            raise mistake(
                "Plain TCP has no place for user and token.", "Write agency_password or system_password."
            )
        if self.user and self.token:
            raise mistake("HTTP has one place for a user and a token.", "Write one of the two.")
        if self.url is not None and self.url.scheme == "http" and self.tls is not None:
            raise mistake("The URL says http, and tls that it is encrypted.", "Write https.")
        return self

    @property
    def place(self) -> HostPort:
        """Where to connect to."""
        if self.address is not None:
            return self.address
        assert self.url is not None
        assert self.url.hostname is not None
        return HostPort(self.url.hostname, self.url.port or _PORTS[self.url.scheme])

    @property
    def encryption(self) -> ClientTls | None:
        """How the connection is encrypted; None where it is not."""
        if self.tls is not None:
            return self.tls
        return ClientTls() if self.url is not None and self.url.scheme == "https" else None

    @property
    def target(self) -> str:
        """Path and query of the URL."""
        assert self.url is not None
        path = quote(self.url.path, safe="/%:@!$&'()*+,;=~-._") or "/"
        return f"{path}?{self.url.query}" if self.url.query else path

    @property
    def host(self) -> str:
        """What HTTP calls the other side."""
        place, url = self.place, self.url
        assert url is not None
        host = f"[{place.host}]" if ":" in place.host else place.host
        return host if place.port == _PORTS[url.scheme] else f"{host}:{place.port}"
