"""JSON, read by paths of JMESPath.

A path begins at the cursor, or at the root if it begins with `$.`; `@key` is the name under which the cursor's value, or
one around it, was found when `each` walked an object by its names.

Nothing is lost of how a number was written: `10.0` stays "10.0".  A truth value is "true" or "false"; null is not there.
Of a name that occurs twice in an object the last counts.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from softdock.mappings.documents import jmespaths
from softdock.mappings.documents.bounds import (
    DEEPEST,
    LONGEST_NUMBER,
    MOST_VALUES,
    path_too_long,
    within_length,
    within_number,
)
from softdock.mappings.documents.charsets import decoded
from softdock.mappings.documents.jmespaths import Number, text_of
from softdock.mappings.documents.options import CHARSET, Options
from softdock.mappings.documents.protocol import DocumentError, Format, Many, Table
from softdock.mappings.positions import Table as Written
from softdock.mappings.problems import Place, Problem
from softdock.mappings.shapes import Found, Kind, NotFound

OPTIONS: Final[Mapping[str, str]] = {"charset": CHARSET}

KEY: Final = "@key"
"""The path that leads to the name under which `each` found a value."""


class _Document:
    """What all cursors of one document share."""

    __slots__ = ("indexes", "root")

    def __init__(self, root: Any) -> None:
        self.root = root
        self.indexes: dict[tuple[str, str], dict[str, JsonCursor]] = {}
        """Entries of tables by their keys, each table's made when it is first asked."""


class JsonCursor:
    """A value, and the name under which it or one around it was found."""

    __slots__ = ("document", "key", "value")

    def __init__(self, value: Any, key: str | None, document: _Document) -> None:
        self.value = value
        self.key = key
        self.document = document


_Take: TypeAlias = Callable[[JsonCursor], Any]
"""The value at a path; None for nothing."""


def make(options: Written | None, place: Place) -> "Json | list[Problem]":
    """The format with `options`, or everything that is wrong with them."""
    taken = Options(options, place, OPTIONS)
    charset = taken.charset()
    return taken.problems or Json(charset)


class Json(Format):
    """JSON, of the charset that the map names, or of the one that it is found to have."""

    name = "json"
    itself = "@"

    def __init__(self, charset: str = "") -> None:
        self._charset = charset

    def parse(self, data: Any, charset: str = "") -> JsonCursor:
        root = _parsed(decoded(data, self._charset, charset))
        return JsonCursor(root, None, _Document(root))

    def without(self, cursor: JsonCursor, names: frozenset[str]) -> None:
        left = [cursor.document.root]
        while left:
            value = left.pop()
            if isinstance(value, dict):
                for name in names & value.keys():
                    if value[name] is not None:
                        value[name] = ""
                left += value.values()
            elif isinstance(value, list):
                left += value

    def at(self, path: str) -> Found | NotFound:
        """A list of exactly one value gives that value; any other list, and an object, gives nothing."""
        take = _taking(path)
        if isinstance(take, NotFound):
            return take

        def get(cursor: JsonCursor) -> str | None:
            value = take(cursor)
            if value.__class__ is str:
                return value
            if value.__class__ is list:
                value = value[0] if len(value) == 1 else None
            return text_of(value)

        return Found(Kind.TEXT, get)

    def presence(self, path: str) -> Callable[[JsonCursor], bool] | NotFound:
        """Null is not there, and neither is a list without members: a filter that fits nothing gives one."""
        take = _taking(path)
        if isinstance(take, NotFound):
            return take

        def present(cursor: JsonCursor) -> bool:
            value = take(cursor)
            return value is not None and value != []

        return present

    def each(self, path: str, *, keyed: bool = False) -> Many | NotFound:
        """The members of a list; what is no list counts as a list of one.

        With `keyed`, the values of an object, each with its name; the members of a list have none.
        """
        take = _taking(path)
        if isinstance(take, NotFound):
            return take

        def members(cursor: JsonCursor) -> Sequence[JsonCursor]:
            return within_number(
                [JsonCursor(value, cursor.key, cursor.document) for value in _members(take(cursor))]
            )

        def entries(cursor: JsonCursor) -> Sequence[JsonCursor]:
            value = take(cursor)
            if not isinstance(value, dict):
                return members(cursor)
            within_number(list(value))
            return [
                JsonCursor(value, key, cursor.document) for key, value in value.items() if value is not None
            ]

        return Many(entries if keyed else members)

    def all(self, path: str) -> Callable[[JsonCursor], Sequence[str]] | NotFound:
        take = _taking(path)
        if isinstance(take, NotFound):
            return take

        def texts(cursor: JsonCursor) -> Sequence[str]:
            members = within_number(_members(take(cursor)))
            return within_length(text for value in members if (text := text_of(value)) is not None)

        return texts

    def table(self, path: str, key: str) -> Table | NotFound:
        entries = self.each(_from_root(path), keyed=not key)
        if isinstance(entries, NotFound):
            return entries
        key_of = self.at(key or KEY)
        if isinstance(key_of, NotFound):
            return key_of

        def entry(cursor: JsonCursor, wanted: str) -> JsonCursor | None:
            indexes = cursor.document.indexes
            index = indexes.get((path, key))
            if index is None:
                index = indexes[path, key] = {}
                for each in entries.get(JsonCursor(None, None, cursor.document)):
                    name = key_of.get(each)
                    if name is not None:
                        index.setdefault(name, each)
            return index.get(wanted)

        return Table(entry)

    def root(self, cursor: JsonCursor) -> str:
        return ""

    def text(self, cursor: JsonCursor) -> str:
        """Every value's text, each on a line of its own; without names, which the system's programmers chose."""
        return "\n".join(_texts(cursor.document.root))

    def line(self, cursor: JsonCursor) -> int:
        return 0


def _members(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [each for each in value if each is not None]
    return [] if value is None else [value]


def _texts(value: Any) -> list[str]:
    """Recursion ends at DEEPEST."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    text = text_of(value)
    return [] if text is None else [text]


# What a path takes.

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
"""Names with points between them: most paths, taken without JMESPath, which has no other meaning for them."""


def _from_root(path: str) -> str:
    return path if path == "$" or path.startswith("$.") else f"$.{path}"


def _taking(path: str) -> _Take | NotFound:
    if (wrong := path_too_long(path)) is not None:
        return wrong
    if path == KEY:
        return lambda cursor: cursor.key
    if path == "$":
        return lambda cursor: cursor.document.root
    relative = path.removeprefix("$.")
    if _PLAIN.fullmatch(relative):
        names = relative.split(".")
        search: Callable[[Any], Any] = _named(names[0]) if len(names) == 1 else _stepping(names)
    else:
        compiled = jmespaths.compiled(relative)
        if isinstance(compiled, NotFound):
            return compiled
        search = compiled
    if relative == path:
        return lambda cursor: search(cursor.value)
    return lambda cursor: search(cursor.document.root)


def _named(name: str) -> Callable[[Any], Any]:
    return lambda value: value.get(name) if value.__class__ is dict else None


def _stepping(names: Sequence[str]) -> Callable[[Any], Any]:
    def search(value: Any) -> Any:
        for name in names:
            if value.__class__ is not dict:
                return None
            value = value.get(name)
        return value

    return search


# How a text becomes values.

_STRING: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_BRACKET: Final = re.compile(r"[\[\]{}]")
_ESCAPE: Final = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_PAGE: Final = re.compile(r"\s*<")


def _parsed(text: str) -> Any:
    _bounded(text)
    if "\\ud" in text or "\\uD" in text:
        text = _ESCAPE.sub(_paired, text)
    try:
        return json.loads(text, strict=False, parse_int=_number, parse_float=_number, parse_constant=_refused)
    except json.JSONDecodeError as error:
        if not text or text.isspace():
            raise DocumentError("The document is empty.") from None
        if _PAGE.match(text):
            raise DocumentError("This is an HTML page or XML, not the JSON of a reply.") from None
        ends = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        cause = "it breaks off" if ends else "it breaks a rule of JSON"
        raise DocumentError(f"This is no JSON, line {error.lineno}, column {error.colno}: {cause}.") from None


def _bounded(text: str) -> None:
    """Refuse what lies too deep or has too many values, before anything recurses."""
    opened = text.count("[") + text.count("{")
    if opened <= DEEPEST and text.count(",") + opened < MOST_VALUES:
        return  # whatever stands within texts
    bare = _STRING.sub("", text)
    if bare.count(",") + bare.count("[") + bare.count("{") >= MOST_VALUES:
        raise DocumentError(f"The document has more than {MOST_VALUES} values.")
    depth = 0
    for bracket in _BRACKET.findall(bare):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST:
            raise DocumentError(f"There are more than {DEEPEST} lists and objects within each other.")


def _paired(escape: re.Match[str]) -> str:
    """`escape`, or the replacement character for half of one that takes two."""
    return "\\ufffd" if escape["half"] else escape[0]


def _number(written: str) -> Number:
    number = Number.read(written)
    if number is None:
        raise DocumentError(f"A number is longer than {LONGEST_NUMBER} digits.")
    return number


def _refused(word: str) -> None:
    raise DocumentError(f"{word} is no value of JSON.")
