"""The books behind a simulator: an embedded library in memory, asked without waiting."""

import time
from collections.abc import Callable, Coroutine, Hashable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from softdock.adapters.inhouse.adapter import RULES
from softdock.adapters.inhouse.importing import read_stock
from softdock.adapters.inhouse.memory import MemoryStorage
from softdock.adapters.inhouse.snapshot import Card, Copy, House, Snapshot, Title
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId, TitleId
from softdock.circulation.operations import Operation
from softdock.circulation.outcomes import Done
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.present import Present
from softdock.circulation.stepping import Waiting, step

_Result = TypeVar("_Result")


class Books:
    """What a simulated library has, and has lent.  Its rules are those of the embedded library."""

    def __init__(
        self,
        stock: Path,
        library: str,
        *,
        now: Callable[[], datetime] | None = None,
        zone: tzinfo | None = None,
        currency: str = "CNY",
    ) -> None:
        """`stock` is an import file of the embedded library.  Raises ImportFileError."""
        self.zone = zone or ZoneInfo("Asia/Shanghai")
        self.currency = currency
        self.now: Callable[[], datetime] = now or Present(self.zone, time.time)
        """The present, with a zone."""
        self.house = House(LibraryId(library), currency, self.zone)
        self.stock = stock
        """The file that they began with."""
        self.begin_anew()

    def begin_anew(self) -> None:
        """As in the beginning: nothing that was done since has happened.  Raises ImportFileError."""
        self.storage = MemoryStorage(self.house, self.now)
        _finished(self.storage.take_in(read_stock(self.stock, self.house, self.now())))

    def perform(self, operation: Operation) -> AnyOutcome:
        """Put `operation` to its rule."""
        return _finished(self.storage.work(RULES[type(operation)], operation))

    def snapshot(self) -> Snapshot:
        """The books as they are now, to be read only; holds that have lapsed are ended before."""
        seen = _finished(self.storage.work(lambda snapshot, _: Done(snapshot), None))
        assert isinstance(seen, Done)
        snapshot = seen.result
        assert isinstance(snapshot, Snapshot)
        return snapshot

    def state(self) -> Hashable:
        """What has happened so far, for comparison: equal where nothing has happened between."""
        snapshot = self.snapshot()
        cards = (
            (each.patron.id, each.block, each.holds, each.fees, each.payments)
            for each in snapshot.cards.values()
        )
        copies = (
            (each.item, each.state, each.loan, each.hold, each.last_return)
            for each in snapshot.copies.values()
        )
        return (*cards, *copies)

    def card(self, patron: str) -> Card | None:
        """The card of `patron`, with what hangs on it."""
        return self.snapshot().cards.get(PatronId(patron))

    def copy(self, item: str) -> Copy | None:
        """The item, and where it stands."""
        return self.snapshot().copies.get(ItemId(item))

    def title(self, title: str) -> Title | None:
        """The title, with its copies and its queue."""
        return self.snapshot().titles.get(TitleId(title))


def _finished(coroutine: Coroutine[Any, Any, _Result]) -> _Result:
    """What comes of `coroutine`, which never waits: books in memory do not."""
    result = step(coroutine)
    assert not isinstance(result, Waiting)
    return result
