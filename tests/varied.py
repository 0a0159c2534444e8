"""Records of the vocabulary, and the same with one attribute changed: what makes no difference is not carried.

A new attribute is varied as soon as it is declared, and one of a type that is not known here fails the test.
"""

import itertools
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum

from softdock.circulation.identifiers import Secret
from softdock.circulation.money import Money

_ATOMS = {
    str: ["", "1", "06", "en", "Anna"],
    bool: [False, True],
    int: [1, 2, 3],
    date: [date(2026, 2, 1), date(2026, 3, 1)],
    datetime: [datetime(2026, 2, 1, 8, tzinfo=UTC), datetime(2026, 3, 1, 9, 30, tzinfo=UTC)],
    Money: [Money(150, "CNY"), Money(275, "CNY"), Money(150, "EUR")],
    Secret: [Secret("1234"), Secret("5678")],
    type(None): [None],
}


def several(hint):  # noqa: PLR0911
    """Values of a type, no two alike."""
    hint = getattr(hint, "__supertype__", hint)
    origin, within = typing.get_origin(hint), typing.get_args(hint)
    if hint in _ATOMS:
        return list(_ATOMS[hint])
    if origin in {typing.Union, types.UnionType}:
        return [value for each in within for value in several(each)]
    if origin is frozenset:
        return [frozenset(), *(frozenset({each}) for each in several(within[0]))]
    if origin in {tuple, Sequence}:
        if len(within) == 2 and within[1] is not Ellipsis:
            return [tuple(several(each)[number] for each in within) for number in (-1, -2)]
        return [(), *((each,) for each in several(within[0])[:2])]
    if origin is Mapping:
        return [{}, {"own": "1"}]
    if is_dataclass(hint):
        return [full(hint)]
    if issubclass(hint, Enum):
        return list(hint)
    assert issubclass(hint, str), hint
    return [hint(each) for each in _ATOMS[str][1:]]


def full(kind, **said):
    """A record in which everything is said."""
    hints = typing.get_type_hints(kind)
    return kind(**{each.name: said.get(each.name, _something(hints[each.name])) for each in fields(kind)})


def bare(kind, **said):
    """A record in which nothing is said but what has to be."""
    hints = typing.get_type_hints(kind)
    needed = {
        each.name: bare(hints[each.name]) if _is_record(hints[each.name]) else several(hints[each.name])[-1]
        for each in fields(kind)
        if each.default is MISSING and each.default_factory is MISSING
    }
    return kind(**{**needed, **said})


def _something(hint):
    return [each for each in several(hint) if each is not None][-1]


def _is_record(hint):
    return isinstance(hint, type) and is_dataclass(hint) and hint not in _ATOMS


def variations(record):
    """The record with each value of each attribute, and whose attribute it is; also of the records within it."""
    kind = type(record)
    hints = typing.get_type_hints(kind)
    for each in fields(kind):
        name, now = each.name, getattr(record, each.name)
        for value in several(hints[name]) if not isinstance(hints[name], typing.TypeVar) else ():
            yield kind, name, value, replace(record, **{name: value})
        if is_dataclass(now) and type(now) not in _ATOMS:
            for owner, inner, value, changed in variations(now):
                yield owner, inner, value, replace(record, **{name: changed})
        elif isinstance(now, tuple) and now and is_dataclass(now[0]):
            for owner, inner, value, changed in variations(now[0]):
                yield owner, inner, value, replace(record, **{name: (changed, *now[1:])})


class Noticed:
    """Which attributes make a difference to something that is made of records, and which make none anywhere."""

    def __init__(self):
        self.seen = set()
        self.noticed = set()
        self._words = {}
        self._told_apart = set()

    def look(self, record, made):
        """Vary `record`, and compare what is `made` of it."""
        self._compare(record, made, variations(record))

    def look_at_own(self, record, made):
        """The same, but for the records within it."""
        own = (each for each in variations(record) if each[0] is type(record))
        self._compare(record, made, own)

    def _compare(self, record, made, all_changed):
        before, by_word = made(record), {}
        for owner, name, value, changed in all_changed:
            after = made(changed)
            self.seen.add((owner, name))
            if after != before:
                self.noticed.add((owner, name))
            if _is_word(value):
                by_word.setdefault((owner, name), {})[value] = after
        for place, told in by_word.items():
            self._words.setdefault(place, set()).update(told)
            for one, other in itertools.combinations(told, 2):
                if told[one] != told[other]:
                    self._told_apart.add((*place, frozenset({one, other})))

    @property
    def unnoticed(self):
        """What makes no difference at all."""
        return self.seen - self.noticed

    def like(self, owner, name, word):
        """The other words which are told as `word` is."""
        return {
            other
            for other in self._words[owner, name] - {word}
            if (owner, name, frozenset({word, other})) not in self._told_apart
        }

    @property
    def confused(self):
        """Of what makes a difference, the words that are told as others are."""
        return {
            (owner, name, word)
            for owner, name in self.noticed & self._words.keys()
            for word in self._words[owner, name]
            if self.like(owner, name, word)
        }


def _is_word(value):
    """None and nothing marked say nothing, and are no words."""
    if isinstance(value, frozenset):
        return bool(value) and all(isinstance(each, Enum) for each in value)
    return isinstance(value, Enum)


def declared(tables):
    """What they declare, as `Noticed` tells it."""
    return {(each.kind, loss.attribute) for each in tables.tables for loss in each.losses}
