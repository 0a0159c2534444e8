"""What the ledger decides, against a model that is slow and obvious: it looks through everything there ever was.

Two processes keep a ledger each from one transaction to the next; at any time a third may read the whole journal
afresh, and must decide the same.
"""

from copy import copy
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.task import Clock

from journals import NOON, a_claim, borrow, give_back, lent
from softdock.circulation.identifiers import ItemId, PatronId, TitleId
from softdock.circulation.journal import Resolution
from softdock.circulation.money import Money
from softdock.circulation.operations import PayFee, PlaceHold, RenewAll
from softdock.circulation.outcomes import Refused
from softdock.circulation.reasons import Reason
from softdock.store.journal import rows as r
from softdock.store.journal import work as w
from softdock.store.journal.encoding import written
from softdock.store.journal.journal import SqlJournal
from softdock.store.journal.ledger import Given, Other, Same
from softdock.store.journal.owners import this_process

WINDOW = 40.0
DONE, REFUSED = written(lent()), written(Refused(Reason.ITEM_ON_HOLD))
UNSETTLED = ("open", "unknown")
HARMLESS_TWICE = ("checkin", "block-patron", "enable-patron", "update-item")


class Tables:
    """The database, as far as a journal reads it."""

    def __init__(self):
        self.entries = {}

    def all(self, wanted=lambda row: True):
        return [copy(row) for row in self.entries.values() if wanted(row)]


class Connection:
    """One process's connection to the tables; nothing fails."""

    def __init__(self, tables):
        self._tables = tables
        self.commits = 0
        self.kept = self.mark = self.next_mark = None

    def rows(self, statement, *values):
        wanted = self._tables.all
        if statement is r.HIGHEST:
            found = wanted()
            if not found:
                return [(None, None)]
            return [(max(row.number for row in found), max(row.change for row in found))]
        if statement is r.ALL_UNSETTLED:
            found = wanted(lambda row: row.state in UNSETTLED)
        elif statement is r.CHANGED_SINCE:
            found = sorted(wanted(lambda row: row.change > values[0]), key=lambda row: row.change)
        elif statement is r.LATEST:
            found = sorted(wanted(lambda row: row.number < values[0]), key=lambda row: -row.number)[
                : values[1]
            ]
        else:
            assert statement is r.PAID
            found = sorted(wanted(lambda row: row.payment == values[0]), key=lambda row: -row.number)[:1]
        return [r.values(row) for row in found]

    def rows_of(self, select, keys):
        assert select is r.BY_NUMBER
        return [r.values(self._tables.entries[key]) for key in keys if key in self._tables.entries]

    def run(self, statement, *values):
        assert statement is r.DROP_OWNER
        return 1

    def run_bulk(self, statement, rows):
        for values in rows:
            if statement is r.INSERT:
                row = r.Row(*values)
                assert row.number not in self._tables.entries
                self._tables.entries[row.number] = row
            else:
                *changed, number = values
                for name, value in zip(r.CHANGING, changed, strict=True):
                    setattr(self._tables.entries[number], name, value)


class Process:
    """A process that shares the tables."""

    def __init__(self, tables, number, clock):
        self._journal = SqlJournal(
            None, None, this_process()._replace(number=number), clock, now=clock.seconds
        )
        self._connection = Connection(tables)

    def does(self, *jobs):
        """The results of `jobs`, done in one transaction."""
        results = self._journal._perform(self._connection, jobs)
        self._connection.commits += 1
        return results

    def fails(self):
        """A transaction fails, and with it goes what was kept."""
        self._connection.kept = None


# --- the model ----------------------------------------------------------------------------------------


@dataclass
class Remembered:
    """An operation, as somebody remembers it who forgets nothing."""

    number: int
    row: r.Row
    at: float
    state: str = "open"
    outcome: str | None = None
    last_word: str = "nothing"
    resolution: str | None = None
    listed: bool = False


@dataclass
class Model:
    entries: list[Remembered] = field(default_factory=list)

    def decide(self, row, at):
        return (
            self._by_payment(row)
            or self._by_fingerprint(row, at)
            or self._by_place(row)
            or self._by_loans(row)
        )

    def _by_payment(self, row):
        for each in reversed(self.entries):
            if row.payment is not None and each.row.payment == row.payment:
                booked = each.state == "answered" and each.last_word == "done"
                if each.state in UNSETTLED or booked or each.resolution in ("stands", "done-now"):
                    return "same", each.number
        return None

    def _by_fingerprint(self, row, at):
        before = None
        for each in self.entries:
            if row.fingerprint is not None and each.row.fingerprint == row.fingerprint:
                before = each
        if before is None or any(self._touches(each, row) for each in self.entries[before.number :]):
            return None
        told = before.state == "answered" or (before.outcome and before.resolution in ("done-now", "stands"))
        told = told or (before.resolution == "stands" and before.row.kind not in HARMLESS_TWICE)
        if before.state in UNSETTLED or (told and at - before.at <= WINDOW):
            return "same", before.number
        return None

    def _touches(self, entry, row):
        if (entry.state == "answered" and entry.last_word != "done") or entry.resolution == "not-done":
            return False
        later = entry.row
        is_return = later.kind.startswith("checkin")
        if entry.state in UNSETTLED and row.kind in ("checkout", "renew") and not is_return:
            return False
        item = row.item is not None and (later.system, later.item) == (row.system, row.item)
        return item or (row.patron is not None and (later.home, later.patron) == (row.home, row.patron))

    def _by_place(self, row):
        there = [each for each in self.entries if each.state in UNSETTLED and each.row.place == row.place]
        if row.place is None or not there or (row.kind == "checkin" and all(each.listed for each in there)):
            return None
        last = there[-1].row
        same = (last.kind, last.home, last.patron) == (row.kind, row.home, row.patron)
        return "same" if same else "other", there[-1].number

    def _by_loans(self, row):
        if row.kind != "renew-all":
            return None
        for each in self.entries:
            loan, theirs = each.row, (each.row.system, each.row.home, each.row.patron)
            may_be_undone = loan.kind in ("checkout", "renew") and each.state in UNSETTLED and not each.listed
            if may_be_undone and theirs == (row.system, row.home, row.patron):
                return "other", each.number
        return None


# --- what happens -------------------------------------------------------------------------------------

PATRONS = st.sampled_from(["R1", "R1", "R2"])
OPERATIONS = st.one_of(
    st.builds(borrow, patron=PATRONS),
    st.builds(give_back, cancel=st.sampled_from([False, False, True])),
    st.builds(borrow, st.just("CD2"), PATRONS),
    st.builds(
        PayFee,
        PATRONS.map(PatronId),
        st.just(Money(500, "CNY")),
        transaction=st.sampled_from(["", "BK1"]),
    ),
    st.builds(RenewAll, PATRONS.map(PatronId)),
    st.builds(
        PlaceHold, PATRONS.map(PatronId), st.sampled_from([None, ItemId("CD1")]), st.just(TitleId("T1"))
    ),
)
CLAIMS = st.tuples(OPERATIONS, st.sampled_from(["", "x", "x", "x"]), st.sampled_from(["CDL"] * 5 + ["CQL"]))
"""What is asked, the device's time stamp (none where it has no error detection), and whose system."""
WHICH = st.integers(0, 9)
STEPS = st.one_of(
    *[st.tuples(st.just("claim"), st.integers(0, 1), CLAIMS)] * 4,
    *[st.tuples(st.just("answer"), WHICH, st.sampled_from([DONE, DONE, REFUSED, None]))] * 2,
    st.tuples(st.just("give up"), st.integers(0, 1), WHICH),
    st.tuples(st.just("settle"), WHICH, st.sampled_from(Resolution)),
    st.tuples(st.just("list"), WHICH, st.none()),
    st.tuples(st.just("die"), st.integers(0, 1), st.none()),
    st.tuples(st.just("fail"), st.integers(0, 1), st.none()),
    st.tuples(st.just("pass time"), st.sampled_from([1.0, 30.0, 41.0]), st.none()),
)


class World:
    """Two processes, the model, and whatever happens to them."""

    def __init__(self):
        self.clock = Clock()
        self.tables = Tables()
        self.model = Model()
        self.processes = [Process(self.tables, number, self.clock) for number in (1, 2)]
        self.owners = [1, 2]
        self._next_owner = 3

    def happens(self, what, *how):
        getattr(self, "_" + what.replace(" ", "_"))(*how)
        self._agree()

    def _claim(self, process, claim):
        operation, stamp, system = claim
        at = NOON + timedelta(seconds=self.clock.seconds())
        bytes_of_it = f"{stamp} {system} {written(operation)}".encode() if stamp else None
        row = r.new_row(a_claim(operation, at=at, fingerprint=bytes_of_it, system=system, window=WINDOW))
        expected = self.model.decide(row, self.clock.seconds())
        afresh = Process(_copy(self.tables), self.owners[process], self.clock)
        decisions = [_decision(each.does(w.Claiming(row))[0]) for each in (afresh, self.processes[process])]
        new = ("given", len(self.model.entries) + 1)
        assert decisions == [expected or new] * 2
        if expected is None:
            self.model.entries.append(Remembered(new[1], row, self.clock.seconds()))

    def _answer(self, which, outcome):
        entry = self._entry(which, "open")
        if entry is None:
            return
        process = self.processes[self.owners.index(self.tables.entries[entry.number].owner)]
        is_done = outcome == DONE
        (ended,) = process.does(w.Answering(entry.number, outcome, 0, is_done=is_done))
        if outcome is None or (is_done and entry.last_word == "not-done"):
            entry.state, entry.last_word = "unknown", "not-done"
        else:
            entry.state, entry.last_word = "answered", "done" if is_done else "not-done"
        entry.outcome = outcome
        assert ended == (entry.state, entry.last_word)
        if is_done and entry.row.kind == "checkin":
            self._is_back(entry)

    def _is_back(self, entry):
        for other in self.model.entries:
            loan = other.row.kind.partition(":")[0] in ("checkout", "checkin", "renew")
            if other.listed and other.row.place == entry.row.place and loan:
                other.state, other.resolution, other.listed = "settled", "returned", False

    def _give_up(self, process, which):
        entry = self._entry(which, "open", "unknown")
        if entry is not None:
            assert self.processes[process].does(w.GivingUp(entry.number)) == [None]
            entry.last_word = "not-done"

    def _settle(self, which, resolution):
        entry = self._entry(which, "unknown")
        if entry is not None:
            done_now = DONE if resolution is Resolution.DONE_NOW else None
            job = w.Settling(entry.number, w.settled(resolution, "", done_now, 0))
            assert self._settles(entry, job)
            entry.state, entry.resolution, entry.listed = "settled", resolution.value, False
            entry.outcome = done_now or entry.outcome
            if entry.row.kind == "checkin" and resolution in (Resolution.DONE_NOW, Resolution.STANDS):
                self._is_back(entry)

    def _list(self, which, _):
        entry = self._entry(which, "unknown")
        if entry is not None:
            assert self._settles(entry, w.Settling(entry.number, w.listed("why")))
            entry.listed = True

    def _settles(self, entry, job):
        """Whether its owner may, and nobody else."""
        mine = self.owners.index(self.tables.entries[entry.number].owner)
        return (*self.processes[1 - mine].does(job), *self.processes[mine].does(job)) == (False, True)

    def _die(self, process, _):
        """It is killed; the other takes over, and a new one begins in its place."""
        gone = self.owners[process]
        for entry in self.model.entries:
            if entry.state == "open" and self.tables.entries[entry.number].owner == gone:
                entry.state = "unknown"
        self.processes[1 - process].does(w.TakingOver([gone], []))
        self.owners[process] = self._next_owner
        self.processes[process] = Process(self.tables, self._next_owner, self.clock)
        self._next_owner += 1

    def _fail(self, process, _):
        self.processes[process].fails()

    def _pass_time(self, seconds, _):
        self.clock.advance(seconds)

    def _entry(self, which, *states):
        found = [each for each in self.model.entries if each.state in states]
        return found[which % len(found)] if found else None

    def _agree(self):
        for entry in self.model.entries:
            row = self.tables.entries[entry.number]
            facts = (entry.state, entry.last_word, entry.outcome, entry.resolution, entry.listed)
            assert (row.state, row.last_word, row.outcome, row.resolution, row.listed) == facts
        changes = [row.change for row in self.tables.entries.values()]
        assert len(set(changes)) == len(changes)


def _decision(met):
    if isinstance(met, Given):
        return "given", met.row.number
    if isinstance(met, Same):
        return "same", met.number
    assert isinstance(met, Other)
    return "other", met.number


def _copy(tables):
    copied = Tables()
    copied.entries = {number: copy(row) for number, row in tables.entries.items()}
    return copied


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, min_size=25, max_size=60))
def test_it_decides_as_the_model_does_kept_or_read_afresh(steps):
    world = World()
    for step in steps:
        world.happens(*step)
