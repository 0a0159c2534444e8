"""How ALEPH writes things: dates, hours, amounts, sequences, XML."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TypeAlias

from lxml import etree

from softdock.circulation.money import Money

Node: TypeAlias = "tuple[str, str | Sequence[Node]] | tuple[str, str | Sequence[Node], Mapping[str, str]]"
"""An element: its name, its text or what is in it, and its attributes if it has any."""

NO_DATE = "00000000"
NO_END = "20991231"

_END_OF_DAY = (23, 59)


def plain_date(day: date | None, none: str = NO_DATE) -> str:
    """20120815, or `none`.

    >>> plain_date(date(2012, 8, 15)), plain_date(None)
    ('20120815', '00000000')
    """
    return none if day is None else f"{day:%Y%m%d}"


def site_date(day: date | None) -> str:
    """15/08/2012, as this site has put it down for what is shown to people; 00000000 stays as it is."""
    return NO_DATE if day is None else f"{day:%d/%m/%Y}"


def hour(moment: datetime, *, late: bool) -> str:
    """The hour and minute; the end of a day is 24:00 where it is `late`, and 23:59 elsewhere.

    >>> hour(datetime(2026, 3, 2, 23, 59), late=True), hour(datetime(2026, 3, 2, 9, 5), late=True)
    ('24:00', '09:05')
    """
    return "24:00" if late and (moment.hour, moment.minute) == _END_OF_DAY else f"{moment:%H:%M}"


def debit(amount: Money) -> str:
    """What is owed stands in parentheses."""
    return f"({amount})"


def padded(amount: Money) -> str:
    """An amount to be read in a column."""
    return f"{amount!s:>11}"


def sequence_of(text: str) -> str:
    """An item's sequence in six digits, whether it came so, with fewer, or with one decimal place.

    >>> sequence_of("10"), sequence_of("000010"), sequence_of("   1.0"), sequence_of("1.x")
    ('000010', '000010', '000010', '')
    """
    whole, point, part = text.strip().partition(".")
    digits = whole + part if point else whole
    return digits.zfill(6) if digits.isascii() and digits.isdigit() and len(part) <= 1 else ""


def document(root: str, content: Sequence[Node]) -> bytes:
    """The XML document of `content`."""
    body = etree.tostring(_element(root, content), encoding="unicode", pretty_print=True)
    return f'<?xml version = "1.0" encoding = "UTF-8"?>\n{body}'.encode()


def _element(
    name: str, content: str | Sequence[Node], attributes: Mapping[str, str] | None = None
) -> etree._Element:
    element = etree.Element(name, dict(attributes or {}))
    if isinstance(content, str):
        element.text = content
    else:
        element.extend(_element(*each) for each in content)
    return element
