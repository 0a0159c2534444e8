"""Merged files as YAML, each line with the place where it is written: a site sees what it changes and what it inherits."""

import json
import re
from collections.abc import Iterator
from typing import TypeAlias

from softdock.mappings.positions import Node, Series, Table, Text
from softdock.mappings.problems import Place

Line: TypeAlias = tuple[str, Place]
"""One line of YAML, and where it is written."""

_STEP = "  "
_PLAIN = re.compile(r"[^\W\d]([\w./@()+*=<>$;-]| (?=[\w./@(<]))*|/[\w./-]*|[1-9][0-9]{0,3}|0")
_LONGEST = 100


def lines_of(table: Table) -> Iterator[Line]:
    """`table` line by line.  What one line of one file holds stays on one line."""
    yield from _table(table, "")


def _table(table: Table, indent: str) -> Iterator[Line]:
    for key, node in table.items():
        yield from _behind(f"{indent}{_text(key)}:", node, table.key_place(key), indent)


def _behind(head: str, node: Node, place: Place, indent: str) -> Iterator[Line]:
    """`node` behind `head`, on the same line where it can be."""
    if _stays_on(node, place, head):
        yield f"{head} {flow(node)}", node.place if isinstance(node, Text) else place
        return
    yield head, place
    assert not isinstance(node, Text)  # a text stays on the line of its key
    yield from _table(node, indent + _STEP) if isinstance(node, Table) else _series(node, indent + _STEP)


def _series(series: Series, indent: str) -> Iterator[Line]:
    for node in series:
        if isinstance(node, Table) and not _stays_on(node, node.place, f"{indent}-"):
            first, *others = _table(node, indent + _STEP)
            yield f"{indent}- {first[0].lstrip()}", first[1]
            yield from others
        else:
            yield from _behind(f"{indent}-", node, node.place, indent)


def _stays_on(node: Node, place: Place, head: str) -> bool:
    """Whether `node` goes on one line behind `head`: where it is written on one line, and short."""
    if isinstance(node, Text) or not node:
        return True
    return len(head) + len(flow(node)) < _LONGEST and all(
        (each.file, each.line) == (place.file, place.line) for each in _places(node)
    )


def _places(node: Node) -> Iterator[Place]:
    yield node.place
    if isinstance(node, Table):
        yield from (node.key_place(key) for key in node)
    if not isinstance(node, Text):
        for each in node.values() if isinstance(node, Table) else node:
            yield from _places(each)


def flow(node: Node) -> str:
    """`node` on one line."""
    if isinstance(node, Table):
        return "{" + ", ".join(f"{_text(key)}: {flow(each)}" for key, each in node.items()) + "}"
    if isinstance(node, Series):
        return "[" + ", ".join(map(flow, node)) + "]"
    return _text(node)


def _text(text: str) -> str:
    return str(text) if _PLAIN.fullmatch(text) else json.dumps(str(text), ensure_ascii=False)
