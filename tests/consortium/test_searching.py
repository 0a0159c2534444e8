"""Asking whose something is: in which order, for how long, how often, and what is told if nobody knows."""

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock

from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import MalformedReply, SystemUnavailable
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId
from softdock.circulation.items import Item
from softdock.circulation.operations import Checkin, Checkout, EndSession, LookupItem, LookupPatron
from softdock.circulation.outcomes import Done, PatronReport, Refused, Returned, SessionEnded, Unknown
from softdock.circulation.patrons import Patron
from softdock.circulation.reasons import Reason
from softdock.consortium.directory import Directory, Downtime
from softdock.consortium.ownership import Asked
from softdock.consortium.resilience import BreakerRules
from softdock.consortium.searching import AGE, Found, Searches
from stubs import EVERYTHING, RecordingObserver, StubSystem, a_desk, a_library, an_account, comes_to_rest

ITEM, CARD = ItemId("0042"), PatronId("7")
A, B, C = map(LibraryId, "ABC")


class Books:
    """A system that knows what is in `known`, and takes `seconds` for each answer."""

    def __init__(self, town, *known, seconds=0.0):
        self.known = set(known)
        self.seconds = seconds
        self._clock = town.clock
        self.system = StubSystem(self.respond)

    def respond(self, operation):
        if not self.seconds:
            return self.answer(operation)
        waiting = Deferred()
        self._clock.callLater(self.seconds, waiting.callback, None)
        return waiting.addCallback(lambda _: self.answer(operation))

    def answer(self, operation):
        if isinstance(operation, LookupPatron):
            known = operation.patron in self.known
            return Done(PatronReport(Patron(operation.patron))) if known else Refused(Reason.PATRON_UNKNOWN)
        if isinstance(operation, EndSession):
            return Done(SessionEnded(operation.patron))
        if operation.item not in self.known:
            return Refused(Reason.ITEM_UNKNOWN)
        item = Item(operation.item)
        return Done(item if isinstance(operation, LookupItem) else Returned(item))


class Town:
    """Libraries A, B, C, all to be asked, in the order C, B, A but for their own devices; with `books` by library."""

    def __init__(self, knowing=(), **changes):
        """`knowing` has what is known by library; `changes` those of the libraries."""
        self.clock, self.observer = Clock(), RecordingObserver()
        known = dict(knowing)
        self.books = {each: Books(self, *known.get(each, ())) for each in "ABC"}
        libraries = [
            a_library(
                self.books[each].system,
                **{
                    "id": LibraryId(each), "names": {"en": f"Library {each}"},
                    "items": [Asked(order)], "patrons": [Asked(order)], **changes.get(each, {}),
                },
            )
            for order, each in zip((3, 2, 1), "ABC", strict=True)
        ]  # fmt: skip
        self.desk = a_desk(libraries[0], self.clock, self.observer, *libraries[1:])

    def begin(self, operation, library=A):
        outcomes = []
        asked = self.desk.perform(an_account(library=library), operation)
        Deferred.fromCoroutine(asked).addCallback(outcomes.append)
        return outcomes

    def ask(self, operation, library=A):
        (outcome,) = self.begin(operation, library)
        return outcome

    def asked(self, library):
        """How often its system was, since this was asked last."""
        asked = self.books[library].system.asked
        count = len(asked)
        asked.clear()
        return count


def test_libraries_are_asked_in_their_order_and_the_devices_own_first():
    town = Town({"B": {ITEM}})
    outcome = town.ask(Checkin(ITEM))
    assert (type(outcome), outcome.result.destination) == (Done, "B")
    assert [town.asked(each) for each in "ACB"] == [1, 1, 2]
    assert town.observer.asked == ["B"]


def test_the_own_library_that_knows_it_ends_the_search_at_once():
    """Two libraries may have the same barcode: at each library's kiosk it is its own."""
    town = Town({"A": {ITEM}, "B": {ITEM}})
    for library in (A, B):
        assert town.ask(LookupItem(ITEM), library).result.owner is None
    assert [town.asked(each) for each in "ABC"] == [2, 2, 0]


def test_the_own_library_is_asked_first_even_if_no_rule_says_that_it_can_be():
    """What nobody claims is its own; that another one may be asked is no reason to think otherwise."""
    town = Town({"A": {ITEM}, "B": {ITEM}}, A={"items": []})
    assert town.ask(Checkin(ITEM)).result.destination == ""
    assert town.asked("B") == 0


def test_an_answer_is_remembered():
    town = Town({"B": {ITEM, CARD}})
    town.ask(LookupItem(ITEM))
    town.ask(LookupPatron(CARD))
    for each in "ABC":
        town.asked(each)
    town.ask(Checkin(ITEM))
    town.ask(LookupPatron(CARD))
    assert [town.asked(each) for each in "ABC"] == [0, 2, 0]


def test_who_does_not_know_it_any_more_is_forgotten():
    """The item was given to C meanwhile: the first who asks is told so, the next finds it there."""
    town = Town({"B": {ITEM}})
    town.ask(LookupItem(ITEM))
    town.books["B"].known.clear()
    town.books["C"].known.add(ITEM)
    assert town.ask(Checkin(ITEM)).reason is Reason.ITEM_UNKNOWN
    assert town.ask(Checkin(ITEM)).result.destination == "C"


def test_the_end_of_a_session_is_nothing_to_ask_about():
    """It goes where the card was found before, or else to the device's own library."""
    town = Town({"B": {CARD}})
    town.ask(EndSession(CARD))
    assert [town.asked(each) for each in "ABC"] == [1, 0, 0]
    town.ask(LookupPatron(CARD))
    for each in "ABC":
        town.asked(each)
    town.ask(EndSession(CARD))
    assert [town.asked(each) for each in "ABC"] == [0, 1, 0]


def test_what_nobody_knows_is_refused_by_the_devices_own_library():
    town = Town()
    assert town.ask(Checkout(CARD, ITEM)) == Refused(Reason.ITEM_UNKNOWN)
    assert [town.asked(each) for each in "CB"] == [1, 1]


@pytest.mark.parametrize(
    "changes",
    [{"downtime": Downtime()}, {"breaker": BreakerRules(failures=1, pause=60.0)}],
    ids=["downtime", "breaker"],
)
def test_who_is_away_is_passed_over_and_named_if_nobody_else_knows_it(changes):
    """To say that it is not known might be a lie; the patron may try again when that library is back."""
    town = Town({"B": {"other"}, "C": {ITEM}}, C=changes)
    if "breaker" in changes:
        knows, town.books["C"].answer = town.books["C"].answer, lambda _: SystemUnavailable("x")
        town.ask(LookupItem(ItemId("x")), C)
        town.books["C"].answer = knows
    town.asked("C")
    refused = town.ask(Checkin(ITEM))
    assert refused.reason is Reason.SYSTEM_UNAVAILABLE
    assert refused.note["en"] == "The library concerned is Library C."
    assert town.asked("C") == 0
    assert town.ask(Checkin(ItemId("other"))).result.destination == "B"


@pytest.mark.parametrize("operation", [Checkin(ITEM), Checkout(CARD, ITEM), LookupPatron(ITEM)])
def test_nobody_else_is_asked_while_the_devices_own_library_is_away(operation):
    """Another library may have the same barcode, or the same number of another patron."""
    town = Town({"A": {ITEM}, "B": {ITEM}}, A={"downtime": Downtime()})
    assert town.ask(operation).reason is Reason.DOWNTIME
    assert [town.asked(each) for each in "ABC"] == [0, 0, 0]


def test_an_answer_that_does_not_fit_does_not_keep_the_others_from_being_asked():
    """There are systems that have no better one for a barcode that they do not know."""
    town = Town({"B": {ITEM}})
    town.books["A"].answer = lambda _: MalformedReply("SIP2", "18", "")
    assert town.ask(Checkin(ITEM)).result.destination == "B"


def test_a_library_that_leaves_during_a_search_is_not_asked_any_more():
    town = Town({"B": {ITEM}})
    town.books["C"].seconds = 1.0
    outcomes = town.begin(Checkin(ITEM))
    town.desk.go_by(Directory([a_library(town.books["A"].system, id=A)]))
    town.clock.advance(1.0)
    assert outcomes == [Refused(Reason.ITEM_UNKNOWN)]
    assert town.asked("B") == 0


def test_who_gives_up_during_a_search_is_not_heard_of_again():
    """The connection is gone; the search ends for itself."""
    town, failures = Town({"B": {ITEM}}), []
    town.books["C"].seconds = 1.0
    asked = Deferred.fromCoroutine(town.desk.perform(an_account(library=A), Checkin(ITEM)))
    asked.addErrback(failures.append)
    asked.cancel()
    town.clock.advance(1.0)
    assert [each.type for each in failures] == [CancelledError]
    assert town.asked("B") == 1, "it was looked up, and nothing was taken back"
    assert town.observer.operations == []


def test_who_can_not_look_up_is_not_asked():
    town = Town({"B": {ITEM}})
    town.books["C"].system.capabilities = EVERYTHING - {Capability.LOOKUP_ITEM}
    assert town.ask(Checkin(ITEM)).result.destination == "B"
    assert town.asked("C") == 0


def test_each_has_its_share_of_the_time():
    """A system that hangs leaves enough for the others, and for the operation itself."""
    town = Town({"B": {ITEM}})
    town.books["C"].seconds = 60.0
    outcomes = town.begin(Checkin(ITEM))
    town.clock.advance(8 / 3 - 0.1)
    assert outcomes == []
    town.clock.advance(0.2)
    assert outcomes[0].result.destination == "B"
    assert [type(each) for each in town.observer.failures] == [TimeoutError]


def test_the_deadline_of_the_device_holds_for_the_search_too():
    town = Town()
    for each in "ABC":
        town.books[each].seconds = 60.0
    outcomes = town.begin(Checkin(ITEM))
    town.clock.pump([0.5] * 16)
    assert outcomes == [Unknown()]


def test_those_who_ask_at_the_same_time_share_one_search():
    """A kiosk that asks for title and loan at once, or two at the same book, trouble the systems once."""
    town = Town({"B": {ITEM}})
    for each in "ABC":
        town.books[each].seconds = 0.5
    outcomes = [town.begin(LookupItem(ITEM)) for _ in range(3)]
    town.clock.pump([0.5] * 4)
    assert [each[0].result.owner for each in outcomes] == ["B"] * 3
    assert [town.asked(each) for each in "ACB"] == [1, 1, 4]


# --- the searches by themselves -----------------------------------------------------------------------


def searched(searches, item, ask, until=8.0):
    found = []
    Deferred.fromCoroutine(searches.search(LookupItem(ItemId(item)), A, [A, B], ask, until)).addBoth(
        found.append
    )
    return found


async def known_to_b(library, question, until):
    return Done(Item(question.item)) if library == B else Refused(Reason.ITEM_UNKNOWN)


def test_answers_age_and_the_oldest_goes_first():
    clock = Clock()
    searches = Searches(clock, capacity=2)
    for item in ("1", "2", "3"):
        assert searched(searches, item, known_to_b) == [Found(B)]
    known = [searches.remembered(LookupItem(ItemId(item)), A) for item in ("1", "2", "3")]
    assert known == [None, B, B]
    clock.advance(AGE)
    assert searches.remembered(LookupItem(ItemId("3")), A) is None


def test_one_who_does_not_wait_any_more_leaves_the_search_to_the_others():
    clock, answers = Clock(), []

    async def slowly(library, question, until):
        answers.append(Deferred())
        return await answers[-1]

    searches = Searches(clock)
    first = Deferred.fromCoroutine(searches.search(LookupItem(ITEM), A, [A, B], slowly, 8.0))
    first.addErrback(lambda _: None)
    second = searched(searches, ITEM, slowly)
    first.cancel()
    answers[0].callback(Done(Item(ITEM)))
    assert second == [Found(A)]
    assert comes_to_rest(clock)


def test_a_search_that_takes_too_long_ends_for_who_waits_and_then_for_all():
    clock = Clock()

    async def never(library, question, until):
        await Deferred()

    found = searched(Searches(clock), ITEM, never, until=3.0)
    clock.advance(3.0)
    assert found == [Found(None, A)]


@pytest.mark.parametrize(
    ("outcome", "found"),
    [
        (Refused(Reason.DECLINED), Found(None)),
        (Refused(Reason.NOT_SUPPORTED), Found(None)),
        (Refused(Reason.SYSTEM_BUSY), Found(None, A)),
        (Refused(Reason.CARD_LOST), Found(A)),
    ],
)
def test_a_refusal_tells_whether_it_is_known(outcome, found):
    """Who refuses a lost card knows the card."""

    async def says(library, question, until):
        return outcome

    assert searched(Searches(Clock()), ITEM, says) == [found]
