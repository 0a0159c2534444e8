"""Short ways to read replies in tests: of a format, with a path that is known to be good."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from softdock.mappings.documents.protocol import Cursor, DocumentError, Format
from softdock.mappings.positions import Node, Table, read_yaml
from softdock.mappings.problems import NOWHERE
from softdock.mappings.shapes import NotFound


def options(text: str) -> Table:
    """The options of a format as a map has them."""
    root: Node | None = read_yaml(text, "a.yaml").root
    assert isinstance(root, Table)
    return root


def made(make: Any, text: str = "") -> Any:
    """The format that `make` makes of the options in `text`."""
    format_ = make(options(text) if text else None, NOWHERE)
    assert not isinstance(format_, list), format_
    return format_


def problems(make: Any, text: str) -> str:
    """What is wrong with the options in `text`."""
    found = make(options(text), NOWHERE)
    assert isinstance(found, list)
    return "\n".join(map(str, found))


def value(format_: Format, cursor: Cursor, path: str) -> str | None:
    found = format_.at(path)
    assert not isinstance(found, NotFound), found
    text: str | None = found.get(cursor)
    return text


def values(format_: Format, cursor: Cursor, path: str) -> list[str]:
    take = format_.all(path)
    assert not isinstance(take, NotFound), take
    return list(take(cursor))


def places(format_: Format, cursor: Cursor, path: str, *, keyed: bool = False) -> Sequence[Cursor]:
    many = format_.each(path, keyed=keyed)
    assert not isinstance(many, NotFound), many
    return many.get(cursor)


def present(format_: Format, cursor: Cursor, path: str) -> bool:
    is_there = format_.presence(path)
    assert not isinstance(is_there, NotFound), is_there
    return is_there(cursor)


def entry(format_: Format, cursor: Cursor, path: str, key: str, wanted: str) -> Cursor | None:
    table = format_.table(path, key)
    assert not isinstance(table, NotFound), table
    return table.get(cursor, wanted)


def refusal(found: object) -> str:
    """Why there is no such path."""
    assert isinstance(found, NotFound)
    return f"{found.sentence} {found.remedy}".rstrip()


def follow_in_every_way(format_: Format, cursor: Cursor, path: str) -> None:
    """Follow `path`, if it is one: what comes of it is what `Format` promises, or a DocumentError."""
    found = format_.at(path)
    if not isinstance(found, NotFound):
        with suppress(DocumentError):
            text = found.get(cursor)
            assert text is None or isinstance(text, str)
    is_there = format_.presence(path)
    if not isinstance(is_there, NotFound):
        with suppress(DocumentError):
            assert is_there(cursor) in {True, False}
    take = format_.all(path)
    if not isinstance(take, NotFound):
        with suppress(DocumentError):
            assert all(isinstance(text, str) for text in take(cursor))
    for keyed in (False, True):
        many = format_.each(path, keyed=keyed)
        if not isinstance(many, NotFound):
            with suppress(DocumentError):
                for place in many.get(cursor):
                    assert isinstance(format_.line(place), int)
    for key in ("", path):
        table = format_.table(path, key)
        if not isinstance(table, NotFound):
            with suppress(DocumentError):
                assert table.get(cursor, "no such key") is None
