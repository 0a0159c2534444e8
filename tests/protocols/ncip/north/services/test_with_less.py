"""What is done for partners where a library's system can do it in another way only."""

from dataclasses import replace
from datetime import date

from ncip_partner import CDL, NOW, ZONE, NcipPartner, problems
from softdock.adapters.base import AdapterContext
from softdock.adapters.inhouse.adapter import InhouseAdapter
from softdock.circulation.capabilities import Capability
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.operations import Checkout, LookupItem, LookupPatron
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.north.partner import Profile

USER = "<UserId><UserIdentifierValue>R0001</UserIdentifierValue></UserId>"
BLOCK = (
    "<BlockOrTrap><AgencyId>CDL</AgencyId><BlockOrTrapType>Block Check Out</BlockOrTrapType></BlockOrTrap>"
)
LOANS = f"<LookupUser>{USER}<LoanedItemsDesired/></LookupUser>"


class Less(InhouseAdapter):
    """The embedded library, as far as a system behind SIP2 does it: lists have no dates, and records stay as they are."""

    overridden = InhouseAdapter.overridden

    def __init__(self, tmp_path, without=()):
        settings = {"database": "memory", "import": "demo", "without": [each.value for each in without]}
        super().__init__(settings, AdapterContext(CDL, ZONE, "CNY", lambda: NOW, tmp_path))

    async def perform(self, operation, operation_id=""):
        outcome = await super().perform(operation, operation_id)
        if isinstance(operation, LookupPatron):
            entries = tuple(replace(each, due=None, title="") for each in outcome.result.entries)
            return replace(outcome, result=replace(outcome.result, entries=entries))
        return outcome


def test_a_card_is_blocked_and_freed_where_nothing_else_of_a_patron_can_be_changed(tmp_path):
    partner = NcipPartner(system=Less(tmp_path, without=[Capability.EDIT_PATRON]))
    blocks = f"<UpdateUser>{USER}<AddUserFields>{BLOCK}</AddUserFields></UpdateUser>"
    frees = f"<UpdateUser>{USER}<DeleteUserFields>{BLOCK}</DeleteUserFields></UpdateUser>"
    assert problems(partner.ask(blocks)) == []
    assert partner.done(LookupPatron(PatronId("R0001"))).reason is Reason.PATRON_BLOCKED
    assert problems(partner.ask(frees)) == []
    assert partner.done(LookupPatron(PatronId("R0001"))).reason is None


def test_a_name_is_not_changed_there_nor_a_block_together_with_it(tmp_path):
    partner = NcipPartner(system=Less(tmp_path, without=[Capability.EDIT_PATRON]))
    language = "<UserLanguage>eng</UserLanguage>"
    for fields in (language, language + BLOCK):
        update = f"<UpdateUser>{USER}<AddUserFields>{fields}</AddUserFields></UpdateUser>"
        assert problems(partner.ask(update)) == ["Unsupported Service"]
    assert partner.done(LookupPatron(PatronId("R0001"))).reason is None


def test_loans_that_are_listed_without_a_date_are_counted(tmp_path):
    partner = NcipPartner(system=Less(tmp_path))
    answer = partner.ask(LOANS)
    assert answer.all("LoanedItem") == []
    assert answer.value("LoanedItemsCount", "LoanedItemCountValue") == "1"


def test_they_are_told_with_what_the_items_tell_where_that_is_agreed(tmp_path):
    partner = NcipPartner(Profile(loans_looked_up=True), system=Less(tmp_path))
    partner.done(Checkout(PatronId("R0001"), ItemId("CD0001")))
    told = {
        each.value("ItemId", "ItemIdentifierValue"): each for each in partner.ask(LOANS).all("LoanedItem")
    }
    assert set(told) == {"CD0001", "CD0004"}
    assert told["CD0001"].value("Title") == "三体"
    due = partner.done(LookupItem(ItemId("CD0001"))).due
    assert date.fromisoformat(told["CD0001"].value("DateDue")[:10]) == due.date()
