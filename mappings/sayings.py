"""How a file says what a partner or a system says for words of a closed list, in both directions or in one.

lost: Long Overdue                    told, and understood
lost: [Long Overdue, Aged, Gone]      the first is told, all are understood
other: {told: Unknown}                told, and understood as before
lost: {heard: [Aged, Gone]}           understood; told as before
whisper-tape: []                      not told at all
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from softdock.mappings.problems import quoted, suggestion
from softdock.mappings.written import Written, mistake, shown

_Word = TypeVar("_Word")

_FORMS: Final = "Write a text, a list of texts, or {told: ..., heard: [...]}."
_KEYS: Final = ("told", "heard")
MOST_TEXTS: Final = 64
"""Texts that may be understood for one word."""


@dataclass(slots=True, frozen=True)
class Saying:
    """What is said for one word."""

    told: str | None = None
    """"" if it is not told at all; None if it is told as before."""
    heard: tuple[str, ...] = ()
    """What is understood as the word, beside what was before."""


def saying(text: Written) -> Written:
    """What is said for one word, in any of the forms; `text` is what a single text is written like."""

    def one(value: object) -> str:
        return str(text.read(value))

    def several(value: object) -> tuple[str, ...]:
        if not isinstance(value, list | tuple):
            return (one(value),)
        if len(value) > MOST_TEXTS:
            raise mistake(f"These are {len(value)} texts.", f"Write {MOST_TEXTS} at most.")
        return tuple(map(one, value))

    def read(value: object) -> Saying:
        if isinstance(value, Saying):
            return value
        if not isinstance(value, dict):
            texts = several(value)
            return Saying(texts[0] if texts else "", texts)
        if not value:
            raise mistake("An empty table says nothing.", _FORMS)
        for key in value:
            if key not in _KEYS:
                raise mistake(f"{shown(key)} is not known here.", suggestion(str(key), _KEYS, "There are"))
        told = value.get("told")
        return Saying(
            None if told is None else "" if told == [] else one(told),
            several(value["heard"]) if "heard" in value else (),
        )

    texts = {"type": "array", "items": dict(text.schema), "maxItems": MOST_TEXTS}
    either = {"anyOf": [dict(text.schema), texts]}
    table = {
        "type": "object",
        "properties": {"told": {"anyOf": [dict(text.schema), {"type": "array", "maxItems": 0}]}, "heard": either},
        "additionalProperties": False,
        "minProperties": 1,
    }  # fmt: skip
    return Written(read, {"anyOf": [*either["anyOf"], table]})


def ambiguous(
    sayings: Mapping[_Word, Saying], named: Callable[[_Word], str], same: Callable[[str], str] = str
) -> list[str]:
    """A sentence for each text that is to be understood as two words; `same` is what two spellings have in common."""
    found: dict[str, _Word] = {}
    sentences = []
    for word, each in sayings.items():
        for text in each.heard:
            first = found.setdefault(same(text), word)
            if first != word:
                sentences.append(f"{quoted(text)} means both {named(first)} and {named(word)}.")
    return list(dict.fromkeys(sentences))


def checked(
    sayings: dict[_Word, Saying],
    *,
    named: Callable[[_Word], str],
    same: Callable[[str], str] = str,
    needed: Any = (),
) -> dict[_Word, Saying]:
    """`sayings`, if they can be understood and every word that is `needed` is told.  Raises what `mistake` makes."""
    sentences, remedies = ambiguous(sayings, named, same), []
    if sentences:
        remedies.append("Write {told: ...} for the word that is not meant when it is heard.")
    unsaid = [named(word) for word, each in sayings.items() if each.told == "" and word in needed]
    if unsaid:
        sentences.append(f"There has to be a text for {', '.join(unsaid)}: messages require one.")
        remedies.append("Write one, or leave the word out to tell the standard's.")
    if sentences:
        raise mistake(" ".join(sentences), " ".join(remedies))
    return sayings
