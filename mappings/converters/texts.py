"""Converters that make one text of another.

Where nothing is left of a text, the value is `ABSENT`.  What these do is no secret of the direction: a text becomes a
text, whether it came from a system or goes to one, so most do the same both ways.
"""

from collections.abc import Callable
from typing import Final, Literal

from softdock.mappings.converters.declaring import LONGEST, Converter, Declaration, Given, Option, fixed
from softdock.mappings.converters.options import PAIRS, PLACE, WIDTH
from softdock.mappings.shapes import ABSENT, Absent, Kind
from softdock.mappings.written import choice, line

BLANKS: Final = " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\u3000"
"""What a number, a name or an identifier may be padded with, without being another one."""
_TO_HALF: Final = {0x3000: 0x20, **{each: each - 0xFEE0 for each in range(0xFF01, 0xFF5F)}}
_TO_FULL: Final = {half: full for full, half in _TO_HALF.items()}


def half_width(text: str) -> str:
    """`text` with full-width letters, digits, signs and blanks made ASCII.

    >>> half_width("１２３Ｘ　，")
    '123X ,'
    """
    return text.translate(_TO_HALF)


def collapsed(text: str) -> str:
    """`text` without blanks at its ends, and with one instead of several in between."""
    return " ".join(text.split())


def _same(change: Callable[[str], str]) -> Callable[[Given], Converter]:
    """A change which does the same in both directions; done again, it changes nothing."""

    def read(text: str) -> str | Absent:
        return change(text) or ABSENT

    def write(text: str) -> str | None:
        return change(text) or None

    return fixed(Converter(Kind.TEXT, read, write, exact=False))


def _full_width(text: str) -> str:
    return text.translate(_TO_FULL)


def _without_zeros(text: str) -> str:
    stripped = text.lstrip("0")
    return stripped or text[-1:]


def _digits(text: str) -> str:
    return "".join(each for each in text if "0" <= each <= "9")


def _pad(given: Given) -> Converter:
    width, padding, left = given["width"], given["with"], given["side"] == "left"

    def read(text: str) -> str | Absent:
        if not text:
            return ABSENT
        return text.rjust(width, padding) if left else text.ljust(width, padding)

    def write(text: str) -> str | None:
        if len(text) != width:
            return text or None
        bare = text.lstrip(padding) if left else text.rstrip(padding)
        return bare or padding

    return Converter(Kind.TEXT, read, write, exact=False)


def _substring(given: Given) -> Converter:
    first, length = given["from"], given["length"]

    def read(text: str) -> str | Absent | None:
        start = first - 1 if first > 0 else max(len(text) + first, 0)
        return text[start : None if length is None else start + length] or (None if text else ABSENT)

    return Converter(Kind.TEXT, read, unwritable, exact=False, cannot_write="what was cut off is gone")


def _replace(given: Given) -> Converter:
    pairs = given["texts"]

    def read(text: str) -> str | Absent | None:
        for old, new in pairs:
            grown = len(text) + text.count(old) * (len(new) - len(old))
            if grown > max(LONGEST, len(text)):
                return None
            text = text.replace(old, new)
        return text or ABSENT

    sentence = "what stood there before cannot be told"
    return Converter(Kind.TEXT, read, unwritable, exact=False, cannot_write=sentence)


def unwritable(value: object) -> None:
    """Write what only reads; the check at load never lets it come to this."""


_CASE = "which letters were large and which small"
_BLANKS = "blanks"

DECLARED = (
    Declaration(
        "trim",
        "Takes blanks off both ends of a text.",
        _same(str.strip),
        example=("R01      ", "R01"),
        loses=_BLANKS,
    ),
    Declaration(
        "collapse",
        "Takes blanks off both ends of a text, and leaves one where there are several in between.",
        _same(collapsed),
        example=(" Smith,   John ", "Smith, John"),
        loses=_BLANKS,
    ),
    Declaration(
        "pad",
        "Fills a text up to a width; a longer one stays as it is.",
        _pad,
        (
            Option("width", "How many characters it has in the end.", WIDTH, required=True),
            Option("with", "The one character that fills it up.", line(1, 1), " "),
            Option(
                "side",
                "Where it is filled up: on the left or on the right.",
                choice(Literal["left", "right"], "a side"),
                "right",
            ),
        ),
        "width",
        '{width: 9, with: "0", side: left}',
        ("1234", "000001234"),
        "whether the text was filled up before",
    ),
    Declaration(
        "strip_zeros",
        "Takes zeros off the beginning of a text; never for barcodes and patron identifiers, where they tell one from another.",
        _same(_without_zeros),
        example=("000010", "10"),
        loses="leading zeros",
    ),
    Declaration(
        "digits",
        "Keeps the digits 0 to 9 of a text and leaves everything else out.",
        _same(_digits),
        example=("+042 123-456", "042123456"),
        loses="everything but digits",
    ),
    Declaration(
        "half_width",
        "Makes full-width letters, digits, signs and blanks those of ASCII.",
        _same(half_width),
        example=("１２３Ｘ", "123X"),
        loses="which characters were full-width",
    ),
    Declaration(
        "full_width",
        "Makes letters, digits, signs and blanks of ASCII the full-width ones.",
        _same(_full_width),
        example=("123X", "１２３Ｘ"),
        loses="which characters were full-width",
    ),
    Declaration(
        "upper",
        "Makes the letters of a text capitals.",
        _same(str.upper),
        example=("r01a", "R01A"),
        loses=_CASE,
    ),
    Declaration(
        "lower", "Makes the letters of a text small.", _same(str.lower), example=("R01A", "r01a"), loses=_CASE
    ),
    Declaration(
        "substring",
        "Takes characters out of a text, counted from 1; from the end with a minus.",
        _substring,
        (
            Option(
                "from", "The first character that is taken; -6 is the last but five.", PLACE, required=True
            ),
            Option("length", "How many are taken; all the rest where it is left out.", WIDTH),
        ),
        "from",
        "{from: 1, length: 14}",
        ("201208081205337", "20120808120533"),
        "what is not taken; hence it does not write",
    ),
    Declaration(
        "replace",
        "Replaces texts within a text by others, one after the other in the order of the table; no patterns.",
        _replace,
        (Option("texts", "What is replaced, each with what stands there instead.", PAIRS, required=True),),
        "texts",
        '{"元": "", "，": ","}',
        ("1，200元", "1,200"),
        "what stood there before; hence it does not write",
    ),
)
