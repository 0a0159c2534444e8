"""Money: a currency, and a whole number of its minor units (Z39.83-1, MonetaryValue; ISO 4217 says how many)."""

import re
from typing import Final

from softdock.protocols.ncip.message import Element

_WHOLE: Final = re.compile(r"[+-]?\d{1,18}", re.ASCII)


def read_number(text: str) -> int | None:
    """The whole number that `text` is; None where it is none, or beyond any count and sum."""
    text = text.strip()
    return int(text) if _WHOLE.fullmatch(text) else None


_COUNT: Final = re.compile(r"[+-]?\d{1,100}", re.ASCII)
_MOST: Final = 10**18


def read_count(text: str) -> int | None:
    """As `read_number`, of what is counted: beyond any count, all the same, is as many as there are.

    >>> read_count("9" * 20) == read_count("9" * 40)
    True
    """
    text = text.strip()
    return min(int(text), _MOST) if _COUNT.fullmatch(text) else None


def read_amount(amount: Element) -> tuple[str, int] | None:
    """Currency and minor units of `amount`, the currency "" where none is named; None where the sum is no number.

    >>> read_amount(write_amount("Amount", "CNY", 1250))
    ('CNY', 1250)
    """
    units = read_number(amount.value("MonetaryValue"))
    return None if units is None else (amount.value("CurrencyCode").upper(), units)


def write_amount(name: str, currency: str, units: int) -> Element:
    """The element `name` with an amount."""
    return Element(name, children=[Element("CurrencyCode", currency), Element("MonetaryValue", str(units))])
