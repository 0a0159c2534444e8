"""Citizen identification numbers of China: GB 11643-1999, 18 characters.

Six digits for the place, eight for the date of birth, three in sequence, whose last is odd for men, and a check
character by ISO 7064 MOD 11-2.  The check character and a possible date decide.  Places are not compared with any
list: there are residents of Hong Kong, Macao and Taiwan (81, 82, 83), foreigners (9), and counties that were renamed.
"""

from datetime import date
from typing import Final

from softdock.mappings.converters.declaring import Converter, Declaration, Given, Option
from softdock.mappings.converters.texts import BLANKS, half_width, unwritable
from softdock.mappings.shapes import Kind
from softdock.mappings.written import YES_NO

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_LONGEST: Final = 64
_FIRST_YEAR: Final = 1800


def _check(body: str) -> str:
    """The check character for the first 17 digits."""
    return _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True)) % 11]


def _born(number: str) -> date | None:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if born.year >= _FIRST_YEAR else None


def resident_id(text: str, *, accept_15: bool = False) -> str | None:
    """The number in `text` as 18 characters with a capital X, None if it is none.

    An old number of 15 characters becomes one of 18 if `accept_15`: its year is of the 20th century.

    >>> resident_id(" １１０１０５１９４９１２３１００２ｘ"), resident_id("110105194912310021")
    ('11010519491231002X', None)
    >>> resident_id("110105491231002", accept_15=True)
    '11010519491231002X'
    """
    if len(text) > _LONGEST:
        return None
    number = half_width(text).strip(BLANKS).upper()
    if len(number) == 15 and accept_15 and _is_digits(number):
        body = f"{number[:6]}19{number[6:]}"
        number = body + _check(body)
    if len(number) != 18 or not _is_digits(number[:17]) or _born(number) is None:
        return None
    return number if _check(number[:17]) == number[17] else None


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _resident_id(given: Given) -> Converter:
    accept_15 = given["accept_15"]

    def normal(text: str) -> str | None:
        return resident_id(text, accept_15=accept_15)

    return Converter(Kind.TEXT, normal, normal, exact=False)


_REST: Final = "the rest of the number is gone"


def _birth_date(given: Given) -> Converter:
    accept_15 = given["accept_15"]

    def read(text: str) -> date | None:
        number = resident_id(text, accept_15=accept_15)
        return None if number is None else _born(number)

    return Converter(Kind.DATE, read, unwritable, exact=False, cannot_write=_REST)


def _sex(given: Given) -> Converter:
    accept_15 = given["accept_15"]

    def read(text: str) -> str | None:
        number = resident_id(text, accept_15=accept_15)
        return None if number is None else "2" if int(number[16]) % 2 == 0 else "1"

    return Converter(Kind.TEXT, read, unwritable, exact=False, cannot_write=_REST)


_OPTIONS = (Option("accept_15", "Whether old numbers of 15 digits are read as well.", YES_NO, False),)
_EXAMPLE = "11010519491231002x"
_ARGUMENT = "{accept_15: true}"

DECLARED = (
    Declaration(
        "resident_id",
        "A citizen identification number whose check character and date are right, as 18 characters with a capital X.",
        _resident_id,
        _OPTIONS,
        argument=_ARGUMENT,
        example=(_EXAMPLE, "11010519491231002X"),
        loses="blanks, full-width characters, a small x, and whether it had 15 digits",
    ),
    Declaration(
        "birth_date_of_id",
        "The date of birth that a citizen identification number tells.",
        _birth_date,
        _OPTIONS,
        argument=_ARGUMENT,
        example=(_EXAMPLE, "1949-12-31"),
        loses="the rest of the number; hence it does not write",
    ),
    Declaration(
        "sex_of_id",
        "The sex that a citizen identification number tells: 1 for male, 2 for female.",
        _sex,
        _OPTIONS,
        argument=_ARGUMENT,
        example=(_EXAMPLE, "2"),
        loses="the rest of the number; hence it does not write",
    ),
)
