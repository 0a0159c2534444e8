"""What the translation knows of the system at the other end, and how it reads what the system says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final, get_args

from softdock.circulation.errors import MalformedReply
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.items import Extra, FeeType, MediaType
from softdock.circulation.money import Money, digits_after_point, parse_money
from softdock.circulation.operations import Operation
from softdock.circulation.outcomes import Refused
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2.charsets import shortened
from softdock.protocols.sip2.codes import MESSAGES_OF_BX
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.layouts import NO_STAMP, Message
from softdock.protocols.sip2.south.dialect import SystemDialect
from softdock.protocols.sip2.timestamps import StampClock, read_stamp, write_stamp

EVERY_REQUEST = frozenset(code for code, _ in MESSAGES_OF_BX)

_NAMED = (
    ("patron", Reason.PATRON_UNKNOWN),
    ("item", Reason.ITEM_UNKNOWN),
    ("title", Reason.TITLE_UNKNOWN),
    ("fee", Reason.FEE_UNKNOWN),
    ("pin", Reason.PIN_WRONG),
)
"""What an operation is about, and what is true of a name for it which no message can carry."""
NAMED: Mapping[type[Operation], tuple[tuple[str, Reason], ...]] = {
    kind: tuple(each for each in _NAMED if each[0] in kind.__dataclass_fields__)
    for kind in get_args(Operation)
}
"""The same by the operation."""
_UNCUT = frozenset({"patron", "item"})
"""The codec shortens everything else to the longest field."""


@dataclass(slots=True)
class System:
    """One library's system, as the translation sees it."""

    library: LibraryId
    institution: str
    """AO of every request."""
    clock: StampClock
    currency: str
    """Of amounts for which the system names none."""
    dialect: SystemDialect = field(default_factory=SystemDialect)
    wire: Dialect = field(default_factory=Dialect)
    """How its messages are written: an identifier that cannot be written is not sent."""
    terminal_password: str | None = None
    """AC of every request."""
    messages: frozenset[str] = EVERY_REQUEST
    """The requests that it understands, by their codes."""

    @property
    def zone(self) -> tzinfo:
        """Zone of the system's local times."""
        return self.clock.zone

    # --- what is written

    def stamp(self, moment: datetime | date | None = None) -> str:
        """`moment` as a SIP2 time stamp, the present for none."""
        return self.clock.stamp() if moment is None else write_stamp(moment, self.clock.zone)

    def unwritable(self, operation: Operation) -> Refused | None:
        """The refusal of an operation on what no message can name exactly; None if all can be.

        The codec would mend such a text, and another patron might bear the mended name.
        """
        limit = self.wire.field_length
        for name, reason in NAMED[type(operation)]:
            text = getattr(operation, name)
            if text is None:
                continue
            if name == "pin":
                text = text.reveal()
            if text.isalnum() and text.isascii() and len(text) <= (limit or len(text)):
                continue  # as a rule: it reaches every system as it is
            if not self.arrives(text, uncut=name in _UNCUT):
                return Refused(reason)
        return None

    def arrives(self, text: str, *, uncut: bool = False) -> bool:
        """Whether `text` reaches the system as it is, in one field; `uncut` if it is never shortened."""
        wire = self.wire
        if not text or not text.isprintable() or wire.delimiter in text:
            return False
        if not text.isascii() and wire.charset.writable(text) != text:
            return False
        limit = 0 if uncut else wire.field_length
        counted_in = wire.charset if wire.field_length_in_bytes else None
        return not limit or shortened(text, limit, counted_in) == text

    # --- what is read

    def malformed(self, message: Message, field_id: str, value: str = "") -> MalformedReply:
        """The error for an answer whose field `field_id` does not fit."""
        return MalformedReply(f"{self.library}: SIP2 {message.layout.code}", field_id, value)

    def due(self, text: str | None) -> tuple[datetime | date | None, str]:
        """The date in AH; or, where none can be read, what the system says instead."""
        text = text.strip() if text else ""
        if not text:
            return None, ""
        moment = self.dialect.read_date(text)
        return (None, text) if moment is None else (moment, "")

    def moment(self, text: str | None) -> datetime | None:
        """The point in time in a field that holds a stamp, if it names one."""
        return read_stamp(text, self.clock.zone) if text else None

    def day_or_moment(self, text: str | None) -> datetime | date | None:
        """A date that should be a stamp, and is one in free text with some systems."""
        return self.moment(text) or self.due(text)[0]

    def money(self, text: str | None, currency: str | None) -> Money | None:
        """The amount in `text`; None if there is none or it cannot be read."""
        if text is None:
            return None
        code = currency.strip() if currency else ""
        code = code if len(code) == 3 and code.isalpha() else self.currency
        return _amount(text, self.dialect.decimal_sign, code)

    def told_money(self, message: Message, field_id: str, currency: str | None) -> Money | None:
        """The amount in a field, None for an empty one.  Raises MalformedReply for what is no amount."""
        text = message.field(field_id)
        if not text or not text.strip():
            return None
        amount = self.money(text, currency)
        if amount is None:
            raise self.malformed(message, field_id, text)
        return amount

    def fee_type(self, code: str | None) -> FeeType:
        """What a fee is for, by its code."""
        return self.dialect.codes.fee_type.heard.get(code.strip() if code else "", FeeType.OTHER)

    def media_type(self, code: str | None) -> MediaType | None:
        """What an item is made of; OTHER for a code that nobody told us of."""
        code = code.strip() if code else ""
        return self.dialect.codes.media_type.heard.get(code, MediaType.OTHER) if code else None

    def lines(self, texts: Sequence[str]) -> str:
        """The lines of AF as one text."""
        if not texts:
            return ""
        return "\n".join([each.strip() for each in texts if each.strip()])


def extra_of(message: Message, *kept: tuple[str, str | None]) -> Extra:
    """What `message` says beyond the vocabulary: fields of no layout, print lines, and those `kept` that are there."""
    print_lines: Sequence[str] = getattr(message, "print_line", ())
    if not print_lines and not kept:
        return message.other
    return (
        *message.other,
        *(("AG", line) for line in print_lines),
        *((field_id, value) for field_id, value in kept if value is not None),
    )


def stamp_or_none(moment: datetime | date | None, zone: tzinfo) -> str:
    """`moment` as a stamp in a fixed part, blank for none."""
    return NO_STAMP if moment is None else write_stamp(moment, zone)


@lru_cache(1024)
def _amount(text: str, decimal_sign: str, currency: str) -> Money | None:
    """Remembered, since most patrons owe nothing."""
    plain = _plain_amount(text.strip(), decimal_sign)
    return parse_money(_rounded(plain, currency) if decimal_sign else plain, currency)


_PLAIN: Final = re.compile(r"([+-]?[0-9]{1,12})[.,]([0-9]{1,9})", re.ASCII)


def _rounded(text: str, currency: str) -> str:
    """`text` without more digits behind its decimal sign than `currency` has, which some databases add; half up.

    Three digits are left: should the sign be another one after all, they are the thousands of a thousandfold sum.

    >>> (
    ...     _rounded("12.5000", "CNY"),
    ...     _rounded("0.1250", "CNY"),
    ...     _rounded("0,4", "JPY"),
    ...     _rounded("1.234", "CNY"),
    ... )
    ('12.50', '0.13', '0', '1.234')
    """
    found = _PLAIN.fullmatch(text)
    digits = digits_after_point(currency)
    if found is None or len(found[2]) <= digits or len(found[2]) == 3:
        return text
    return str(Decimal(f"{found[1]}.{found[2]}").quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


@lru_cache(1024)
def number(text: str | None) -> int | None:
    """The whole number in `text`, in however many digits; None if it holds something else.

    >>> number("5"), number(" 0010"), number("none")
    (5, 10, None)
    """
    digits = text.strip() if text else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None


def _plain_amount(text: str, decimal_sign: str) -> str:
    """`text` without thousands marks.

    Where the system's decimal sign is known, the other one marks thousands, in groups of three.  Where it is not,
    only an amount with both is clear: the last is the decimal sign.

    >>> [_plain_amount(each, "") for each in ("1,234.50", "1.234,50", "1,234")]
    ['1234.50', '1234,50', '1,234']
    >>> _plain_amount("1,234", "."), _plain_amount("12,50", "."), _plain_amount("1 234,50", ",")
    ('1234', '', '1234,50')
    """
    if "," not in text and " " not in text and (not decimal_sign or decimal_sign == "." or "." not in text):
        return text
    sign = decimal_sign or (max(".,", key=text.rfind) if "." in text and "," in text else "")
    if not sign:
        return text
    whole, mark, part = text.partition(sign)
    groups = whole.lstrip("+-").replace("," if sign == "." else ".", " ").split(" ")
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(each) != 3 for each in groups[1:])):
        return ""
    return (whole[:1] if whole[:1] in ("+", "-") else "") + "".join(groups) + (mark and f"{mark}{part}")
