"""Gates: who may pass to a system, what its answers say of it, and how it is found to be back."""

import gc
from datetime import UTC, datetime

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.logger import globalLogPublisher

from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import AnswerLost, MalformedReply, SystemBusy, SystemUnavailable, Unsupported
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.items import Item
from softdock.circulation.journal import Effect
from softdock.circulation.operations import Checkin, Checkout, EndSession, LookupItem
from softdock.circulation.outcomes import Done, Refused, Unknown
from softdock.circulation.reasons import Reason
from softdock.circulation.stepping import Waiting, step
from softdock.consortium.directory import Directory, Downtime
from softdock.consortium.gates import Condition, Gates, Withheld
from softdock.consortium.resilience import BreakerRules
from stubs import RecordingObserver, StubSystem, a_desk, a_library, an_account, comes_to_rest, friendly

LOOKUP = LookupItem(ItemId("I1"))
CHECKIN = Checkin(ItemId("I1"))
AWAY = Refused(Reason.SYSTEM_UNAVAILABLE)
BUSY = Refused(Reason.SYSTEM_BUSY)
RULES = BreakerRules(failures=3, pause=10.0, longest=60.0)


class Town:
    """A library whose system answers what `answer` is at the moment; three failures open its breaker."""

    def __init__(self, answer=None, probe=None, **library):
        self.answer = answer
        self.clock = Clock()
        self.observer = RecordingObserver()
        self.system = StubSystem(self.respond, probe=probe)
        self.library = a_library(self.system, **{"breaker": RULES, **library})
        self.desk = a_desk(self.library, self.clock, self.observer)

    def respond(self, operation):
        """Everything has to be waited for, as with a system behind a wire."""
        answer = self.answer if self.answer is not None else friendly(operation)
        if isinstance(answer, Deferred):
            return answer
        waiting = Deferred()
        self.clock.callLater(0.1, waiting.callback, None)
        return waiting.addCallback(lambda _: _raised(answer) if isinstance(answer, Exception) else answer)

    def ask(self, operation=LOOKUP, seconds=0.1):
        """What comes of `operation` after so many seconds; None if it still waits."""
        outcomes = []
        Deferred.fromCoroutine(self.desk.perform(an_account(), operation)).addBoth(outcomes.append)
        self.clock.advance(seconds)
        return outcomes[0] if outcomes else None

    def breaks(self):
        """The system is away, and this is found out."""
        self.answer = SystemUnavailable("refused")
        for _ in range(RULES.failures):
            self.ask()
        assert self.states[-1] == "open"
        self.answer = None
        self.system.asked.clear()

    @property
    def states(self):
        return [state for _, state in self.observer.breakers]

    @property
    def is_online(self):
        return self.desk.status(an_account(), "en").online

    @property
    def condition(self):
        (state,) = self.desk.systems()
        return state.condition


def _raised(error):
    raise error


# --- what opens it ------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [SystemUnavailable("x"), AnswerLost("x"), TimeoutError()])
def test_a_system_that_is_away_is_not_asked_any_more(error):
    """Patrons are told at once, instead of after the deadline; and 98 says not on-line."""
    town = Town(error)
    for _ in range(3):
        town.ask()
    assert town.ask(seconds=0) == AWAY
    assert town.ask(CHECKIN, seconds=0) == AWAY, "nothing was sent, so it is no Unknown"
    assert len(town.system.asked) == 3
    assert town.observer.withheld_from == [("LIB", "breaker")] * 2
    assert not town.is_online
    assert town.condition is Condition.AWAY


def test_a_system_that_is_silent_until_the_deadline_is_away():
    town = Town(Deferred())
    for _ in range(3):
        town.answer = Deferred()
        assert town.ask(CHECKIN, seconds=8) == Unknown()
    assert town.ask(seconds=0) == AWAY


@pytest.mark.parametrize(
    "answer",
    [
        Refused(Reason.ITEM_UNKNOWN),
        MalformedReply("a.yaml:3", "due", "x"),
        SystemBusy("x"),
        Unsupported("x"),
        KeyError("a bug"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_whoever_answers_is_there_and_a_fault_of_ours_is_not_its(answer):
    town = Town(answer)
    for _ in range(20):
        town.ask()
    assert town.states == []
    assert town.is_online


def test_an_answer_between_failures_begins_the_count_anew():
    town = Town(SystemUnavailable("x"))
    for answer in [SystemUnavailable("x"), SystemUnavailable("x"), Refused(Reason.ITEM_UNKNOWN)] * 3:
        town.answer = answer
        town.ask()
    assert town.states == []


def test_errors_that_come_at_once_count_as_well():
    """An adapter may know without waiting that its system is away."""
    system, observer = StubSystem(lambda _: SystemUnavailable("known")), RecordingObserver()
    desk = a_desk(a_library(system, breaker=RULES), observer=observer)
    for _ in range(5):
        Deferred.fromCoroutine(desk.perform(an_account(), LOOKUP))
    assert len(system.asked) == 3
    assert [type(outcome) for _, outcome, _ in observer.legs] == [SystemUnavailable] * 3


def test_a_system_that_does_not_fail_as_a_whole_is_asked_on():
    """The embedded library on a full disk takes nothing back, and still says who is who."""
    town = Town(SystemUnavailable("no room"))
    town.system.fails_as_a_whole = False
    for _ in range(10):
        town.ask(CHECKIN)
    town.answer = None
    assert type(town.ask()) is Done
    assert town.states == []


# --- what closes it -----------------------------------------------------------------------------------


def test_a_probe_finds_that_the_system_is_back():
    """No patron has to try: the adapter's own probe does, and nothing else is asked before it has come back."""
    probes = []
    town = Town(probe=lambda: probes.append(Deferred()) or probes[-1])
    town.breaks()
    town.clock.advance(10)
    assert len(probes) == 1
    assert town.ask(seconds=0) == AWAY
    assert town.ask(CHECKIN, seconds=0) == AWAY
    assert not town.is_online
    assert town.condition is Condition.PROBED
    probes[0].callback(None)
    assert town.is_online
    assert type(town.ask()) is not Refused
    assert town.states == ["open", "half-open", "closed"]
    assert comes_to_rest(town.clock)


@pytest.mark.parametrize("answer", [SystemUnavailable("x"), SystemBusy("x"), KeyError("a bug")])
def test_a_probe_that_fails_is_followed_by_another_after_a_longer_pause(answer):
    probes = []
    town = Town(probe=lambda: probes.append(1) or answer)
    town.breaks()
    events = []
    globalLogPublisher.addObserver(events.append)
    try:
        town.clock.advance(10)
        town.clock.advance(19)
        assert len(probes) == 1
        town.clock.advance(1)
        assert len(probes) == 2
    finally:
        globalLogPublisher.removeObserver(events.append)
    failures = [each for each in events if "log_failure" in each]
    assert len(failures) == (2 if isinstance(answer, KeyError) else 0)


def test_a_probe_that_is_never_answered_has_failed():
    town = Town(probe=Deferred)
    town.breaks()
    town.clock.advance(10)
    town.clock.advance(8)
    assert town.states == ["open", "half-open", "open"]


def test_without_a_probe_of_its_own_the_next_lookup_is_the_probe():
    """One at a time; a loan is no guinea pig. Devices are told on-line, or they would ask for nothing."""
    town = Town()
    town.breaks()
    town.clock.advance(10)
    assert town.is_online
    assert town.ask(Checkout(PatronId("R1"), ItemId("I1")), seconds=0) == AWAY
    assert town.ask(EndSession(PatronId("R1")), seconds=0) == AWAY
    town.answer = Deferred()
    assert town.ask(seconds=0) is None
    assert town.ask(seconds=0) == AWAY, "one is enough"
    town.answer.callback(Refused(Reason.ITEM_UNKNOWN))
    assert town.states[-1] == "closed"
    assert len(town.system.asked) == 1


def test_a_sorter_which_looks_nothing_up_finds_that_the_system_is_back():
    """Or its library would be away for ever."""
    town = Town()
    town.breaks()
    town.clock.advance(10)
    town.answer = Refused(Reason.ITEM_UNKNOWN)
    assert town.ask(CHECKIN) == town.answer
    assert town.states[-1] == "closed"


@pytest.mark.parametrize("answer", [SystemBusy("x"), KeyError("a bug")])
def test_a_lookup_that_says_nothing_leaves_its_place_to_the_next(answer):
    town = Town()
    town.breaks()
    town.clock.advance(10)
    town.answer = answer
    town.ask()
    town.answer = None
    town.ask()
    assert town.states[-1] == "closed"
    assert len(town.system.asked) == 2


def test_what_began_before_and_fails_while_a_probe_is_under_way_ends_the_probe():
    """Whichever news comes last holds; the probe that was overtaken is given up."""
    probes, early = [], Deferred()
    town = Town(early, probe=lambda: probes.append(Deferred()) or probes[-1], deadline=60.0)
    town.ask(CHECKIN, seconds=0)
    town.breaks()
    town.clock.advance(10)
    early.errback(AnswerLost("x"))
    assert town.states == ["open", "half-open", "open"]
    assert probes[0].called
    town.clock.advance(20)
    probes[1].callback(None)
    assert town.states[-1] == "closed"


def test_a_downtime_is_told_as_such_whatever_the_breaker_says():
    """It was planned: nobody needs an alert."""
    town = Town()
    town.breaks()
    town.desk.go_by(Directory([a_library(town.system, downtime=Downtime())]))
    assert town.condition is Condition.DOWNTIME


# --- how many may wait --------------------------------------------------------------------------------


def test_no_more_wait_at_a_system_than_may():
    """Of 200 kiosks at a system that hangs, so many wait; the others hear at once that it is busy."""
    town = Town(Deferred(), concurrent=2)
    first = [town.ask(seconds=0), town.ask(CHECKIN, seconds=0)]
    assert first == [None, None]
    assert town.ask(CHECKIN, seconds=0) == BUSY
    assert len(town.system.asked) == 2, "the third was not sent, so the refusal is true"
    assert town.observer.withheld_from == [("LIB", "bulkhead")]
    town.answer.callback(Refused(Reason.ITEM_UNKNOWN))
    town.answer = None
    assert town.ask(CHECKIN) != BUSY


def test_a_new_limit_holds_at_once():
    town = Town(Deferred(), concurrent=1)
    town.ask(seconds=0)
    assert town.ask(seconds=0) == BUSY
    town.desk.go_by(Directory([a_library(town.system, concurrent=2)]))
    assert town.ask(seconds=0) is None


def test_what_never_waits_is_not_limited():
    """The embedded library in memory answers at once, however many ask."""
    system = StubSystem()
    desk = a_desk(a_library(system, concurrent=1))
    for _ in range(5):
        Deferred.fromCoroutine(desk.perform(an_account(), LOOKUP))
    assert len(system.asked) == 5


# --- reloads ------------------------------------------------------------------------------------------


def test_a_reload_forgets_neither_who_is_away_nor_whose_probe_is_due():
    town = Town(probe=lambda: None)
    town.breaks()
    town.desk.go_by(Directory([town.library]))
    assert town.ask(seconds=0) == AWAY
    town.clock.advance(10)
    assert town.states == ["open", "half-open", "closed"]


def test_a_system_that_leaves_is_probed_no_more():
    probes = []
    town = Town(probe=lambda: probes.append(Deferred()) or probes[-1])
    town.breaks()
    town.clock.advance(10)
    town.desk.go_by(Directory([]))
    assert town.desk.released(town.system).called
    assert comes_to_rest(town.clock)
    assert len(probes) == 1


def test_what_still_waits_at_a_system_that_leaves_opens_no_breaker():
    """It ends by its deadline; after that nobody must think of the system any more."""
    town = Town(Deferred())
    for _ in range(3):
        town.answer = Deferred()
        town.ask(seconds=0)
    town.desk.go_by(Directory([]))
    released = town.desk.released(town.system)
    town.clock.advance(8)
    assert released.called
    assert town.states == []
    assert comes_to_rest(town.clock)


# --- what is watched ----------------------------------------------------------------------------------


def test_each_call_that_was_waited_for_is_a_leg():
    town = Town()
    town.ask()
    town.answer = AnswerLost("x")
    town.ask(CHECKIN)
    (library, done, seconds), (_, lost, _) = town.observer.legs
    assert (library, type(done).__name__, type(lost)) == ("LIB", "Done", AnswerLost)
    assert seconds == pytest.approx(0.1)


def test_any_other_call_to_a_system_passes_as_an_operation_does():
    town = Town()
    gate = Gates(town.clock, town.observer, lambda: 0.0).of([town.library])[town.library.id]
    shown = []

    def look(effect):
        town.system._show = lambda *_: effect
        begun = gate.begin_call(
            Capability.LOOKUP_ITEM, lambda: town.system.find_effect(CHECKIN, "x-1", datetime.now(UTC))
        )
        if isinstance(begun, Waiting):
            Deferred.fromCoroutine(gate.finish(begun, town.clock.seconds() + 8)).addBoth(shown.append)
        return begun

    assert look(Effect.DONE) is Effect.DONE
    answer = Deferred()
    look(answer)
    assert gate.waiting == 1
    answer.callback(Effect.NOT_YET)
    assert (shown, gate.waiting) == ([Effect.NOT_YET], 0)
    assert [outcome for _, outcome, _ in town.observer.legs] == [Effect.NOT_YET]
    for _ in range(RULES.failures):
        with pytest.raises(SystemUnavailable):
            look(SystemUnavailable("x"))
    with pytest.raises(Withheld):
        look(Effect.DONE)


@pytest.mark.parametrize(("as_a_whole", "most"), [(True, 256), (False, 10_000)])
def test_how_many_may_wait_depends_on_the_system_unless_the_library_says(as_a_whole, most):
    """The embedded library commits together what has come together: many who wait there are its strength."""
    town = Town()
    town.system.fails_as_a_whole = as_a_whole
    for library, concurrent in ((a_library(town.system), most), (a_library(town.system, concurrent=3), 3)):
        town.desk.go_by(Directory([library]))
        assert [each.concurrent for each in town.desk.systems()] == [concurrent]


# --- what is left ---------------------------------------------------------------------------------------------


def test_an_operation_that_waited_leaves_nothing_to_the_collector():
    """Rings of objects would have it run ten times as often, and everybody wait for it."""
    answers = []

    class Slow(StubSystem):
        async def perform(self, operation):
            answers.append(Deferred())
            return await answers[-1]

    desk = a_desk(a_library(Slow()), Clock(), RecordingObserver())

    def lookup():
        waiting = step(desk.perform(an_account(), LookupItem(ItemId("I1"))))
        waiting.finish(lambda _: None, print)
        answers.pop().callback(Done(Item(ItemId("I1"))))

    lookup()
    gc.collect()
    gc.disable()
    try:
        for _ in range(10):
            lookup()
        assert gc.collect() == 0
    finally:
        gc.enable()
