"""An answer about another item, or another patron, is not the answer."""

import pytest

from ncip_behind import NcipBehind
from softdock.circulation.errors import MalformedReply
from softdock.circulation.identifiers import PatronId, Secret
from softdock.protocols.ncip.asking import holding, identifier, proof, text
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.south import System, SystemDialect, Talk, check_echoes
from softdock.protocols.ncip.south.echoes import ABOUT
from softdock.protocols.ncip.tables.services import SERVICES

BOTH = frozenset({"ItemId", "UserId"})


def a_system(**dialect):
    behind = NcipBehind().system
    return System(
        library=behind.library,
        zone=behind.zone,
        currency=behind.currency,
        now=behind.now,
        initiator=behind.initiator,
        dialect=SystemDialect(**dialect),
    )


def the_item(number):
    return identifier("ItemId", number, "", "")


def the_patron(number):
    return identifier("UserId", number, "", "")


def belongs(service, asked, told, **dialect):
    """Whether an answer with these parts answers a request with those."""
    request = holding(service, asked)
    answer = holding(SERVICES[service].response, told) or Element(SERVICES[service].response)
    try:
        check_echoes(request, answer, a_system(**dialect))
    except MalformedReply:
        return False
    return True


@pytest.mark.parametrize("service", sorted(ABOUT["ItemId"] - {"RequestItem"}))
def test_an_answer_about_another_item_is_not_believed(service):
    assert not belongs(service, the_item("CD0001"), the_item("CD0002"))
    assert belongs(service, the_item("CD0001"), the_item(" cd0001"))


@pytest.mark.parametrize("service", sorted(ABOUT["UserId"]))
def test_one_about_another_patron_is_not_where_the_profile_says_so(service):
    assert belongs(service, the_patron("R1"), the_patron("4711"))
    assert not belongs(service, the_patron("R1"), the_patron("4711"), echoed=BOTH)
    assert belongs(service, the_patron("R1"), the_patron("r1 "), echoed=BOTH)


def test_a_patron_may_have_other_numbers_beside_the_one_that_was_asked_for():
    among = [the_patron("4711"), holding("UserOptionalFields", the_patron("R1"))]

    assert belongs("LookupUser", the_patron("R1"), among, echoed=BOTH)


def test_a_card_that_went_along_as_a_proof_was_asked_for_and_its_pin_was_not():
    talk = Talk(a_system(echoed=BOTH), ask=None)
    asked = talk.who(PatronId("R1"), Secret("4711"))

    assert belongs("LookupUser", asked, the_patron("R1"), echoed=BOTH)
    assert not belongs("LookupUser", asked, the_patron("4711"), echoed=BOTH)
    assert not belongs("LookupUser", proof("R1", "Barcode Id"), the_patron("R2"), echoed=BOTH)


@pytest.mark.parametrize("told", [None, identifier("ItemId", "-1", "", "")], ids=["nothing", "no number"])
def test_what_an_answer_does_not_name_it_need_not_repeat(told):
    assert belongs("CheckInItem", the_item("CD0001"), told)


@pytest.mark.parametrize(("scope", "may_differ"), [("Bibliographic Item", True), ("Item", False), ("", True)])
def test_a_request_may_be_filled_by_another_copy_unless_it_is_for_this_one(scope, may_differ):
    asked = [the_item("CD0001"), text("RequestScopeType", scope)]

    assert belongs("RequestItem", asked, the_item("CD0002")) is may_differ


def test_a_system_with_numbers_of_its_own_may_say_them():
    assert belongs("LookupItem", the_item("CD0001"), the_item("0f3c-11"), echoed=frozenset())


def test_every_service_that_is_checked_is_there():
    assert frozenset().union(*ABOUT.values()) <= SERVICES.keys()
