"""What is wrong with a file that people write: where, in a sentence, and what to do about it.

Whoever checks a file collects problems and raises `ProblemsFound` with all of them, so that one run shows
everything there is to mend.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final, Literal, TypeAlias

_SHOWN = 48
"""Characters of a value that a sentence quotes at most."""
_COMPARED = 64
"""Characters of a word that are looked at for a suggestion: the comparison takes quadratic time."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file.  Lines and columns count from 1; line 0 means the file as a whole.

    `path` names the value as its keys lead to it: `profiles.gbk.extra_fields.64.PB.as[0]`.
    """

    file: str
    line: int = 0
    column: int = 0
    path: str = ""

    def __str__(self) -> str:
        position = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{position}  {self.path}" if self.path else position

    def inside(self, key: str | int) -> str:
        """The path of what lies under `key` here.

        >>> Place("f", path="accounts").inside(0), Place("f", path="a").inside("b c")
        ('accounts[0]', 'a."b c"')
        """
        if isinstance(key, int):
            return f"{self.path}[{key}]"
        name = key if key.replace("-", "_").isidentifier() or key.isalnum() else quoted(key)
        return f"{self.path}.{name}" if self.path else name


NOWHERE = Place("")
"""The place of what was not read from a file."""


RuleId: TypeAlias = Literal[
    "", "yaml", "file", "grammar", "inheritance", "operation", "back-end", "setting", "verb", "path", "kind",
    "converter", "codes", "condition", "field", "list", "lookup", "signing", "failure", "format", "request", "kept",
    "redact", "step", "pages", "session", "example",
]  # fmt: skip
"""What a problem of a mapping is about; "" where nobody looks for that, as in the settings."""

RULE_IDS: Final[Mapping[RuleId, str]] = {
    "yaml": "The file is not YAML, or uses a part of YAML that is not taken: anchors, aliases, tags, a key twice.",
    "file": "A file is missing, too large, or not UTF-8.",
    "grammar": "A key is not known where it stands, or what stands behind it has not the form that belongs there.",
    "inheritance": "`like` leads to no adapter, or in a circle.",
    "operation": "A map says no operation, one that does not exist, or one that another map is for.",
    "back-end": "A back end is missing, not named, or of a transport that is not known.",
    "setting": "A setting is declared badly, or used without being declared.",
    "verb": "A rule has a verb that does not exist, or not the one that it needs.",
    "path": "A path into a reply or an operation cannot be read, or leads to nothing there can be.",
    "kind": "A value is not of the kind that belongs there: a text for a date, say.",
    "converter": "A converter does not exist, is told something wrong, or does not take what it is given.",
    "codes": "A table of codes is missing, or has a value that does not exist.",
    "condition": "A condition asks something that cannot be asked.",
    "field": "A field is not one of the vocabulary.",
    "list": "A list does not say where its entries are, or what is read of each.",
    "lookup": "A lookup names no table of the reply.",
    "signing": "A digest is not complete, or signs what cannot be signed.",
    "failure": "A failure does not say when it is one, or what it means.",
    "format": "A kind of document does not exist, or has an option that it does not know.",
    "request": "A request does not say what is sent, or says it in a way that its transport does not know.",
    "kept": "A value is used that no earlier step keeps.",
    "redact": "A rule reads what never leaves the adapter.",
    "step": "Steps stand in an order, or say of themselves, what could lead to a change nobody is told of.",
    "pages": "Pages do not say whether there is another one.",
    "session": "A back end has two sessions.",
    "example": "An example is read otherwise than expected, or cannot be read at all.",
}
"""Every id of a rule, each with what breaks it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: its place, a sentence that says what, and the remedy.

    Neither sentence nor remedy ever holds a secret.
    """

    place: Place
    sentence: str
    remedy: str = ""
    rule: RuleId = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.place}\n  {self.sentence} {self.remedy}".rstrip()


class ProblemsFound(Exception):
    """Everything that is wrong, in the order of the file.  At least one problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(
            sorted(problems, key=lambda each: (each.place.file, each.place.line, each.place.column))
        )
        super().__init__("\n".join(map(str, self.problems)))


def quoted(text: str) -> str:
    r"""`text` in quotation marks, shortened, and without anything that would upset a terminal.

    >>> quoted("5 sec"), quoted("a\nb")
    ('"5 sec"', '"a?b"')
    """
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
    return '"' + "".join(each if each.isprintable() else "?" for each in shown) + '"'


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` was probably meant to be.

    >>> nearest("Dat", ["date", "trim"]), nearest("xyz", ["date", "trim"])
    ('date', None)
    """
    by_folded = {each.casefold(): each for each in known}
    found = get_close_matches(word.casefold()[:_COMPARED], by_folded, n=1)
    return by_folded[found[0]] if found else None


def suggestion(word: str, known: Sequence[str], introduction: str) -> str:
    """A remedy for the wrong `word`: the nearest of `known`, or all of them behind `introduction`.

    >>> suggestion("dat", ["date", "trim"], "The converters are")
    'Did you mean date?'
    >>> suggestion("x", ["date", "trim"], "The converters are")
    'The converters are date, trim.'
    """
    near = nearest(word, known)
    if near is not None:
        return f"Did you mean {near}?"
    return f"{introduction} {', '.join(known)}." if known else ""
