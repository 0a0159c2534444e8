"""The kinds of values in files that people write, such as the settings and the profile of a system: what each is written like, and what it becomes.

Every kind is a function from what was written to the value.  It raises `mistake(sentence, remedy)`; texts
of pydantic's own never reach an operator.  What is a value already (settings made in Python) passes.
"""

import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, TypeAlias, get_args
from zoneinfo import ZoneInfo, available_timezones

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema, to_jsonable_python

from softdock.mappings.positions import Text
from softdock.mappings.problems import quoted, suggestion

Network: TypeAlias = IPv4Network | IPv6Network


def mistake(sentence: str, remedy: str = "") -> PydanticCustomError:
    """An error for a validator to raise: what is wrong, and what to do."""
    return PydanticCustomError("mistake", "{sentence}", {"sentence": sentence, "remedy": remedy})


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """Marks a type in a model: `read` makes the value of what was written; `schema` describes the writing."""

    read: Callable[[object], object]
    schema: Mapping[str, Any]

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return dict(self.schema)


def shown(value: object) -> str:
    """`value` as a sentence may quote it: shortened, and without a secret that it came from."""
    if isinstance(value, Text):
        return value.shown()
    if isinstance(value, dict):
        return "A table"
    if isinstance(value, list | tuple):
        return "A list"
    return quoted(str(value))


def text_of(value: object, remedy: str = "") -> str:
    """The text that was written; refuses tables and lists.  Free of its place."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise mistake(f"{shown(value)} cannot stand here.", remedy or "Write one text.")


def line(least: int = 1, most: int = 255) -> Written:
    """One line of `least` to `most` characters."""

    def read(value: object) -> str:
        text = text_of(value)
        if len(text) < least:
            raise mistake("An empty text cannot stand here.", "Write something, or leave the key out.")
        if len(text) > most:
            raise mistake(f"This has {len(text)} characters.", f"Shorten it to {most}.")
        if not text.isprintable():
            raise mistake(f"{shown(value)} is more than one line.", "Write it in one line, without tabs.")
        return text

    return Written(read, {"type": "string", "minLength": least, "maxLength": most})


def form(pattern: str, description: str, remedy: str) -> Written:
    """A text of the form `pattern`, which every reader meets as `description`."""
    compiled = re.compile(pattern, re.ASCII)

    def read(value: object) -> str:
        text = text_of(value, remedy)
        if compiled.fullmatch(text) is None:
            raise mistake(f"{shown(value)} is not {description}.", remedy)
        return text

    return Written(read, {"type": "string", "pattern": f"^(?:{pattern})$"})


def choice(kind: Any, description: str) -> Written:
    """One of a closed list: the texts of a Literal, or the members of an Enum by their values."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        known: dict[str, object] = {str(each.value): each for each in kind}
    else:
        known = {each: each for each in get_args(kind)}
    introduction = "There is only" if len(known) == 1 else "Choose one of"

    def read(value: object) -> object:
        if isinstance(value, Enum) and value in known.values():
            return value
        remedy = f"{introduction} {', '.join(known)}."
        text = text_of(value, remedy)
        if text not in known:
            raise mistake(
                f"{shown(value)} is not {description}.", suggestion(text, list(known), introduction)
            )
        return known[text]

    return Written(read, {"enum": list(known)})


def _yes_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    text = text_of(value, "Write true or false.")
    if text not in ("true", "false"):
        raise mistake(f"{shown(value)} is neither true nor false.", "Write true or false.")
    return text == "true"


YES_NO = Written(_yes_no, {"type": "boolean"})

_MOST_DIGITS = 9


def whole(least: int, most: int) -> Written:
    """A whole number from `least` to `most`."""

    def read(value: object) -> int:
        remedy = f"Write digits, for a number from {least} to {most}."
        text = text_of(value, remedy)
        if not (text.isascii() and text.isdigit()):
            raise mistake(f"{shown(value)} is not a whole number.", remedy)
        if len(text) > _MOST_DIGITS or not least <= int(text) <= most:
            raise mistake(f"{shown(value)} is out of range.", f"Write a number from {least} to {most}.")
        return int(text)

    return Written(read, {"type": "integer", "minimum": least, "maximum": most})


class Seconds(float):
    """A length of time in seconds, which shows as it is written.

    >>> Seconds(90), Seconds(0.5), Seconds(1800), Seconds(2592000)
    (90s, 500ms, 30m, 30d)
    """

    __slots__ = ()

    def __repr__(self) -> str:
        for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
            if self and self % length == 0:
                return f"{int(self // length)}{unit}"
        return f"{int(self)}s" if self % 1 == 0 else f"{self * 1000:.0f}ms"

    __str__ = __repr__


_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h|d)", re.ASCII)


def lasting(least: float, most: float) -> Written:
    """A length of time from `least` to `most` seconds."""

    def read(value: object) -> Seconds:
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = Seconds(value)
        else:
            remedy = "Write a number and a unit without a space: 5s, 500ms, 2m."
            found = _DURATION.fullmatch(text_of(value, remedy))
            if found is None:
                raise mistake(f"{shown(value)} is not a duration.", remedy)
            seconds = Seconds(round(float(found[1]) * _UNITS[found[2]], 3))
        if not least <= seconds <= most:
            bounds = f"Write a duration from {Seconds(least)} to {Seconds(most)}."
            raise mistake(f"{shown(value)} is out of range.", bounds)
        return seconds

    return Written(read, {"type": "string", "pattern": f"^{_DURATION.pattern}$"})


@dataclass(frozen=True, slots=True)
class HostPort:
    """Where to listen, or to call.  Port 0 stands for any that is free."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


_HOST_PORT = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s:\[\]]+)):(\d{1,5})", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
_ADDRESS_REMEDY = "Write host:port, such as 127.0.0.1:6001, [::1]:6001, or 0.0.0.0:6001 for all interfaces."


def read_host_port(
    value: object, what: str = "an address to listen on", remedy: str = _ADDRESS_REMEDY
) -> HostPort:
    """`127.0.0.1:6001`, `[::1]:6001` or `localhost:6001`."""
    if isinstance(value, HostPort):
        return value
    found = _HOST_PORT.fullmatch(text_of(value, remedy))
    if found is None:
        raise mistake(f"{shown(value)} is not {what}.", remedy)
    six, host, port = found.groups()
    if int(port) > 65535:
        raise mistake(f"{shown(value)} has no port that exists.", "Ports end at 65535.")
    try:
        return HostPort(str(ip_address(six or host)), int(port))
    except ValueError:
        if six or host.replace(".", "").isdigit() or len(host) > 253 or _HOST.fullmatch(host) is None:
            raise mistake(f"{shown(value)} is not {what}.", remedy) from None
        return HostPort(host.lower(), int(port))


_HOST_PORT_SCHEMA = {"type": "string", "pattern": r"^.+:\d{1,5}$"}
HOST_PORT = Written(read_host_port, _HOST_PORT_SCHEMA)
"""Where to listen."""


def _read_destination(value: object) -> HostPort:
    remedy = "Write host:port, such as 10.1.2.3:6001, [2001:db8::7]:6001 or ils.example.org:6001."
    found = read_host_port(value, "an address to connect to", remedy)
    if found.port == 0:
        raise mistake(f"{shown(value)} has no port that exists.", remedy)
    return found


DESTINATION = Written(_read_destination, _HOST_PORT_SCHEMA)
"""Where to connect to."""

_NETWORK_REMEDY = "Write an address such as 192.0.2.7, or a network such as 192.0.2.0/24."


def read_network(value: object) -> Network:
    """`192.0.2.7` or `192.0.2.0/24`, of either version."""
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    text = text_of(value, _NETWORK_REMEDY)
    try:
        return ip_network(text)
    except ValueError:
        pass
    try:
        meant = ip_network(text, strict=False)
    except ValueError:
        raise mistake(f"{shown(value)} is not an address or network.", _NETWORK_REMEDY) from None
    raise mistake(f"{shown(value)} is not the first address of a network.", f"Did you mean {meant}?")


NETWORK = Written(read_network, {"type": "string"})


def is_every_interface(host: str) -> bool:
    """Whether listening on `host` means listening on every interface."""
    try:
        address: IPv4Address | IPv6Address = ip_address(host)
    except ValueError:
        return False
    return address.is_unspecified


def _zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    text = text_of(value, "Write a name such as Asia/Shanghai.")
    known = available_timezones()
    if text not in known:
        remedy = suggestion(text, sorted(known), "") if len(text) < 40 else ""
        remedy = remedy if remedy.startswith("Did") else "Write a name such as Asia/Shanghai."
        raise mistake(f"{shown(value)} is not a time zone.", remedy)
    return ZoneInfo(text)


ZONE = Written(_zone, {"type": "string", "examples": ["Asia/Shanghai"]})

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", re.ASCII)


def _local_moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    remedy = "Write it like 2026-12-01T08:00, in the library's local time."
    text = text_of(value, remedy)
    if _MOMENT.fullmatch(text) is None:
        raise mistake(f"{shown(value)} is not a date with a time.", remedy)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise mistake(f"{shown(value)} is not in any calendar.", remedy) from None


LOCAL_MOMENT = Written(_local_moment, {"type": "string", "pattern": f"^{_MOMENT.pattern}$"})


class AsWritten(GenerateJsonSchema):
    """JSON schema whose defaults are what a file of settings would say."""

    def encode_default(self, dft: Any) -> Any:
        """Sets in order, so that the same schema comes out each time."""
        if isinstance(dft, AbstractSet):
            return sorted(to_jsonable_python(dft, fallback=str))
        return str(dft) if isinstance(dft, Seconds) else to_jsonable_python(dft, fallback=str)

    def field_title_should_be_set(self, schema: Any) -> bool:
        """A title would only repeat the key."""
        return False
