"""Journals for tests: several processes on one database, with a reactor that is turned by hand."""

from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

from twisted.internet.task import Clock

from hand_turned import HandTurned
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId
from softdock.circulation.items import Item
from softdock.circulation.journal import Claim
from softdock.circulation.operations import Checkin, Checkout
from softdock.circulation.outcomes import Done, Lent, Returned
from softdock.circulation.ports import NobodyWatches
from softdock.store.database import DatabaseThreads
from softdock.store.journal import SqlJournal, this_process

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


class Reactor(HandTurned, Clock):
    """Time stands still until it is advanced; what threads hand over waits until it is asked for."""

    def __init__(self):
        HandTurned.__init__(self)
        Clock.__init__(self)


class Processes:
    """Opens journals on one database; the time of day is the same for all of them."""

    def __init__(self, database, stack):
        self._database = database
        self._stack = stack
        self._count = 0
        self.reactor = Reactor()
        self.now = NOON

    def begin(self, **how):
        """One more process: a real one by its number, unless `how` tells of another owner."""
        self._count += 1
        threads = DatabaseThreads(self._database, "journal", self.reactor, NobodyWatches(), readers=1)
        self._stack.callback(threads.close)
        here = this_process(self._count)._replace(**how.pop("here", {}))
        journal = SqlJournal(self._database, threads, here, self.reactor, now=self._time, **how)
        self._stack.callback(journal.close)
        self.result_of(journal.start())
        return journal

    def _time(self):
        return self.now.timestamp()

    def result_of(self, work):
        return self.reactor.result_of(work)

    def pass_time(self, seconds):
        """Time goes by for all."""
        self.now += timedelta(seconds=seconds)
        self.reactor.advance(seconds)

    @property
    def until(self):
        return self.reactor.seconds() + 8

    def claim(self, journal, operation, number=1, **how):
        return self.result_of(journal.claim(a_claim(operation, number, self.now, **how), self.until))

    def answer(self, journal, granted, outcome):
        return self.result_of(journal.answer(granted.number, outcome, self.until))


@contextmanager
def processes(database):
    with ExitStack() as stack:
        yield Processes(database, stack)


DEAD = {"process": 2**22 + 1, "started": 1}
"""What tells a process of this machine that is gone: no process can have that number."""

ELSEWHERE = {"machine": "another", "boot": "another"}
"""A process of another machine, which can only be watched."""


def a_claim(
    operation,
    number=1,
    at=NOON,
    *,
    fingerprint=None,
    system="CDL",
    account="kiosk",
    window=40.0,
    joins_refusal=True,
):
    return Claim(
        operation_id=f"boot-{number}",
        operation=operation,
        system=LibraryId(system),
        home=LibraryId("CDL"),
        library=LibraryId("CDL"),
        account=account,
        location="3F",
        at=at,
        fingerprint=fingerprint,
        window=window,
        joins_refusal=joins_refusal,
    )


def borrow(item="CD1", patron="R1", **more):
    return Checkout(PatronId(patron), ItemId(item), **more)


def give_back(item="CD1", **more):
    return Checkin(ItemId(item), **more)


def lent(item="CD1", patron="R1"):
    return Done(Lent(Item(ItemId(item), "A title"), PatronId(patron), NOON))


def returned(item="CD1"):
    return Done(Returned(Item(ItemId(item))))
