"""Converters for people's names, and for showing what names them without giving it away."""

from typing import Literal

from softdock.mappings.converters.declaring import Converter, Declaration, Given, Option
from softdock.mappings.converters.options import COUNT, SEPARATOR
from softdock.mappings.converters.texts import collapsed, unwritable
from softdock.mappings.shapes import ABSENT, Absent, Kind
from softdock.mappings.written import choice


def _is_family_first(name: str) -> bool:
    """Whether `name` is of Chinese characters, kana or hangul alone, and so has its family name first, without a blank."""
    return name != "" and all(
        "\u4e00" <= each <= "\u9fff" or "\u3400" <= each <= "\u4dbf" or "\u3040" <= each <= "\u30ff"
        or "\uac00" <= each <= "\ud7a3" or "\U00020000" <= each <= "\U000323af" or each == "々"
        for each in name
    )  # fmt: skip


def _person_name(given: Given) -> Converter:
    separator: str = given["separator"]
    family_first = given["order"] == "family-given"
    between = f"{separator} " if separator.strip() else separator

    def shown(text: str) -> str:
        first, _, second = collapsed(text).partition(separator if separator.strip() else " ")
        family, name = (first, second) if family_first else (second, first)
        family, name = collapsed(family), collapsed(name)
        if _is_family_first(family) and _is_family_first(name):
            return family + name
        return f"{name} {family}".strip()

    def read(text: str) -> str | Absent:
        return shown(text) or ABSENT

    def write(value: str) -> str | None:
        value = collapsed(value)
        name, _, family = value.rpartition(" ")
        usual = value if not name else family + between + name if family_first else name + between + family
        return next(
            (each for each in (usual, value, between + value) if value and shown(each) == value), None
        )

    return Converter(Kind.TEXT, read, write, exact=False)


def _masked(given: Given) -> Converter:
    first: int = given["first"]
    last: int = given["last"]

    def read(text: str) -> str | Absent:
        hidden = len(text) - first - last
        if hidden <= 0:
            return "*" * len(text) or ABSENT
        return text[:first] + "*" * hidden + text[len(text) - last :]

    return Converter(Kind.TEXT, read, unwritable, exact=False, cannot_write="what is masked is gone")


DECLARED = (
    Declaration(
        "person_name",
        "A name as it is shown, given name first, of one whose parts are told apart by a separator; Chinese names are joined, family name first.",
        _person_name,
        (
            Option(
                "order",
                "Which part stands first.",
                choice(Literal["family-given", "given-family"], "an order"),
                "family-given",
            ),
            Option("separator", "What stands between the parts.", SEPARATOR, ","),
        ),
        "order",
        '{order: family-given, separator: ","}',
        ("Smith, John  A.", "John A. Smith"),
        "which of several words are the family name, and blanks",
    ),
    Declaration(
        "masked",
        "Puts a star for every character but so many at the beginning and at the end; a text that has no more is masked whole.",
        _masked,
        (
            Option("last", "How many characters are kept at the end.", COUNT, 0),
            Option("first", "How many characters are kept at the beginning.", COUNT, 0),
        ),
        "last",
        "{first: 3, last: 4}",
        ("13800001234", "138****1234"),
        "what is masked; hence it does not write",
    ),
)
