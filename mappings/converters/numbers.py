"""Converters for numbers and amounts.  Everything is decimal: floating point is never met."""

import re
from decimal import Decimal
from typing import Final, NamedTuple

from softdock.mappings.converters.declaring import Converter, Declaration, Given, Option, fixed
from softdock.mappings.converters.options import SEPARATOR
from softdock.mappings.converters.texts import BLANKS
from softdock.mappings.shapes import Kind, Value

_MOST_DIGITS: Final = 18
"""Of a number, before the decimal mark; more is no number but an identifier."""
_MOST_DECIMALS: Final = 6
"""Behind the decimal mark.  `str()` of such a decimal has never an exponent."""
_STEPS: Final = [Decimal(1).scaleb(-decimals) for decimals in range(_MOST_DECIMALS + 1)]
"""By decimals: the least step of a number with so many."""
_LONGEST_WRITTEN: Final = 64
"""Characters of a number with all its blanks."""
_SIGNS: Final = frozenset("+-\u2212\uff0b\uff0d")
_PLAIN: Final = re.compile(r"-?\d{1,18}(?:\.\d{1,6})?", re.ASCII)


def _read_number(text: str) -> int | None:
    digits = text.removeprefix("-")
    if len(digits) > _MOST_DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    number = int(text)
    return number if str(number) == text else None


class Signed(NamedTuple):
    """A number without its sign and the blanks around."""

    digits: str
    below_zero: bool = False
    has_sign: bool = True


def signed_digits(text: str, *, in_parentheses: bool = False) -> Signed | None:
    """`text` without its one sign, which may stand before or behind, with or without blanks in between."""
    if len(text) > _LONGEST_WRITTEN:
        return None
    text = text.strip(BLANKS)
    if in_parentheses and text[:1] == "(" and text[-1:] == ")":
        return Signed(text[1:-1].strip(BLANKS), below_zero=True)
    sign = text[:1] if text[:1] in _SIGNS else text[-1:]
    if sign not in _SIGNS:
        return Signed(text, has_sign=False)
    bare = text[1:] if text[:1] == sign else text[:-1]
    return Signed(bare.strip(BLANKS), below_zero=sign not in "+\uff0b")


def _grouped(digits: str, mark: str | None) -> str | None:
    """`digits` without thousands marks, None where one stands in a wrong place."""
    if mark is None or mark not in digits:
        return digits
    first, *groups = digits.split(mark)
    return (
        first + "".join(groups) if 1 <= len(first) <= 3 and all(len(each) == 3 for each in groups) else None
    )


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _integer(given: Given) -> Converter:
    thousands = given["thousands"]

    def read(text: str) -> int | None:
        signed = signed_digits(text)
        digits = None if signed is None else _grouped(signed.digits, thousands)
        if (
            signed is None
            or digits is None
            or not _is_digits(digits)
            or len(digits.lstrip("0")) > _MOST_DIGITS
        ):
            return None
        return -int(digits) if signed.below_zero else int(digits)

    return Converter(Kind.NUMBER, read, str, exact=False)


class Form(NamedTuple):
    """How the digits of a decimal number are written."""

    mark: str
    thousands: str | None

    def read(self, digits: str) -> Decimal | None:
        """The number, at least 0, None if it is not of this form."""
        before, mark, behind = digits.partition(self.mark)
        whole_part = _grouped(before, self.thousands)
        if (
            whole_part is None
            or not _is_digits(whole_part or "0")
            or len(whole_part.lstrip("0")) > _MOST_DIGITS
        ):
            return None
        if mark and not (_is_digits(behind) and len(behind) <= _MOST_DECIMALS):
            return None
        return Decimal(f"{whole_part or 0}.{behind}") if mark else Decimal(whole_part) if whole_part else None

    def write(self, number: Decimal) -> str:
        """`number` in this form, without thousands marks."""
        return f"{number:f}".replace(".", self.mark)

    @staticmethod
    def cut(number: Decimal, decimals: int) -> Decimal | None:
        """`number` with exactly so many decimals, None where that would change it."""
        cut = number.quantize(_STEPS[decimals])
        return cut if cut == number else None


def _is_mark(text: str) -> bool:
    return len(text) == 1 and not text.isalnum() and text not in _SIGNS and text not in "()"


def form_of(given: Given) -> Form:
    mark, thousands = given["mark"], given["thousands"]
    if mark == thousands:
        raise given.wrong(
            "thousands", "The marks for decimals and for thousands are the same.", "Change one of them."
        )
    for name in ("mark", "thousands"):
        if given[name] is not None and not _is_mark(given[name]):
            raise given.wrong(name, "This is no mark within a number.", "Write one sign, or a blank.")
    return Form(mark, thousands)


def plain_decimal(value: Value) -> Decimal | None:
    """The number that an amount is, whatever class it has: its plain text tells."""
    text = str(value)
    if _PLAIN.fullmatch(text) is None:
        return None
    return Decimal(text)


def _decimal(given: Given) -> Converter:
    form = form_of(given)

    def read(text: str) -> Decimal | None:
        signed = signed_digits(text)
        number = None if signed is None else form.read(signed.digits)
        return None if signed is None or number is None else with_sign(number, below_zero=signed.below_zero)

    def write(value: Value) -> str | None:
        number = plain_decimal(value)
        return None if number is None else form.write(number)

    return Converter(Kind.AMOUNT, read, write, exact=False)


def with_sign(number: Decimal, *, below_zero: bool) -> Decimal:
    return -number if below_zero and number else number


_THOUSANDS = Option(
    "thousands", "The mark between groups of three digits; without it there is none.", SEPARATOR
)
MARKS = (Option("mark", "The mark before the decimals.", SEPARATOR, "."), _THOUSANDS)

DECLARED = (
    Declaration(
        "number",
        "A whole number, in digits without leading zeros.",
        fixed(Converter(Kind.NUMBER, _read_number, str)),
        example=("28", "28"),
    ),
    Declaration(
        "integer",
        "A whole number as systems write it: with blanks, leading zeros, or a sign before or behind it.",
        _integer,
        (_THOUSANDS,),
        argument='{thousands: ","}',
        example=("-   001,028", "-1028"),
        loses="blanks, leading zeros and thousands marks",
    ),
    Declaration(
        "decimal",
        "A decimal number with up to six decimals, with blanks, leading zeros, or a sign before or behind it.",
        _decimal,
        MARKS,
        argument='{mark: ",", thousands: "."}',
        example=("1.028,50", "1028.50"),
        loses="blanks, leading zeros and thousands marks",
    ),
)
