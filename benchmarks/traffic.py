"""What the devices ask: the mixes, and for every connection a course of requests whose answers are known.

Each connection owns some patrons and items that no other touches.  Its course is walked through once ahead of time with
a small model of the library, so that every checkout meets an item that is not lent, every checkin and renewal one that
is, and the number of loans a patron has is known at every step.  A course ends with nothing lent and its length is a
multiple of ten, so it can be walked round and round with the sequence number running on.  Within one round no item is
lent twice, so that no two requests of the same second are the same wish.
"""

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from softdock.benchmarks import wire
from softdock.benchmarks.wire import Exchange

PIN = b"1234"
PLACE = b"B1"
LOANS_PER_PATRON = 20

LOOKUPS: Mapping[str, int] = {"99": 2, "23": 8, "63": 25, "17": 20}
CHANGES: Mapping[str, int] = {"11": 20, "09": 20, "29": 5}
LENDING: Mapping[str, int] = {"11": 1, "09": 1}
MIX: Mapping[str, int] = {**LOOKUPS, **CHANGES}

LOOKUP_COURSE = 550
MIX_COURSE = 1500


class Item(NamedTuple):
    """An item of the bench library."""

    id: bytes
    title: bytes


class Share(NamedTuple):
    """The patrons and items one connection owns."""

    patrons: Sequence[bytes]
    items: Sequence[Item]


class Course:
    """The requests of one connection, walked round and round, and how far it is."""

    __slots__ = ("exchanges", "position")

    def __init__(self, exchanges: Sequence[Exchange]) -> None:
        self.exchanges = exchanges
        self.position = 0

    def next(self) -> Exchange:
        """The exchange that is due; the next call gives the one behind it."""
        exchange = self.exchanges[self.position]
        self.position = (self.position + 1) % len(self.exchanges)
        return exchange


def patron_id(number: int) -> bytes:
    """The card of a patron of the bench library."""
    return b"P%07d" % number


def item(number: int) -> Item:
    """An item of the bench library, with the title its record bears."""
    return Item(b"B%09d" % number, b"Collected Bench Marks, volume %d" % number)


def shares(connections: int, patrons: int, items: int) -> list[Share]:
    """Deal the patrons and items of the library out to the connections."""
    each_patrons, each_items = patrons // connections, items // connections
    return [
        Share(
            [patron_id(index * each_patrons + n) for n in range(each_patrons)],
            [item(index * each_items + n) for n in range(each_items)],
        )
        for index in range(connections)
    ]


def course(share: Share, weights: Mapping[str, int], length: int, seed: int) -> Course:
    """A course of about `length` requests in the proportions of `weights`, shuffled, the same for the same seed."""
    turns = max(1, length // sum(weights.values()))
    while turns * sum(weights.values()) % 10:
        turns += 1
    kinds = [kind for kind, weight in weights.items() for _ in range(weight * turns)]
    dice = random.Random(seed)
    dice.shuffle(kinds)
    return Course(_Walk(share, dice).walk(kinds))


class _Walk:
    """One walk through a list of kinds of requests, with a model of what is lent to whom."""

    def __init__(self, share: Share, dice: random.Random) -> None:
        self._share = share
        self._dice = dice
        self._fresh = list(share.items)
        dice.shuffle(self._fresh)
        self._loans: dict[Item, bytes] = {}
        self._counts = dict.fromkeys(share.patrons, 0)

    def walk(self, kinds: list[str]) -> list[Exchange]:
        exchanges = []
        if "09" in kinds:  # A checkin comes last, so that there is something lent up to the end.
            kinds.remove("09")
            kinds.append("09")
        for position in range(len(kinds)):
            if kinds[position] in {"09", "29"} and not self._loans:
                lend = kinds.index("11", position)
                kinds[position], kinds[lend] = kinds[lend], kinds[position]
            exchanges.append(self._step(kinds[position], position % 10))
        if self._loans:
            raise ValueError("a course must hold as many checkins as checkouts")
        return exchanges

    def _step(self, kind: str, sequence: int) -> Exchange:
        match kind:
            case "99":
                return wire.status(sequence)
            case "23":
                return wire.patron_status(self._dice.choice(self._share.patrons), PIN, sequence)
            case "63":
                return self._patron_information(sequence)
            case "17":
                item = self._dice.choice(self._share.items)
                return wire.item_information(item.id, item.title, sequence, lent=item in self._loans)
            case "11":
                return self._checkout(sequence)
            case "09":
                item = self._lent()
                self._counts[self._loans.pop(item)] -= 1
                return wire.checkin(item.id, PLACE, sequence)
            case "29":
                item = self._lent()
                return wire.renewal(self._loans[item], PIN, item.id, item.title, sequence)
        raise ValueError(f"no such request: {kind}")

    def _patron_information(self, sequence: int) -> Exchange:
        patron = self._dice.choice(self._share.patrons)
        summary = self._dice.choice((wire.NO_SUMMARY, wire.CHARGED_ITEMS))
        loans = self._counts[patron]
        return wire.patron_information(patron, PIN, sequence, summary=summary, loans=loans)

    def _checkout(self, sequence: int) -> Exchange:
        patron = self._dice.choice([who for who, count in self._counts.items() if count < LOANS_PER_PATRON])
        item = self._fresh.pop()
        self._loans[item] = patron
        self._counts[patron] += 1
        return wire.checkout(patron, PIN, item.id, item.title, sequence)

    def _lent(self) -> Item:
        return self._dice.choice(list(self._loans))
