"""The matrix as plain data, for a file that shows each change of behaviour as a difference."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from softdock.kit.matrix.cells import Cell, Row, rows
from softdock.kit.matrix.comparing import Change, Difference
from softdock.kit.matrix.explaining import reasons_of, reasons_untold
from softdock.kit.matrix.links import FRONTS
from softdock.kit.matrix.playing import Played, played
from softdock.kit.matrix.systems import ENDS

SYSTEMS: Final[Mapping[str, tuple[str, ...]]] = {
    "inhouse": ("inhouse",),
    **{front: (front, "inhouse") for front in FRONTS},
    **{end: (end,) for end in ENDS if end != "inhouse"},
}
"""The systems behind, each with its stations: another SoftDock, or one that is described by YAML."""

UNEXPLAINED: Final = "unexplained"


@cache
def directly(system: str) -> Sequence[Played]:
    """What comes of every scenario where the system is asked without a front."""
    return played(*SYSTEMS[system])


def through(front: str, system: str) -> list[Row]:
    """What is different through this front."""
    return rows(directly(system), played(front, *SYSTEMS[system]))


def outcomes(system: str) -> dict[str, dict[str, str]]:
    """What the system answers directly: the outcome of each scenario, by operation."""
    found: dict[str, dict[str, str]] = {}
    for each in directly(system):
        found.setdefault(each.scenario.kind, {})[each.scenario.name] = each.came.outcome
    return found


def written(front: str, found: Sequence[Row]) -> dict[str, Any]:
    """What is different through this front, as plain data."""
    return {row.operation: dict(_row(front, row)) for row in found}


def _row(front: str, row: Row) -> Iterator[tuple[str, Any]]:
    if row.untold:
        yield "untold", {how: " ".join(paths) for how, paths in row.untold.items()}
        yield "why", _names(name for _, name in reasons_untold(front, row))
    yield "cells", {cell.name: _cell(front, row, cell) for cell in row.cells}


def _cell(front: str, row: Row, cell: Cell) -> Any:
    outcome = cell.direct if cell.direct == cell.through else f"{cell.direct} -> {cell.through}"
    if cell.is_same:
        return outcome
    parts = {**_differences("", cell.told), **_differences("books ", cell.books)}
    return {"outcome": outcome, "why": _names(name for _, name in reasons_of(front, row, cell)), **parts}


def _differences(prefix: str, found: Sequence[Difference]) -> dict[str, Any]:
    lost = dict.fromkeys(each.path for each in found if each.change is Change.LOST)
    other = [
        f"{each.path}: {each.direct or '-'} -> {each.through}"
        for each in found
        if each.change is not Change.LOST
    ]
    return {
        **({f"{prefix}lost": " ".join(lost)} if lost else {}),
        **({f"{prefix}other": other} if other else {}),
    }


def _names(names: Iterable[str]) -> str:
    return " ".join(sorted({name or UNEXPLAINED for name in names}))
