"""Amounts of money, with all the ways in which systems say who owes whom."""

import re
from decimal import Decimal
from typing import Literal

from softdock.mappings.converters.declaring import Converter, Declaration, Given, Option
from softdock.mappings.converters.numbers import MARKS, Form, form_of, plain_decimal, signed_digits, with_sign
from softdock.mappings.converters.options import TEXTS
from softdock.mappings.converters.texts import BLANKS
from softdock.mappings.problems import quoted
from softdock.mappings.shapes import Kind, Value
from softdock.mappings.written import choice, whole


def _unmarked(text: str, words: tuple[str, ...]) -> str | None:
    """`text` without the one of `words` that it begins or ends with; None if there is none."""
    for word in words:
        if text.startswith(word):
            return text[len(word) :]
        if text.endswith(word):
            return text[: -len(word)]
    return None


def _usual(decimals: int) -> re.Pattern[str]:
    return re.compile(rf"[0-9]{{1,18}}\.[0-9]{{{decimals}}}" if decimals else r"[0-9]{1,18}")


class _Money:
    """Reads and writes amounts in one manner; the values are decimals in the major unit."""

    def __init__(self, given: Given) -> None:
        self._form: Form = form_of(given)
        self._decimals: int = given["decimals"]
        self._minor = given["unit"] == "minor"
        self._owed_is_positive = given["debit"] == "positive"
        self._debits = _longest_first(given["debits"])
        self._credits = _longest_first(given["credits"])
        self._usual = None if self._minor or self._form.mark != "." else _usual(self._decimals)
        """What most amounts look like, which are read at once; the rest gives the same for them."""
        if self._minor and "mark" in given:
            raise given.wrong(
                "mark", "The minor unit has no decimals.", "Leave mark out, or write unit: major."
            )
        for name in ("debits", "credits"):
            if any(not each[:1].isalpha() or each != each.strip(BLANKS) for each in given[name]):
                raise given.wrong(
                    name, "This is no word beside an amount.", "Write words, without blanks around."
                )
        both = next((each for each in self._debits if each in self._credits), None)
        if both is not None:
            raise given.wrong("credits", f"{quoted(both)} cannot mean both.", "Leave one of them out.")

    def read(self, text: str) -> Decimal | None:
        if self._usual is not None and self._usual.fullmatch(text) is not None:
            return with_sign(Decimal(text), below_zero=self._owed_is_positive)
        bare = text.strip(BLANKS)
        debit = _unmarked(bare, self._debits)
        credit = _unmarked(bare, self._credits) if debit is None else None
        rest = debit if debit is not None else credit if credit is not None else bare
        signed = signed_digits(rest, in_parentheses=True)
        if signed is None or (rest is not bare and signed.has_sign):
            return None
        number = self._in_major(signed.digits)
        owed = signed.below_zero or debit is not None
        return None if number is None else with_sign(number, below_zero=owed is not self._owed_is_positive)

    def _in_major(self, digits: str) -> Decimal | None:
        number = self._form.read(digits)
        if number is None or (self._minor and self._form.mark in digits):
            return None
        if self._minor:
            return number.scaleb(-self._decimals)
        return self._form.cut(number, self._decimals)

    def write(self, value: Value) -> str | None:
        number = plain_decimal(value)
        if number is None:
            return None
        number = with_sign(number, below_zero=self._owed_is_positive)
        written = (
            self._form.cut(number.scaleb(self._decimals), 0)
            if self._minor
            else self._form.cut(number, self._decimals)
        )
        return None if written is None else self._form.write(written)


def _longest_first(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(words, key=len, reverse=True))


def _money(given: Given) -> Converter:
    money = _Money(given)
    return Converter(Kind.AMOUNT, money.read, money.write, exact=False)


DECLARED = (
    Declaration(
        "money",
        "An amount of money; parentheses or a minus sign, before or behind it and even apart from it, make it a debit.",
        _money,
        (
            Option(
                "unit",
                "What is counted: major units such as yuan, or minor ones such as fen, whose decimals are implied.",
                choice(Literal["major", "minor"], "a unit"),
                "major",
            ),
            Option("decimals", "How many decimals the currency has.", whole(0, 4), 2),
            *MARKS,
            Option(
                "debit",
                "Whether a debit gives a negative amount, or a positive one, so that what a patron owes is positive.",
                choice(Literal["negative", "positive"], "a sign"),
                "negative",
            ),
            Option(
                "debits",
                "Words before or behind the number that make it a debit, instead of a sign.",
                TEXTS,
                (),
            ),
            Option("credits", "Words before or behind the number that make it a credit.", TEXTS, ()),
        ),
        argument="{unit: minor, decimals: 2, debit: positive}",
        example=("(0000000500)", "5.00"),
        loses="blanks, leading zeros, thousands marks, words, and which sign said that it is a debit",
    ),
)
