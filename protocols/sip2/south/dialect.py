"""How one library's system speaks SIP2 and what it means by it, as data.

The adapter makes it of the system's profile; nothing here knows a profile's file.  The defaults are what the
standard says, and where it says nothing, what misleads nobody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from enum import Enum
from functools import partial
from types import MappingProxyType
from typing import Any

from softdock.circulation.outcomes import PinCheck
from softdock.circulation.patrons import PatronList
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2.codes import STANDARD, Codes
from softdock.protocols.sip2.south.vendor_fields import AnswerRules, RequestRules
from softdock.protocols.sip2.timestamps import read_stamp


class HoldLists(Enum):
    """What a system counts and lists first (AS), and what last (CD)."""

    AS_STANDARD = "as-standard"
    """First the holds that are ready for pickup, last the others."""
    ALL_IN_FIRST = "all-in-first"
    """First all holds, last those of them that are not ready."""


class EntryForm(Enum):
    """What the entries of a list are."""

    ITEM = "item"
    TITLE = "title"
    ITEM_AND_TITLE = "item-and-title"
    """The identifier of the item, a separator, and the title."""


@dataclass(slots=True, frozen=True)
class TextRule:
    """A text of a system that tells why it refused."""

    contains: str
    """In small letters; found anywhere in the lines of AF."""
    codes: frozenset[str]
    """The answers in which it is looked for; none for all."""
    reason: Reason
    matches: Callable[[str], object] | None = None
    """What must be true of the lines of AF in small letters as well."""

    def fits(self, code: str, said: str) -> bool:
        """Whether it is about the answer `code` with the lines `said`, in small letters."""
        return (
            (not self.codes or code in self.codes)
            and self.contains in said
            and (self.matches is None or bool(self.matches(said)))
        )


def read_stamp_or_iso(zone: tzinfo, text: str) -> datetime | date | None:
    """The two forms that cannot be mistaken: SIP2's own stamp, and `2026-01-31`.

    >>> read_stamp_or_iso(UTC, "2026-01-31"), read_stamp_or_iso(UTC, "31/01/2026")
    (datetime.date(2026, 1, 31), None)
    """
    if len(text) == 18:
        return read_stamp(text, zone)
    if len(text) != 10 or not text.isascii():
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_IN_UTC = partial(read_stamp_or_iso, UTC)
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_TITLES: Mapping[PatronList, EntryForm] = MappingProxyType({PatronList.FINES: EntryForm.TITLE})


@dataclass(slots=True, frozen=True, kw_only=True)
class SystemDialect:
    """What the translation has to know of a system to speak with it."""

    # requests
    language: str = "000"
    """In which the system's texts are asked for, by SIP2's code of three digits; 000 leaves it to the system."""
    supported: frozenset[str] | None = None
    """The requests that the system understands, by their codes; None for those that it announces (98)."""
    status_preferred: bool = False
    """Ask for a patron by 23 where no list is wanted."""
    pin_checked_in: frozenset[str] = frozenset({"23", "63"})
    """The requests in which the system itself refuses a wrong PIN, or says that it is wrong."""
    requests: Mapping[str, RequestRules] = field(default_factory=lambda: _NOTHING)
    """By the request's code: what becomes of fields beyond the standard."""

    # answers
    answers: Mapping[str, AnswerRules] = field(default_factory=lambda: _NOTHING)
    """By the answer's code: what becomes of fields beyond the standard."""
    read_date: Callable[[str], datetime | date | None] = _IN_UTC
    """Reads AH and other dates in free text, None if it cannot."""
    decimal_sign: str = ""
    """What parts the fraction from an amount; "" where the system may use the point or the comma."""
    negative_debts: bool = False
    """What a patron owes is told as a negative amount."""
    hold_lists: HoldLists = HoldLists.AS_STANDARD
    entries: Mapping[PatronList, EntryForm] = field(default_factory=lambda: _TITLES)
    """What the entries of a list are; items, where nothing is said."""
    entry_separator: str = " "
    missing_pin_answer: PinCheck = PinCheck.NOT_ASKED
    """What it means if a PIN was sent and the answer says nothing about it (CQ)."""
    invalid_with_name: Reason = Reason.PATRON_UNKNOWN
    """What it means if a card is not valid (BL is N), and the name of its holder is told nevertheless."""
    echoed: frozenset[str] = frozenset({"AB"})
    """Of AA and AB, those which an answer has to repeat as they were sent; one about another is not believed."""
    texts: tuple[TextRule, ...] = ()
    ask_why: bool = False
    """Ask about card and item where a refusal gives no reason."""
    codes: Codes = field(default_factory=lambda: STANDARD)
    """The codes that stand for the words of the vocabulary."""
