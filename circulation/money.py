"""Amounts of money: integers in the currency's smallest unit, never floating point."""

import re
from functools import lru_cache

from softdock.circulation.records import record

_DIGITS_AFTER_POINT = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
"""ISO 4217, minor units that are not 2.  Not a list of known currencies: any code is accepted."""

_DECIMAL = re.compile(r"([+-]?)(\d{1,12})(?:[.,](\d{1,4}))?", re.ASCII)


def digits_after_point(currency: str) -> int:
    """How many decimal digits ISO 4217 gives `currency`; 2 for one that it does not name."""
    return _DIGITS_AFTER_POINT.get(currency, 2)


@record
class Money:
    """`minor` smallest units (fen, cents) of `currency`, an ISO 4217 code."""

    minor: int
    currency: str

    def __str__(self) -> str:
        """The amount as decimal text with a point and no currency, as SIP2's BV wants it.

        >>> str(Money(1250, "CNY")), str(Money(-5, "EUR")), str(Money(300, "JPY"))
        ('12.50', '-0.05', '300')
        """
        return _decimal_text(self.minor, self.currency)


@lru_cache(1024)
def _decimal_text(minor: int, currency: str) -> str:
    digits = digits_after_point(currency)
    if not digits:
        return str(minor)
    whole, part = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}.{part:0{digits}d}"


def parse_money(text: str, currency: str) -> Money | None:
    """Read decimal text (`12`, `12.5`, `12,50`) as an amount of `currency`; None if it is not one.

    A thousands mark is not accepted, and neither are more digits behind the point or comma than the currency
    has: 1,000 may be a thousand, and a wrong guess would book a wrong sum.

    >>> parse_money("12.5", "CNY"), parse_money("1,000", "CNY"), parse_money("0.005", "CNY")
    (Money(minor=1250, currency='CNY'), None, None)
    """
    found = _DECIMAL.fullmatch(text.strip())
    if found is None:
        return None
    sign, whole, part = found.groups("")
    digits = digits_after_point(currency)
    if len(part) > digits:
        return None
    minor = int(whole + part[:digits].ljust(digits, "0"))
    return Money(-minor if sign == "-" else minor, currency)
