"""Statements: built by SQLAlchemy Core, compiled once for each kind of database, run on the driver's cursor.

Core knows the differences of dialects; executing through it costs several times what SQLite itself needs for a row,
and a checkout runs half a dozen statements.  Values are bound, always; columns hold integers, texts, bytes and truth
values only, which both drivers take and give as they are.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

Row: TypeAlias = tuple[Any, ...]
Bind: TypeAlias = Callable[[Sequence[Any]], Sequence[Any]]


class Statement:
    """One statement.  `names` are its bind parameters in the order in which their values will be given."""

    __slots__ = ("_compiled", "_core", "_names")

    def __init__(self, core: sa.Executable | Mapping[str, sa.Executable], *names: str) -> None:
        """`core` may differ from dialect to dialect, by the dialect's name."""
        self._core = core
        self._names = names
        self._compiled: dict[str, tuple[str, Bind]] = {}

    def on(self, dialect: Dialect) -> tuple[str, Bind]:
        """The text for `dialect`, and what puts values into the order of its place-holders."""
        known = self._compiled.get(dialect.name)
        if known is None:
            known = self._compiled[dialect.name] = self._compile(dialect)
        return known

    def _compile(self, dialect: Dialect) -> tuple[str, Bind]:
        core = self._core[dialect.name] if isinstance(self._core, Mapping) else self._core
        compiled: Any = core.compile(dialect=dialect)  # type: ignore[attr-defined]
        order: list[str] = compiled.positiontup or []
        if order == list(self._names):
            return str(compiled), _as_they_are
        places = [self._names.index(name) if name in self._names else None for name in order]
        constants = [compiled.params.get(name) for name in order]

        def bind(values: Sequence[Any]) -> Sequence[Any]:
            return [
                constant if place is None else values[place]
                for place, constant in zip(places, constants, strict=True)
            ]

        return str(compiled), bind


def upsert(table: sa.Table, key: Sequence[str], values: Sequence[str], replaced: Sequence[str]) -> Statement:
    """Insert `values` into `table`; where a row has the same `key`, put those that are `replaced` in its place.

    With nothing to be replaced such a row stays as it is.  Takes the values in their order.
    """
    cores: dict[str, sa.Executable] = {}
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert)):
        core: Any = insert(table).values({each: sa.bindparam(each) for each in values})
        if replaced:
            new = {each: core.excluded[each] for each in replaced}
            cores[name] = core.on_conflict_do_update(index_elements=list(key), set_=new)
        else:
            cores[name] = core.on_conflict_do_nothing(index_elements=list(key))
    return Statement(cores, *values)


def _as_they_are(values: Sequence[Any]) -> Sequence[Any]:
    return values


class _RowOf(sa.types.UserDefinedType[Any]):
    """The type that PostgreSQL has for the rows of a table."""

    cache_ok = True

    def __init__(self, table: str) -> None:
        self._table = table

    def get_col_spec(self, **_: Any) -> str:
        """The name of the type, which is that of the table."""
        return self._table


class Bulk:
    """A statement for many rows at one time, whose columns are `names`.

    SQLite runs `each` for one row after the other, in the process itself.  PostgreSQL is sent all rows as one JSON text,
    which `together` takes apart with json_populate_recordset: a message, and the work of the driver, for each would cost
    more than the rows themselves.
    """

    __slots__ = ("_names", "_together", "each")

    def __init__(
        self,
        table: sa.Table,
        names: Sequence[str],
        each: Statement,
        together: Callable[[sa.TableValuedAlias], sa.Executable],
    ) -> None:
        """`together` makes the statement of all rows, which are columns of `table`, as something to select from."""
        self.each = each
        self._names = tuple(names)
        rows = sa.func.json_populate_recordset(
            sa.cast(sa.null(), _RowOf(table.name)), sa.cast(sa.bindparam("rows"), sa.JSON)
        ).table_valued(*(sa.column(name) for name in names), name="rows")
        self._together = Statement(together(rows), "rows")

    def on(self, dialect: Dialect, rows: Sequence[Sequence[Any]]) -> tuple[Statement, str] | None:
        """The statement for all of `rows`, and what it takes; None if there is to be one for each."""
        if dialect.name != "postgresql":
            return None
        names = self._names
        text = _encode([dict(zip(names, row, strict=True)) for row in rows])
        # A device may send a NUL, which a text of PostgreSQL cannot hold.
        return self._together, text.replace("\\u0000", "\\ufffd")


def _hexadecimal(value: object) -> str:
    """Bytes as PostgreSQL reads them."""
    if not isinstance(value, bytes):
        raise TypeError(type(value).__name__)
    return f"\\x{value.hex()}"


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_hexadecimal).encode


class KeyedSelect:
    """A select for any number of keys: `core` where `column` is one of them.

    Asks for 1, 4, 16, 64 or 256 at a time, so that few different texts have to be parsed and planned.
    """

    SIZES = (1, 4, 16, 64, 256)

    def __init__(self, core: "sa.Select[Any]", column: "sa.ColumnElement[Any]", *names: str) -> None:
        """`names` are further bind parameters of `core`, the same for all keys."""
        self._by_size = {size: self._statement(core, column, names, size) for size in self.SIZES}

    @staticmethod
    def _statement(
        core: "sa.Select[Any]", column: "sa.ColumnElement[Any]", names: tuple[str, ...], size: int
    ) -> Statement:
        keys = [f"key_{number}" for number in range(size)]
        binds = [sa.bindparam(key, type_=column.type) for key in keys]
        condition = column == binds[0] if size == 1 else column.in_(binds)
        return Statement(core.where(condition), *keys, *names)

    def portions(
        self, keys: Iterable[Any], values: Sequence[Any] = ()
    ) -> Iterable[tuple[Statement, list[Any]]]:
        """Statements, each with its values, that together ask for all of `keys`."""
        left = list(keys)
        while left:
            portion, left = left[: self.SIZES[-1]], left[self.SIZES[-1] :]
            size = next(size for size in self.SIZES if size >= len(portion))
            yield self._by_size[size], [*portion, *portion[-1:] * (size - len(portion)), *values]
