"""Dialects: everything in which one maker's SIP2 differs from another's, as data.

A dialect belongs to a listener before the login and to an account after it.  `server.py` makes it from a
profile of the settings; nothing here knows a settings file.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from enum import Enum
from types import MappingProxyType
from typing import Any

from softdock.protocols.sip2.charsets import Charset
from softdock.protocols.sip2.codes import STANDARD, Codes


class ErrorDetection(Enum):
    """When AY and AZ are looked at and sent."""

    AS_ASKED = "as-asked"
    """A request with a checksum is checked and gets an answer with one; decided for each request."""
    REQUIRED = "required"
    """A request without a right checksum is answered by 96."""
    NEVER = "never"
    """Checksums are not checked, because the device computes them wrongly, and none is sent."""


class Shown(Enum):
    """What of a patron a device may show before the PIN is right."""

    __hash__ = object.__hash__  # by identity, as they compare; Enum's own is a function of Python's

    NAME = "name"
    CONTACT = "contact"
    LISTS = "lists"
    FEES = "fees"


Source = Any
"""What an extra field is read from: has `patron` and `item`, either may be None."""

ExtraFields = Mapping[str, Sequence[tuple[str, Callable[[Source], str | None]]]]
"""By message code: identifiers of fields to add, each with what gives its value (None leaves it out)."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_UTF_8 = Charset("utf-8")


@dataclass(slots=True, frozen=True, kw_only=True)
class Dialect:
    """One way of speaking SIP2.  The defaults are the standard's, in UTF-8."""

    name: str = "default"

    # the wire
    charset: Charset = _UTF_8
    fallback_charset: Charset | None = None
    """Tried when a needed field is missing after decoding by `charset`."""
    terminator: bytes = b"\r"
    delimiter: str = "|"
    delimiter_replacement: str = "/"
    error_detection: ErrorDetection = ErrorDetection.AS_ASKED
    lenient: bool = False
    """Accept odd characters in the fixed part of a request; an odd flag counts as N."""
    unknown_messages_rejected: bool = False
    """Answer a message with an unknown code by 96; otherwise it gets no answer, as by the standard."""
    telnet_login: bool = False
    """Prompt for user and password before SIP2 begins."""
    field_length: int = 255
    """Longest value that is sent, identifiers excepted; 0 for no limit."""
    field_length_in_bytes: bool = False
    """Count `field_length` in bytes on the wire, not in characters."""
    print_width: int = 0
    """Columns of a screen or print line when the device did not say (99); 0 for no cut."""

    # the content
    zone: tzinfo | None = None
    """Zone of the device's local times; None for the library's."""
    language: str = "zh"
    """Of texts where the device did not ask for a language: `zh` or `en`."""
    date_format: str = "%Y-%m-%d"
    """Of AH and the other dates in free text, for strftime."""
    texts: Mapping[str, Mapping[Any, str]] = field(default_factory=lambda: _NOTHING)
    """By language, own wordings by reason."""
    codes: Codes = field(default_factory=lambda: STANDARD)
    """The codes that stand for the words of the vocabulary."""
    own_institution_only: bool = False
    """Refuse a request whose AO names another institution than the account's."""
    resensitize_on_refusal: bool = False
    """Switch the security tag on although a return was refused."""
    show_unverified: frozenset[Shown] = frozenset()
    omitted: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NOTHING)
    """By message code, optional fields that are not sent."""
    extra_fields: ExtraFields = field(default_factory=lambda: _NOTHING)
    passed_fields: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NOTHING)
    """By message code, fields of the system's own answer that go on to the device as they are."""
    retries: int = 3
    """How often a device may repeat a request, as 98 tells it."""
