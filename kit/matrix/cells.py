"""The matrix as data: for each operation what its answer never tells on a way, and what is different beside that."""

from collections.abc import Mapping, Sequence
from dataclasses import field

from softdock.circulation.records import record
from softdock.kit.matrix.comparing import NOT_OFFERED, Difference, differences, path_of
from softdock.kit.matrix.playing import Played


@record
class Cell:
    """What one scenario comes to through a front, beside what it comes to directly."""

    name: str
    direct: str
    """The outcome."""
    through: str
    told: Sequence[Difference] = ()
    """What else is told, where the outcomes are the same; without what is `untold` anyway."""
    books: Sequence[Difference] = ()
    """What else stands in the books."""

    @property
    def is_same(self) -> bool:
        """Whether nothing is different beside what is untold."""
        return self.direct == self.through and not self.told and not self.books

    @property
    def is_offered(self) -> bool:
        """Whether the operation can be asked on this way."""
        return self.through != NOT_OFFERED


@record
class Row:
    """One operation on one way."""

    operation: str
    untold: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What no answer tells that would have been told directly: the paths, for those that are `done` and for others."""
    cells: Sequence[Cell] = ()


def rows(direct: Sequence[Played], through: Sequence[Played]) -> list[Row]:
    """What is different on a way, operation by operation; both were played in the same order."""
    pairs: dict[str, list[tuple[Played, Played]]] = {}
    for one, other in zip(direct, through, strict=True):
        assert one.scenario == other.scenario
        pairs.setdefault(one.scenario.kind, []).append((one, other))
    return [_row(operation, each) for operation, each in pairs.items()]


def _row(operation: str, pairs: Sequence[tuple[Played, Played]]) -> Row:
    untold = {
        how: paths
        for how in ("done", "refused")
        if (paths := sorted(_untold([pair for pair in pairs if _how(pair) == how])))
    }
    cells = [_cell(*pair, untold.get(_how(pair), ())) for pair in pairs]
    return Row(operation, untold, cells)


def _how(pair: tuple[Played, Played]) -> str:
    """`done` or `refused` where both came to the same."""
    direct, through = (each.came.outcome for each in pair)
    if direct != through:
        return "differently"
    return "done" if direct == "done" else "refused"


def _untold(pairs: Sequence[tuple[Played, Played]]) -> set[str]:
    """Paths that are told directly by one of them at least, and through the front by none."""
    direct = {path_of(path) for one, _ in pairs for path in one.came.told}
    return direct - {path_of(path) for _, other in pairs for path in other.came.told}


def _cell(direct: Played, through: Played, untold: Sequence[str]) -> Cell:
    outcomes = direct.came.outcome, through.came.outcome
    books: Sequence[Difference] = ()
    if NOT_OFFERED not in outcomes:
        books = differences(direct.books, through.books)
    if outcomes[0] != outcomes[1]:
        return Cell(direct.scenario.name, *outcomes, books=books)
    told = [each for each in differences(direct.came.told, through.came.told) if each.path not in untold]
    return Cell(direct.scenario.name, *outcomes, told, books)
