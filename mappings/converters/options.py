"""What may be written for the options of converters, beside the kinds of `mappings.written`."""

import re
from typing import Final

from softdock.mappings.positions import Series, Table
from softdock.mappings.written import Written, mistake, shown, text_of, whole

CHARSETS: Final = (
    "utf-8", "gb18030", "gbk", "gb2312", "big5", "ascii", "iso-8859-1", "iso-8859-2", "windows-1250", "windows-1252",
    "cp850", "euc-kr", "shift_jis",
)  # fmt: skip
"""Charsets that a converter may be told to use, by names that Python knows as well; none of them keeps a state."""
_MOST_TEXTS = 100
_MOST_CHARACTERS = 255
_PLACE = re.compile(r"-?[1-9]\d{0,4}", re.ASCII)


def _short(value: object) -> str:
    text = text_of(value)
    if len(text) > _MOST_CHARACTERS:
        raise mistake(f"This has {len(text)} characters.", f"Shorten it to {_MOST_CHARACTERS}.")
    return text


def _read_texts(value: object) -> tuple[str, ...]:
    """One text, or several in a list; each may be empty."""
    texts = tuple(map(_short, value)) if isinstance(value, Series) else (_short(value),)
    if not texts:
        raise mistake("This list is empty.", "Write a text, or leave the key out.")
    if len(texts) > _MOST_TEXTS:
        raise mistake(f"This list has {len(texts)} texts.", f"There may be {_MOST_TEXTS}.")
    twice = next((each for at, each in enumerate(texts) if each in texts[:at]), None)
    if twice is not None:
        raise mistake(f"{shown(twice)} is written twice.", "Leave one of them out.")
    return texts


def _read_pairs(value: object) -> tuple[tuple[str, str], ...]:
    """A table of what is looked for and what stands there instead."""
    remedy = 'Write what is replaced and by what: {"/": "-"}.'
    if not isinstance(value, Table) or not value:
        raise mistake(f"{shown(value)} is not a table of texts.", remedy)
    if len(value) > _MOST_TEXTS:
        raise mistake(f"This table has {len(value)} texts.", f"There may be {_MOST_TEXTS}.")
    if "" in value:
        raise mistake("An empty text is everywhere.", remedy)
    return tuple((_short(old), _short(new)) for old, new in value.items())


def _read_place(value: object) -> int:
    """Counted from 1; from the end with a minus."""
    remedy = "Count from 1, or from the end with -1."
    text = text_of(value, remedy)
    if _PLACE.fullmatch(text) is None:
        raise mistake(f"{shown(value)} is no place.", remedy)
    return int(text)


def _read_separator(value: object) -> str:
    text = _short(value)
    if not text:
        raise mistake("An empty text is everywhere.", "Write what stands between two parts.")
    return text


def _read_charset(value: object) -> str:
    text = text_of(value, f"Choose one of {', '.join(CHARSETS)}.")
    name = text.lower()
    if name not in CHARSETS:
        raise mistake(
            f"{shown(value)} is not a charset that is known here.", f"There are {', '.join(CHARSETS)}."
        )
    return name


def _read_pattern(value: object) -> str:
    text = _short(value)
    if not text:
        raise mistake("An empty pattern finds nothing.", 'Write it like "^id:(.+)$".')
    return text


_TEXT_SCHEMA = {"type": "string", "maxLength": _MOST_CHARACTERS}
TEXT = Written(_short, _TEXT_SCHEMA)
# An editor takes 1 and true for what they are in YAML.
_ONE_OF_TEXTS = {"anyOf": [{"type": each} for each in ("string", "number", "boolean")]}
TEXTS = Written(
    _read_texts, {"anyOf": [_ONE_OF_TEXTS, {"type": "array", "items": _ONE_OF_TEXTS, "minItems": 1}]}
)
PAIRS = Written(_read_pairs, {"type": "object", "additionalProperties": _TEXT_SCHEMA})
PLACE = Written(_read_place, {"type": "integer", "not": {"const": 0}})
SEPARATOR = Written(_read_separator, {**_TEXT_SCHEMA, "minLength": 1})
CHARSET = Written(_read_charset, {"enum": list(CHARSETS)})
PATTERN = Written(_read_pattern, {**_TEXT_SCHEMA, "minLength": 1})
COUNT = whole(0, 9999)
WIDTH = whole(1, 9999)
