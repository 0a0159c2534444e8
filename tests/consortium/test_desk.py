"""The desk: rights, capabilities, deadlines, PINs, and what becomes of a system's failure."""

from datetime import timedelta

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock

from softdock.circulation.capabilities import Capability, Right
from softdock.circulation.errors import AnswerLost, MalformedReply, SystemBusy, SystemUnavailable, Unsupported
from softdock.circulation.identifiers import ItemId, PatronId, Secret
from softdock.circulation.operations import Checkout, EndSession, LookupItem, LookupPatron
from softdock.circulation.outcomes import Done, PatronReport, PinCheck, Refused, SessionEnded, Unknown
from softdock.circulation.patrons import Patron
from softdock.circulation.reasons import Reason
from softdock.consortium.directory import Directory, Downtime
from stubs import (
    EVERYTHING,
    NOON,
    RecordingObserver,
    StubSystem,
    a_desk,
    a_library,
    an_account,
    comes_to_rest,
    result_of,
)

LOOKUP = LookupItem(ItemId("I1"))
CHECKOUT = Checkout(PatronId("R1"), ItemId("I1"))


def perform(desk, operation, account=None):
    return result_of(desk.perform(account or an_account(), operation))


def test_an_operation_reaches_the_library_system_and_its_outcome_comes_back():
    """What the library's system says is what the front hears, and the observer hears it too."""
    observer, outcome = RecordingObserver(), Done(SessionEnded(PatronId("R1")))
    desk = a_desk(a_library(StubSystem(lambda _: outcome)), observer=observer)
    assert perform(desk, LOOKUP) is outcome
    assert observer.operations == [(LOOKUP, outcome, 0.0)]


def test_what_the_account_may_not_do_is_refused_without_asking_the_system():
    """A lookup terminal can not lend."""
    system = StubSystem()
    outcome = perform(a_desk(a_library(system)), CHECKOUT, an_account(rights=frozenset({Right.LOOKUP})))
    assert outcome == Refused(Reason.NOT_ALLOWED)
    assert system.asked == []


def test_what_the_system_can_not_do_is_refused_without_asking_it():
    """A system that only knows items is not asked to lend one."""
    system = StubSystem(capabilities=frozenset({Capability.LOOKUP_ITEM}))
    assert perform(a_desk(a_library(system)), CHECKOUT) == Refused(Reason.NOT_SUPPORTED)
    assert system.asked == []


def test_the_end_of_a_session_needs_no_system():
    """36 is answered with Y even where the library's system has no notion of a session."""
    system = StubSystem(capabilities=frozenset())
    assert perform(a_desk(a_library(system)), EndSession(PatronId("R1"))) == Done(
        SessionEnded(PatronId("R1"))
    )


@pytest.mark.parametrize("pin", [None, Secret("")])
def test_an_account_that_requires_pins_lends_nothing_without_one(pin):
    """An empty PIN never counts as a right one."""
    system = StubSystem()
    operation = Checkout(PatronId("R1"), ItemId("I1"), pin)
    outcome = perform(a_desk(a_library(system)), operation, an_account(require_pin=True))
    assert outcome == Refused(Reason.PIN_REQUIRED)
    assert system.asked == []


def test_a_library_in_its_downtime_is_not_asked():
    """Planned downtime refuses with the library's own text, and the status says not on-line."""
    text = {"zh": "系统维护", "en": "maintenance"}
    library = a_library(StubSystem(), downtime=Downtime(None, NOON + timedelta(hours=1), text))
    desk = a_desk(library)
    assert perform(desk, LOOKUP) == Refused(Reason.DOWNTIME, text)
    status = desk.status(an_account(), "zh")
    assert (status.online, status.notice) == (False, "系统维护")


@pytest.mark.parametrize(
    "downtime",
    [
        Downtime(NOON + timedelta(minutes=1), None),
        Downtime(None, NOON),
        Downtime(NOON - timedelta(2), NOON - timedelta(1)),
    ],
)
def test_outside_its_downtime_a_library_answers(downtime):
    """A downtime that has not begun, or is over, disturbs nobody."""
    desk = a_desk(a_library(StubSystem(), downtime=downtime))
    assert type(perform(desk, LOOKUP)) is Done
    assert desk.status(an_account(), "en").online


@pytest.mark.parametrize(
    ("error", "lookup", "change"),
    [
        (SystemUnavailable("x"), Refused(Reason.SYSTEM_UNAVAILABLE), Refused(Reason.SYSTEM_UNAVAILABLE)),
        (SystemBusy("x"), Refused(Reason.SYSTEM_BUSY), Refused(Reason.SYSTEM_BUSY)),
        (AnswerLost("x"), Refused(Reason.SYSTEM_UNAVAILABLE), Unknown()),
        (MalformedReply("a.yaml:3", "due", "x"), Refused(Reason.SYSTEM_UNAVAILABLE), Unknown()),
        (Unsupported("x"), Refused(Reason.NOT_SUPPORTED), Refused(Reason.NOT_SUPPORTED)),
        (ZeroDivisionError("a bug"), Refused(Reason.SYSTEM_UNAVAILABLE), Unknown()),
    ],
    ids=lambda each: type(each).__name__,
)
def test_every_failure_of_a_system_becomes_a_proper_outcome(error, lookup, change):
    """Whatever an adapter raises, the patron gets a refusal or "please see the desk", and the operator is told."""
    observer = RecordingObserver()
    desk = a_desk(a_library(StubSystem(lambda _: error)), observer=observer)
    assert perform(desk, LOOKUP) == lookup
    assert perform(desk, CHECKOUT) == change
    assert observer.failures == [error, error]


def test_a_cancelled_operation_is_not_mistaken_for_a_failure():
    """Twisted's CancelledError is an Exception: it passes through the broad net."""
    desk = a_desk(a_library(StubSystem(lambda _: CancelledError())))
    assert result_of(desk.perform(an_account(), LOOKUP)).check(CancelledError)


@pytest.mark.parametrize(
    ("operation", "outcome"), [(LOOKUP, Refused(Reason.SYSTEM_UNAVAILABLE)), (CHECKOUT, Unknown())]
)
def test_a_system_that_does_not_answer_is_given_up_at_the_deadline(operation, outcome):
    """The desk answers at the library's deadline, which lies inside the time-out that 98 promises."""
    clock, cancelled = Clock(), []
    desk = a_desk(a_library(StubSystem(lambda _: Deferred(cancelled.append)), deadline=3.0), clock)
    results = []
    Deferred.fromCoroutine(desk.perform(an_account(), operation)).addCallback(results.append)
    clock.advance(2.9)
    assert not results
    clock.advance(0.2)
    assert results == [outcome]
    assert len(cancelled) == 1
    assert desk.status(an_account(), "en").timeout > 3.0


def test_several_operations_of_one_request_share_its_time():
    """The second has what the first has left, and the third, for which nothing is left, is not sent."""
    clock, answers, results = Clock(), [Deferred(), Deferred()], []
    system = StubSystem(lambda _: answers[len(system.asked) - 1])
    desk = a_desk(a_library(system, deadline=3.0), clock)
    until = desk.time_for(an_account())

    def begin(operation):
        Deferred.fromCoroutine(desk.perform(an_account(), operation, until=until)).addCallback(results.append)

    begin(LOOKUP)
    clock.advance(2)
    answers[0].callback(Done(None))
    begin(CHECKOUT)
    clock.advance(0.9)
    assert results == [Done(None)]
    clock.advance(0.1)
    assert results.pop() == Unknown()
    begin(CHECKOUT)
    assert results.pop() == Refused(Reason.SYSTEM_UNAVAILABLE)
    assert len(system.asked) == 2


def test_time_that_was_given_makes_no_operation_longer():
    """What begins a new request has its own deadline, whatever else it is a part of."""
    clock, results = Clock(), []
    desk = a_desk(a_library(StubSystem(lambda _: Deferred()), deadline=3.0), clock)
    work = desk.perform(an_account(), LOOKUP, until=desk.time_for(an_account()) + 60)
    Deferred.fromCoroutine(work).addCallback(results.append)
    clock.advance(3)
    assert results == [Refused(Reason.SYSTEM_UNAVAILABLE)]


def test_a_request_that_still_waits_for_a_connection_at_the_deadline_is_refused():
    """It was never sent, so nothing can have happened: the patron may try again, and need not see the desk."""

    async def in_line():
        try:
            await Deferred()
        except CancelledError:
            raise SystemBusy("no connection was free") from None

    clock, results = Clock(), []
    desk = a_desk(a_library(StubSystem(lambda _: in_line()), deadline=3.0), clock)
    Deferred.fromCoroutine(desk.perform(an_account(), CHECKOUT)).addCallback(results.append)
    clock.advance(3.1)
    assert results == [Refused(Reason.SYSTEM_BUSY)]


def test_an_answer_that_does_not_wait_arms_no_timer():
    """Operations on the embedded library cost no timer."""
    clock = Clock()
    perform(a_desk(a_library(), clock), LOOKUP)
    assert comes_to_rest(clock)


def test_an_answer_in_time_leaves_no_timer_behind():
    """A slow but living system is waited for, and the deadline is forgotten with its answer."""
    clock, waiting = Clock(), Deferred()
    desk = a_desk(a_library(StubSystem(lambda _: waiting)), clock)
    results = []
    Deferred.fromCoroutine(desk.perform(an_account(), LOOKUP)).addCallback(results.append)
    clock.advance(5)
    waiting.callback(Refused(Reason.ITEM_UNKNOWN))
    assert results == [Refused(Reason.ITEM_UNKNOWN)]
    assert comes_to_rest(clock)


def test_who_guesses_pins_is_slowed_down():
    """Five wrong PINs are free; then each try waits, and soon it is refused without being compared."""

    def wrong(operation):
        return Done(PatronReport(Patron(operation.patron), PinCheck.WRONG))

    clock, system = Clock(), StubSystem(wrong)
    desk = a_desk(a_library(system), clock)
    guess = LookupPatron(PatronId("R1"), Secret("0000"))
    for _ in range(5):
        assert type(perform(desk, guess)) is Done
    results = []
    for _ in range(9):
        Deferred.fromCoroutine(desk.perform(an_account(), guess)).addCallback(results.append)
    assert Refused(Reason.PIN_TRY_LATER) in results
    assert len(system.asked) == 5
    clock.advance(10)
    assert len(results) == 9
    assert len(system.asked) < 10
    assert type(perform(desk, LookupPatron(PatronId("R2"), Secret("0000")))) is Done, (
        "another card is not held back"
    )
    assert type(perform(desk, LookupPatron(PatronId("R1")))) is Done, "nor is a lookup without a PIN"


def test_the_right_pin_wipes_the_slate():
    """A patron who remembers the PIN at last is not held back the next time."""
    checks = [PinCheck.WRONG] * 4 + [PinCheck.RIGHT] + [PinCheck.WRONG] * 4
    desk = a_desk(a_library(StubSystem(lambda each: Done(PatronReport(Patron(each.patron), checks.pop(0))))))
    for _ in range(9):
        assert type(perform(desk, LookupPatron(PatronId("R1"), Secret("1")))) is Done


def test_the_status_shows_what_the_system_can_do_and_the_account_may():
    """BX and the flags of 98 follow from both; storing transactions needs the library's own consent."""
    account = an_account(rights=frozenset({Right.LOOKUP, Right.CIRCULATE, Right.STATUS}))
    system = StubSystem(capabilities=EVERYTHING - {Capability.CHECKIN})
    can = a_desk(a_library(system)).status(account, "en").capabilities
    assert Capability.CHECKOUT in can
    assert not can & {Capability.CHECKIN, Capability.HOLD, Capability.OFFLINE_TRANSACTIONS}
    assert (
        Capability.OFFLINE_TRANSACTIONS
        in a_desk(a_library(system, offline=True)).status(account, "en").capabilities
    )


def test_a_system_that_swallows_its_cancellation_is_given_up_all_the_same():
    """The deadline holds whatever an adapter does when it is told to stop."""

    async def stubborn():
        try:
            await Deferred()
        except CancelledError:
            await Deferred()

    clock, observer = Clock(), RecordingObserver()
    desk = a_desk(a_library(StubSystem(lambda _: stubborn()), deadline=3.0), clock, observer)
    results = []
    Deferred.fromCoroutine(desk.perform(an_account(), CHECKOUT)).addCallback(results.append)
    clock.advance(3.1)
    assert results == [Unknown()]
    assert isinstance(observer.failures[0], TimeoutError)


def test_a_system_that_cancels_itself_has_lost_its_answer():
    """Nobody else has cancelled it: the patron is sent to the desk, and the connection lives."""

    async def cancels_itself():
        waiting = Deferred()
        clock.callLater(1, waiting.cancel)
        await waiting

    clock = Clock()
    desk = a_desk(a_library(StubSystem(lambda _: cancels_itself())), clock)
    results = []
    Deferred.fromCoroutine(desk.perform(an_account(), CHECKOUT)).addCallback(results.append)
    clock.advance(1)
    assert results == [Unknown()]


def test_what_has_happened_already_needs_no_pin():
    """A stored loan, and the undoing of one, are booked where an account otherwise requires PINs."""
    outcome = Done(SessionEnded(PatronId("R1")))
    desk = a_desk(a_library(StubSystem(lambda _: outcome)))
    for flag in ("no_block", "cancel"):
        operation = Checkout(PatronId("R1"), ItemId("I1"), **{flag: True})
        assert perform(desk, operation, an_account(require_pin=True)) is outcome


def test_the_right_pin_opens_a_few_seconds_after_guesses():
    """A patron is not locked out by those who guess: after the wait the right PIN works."""
    clock = Clock()

    def right_after_a_minute(operation):
        pin = PinCheck.RIGHT if clock.seconds() > 50 else PinCheck.WRONG
        return Done(PatronReport(Patron(operation.patron), pin))

    system, results = StubSystem(right_after_a_minute), []
    desk = a_desk(a_library(system), clock)
    for _ in range(500):
        asked = desk.perform(an_account(), LookupPatron(PatronId("R1"), Secret("1")))
        Deferred.fromCoroutine(asked).addCallback(results.append)
    clock.advance(10)
    assert len(results) == 500
    assert len(system.asked) < 10
    clock.advance(50)
    assert perform(desk, LookupPatron(PatronId("R1"), Secret("1"))).result.pin is PinCheck.RIGHT


def test_whoever_cancels_the_desk_itself_gets_what_was_asked_for():
    """The system is told to stop, and the cancellation is not mistaken for a lost answer."""
    clock, stopped, failures = Clock(), [], []
    desk = a_desk(a_library(StubSystem(lambda _: Deferred(stopped.append))), clock)
    work = Deferred.fromCoroutine(desk.perform(an_account(), CHECKOUT))
    work.addErrback(failures.append)
    work.cancel()
    assert [type(each.value) for each in failures] == [CancelledError]
    assert len(stopped) == 1
    clock.advance(60)
    assert comes_to_rest(clock)


def test_new_libraries_are_gone_by_from_the_next_operation_on():
    """A reload: what has begun ends at the old system, what comes next goes to the new one."""
    waiting = Deferred()
    old, new = StubSystem(lambda _: waiting), StubSystem()
    desk = a_desk(a_library(old))
    outcomes = []
    Deferred.fromCoroutine(desk.perform(an_account(), LOOKUP)).addCallback(outcomes.append)
    desk.go_by(Directory([a_library(new)]))
    assert perform(desk, LOOKUP).result.title == "A title"
    waiting.callback("of the old system")
    assert outcomes == ["of the old system"]
    assert (len(old.asked), len(new.asked)) == (1, 1)


def test_a_system_is_released_when_nothing_is_under_way_there():
    """Only then may it be closed; one that is idle, at once."""
    waiting = Deferred()
    old, idle = StubSystem(lambda _: waiting), StubSystem()
    desk = a_desk(a_library(old))
    Deferred.fromCoroutine(desk.perform(an_account(), LOOKUP))
    desk.go_by(Directory([]))
    released = desk.released(old)
    assert desk.released(idle).called
    assert not released.called
    waiting.callback("done")
    assert released.called


def test_a_system_that_never_answers_is_released_at_the_deadline():
    clock, old = Clock(), StubSystem(lambda _: Deferred())
    desk = a_desk(a_library(old), clock)
    Deferred.fromCoroutine(desk.perform(an_account(), LOOKUP))
    released = desk.released(old)
    clock.advance(8)
    assert released.called


def test_a_library_that_has_left_refuses_and_has_no_status():
    """Its devices are about to be disconnected; until then they get an answer."""
    desk = a_desk(a_library())
    desk.go_by(Directory([a_library(id="OTHER")]))
    assert perform(desk, CHECKOUT) == Refused(Reason.SYSTEM_UNAVAILABLE)
    assert desk.status(an_account(), "en") is None


def test_a_try_that_was_held_back_goes_by_what_holds_then():
    """Somebody guesses a PIN; while the next try waits, the library gets a downtime and another system."""
    clock = Clock()
    wrong = StubSystem(lambda _: Done(PatronReport(Patron(PatronId("R1"), "N"), PinCheck.WRONG)))
    desk = a_desk(a_library(wrong), clock)
    guess = LookupPatron(PatronId("R1"), Secret("0000"))
    for _ in range(5):
        perform(desk, guess)
    outcomes = []
    Deferred.fromCoroutine(desk.perform(an_account(), guess)).addCallback(outcomes.append)
    desk.go_by(Directory([a_library(wrong, downtime=Downtime())]))
    clock.advance(30)
    assert outcomes == [Refused(Reason.DOWNTIME)]
    assert len(wrong.asked) == 5


def test_wrong_pins_are_not_forgotten_by_a_change_of_libraries():
    """Otherwise a reload would give whoever guesses five more tries at once."""
    wrong = StubSystem(lambda _: Done(PatronReport(Patron(PatronId("R1"), "N"), PinCheck.WRONG)))
    desk = a_desk(a_library(wrong))
    guess = LookupPatron(PatronId("R1"), Secret("0000"))
    for _ in range(5):
        perform(desk, guess)
    desk.go_by(Directory([a_library(wrong)]))
    waiting = Deferred.fromCoroutine(desk.perform(an_account(), guess))
    assert not waiting.called
