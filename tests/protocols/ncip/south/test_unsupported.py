"""What becomes of a service of which a system has said that it does not support it."""

import pytest

from ncip_behind import NcipBehind
from softdock.circulation.errors import Unsupported
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    AmendPatron,
    BlockPatron,
    ChargeFee,
    Checkin,
    Checkout,
    LookupItem,
    PayFee,
    PlaceHold,
    Renew,
)
from softdock.protocols.ncip import south
from softdock.protocols.ncip.message import Element, Message

WANG, ZHAO, BOOK = PatronId("R0001"), PatronId("R0006"), ItemId("CD0001")


class Lacking:
    """The demo's library, which does not support the messages that are `lacking`, as long as there is such a rule."""

    def __init__(self, lacking):
        self.behind = NcipBehind()
        self.lacking = lacking

    async def _ask(self, message):
        if self.lacking(message.body):
            problem = Element("Problem", children=[Element("ProblemType", "Unsupported Service")])
            return Message(message.form, [Element(f"{message.body.name}Response", children=[problem])])
        return await self.behind._ask(message)

    def outcome(self, operation):
        talk = south.Talk(self.behind.system, self._ask)
        return self.behind.partner.finished(south.perform(operation, talk))

    def refuses(self, operation):
        with pytest.raises(Unsupported):
            self.outcome(operation)


def test_it_is_not_asked_for_again():
    system = Lacking(lambda body: body.name == "LookupItem")
    system.refuses(LookupItem(BOOK))
    assert "LookupItem" not in system.behind.system.services


@pytest.mark.parametrize(
    ("offline", "as_usual"),
    [
        (Checkout(WANG, BOOK, no_block=True), Checkout(WANG, BOOK)),
        (Checkin(ItemId("CD0004"), no_block=True), Checkin(ItemId("CD0004"))),
        (Renew(WANG, ItemId("CD0004"), no_block=True), Renew(WANG, ItemId("CD0004"))),
    ],
    ids=["loan", "return", "renewal"],
)
def test_a_system_that_books_nothing_that_has_happened_still_lends_and_takes_back(offline, as_usual):
    system = Lacking(lambda body: body.has("MandatedAction"))
    system.refuses(offline)
    assert system.outcome(as_usual).result.item.id == as_usual.item


@pytest.mark.parametrize(
    ("lacking", "wish", "another"),
    [
        ("Assess", ChargeFee(ZHAO, Money(100, "CNY")), PayFee(ZHAO, Money(100, "CNY"))),
        ("UnstructuredPersonalUserName", AmendPatron(WANG, name="Wang"), BlockPatron(WANG)),
    ],
    ids=["fees", "patrons"],
)
def test_a_service_for_several_wishes_is_there_for_the_others(lacking, wish, another):
    def lacks(body):
        changes = body.name in {"CreateUserFiscalTransaction", "UpdateUser"}
        return changes and any(lacking in (each.name, each.text) for each in body.walk())

    system = Lacking(lacks)
    system.refuses(wish)
    assert system.outcome(another).result


def test_what_it_has_done_once_it_can_do_whatever_it_says_of_another_item():
    system = Lacking(lambda body: body.value("ItemId", "ItemIdentifierValue") == "CD0005")
    system.outcome(Checkout(WANG, BOOK))
    system.refuses(Checkout(WANG, ItemId("CD0005")))
    assert "CheckOutItem" in system.behind.system.services


def test_what_it_has_refused_with_a_reason_it_can_do():
    system = Lacking(lambda body: body.value("ItemId", "ItemIdentifierValue") == "CD0005")
    assert system.outcome(PlaceHold(WANG, ItemId("CD9999"))).reason
    assert system.outcome(Checkout(WANG, ItemId("CD0021"))).reason
    system.refuses(Checkout(WANG, ItemId("CD0005")))
    assert "CheckOutItem" in system.behind.system.services
