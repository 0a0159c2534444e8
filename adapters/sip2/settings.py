"""The settings of a library whose system speaks SIP2, under `system:` with `adapter: sip2`.

system:
  adapter: sip2
  address: 10.1.2.3:6001
  user: softdock
  password: "${file:cql.pw}"
  profile: koha
  connections: 8
"""

from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from softdock.adapters.base import AdapterSettings
from softdock.adapters.kinds import Password
from softdock.adapters.sip2.profile import SystemProfile
from softdock.adapters.tls import ClientTls
from softdock.circulation.identifiers import Secret
from softdock.mappings.written import DESTINATION, HostPort, Seconds, lasting, line, whole


class _Profile:
    """A profile by its name, in a file, or as a table: read by `ready`."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.any_schema()

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, handler(SystemProfile.__pydantic_core_schema__)]}


class Sip2Settings(AdapterSettings):
    """The keys of a library whose system speaks SIP2."""

    address: Annotated[HostPort, DESTINATION]
    """Where the system listens, such as 10.1.2.3:6001."""
    tls: ClientTls | None = None
    """How the connection is encrypted; without the key it is not."""
    profile: Annotated[Any, _Profile()] = "standard"
    """How the system speaks SIP2: the name of a ready profile (standard, softdock, koha, evergreen, aleph, dp2), a file such as
    our-ils.yaml beside the settings, or a table of its keys, `{like: koha, charset: gb18030}`."""
    user: Annotated[str, line(0)] = ""
    """Name by which SoftDock logs in (CN); without one it does not."""
    password: Password = Field(default_factory=lambda: Secret(""), repr=False)
    """Password of the login (CO), by reference."""
    location: Annotated[str, line(0)] = ""
    """Location that the login names (CP); some systems want the key of a branch or a service point."""
    institution: Annotated[str, line(0)] | None = None
    """Institution that requests name (AO); without the key, that of the library."""
    terminal_password: Password = Field(default_factory=lambda: Secret(""), repr=False)
    """Password of a terminal that requests carry (AC), by reference."""
    connections: Annotated[int, whole(1, 1024)] = 8
    """How many connections there may be at one time; the system's licence may count them."""
    waiting: Annotated[int, whole(0, 100_000)] = 1000
    """How many requests may wait for a connection; others are turned away as long as so many do."""
    idle: Annotated[Seconds, lasting(0, 86_400)] = Seconds(300)
    """Time without a request after which a connection is closed; 0s for a connection of its own for each request."""
    keep_alive: Annotated[Seconds, lasting(0, 86_400)] = Seconds(60)
    """Time of silence after which an idle connection is asked for its status (99), so that one which died is found before
    a loan is lost on it; 0s for never."""
    timeout: Annotated[Seconds, lasting(0.1, 90)] = Seconds(30)
    """Time for each try of a request. The library's deadline ends all tries together."""
    connect_timeout: Annotated[Seconds, lasting(0.1, 60)] = Seconds(5)
    """Time within which a connection must come about; and for each answer that it needs for itself, to its login (93) and
    to the question for the status (99)."""
