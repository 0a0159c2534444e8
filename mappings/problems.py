"""What is wrong with a file that people write: where, in a sentence, and what to do about it.

Whoever checks a file collects problems and raises `ProblemsFound` with all of them, so that one run shows
everything there is to mend.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

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


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: its place, a sentence that says what, and the remedy.

    Neither sentence nor remedy ever holds a secret.
    """

    place: Place
    sentence: str
    remedy: str = ""

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
