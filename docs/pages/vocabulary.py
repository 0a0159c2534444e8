"""What maps translate from and to: the operations, what each asks, and what there is to be read for it."""

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from softdock.adapters.declarative.shapes import Fields
from softdock.adapters.declarative.vocabulary import OPERATIONS, VOCABULARY
from softdock.circulation.journal import Effect
from softdock.docs.pages.text import Language, Words, code, listed, table
from softdock.mappings.rules.fields import Target
from softdock.mappings.shapes import Found, Kind, Shape

WORDS = Words("vocabulary")

_KINDS: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.TEXT: ("text", "文字"),
    Kind.NUMBER: ("whole number", "整数"),
    Kind.AMOUNT: ("amount", "金额"),
    Kind.DATE: ("day, or point in time", "日期，或时刻"),
    Kind.FLAG: ("`true` / `false`", "`true` / `false`"),
}
_ENTRY: Final = "[]."
"""In front of the names of entries, of which all lists have the same."""
_LIST: Final = "[]"
"""Behind the names of lists: one of them is something else as well."""
_MOST_WORDS: Final = 20
"""A closed list that is longer has a page of its own: the reasons."""

GROUPS: Final = (
    ("patron.", "Patrons", "读者"),
    ("item.", "Items", "馆藏"),
    (_ENTRY, "Entries of lists", "列表的项"),
    ("", "What was done", "操作结果"),
)
"""The tables of what is read, by how their names begin."""


def operations(language: Language) -> str:
    """A row for each operation."""
    heads = language.choose("operation|changes the books|what it is", "操作|更改数据|含义").split("|")
    yes, no = language.choose("yes", "是"), language.choose("no", "否")
    rows = [
        [
            code(name),
            yes if kind.changes else no,
            WORDS.say(f"operation.{name}", language, _sentence(OPERATIONS[name])),
        ]
        for name, kind in VOCABULARY.operations.items()
    ]
    return table(heads, rows)


def asked(language: Language) -> str:
    """A row for each value that requests can take, with the operations that have it."""
    heads = language.choose("path|kind|asked by|what it is", "路径|种类|哪些操作|含义").split("|")
    return table(heads, _rows("asked", _asked(), language))


def read(language: Language) -> str:
    """A table for each group of what can be read."""
    heads = language.choose("field|kind|read for|what it is", "字段|种类|用于|含义").split("|")
    rest, parts = dict(_read()), []
    for prefix, english, chinese in GROUPS:
        group = {key: rest.pop(key) for key in list(rest) if key.startswith(prefix)}
        parts += [f"### {language.choose(english, chinese)}", table(heads, _rows("read", group, language))]
    return "\n\n".join(parts)


def effects(language: Language) -> str:
    """What a look for the effect of an operation can come to."""
    heads = language.choose("effect|what it means", "结果|含义").split("|")
    rows = [[code(str(each.value)), WORDS.say(f"effect.{each.value}", language)] for each in Effect]
    return table(heads, rows)


def names() -> list[str]:
    """Every name that a map may use."""
    return [name.removeprefix(_ENTRY).removesuffix(_LIST) for name in (*_asked(), *_read())]


_Of = dict[str, tuple[Found | None, list[str]]]
"""By name: what it is, None for a list; and the operations that have it."""


def _asked() -> _Of:
    found: _Of = {}
    for operation, kind in VOCABULARY.operations.items():
        for name, each in _of(kind.asked):
            found.setdefault(name, (each, []))[1].append(operation)
    return found


def _read() -> _Of:
    found: _Of = {}
    for operation, kind in VOCABULARY.operations.items():
        for name, each in _within(kind.target):
            found.setdefault(name, (each, []))[1].append(operation)
    return found


def _within(target: Target) -> Iterator[tuple[str, Found | None]]:
    """The names of a record; those of the entries of its lists are said once for all lists."""
    yield from _of(target.shape)
    yield from target.words.items()
    for name, entries in target.lists.items():
        yield f"{name}{_LIST}", None
        if name != "items":  # which is said of items
            yield from ((f"{_ENTRY}{inner}", each) for inner, each in _of(entries.shape))


def _of(shape: Shape) -> Iterator[tuple[str, Found]]:
    assert isinstance(shape, Fields)
    for name in shape.names:
        found = shape.at(name)
        assert isinstance(found, Found)
        yield name, found


def _rows(group: str, found: _Of, language: Language) -> Iterable[list[str]]:
    every = len(VOCABULARY.operations)
    for name, (each, at) in found.items():
        where = language.choose("all", "全部") if len(at) == every else listed(at)
        yield [
            code(name.removeprefix(_ENTRY).removesuffix(_LIST)),
            _kind(name, each, language),
            where,
            WORDS.say(f"{group}.{name}", language),
        ]


def _kind(name: str, found: Found | None, language: Language) -> str:
    if found is None:
        return language.choose("list", "列表")
    if found.words and found.kind is Kind.WORD:
        many = len(found.words) > _MOST_WORDS
        words = (
            language.choose("[a reason](reasons.md)", "[原因](reasons.md)") if many else listed(found.words)
        )
        return language.choose(f"list of {words}", f"列表：{words}") if name == "patron.standing" else words
    if found.day:
        return language.choose("day", "日期")
    return language.choose(*_KINDS[found.kind])


def _sentence(operation: type) -> str:
    """The first paragraph of what is said of it."""
    return (inspect.getdoc(operation) or "").partition("\n\n")[0]
