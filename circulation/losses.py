"""What a translation between the vocabulary and a protocol cannot carry: declared beside it, counted, and documented.

A translation declares for each kind of record (an operation, an outcome, a message) the attributes that have no place
on the other side, and what becomes of them.  Tests hold the tables to the translation, in both directions: whatever
makes no difference to what is written or read has to be declared, and nothing else.
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from operator import attrgetter
from re import sub
from typing import Any, Final, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

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


def lost(
    kind: type[Any], named: str = "", *, usual: Mapping[str, Container[Any]] | None = None, **handled: str
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
    return Losses(kind, tuple(found.values()))


def words_of(name: str) -> str:
    """The name of a class as a name in metrics.

    >>> words_of("HoldState"), words_of("Item")
    ('hold-state', 'item')
    """
    return sub("(?<=[a-z])(?=[A-Z])", "-", name).lower()


class LossTable:
    """The losses of one translation in one direction, compiled: where nothing is lost, a look is one comparison."""

    def __init__(self, protocol: str, direction: Direction, *tables: Losses) -> None:
        self.protocol = protocol
        self.direction = direction
        self.tables: tuple[Losses, ...] = tables
        self._looks: dict[type[Any], _Looks] = {}
        by_kind = {each.kind: each for each in tables}
        for kind in by_kind:
            self._looks[kind] = _looks(kind, by_kind)

    def __iter__(self) -> Iterator[Loss]:
        """Every loss, in the order in which they were declared."""
        return (loss for each in self.tables for loss in each.losses)

    def found(self, value: object, *, profiled: bool = False) -> tuple[str, ...]:
        """By name: what of `value` is lost, and of the records in it; `profiled` if a profile places what it may.

        Of a list the first entry stands for all.
        """
        looks = self._looks.get(type(value))
        if looks is None:
            return _NOTHING
        names = looks.profiled(value) if profiled else looks.all(value)
        for name, many in looks.within:
            inner = getattr(value, name)
            if many:
                inner = inner[0] if inner else None
            if inner is not None:
                names += self.found(inner, profiled=profiled)
        return names


@record
class _Looks:
    """How the records of one kind are looked at."""

    all: "_Look"
    profiled: "_Look"
    within: tuple[tuple[str, bool], ...]
    """The records in it that may be missing, and whether they are a list."""


_Look: TypeAlias = Callable[[Any], tuple[str, ...]]
_NOTHING: Final[tuple[str, ...]] = ()


def _looks(kind: type[Any], by_kind: Mapping[type[Any], Losses]) -> _Looks:
    places = [(each.attribute, each) for each in by_kind[kind].losses if each.handling in COUNTED]
    within: list[tuple[str, bool]] = []
    for name, inner, is_there, many in _records_in(kind):
        if inner is not None and inner not in by_kind:
            continue
        if inner is not None and is_there and not _looks(inner, by_kind).within:
            places += [
                (f"{name}.{each.attribute}", each)
                for each in by_kind[inner].losses
                if each.handling in COUNTED
            ]
        else:
            within.append((name, many))
    by_profile = [each for each in places if each[1].handling is not Handling.BY_PROFILE]
    return _Looks(_look(places), _look(by_profile), tuple(within))


def _records_in(kind: type[Any]) -> Iterator[tuple[str, type[Any] | None, bool, bool]]:
    """The attributes that hold records, each with their kind (None for any), whether it is there, and whether they are many."""
    for name, hint in get_type_hints(kind).items():
        if isinstance(hint, TypeVar):
            yield name, None, True, False
            continue
        many = get_origin(hint) is Sequence
        within = [
            each for each in (get_args(hint) or (hint,)) if isinstance(each, type) and is_dataclass(each)
        ]
        if len(within) == 1:
            yield name, within[0], within[0] is hint, many


def _look(places: Sequence[tuple[str, Loss]]) -> _Look:
    """Looks at all `places` at once, and one by one only where something is said in one of them."""
    if not places:
        return _nothing_lost
    names = tuple(loss.what for _, loss in places)
    defaults = tuple(loss.default for _, loss in places)
    usual = tuple(loss.usual for _, loss in places)
    if len(places) == 1:
        value_of, (only,) = attrgetter(places[0][0]), [loss for _, loss in places]
        return lambda value: _NOTHING if _says_nothing(only, value_of(value)) else names
    values_of = attrgetter(*(path for path, _ in places))

    def found(value: Any) -> tuple[str, ...]:
        values = values_of(value)
        if values == defaults:
            return _NOTHING
        looked = zip(names, values, defaults, usual, strict=True)
        return tuple(name for name, each, default, silent in looked if each != default and each not in silent)

    return found


def _says_nothing(loss: Loss, value: Any) -> bool:
    return value == loss.default or value in loss.usual


def _nothing_lost(_: Any) -> tuple[str, ...]:
    return _NOTHING
