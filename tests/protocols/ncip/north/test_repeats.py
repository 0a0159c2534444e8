"""NCIP's own rule for repeats: the same document is the same wish, until something else has touched what it is about."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from journals import Reactor
from ncip_partner import NcipPartner, problems, v2
from ncip_requests import DESCRIPTION, KIND, NAME, REQUEST
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.items import Item
from softdock.circulation.journal import JournalAway, WordWithheld
from softdock.circulation.locale.en import WORDING
from softdock.circulation.operations import AcceptItem, ChargeFee, LookupPatron
from softdock.circulation.outcomes import Accepted, Charged, Done, Lent, Refused
from softdock.circulation.partners import Claimed
from softdock.circulation.patrons import PatronList
from softdock.circulation.ports import NobodyWatches
from softdock.circulation.reasons import Reason
from softdock.store.database import Database, DatabaseThreads
from softdock.store.journal import SqlJournal, this_process
from stubs import StubSystem


class Journalled(NcipPartner):
    """A partner of a library whose journal is a real one."""

    def __init__(self, journal, reactor, **how):
        super().__init__(**how)
        self.reactor = reactor
        self.journal = journal
        self.desk.keep_in(journal)

    def send(self, document, charset=""):
        return self.reactor.result_of(self.exchange.answer(document, charset, Claimed()))

    def does(self, inner):
        """Let it be done."""
        response = self.ask(inner)
        assert problems(response) == []
        return response

    @property
    def carried_out(self):
        """How many operations were done that were no repeats, of those that change the books."""
        changes = [each for each, _, _ in self.observer.operations if each.changes_state]
        return len(changes) - len(self.observer.repeats)


@pytest.fixture
def partner_of(tmp_path):
    """Makes partners whose operations are journalled."""
    reactor = Reactor()
    database = Database.at("sqlite:///store.db", tmp_path, "store")
    threads = DatabaseThreads(database, "journal", reactor, NobodyWatches(), readers=1)
    journal = SqlJournal(database, threads, this_process(1), reactor, now=lambda: 0.0)
    reactor.result_of(journal.start())
    yield lambda **how: Journalled(journal, reactor, **how)
    journal.close()
    threads.close()


@pytest.fixture
def partner(partner_of):
    return partner_of()


def user(number="R0001"):
    return f"<UserId><UserIdentifierValue>{number}</UserIdentifierValue></UserId>"


def item(number="CD0001"):
    return f"<ItemId><ItemIdentifierValue>{number}</ItemIdentifierValue></ItemId>"


def lend():
    return f"<CheckOutItem>{user()}{item()}</CheckOutItem>"


def pay(own=""):
    reference = (
        "<FiscalTransactionReferenceId><AgencyId>X</AgencyId>"
        f"<FiscalTransactionIdentifierValue>{own}</FiscalTransactionIdentifierValue></FiscalTransactionReferenceId>"
    )
    return (
        f"<CreateUserFiscalTransaction>{user('R0006')}<FiscalTransactionInformation>"
        f"<FiscalActionType>Payment</FiscalActionType>{reference if own else ''}"
        "<FiscalTransactionType>Fine</FiscalTransactionType>"
        "<Amount><CurrencyCode>CNY</CurrencyCode><MonetaryValue>100</MonetaryValue></Amount>"
        "</FiscalTransactionInformation></CreateUserFiscalTransaction>"
    )


DUE = datetime(2026, 4, 1, tzinfo=UTC)
THING = Item(ItemId("CD0001"), "A title")
GIVE_BACK = f"<CheckInItem>{item()}</CheckInItem>"
UNDO = f"<UndoCheckOutItem>{user()}{item()}</UndoCheckOutItem>"
RENEW = f"<RenewItem>{user()}{item()}</RenewItem>"
HOLD = f"<RequestItem>{user('R0002')}{item()}{KIND}</RequestItem>"
NO_HOLD = f"<CancelRequestItem>{user('R0002')}{item()}<RequestType>Hold</RequestType></CancelRequestItem>"
NEW_ITEM, NO_ITEM = (
    f"<CreateItem>{item('X1')}{DESCRIPTION}</CreateItem>",
    f"<DeleteItem>{item('X1')}</DeleteItem>",
)
NEW_USER, NO_USER = f"<CreateUser>{user('X1')}{NAME}</CreateUser>", f"<DeleteUser>{user('X1')}</DeleteUser>"


def placed(status):
    return f"<UpdateCirculationStatus>{item()}<CirculationStatus>{status}</CirculationStatus></UpdateCirculationStatus>"


def speaking(language):
    return f"<UpdateUser>{user()}<AddUserFields><UserLanguage>{language}</UserLanguage></AddUserFields></UpdateUser>"


def called(title):
    about = f"<BibliographicDescription><Title>{title}</Title></BibliographicDescription>"
    return f"<UpdateItem>{item()}<AddItemFields>{about}</AddItemFields></UpdateItem>"


ACCEPT = (
    f"<AcceptItem>{REQUEST}<RequestedActionType>Hold For Pickup</RequestedActionType>{user()}"
    f"{item('X1')}</AcceptItem>"
)
THERE_AND_BACK = {
    "lent and returned": ([], lend(), GIVE_BACK),
    "returned and lent": ([lend()], GIVE_BACK, lend()),
    "lent and undone": ([], lend(), UNDO),
    "undone and lent": ([lend()], UNDO, lend()),
    "held and not": ([lend()], HOLD, NO_HOLD),
    "taken in and out": ([], NEW_ITEM, NO_ITEM),
    "registered and not": ([], NEW_USER, NO_USER),
    "missing and found": ([], placed("Lost"), placed("Available On Shelf")),
    "one language and another": ([], speaking("eng"), speaking("chi")),
    "one title and another": ([], called("A"), called("B")),
}


@pytest.mark.parametrize("case", THERE_AND_BACK)
def test_there_and_back_and_there_again_with_identical_documents_are_three(partner, case):
    """However soon: what came in between has touched the same item or patron."""
    before, there, back = THERE_AND_BACK[case]
    for each in [*before, there, back, there, back]:
        partner.does(each)
    assert partner.carried_out == len(before) + 4


@pytest.mark.parametrize("case", THERE_AND_BACK)
def test_a_repeat_of_what_can_be_done_once_hears_the_same_and_does_nothing(partner, case):
    before, there, _ = THERE_AND_BACK[case]
    for each in before:
        partner.does(each)
    first, again = (partner.send(v2(there)) for _ in range(2))
    assert (first.document, first.problems) == (again.document, ())
    assert partner.carried_out == len(before) + 1
    assert partner.observer.repeats == [("CDL", "joined")]


def test_a_repeat_of_several_operations_joins_each_with_its_own(partner_of):
    """An item that is taken in with a fee, twice: both are the same."""
    fee = (
        "<FiscalTransactionInformation><FiscalActionType>Assess</FiscalActionType>"
        "<FiscalTransactionType>Service Charge</FiscalTransactionType>"
        "<Amount><CurrencyCode>CNY</CurrencyCode><MonetaryValue>100</MonetaryValue></Amount>"
        "</FiscalTransactionInformation>"
    )

    def respond(operation):
        if isinstance(operation, ChargeFee):
            return Done(Charged(operation.patron, operation.fee))
        return Done(Accepted(operation.hold, THING))

    partner = partner_of(system=StubSystem(respond))
    for _ in range(2):
        partner.does(ACCEPT.replace("</AcceptItem>", f"{fee}</AcceptItem>"))
    assert [type(each) for each in partner.system.asked] == [AcceptItem, ChargeFee]
    assert partner.observer.repeats == [("CDL", "joined")] * 2


def test_where_no_word_is_right_none_is_told_and_no_repeat_hears_one(partner_of, monkeypatch):
    """The loan is in the books, and whether the journal knows so is not known; then it is away."""
    partner = partner_of(system=StubSystem(lambda _: Done(Lent(THING, PatronId("R0001"), DUE))))
    journal = partner.journal
    monkeypatch.setattr(journal, "answer", raising(WordWithheld))
    with pytest.raises(WordWithheld):
        partner.ask(lend())
    monkeypatch.setattr(journal, "claim", raising(JournalAway))
    with pytest.raises(WordWithheld):
        partner.ask(lend())
    response = partner.ask(lend().replace("R0001", "R0002"))
    assert problems(response) == ["Temporary Processing Failure"]
    assert response.value("Problem", "ProblemDetail") == WORDING[Reason.JOURNAL_AWAY]
    assert len(partner.system.asked) == 1


def raising(error):
    async def raises(*_):
        raise error

    return raises


def owed(partner):
    return partner.reactor.result_of(
        partner.desk.perform(partner.account, LookupPatron(PatronId("R0006"), wanted=PatronList.FEES))
    ).result.patron.balance.minor


def test_two_payments_without_a_number_are_two(partner):
    """Nobody could tell a repeat from somebody who pays another hundred."""
    before = owed(partner)
    for _ in range(2):
        partner.does(pay())
    assert before - owed(partner) == 200


def test_two_payments_under_one_number_are_one_however_late_the_second_comes(partner):
    before = owed(partner)
    partner.does(pay("P-1"))
    partner.clock.advance(100_000)
    partner.does(pay("P-1"))
    assert before - owed(partner) == 100


def test_the_same_document_of_another_partner_is_another_wish(partner_of):
    partner = partner_of()
    partner.does(lend())
    partner.account = partner.exchange.partners.account = replace(partner.account, name="another")
    assert problems(partner.ask(lend())) != []
    assert partner.observer.repeats == []


@pytest.mark.parametrize("reason", [Reason.SYSTEM_BUSY, Reason.SYSTEM_UNAVAILABLE, Reason.PATRON_BLOCKED])
def test_a_person_who_was_refused_may_try_again_at_once(partner_of, reason):
    """The same document, because it tells no time; and meanwhile somebody has helped."""
    lent = Done(Lent(THING, PatronId("R0001"), DUE))
    answers = [Refused(reason), lent]
    partner = partner_of(system=StubSystem(lambda _: answers.pop(0)))
    assert problems(partner.ask(lend())) != []
    partner.does(lend())
    partner.does(lend())
    assert len(partner.system.asked) == 2
