"""The settings of a back end that speaks HTTP.

backends:
  openlib:
    http: {url: "https://ils.example.org/openlib", connections: 4}
"""

import re
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from pydantic import Field, model_validator

from softdock.adapters.kinds import Password
from softdock.adapters.tls import ClientTls
from softdock.adapters.transports.port import TransportSettings
from softdock.circulation.identifiers import Secret
from softdock.mappings.written import (
    DESTINATION,
    HostPort,
    Seconds,
    Written,
    lasting,
    line,
    mistake,
    read_host_port,
    shown,
    text_of,
    whole,
)


@dataclass(frozen=True, slots=True)
class BaseUrl:
    """Where a system answers, and what all its paths begin with."""

    is_encrypted: bool
    address: HostPort
    path: str
    """Without a slash at its end."""

    @property
    def host(self) -> str:
        """The value of the header Host."""
        host = f"[{self.address.host}]" if ":" in self.address.host else self.address.host
        usual = 443 if self.is_encrypted else 80
        return host if self.address.port == usual else str(self.address)

    def __str__(self) -> str:
        return f"{'https' if self.is_encrypted else 'http'}://{self.host}{self.path}"


_URL = re.compile(r"(https?)://([^/?#\s@]+)(/[^?#\s]*)?", re.ASCII)
_URL_REMEDY = "Write it like https://ils.example.org/openlib or http://10.1.2.3:8081/openlib."


def _base_url(value: object) -> BaseUrl:
    if isinstance(value, BaseUrl):
        return value
    text = text_of(value, _URL_REMEDY)
    if "@" in text:
        raise mistake("An address holds no password.", "Write it by user and password instead.")
    found = _URL.fullmatch(text)
    if found is None or not text.isascii():
        raise mistake(f"{shown(value)} is not the address of a system.", _URL_REMEDY)
    scheme, host, path = found.groups()
    if re.search(r":\d+$", host) is None:
        host += ":443" if scheme == "https" else ":80"
    address = read_host_port(host, "the address of a system", _URL_REMEDY)
    if address.port == 0:
        raise mistake(f"{shown(value)} has no port that exists.", _URL_REMEDY)
    return BaseUrl(scheme == "https", address, (path or "").rstrip("/"))


Url: TypeAlias = Annotated[BaseUrl, Written(_base_url, {"type": "string", "pattern": "^https?://[^@?#]+$"})]


class HttpSettings(TransportSettings):
    """The keys of a back end that speaks HTTP."""

    url: Url
    """Where the system answers, such as https://ils.example.org/openlib; the paths of requests are appended."""
    tls: ClientTls | None = None
    """Whom to believe, and as whom to come, where `url` begins with https; without the key whom this machine trusts."""
    proxy: Annotated[HostPort, DESTINATION] | None = None
    """A proxy (HTTP) through which to go, such as proxy.example.org:3128; https goes through it by CONNECT."""
    proxy_user: Annotated[str, line(0)] = ""
    """Name by which we come to the proxy; without one it is not told any."""
    proxy_password: Password = Field(default_factory=lambda: Secret(""), repr=False)
    """Password for the proxy, by reference."""
    user: Annotated[str, line(0)] = ""
    """Name that each request carries (Authorization: Basic); without one none does."""
    password: Password = Field(default_factory=lambda: Secret(""), repr=False)
    """Password that each request carries, by reference."""
    connections: Annotated[int, whole(1, 1024)] = 8
    """How many connections there may be at one time, shared out among the workers."""
    waiting: Annotated[int, whole(0, 100_000)] = 1000
    """How many requests may wait for a connection; others are turned away as long as so many do."""
    idle: Annotated[Seconds, lasting(0, 86_400)] = Seconds(4)
    """Time without a request after which a connection is closed. Keep it below the time after which the system closes it,
    or a loan may meet a connection that is just going; 0s for a connection of its own for each request."""
    timeout: Annotated[Seconds, lasting(0.1, 90)] = Seconds(30)
    """Time for an answer, from the sending of the request to its last byte."""
    connect_timeout: Annotated[Seconds, lasting(0.1, 60)] = Seconds(5)
    """Time within which a connection must come about, with the proxy and TLS."""
    largest_answer: Annotated[int, whole(1_000, 100_000_000)] = 4_000_000
    """Bytes that an answer may have, unpacked."""

    @model_validator(mode="after")
    def _tls_has_https(self) -> "HttpSettings":
        if self.tls is not None and not self.url.is_encrypted:
            raise mistake("tls is for an address that begins with https.", "Write https, or leave tls out.")
        return self
