"""What a translation between the vocabulary and a protocol cannot carry: declared beside it, counted, and documented.

A translation declares for each kind of record (an operation, an outcome, a message) the attributes that have no place
on the other side, and what becomes of them.  Tests hold the tables to the translation, in both directions: whatever
makes no difference to what is written or read has to be declared, and nothing else.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from re import sub
from typing import Any, Final, TypeAlias, get_args, get_origin, get_type_hints

from softdock.circulation.records import record
from softdock.circulation.words import Word


class Direction(Word):
    """Which way a value was lost."""

    REQUEST = "request"
    ANSWER = "answer"


class Handling(Word):
    """What becomes of a value that has no place on the other side."""

    DROPPED = "dropped"
    """Nobody over there learns it."""
    APPROXIMATED = "approximated"
    """It is told as what comes nearest to it, from which it cannot be told apart again."""
    BY_PROFILE = "by-profile"
    """The protocol has no place for it, but a profile may give it one."""
    HERE = "here"
    """It is dealt with on this side, and nothing of it is lost: a credential that was checked, a clock's time."""


COUNTED: Final = frozenset({Handling.DROPPED, Handling.APPROXIMATED, Handling.BY_PROFILE})

_UNSAID: Final = object()
"""Equal to no value: the default of what has none."""


@record
class Loss:
    """One value that is not carried, or not as it is."""

    what: str
    """Its name in the metric and in the reference: the kind of record, and the attribute."""
    attribute: str
    handling: Handling
    default: Any
    """With which nothing is said, and so nothing is lost."""
    usual: Container[Any] = ()
    """Other values with which nothing is lost."""


@record
class Losses:
    """What is lost of the records of one kind."""

    kind: type[Any]
    losses: tuple[Loss, ...]
    in_passing: frozenset[str]
    """The records in it that are told in passing: what they lose is counted where they are asked for."""


def lost(
    kind: type[Any],
    named: str = "",
    *,
    usual: Mapping[str, Container[Any]] | None = None,
    in_passing: str = "",
    **handled: str,
) -> Losses:
    """The losses of `kind`: by the handling, the attributes in one line, such as `dropped="hold desired_due"`.

    Raises ValueError for an attribute that there is not, or that is lost twice.
    """
    ways = {each.name.lower(): each for each in Handling}
    known = {each.name: each for each in fields(kind)}
    named = named or words_of(kind.__name__)
    found: dict[str, Loss] = {}
    for way, names in handled.items():
        for name in names.split():
            if name not in known or name in found:
                raise ValueError(f"{kind.__name__} has no {name}, or loses it twice")
            default = known[name].default
            if default is MISSING:
                factory = known[name].default_factory
                default = _UNSAID if factory is MISSING else factory()
            what = f"{named}.{name.replace('_', '-')}"
            found[name] = Loss(what, name, ways[way], default, (usual or {}).get(name, ()))
    return Losses(kind, tuple(found.values()), frozenset(in_passing.split()))


def words_of(name: str) -> str:
    """The name of a class as a name in metrics.

    >>> words_of("HoldState"), words_of("Item")
    ('hold-state', 'item')
    """
    return sub("(?<=[a-z])(?=[A-Z])", "-", name).lower()


Tally: TypeAlias = Counter[tuple[str, ...]]
"""How often what was lost together was lost, between one library and one protocol in one direction."""


class LossTable:
    """The losses of one translation in one direction, compiled to one function for each kind of record.

    Every answer comes by, so these are written for what they look at, as `dataclasses` does it: they ask for each
    attribute once, and call nothing.  Of a list the first entry stands for all.
    """

    def __init__(self, protocol: str, direction: Direction, *tables: Losses) -> None:
        self.protocol = protocol
        self.direction = direction
        self.tables: tuple[Losses, ...] = tables
        by_kind = {each.kind: each for each in tables}
        self._all = {each: _look(each, by_kind, COUNTED) for each in by_kind}
        self._profiled = {each: _look(each, by_kind, COUNTED - {Handling.BY_PROFILE}) for each in by_kind}

    def __iter__(self) -> Iterator[Loss]:
        """Every loss, in the order in which they were declared."""
        return (loss for each in self.tables for loss in each.losses)

    def found(self, value: object, *, profiled: bool = False) -> tuple[str, ...]:
        """By name: what of `value` is lost, and of the records in it; `profiled` if a profile places what it may."""
        look = (self._profiled if profiled else self._all).get(type(value))
        return _NOTHING if look is None else look(value)


_Look: TypeAlias = Callable[[Any], tuple[str, ...]]
_NOTHING: Final[tuple[str, ...]] = ()


def _look(kind: type[Any], by_kind: Mapping[type[Any], Losses], counted: frozenset[Handling]) -> _Look | None:
    """What looks for losses in a record; None where there can be none."""
    writing = _Writing(by_kind, counted)
    writing.look_into(kind, "value")
    if not writing.names:
        return None
    known = {**writing.known, "names": _Names(tuple(writing.names)), "nothing": _NOTHING}
    body = ["def found(value):", " lost = 0", *writing.lines, " return names[lost] if lost else nothing"]
    exec("\n".join(body), known)  # noqa: S102 - it is made of the names of our own attributes alone
    found: _Look = known["found"]
    return found


class _Writing:
    """The function that looks into records of one kind, as far as it is written."""

    def __init__(self, by_kind: Mapping[type[Any], Losses], counted: frozenset[Handling]) -> None:
        self._by_kind = by_kind
        self._counted = counted
        self.lines: list[str] = []
        self.names: list[str] = []
        """Of the losses, each a power of two to the function."""
        self.known: dict[str, Any] = {}
        """What values are compared with."""

    def look_into(self, kind: type[Any], place: str, indent: str = " ") -> None:
        """Write how to look into the record of `kind` that stands at `place`."""
        table = self._by_kind[kind]
        for loss in table.losses:
            if loss.handling in self._counted:
                said = self._says_something(f"{place}.{loss.attribute}", loss)
                self.lines.append(f"{indent}if {said}: lost |= {1 << len(self.names)}")
                self.names.append(loss.what)
        for name, inner, is_there, many in _records_in(kind):
            if inner in self._by_kind and name not in table.in_passing:
                self._look_within(inner, f"{place}.{name}", indent, is_there=is_there, many=many)

    def _look_within(self, inner: type[Any], place: str, indent: str, *, is_there: bool, many: bool) -> None:
        before, record = len(self.lines), f"record{len(self.lines)}"
        if not is_there:
            self.lines.append(f"{indent}if {place}:")
            indent += " "
        self.lines.append(f"{indent}{record} = {place}{'[0]' if many else ''}")
        written = len(self.lines)
        self.look_into(inner, record, indent)
        if len(self.lines) == written:
            del self.lines[before:]

    def _says_something(self, place: str, loss: Loss) -> str:
        """The condition under which something is lost at `place`."""
        default, usual = f"default{len(self.names)}", f"usual{len(self.names)}"
        self.known |= {default: loss.default, usual: loss.usual}
        if loss.default is _UNSAID:
            said = "True"
        elif loss.default is None or isinstance(loss.default, Word):
            said = f"{place} is not {default}"
        else:
            said = f"{place} != {default}" if loss.default else place
        return said if loss.usual == () else f"{said} and {place} not in {usual}"


class _Names(dict[int, tuple[str, ...]]):
    """The names of what is lost, by the sum of their powers."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def __missing__(self, lost: int) -> tuple[str, ...]:
        found = self[lost] = tuple(name for place, name in enumerate(self._names) if lost & 1 << place)
        return found


def _records_in(kind: type[Any]) -> Iterator[tuple[str, type[Any], bool, bool]]:
    """The attributes that hold records, each with their kind, whether it is always there, and whether they are many."""
    for name, hint in get_type_hints(kind).items():
        within = [
            each for each in (get_args(hint) or (hint,)) if isinstance(each, type) and is_dataclass(each)
        ]
        if len(within) == 1:
            yield name, within[0], within[0] is hint, get_origin(hint) is Sequence
