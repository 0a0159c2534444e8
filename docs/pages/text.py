"""What every page is made of: words in two languages, and Markdown."""

from collections.abc import Iterable, Sequence
from enum import Enum
from pathlib import Path

import yaml

WORDS = Path(__file__).parent.parent / "words"
"""A table for each subject: a path, and below it the sentence in `en` and in `zh`."""


class Language(Enum):
    """A language of the documents; its value is the folder with its pages."""

    ENGLISH = "en"
    CHINESE = "zh_CN"

    @property
    def key(self) -> str:
        """How it is called in the tables of words, in the settings, and in `circulation.locale`."""
        return self.value.partition("_")[0]

    def choose(self, english: str, chinese: str) -> str:
        """The one of two texts that is in this language."""
        return english if self is Language.ENGLISH else chinese


class Words:
    """The sentences of one subject in both languages, and what is wrong with them."""

    def __init__(self, subject: str) -> None:
        self.file = WORDS / f"{subject}.yaml"
        self._sentences: dict[str, dict[str, str]] = yaml.safe_load(self.file.read_text(encoding="utf-8"))
        self._asked: set[str] = set()
        self.faults: dict[str, str] = {}
        """By path: what is wrong there."""

    def __contains__(self, path: object) -> bool:
        return path in self._sentences

    def say(self, path: str, language: Language, code: str | None = None) -> str:
        """The sentence at `path`.  `code` is what the code itself says there, which `en` has to repeat."""
        self._asked.add(path)
        entry = self._sentences.get(path)
        if entry is None:
            self.faults[path] = f"is missing; the code says: {code}"
            return ""
        if code is not None and " ".join(entry["en"].split()) != (code := " ".join(code.split())):
            self.faults[path] = f"was translated from other words; the code says: {code}"
        return " ".join(entry[language.key].split())

    def superfluous(self) -> set[str]:
        """Paths that no page has asked for."""
        return self._sentences.keys() - self._asked


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a bar within a cell is escaped, as Markdown wants it even in code."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def code(text: str) -> str:
    """`text` as a piece of code within a sentence."""
    return f"`{text}`"


def listed(words: Iterable[str]) -> str:
    """Several pieces of code, one after the other."""
    return ", ".join(map(code, words))
