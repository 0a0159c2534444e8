"""Notifications are acknowledged, and what they tell is kept without what they say of people."""

import pytest

from ncip_partner import NcipPartner, problems
from ncip_requests import ADDRESS, ITEM, MINIMAL, NAME, REQUEST, USER
from softdock.circulation.capabilities import Right
from softdock.circulation.operations import TakeNotice
from softdock.protocols.ncip.north.services.notices import (
    LONGEST_DETAIL,
    MOST_DETAILS,
    NOTIFICATIONS,
    event_of,
)
from softdock.protocols.ncip.tables.services import SERVICES


@pytest.fixture
def partner():
    return NcipPartner()


def noticed(partner):
    """What was taken note of last."""
    operation = partner.observer.operations[-1][0]
    assert isinstance(operation, TakeNotice)
    return operation


def test_there_are_twenty_of_them():
    assert len(NOTIFICATIONS) == 20


@pytest.mark.parametrize("service", NOTIFICATIONS)
def test_every_notification_is_understood_and_kept_under_its_name(partner, service):
    response = partner.ask(f"<{service}>{MINIMAL[service]}</{service}>")

    assert response.name == f"{service}Response"
    assert not response.children
    notice = noticed(partner)
    assert notice.event == event_of(service)
    assert notice.item == ("CD0001" if ITEM in MINIMAL[service] else None)
    assert notice.patron == ("R0001" if USER in MINIMAL[service] else None)


@pytest.mark.parametrize("service", NOTIFICATIONS)
def test_a_notification_that_lacks_what_it_is_about_is_not_understood(partner, service):
    told = partner.ask(f"<{service}/>")

    assert set(problems(told)) == {"Needed Data Missing"}
    assert SERVICES[service].response == told.name
    assert not partner.observer.operations


def test_when_it_happened_and_what_it_was_about_is_kept(partner):
    partner.ask(
        f"<ItemShipped>{REQUEST}{ITEM}{USER}<DateShipped>2026-03-01T08:00:00+08:00</DateShipped>"
        f"<ShippingInformation><ShippingInstructions>In a  box</ShippingInstructions>{ADDRESS}</ShippingInformation>"
        f"<UserOptionalFields>{NAME}</UserOptionalFields></ItemShipped>"
    )

    notice = noticed(partner)
    assert (notice.hold, notice.item, notice.patron) == ("RQ-1", "CD0001", "R0001")
    assert notice.happened.isoformat() == "2026-03-01T08:00:00+08:00"
    assert ("ShippingInstructions", "In a box") in notice.extra


def test_nothing_is_kept_of_what_it_says_of_people(partner):
    partner.ask(f"<UserCreated>{USER}{NAME}<DateOfBirth>1990-01-01T00:00:00Z</DateOfBirth></UserCreated>")

    assert noticed(partner).extra == ()


def test_what_is_kept_is_bounded(partner):
    kinds = "".join(
        f"<ItemUseRestrictionType>{'x' * 900}{number}</ItemUseRestrictionType>" for number in range(90)
    )
    partner.ask(
        f"<ItemCreated>{ITEM}<BibliographicDescription><Title>A</Title></BibliographicDescription>{kinds}</ItemCreated>"
    )

    extra = noticed(partner).extra
    assert len(extra) == MOST_DETAILS
    assert max(len(text) for _, text in extra) == LONGEST_DETAIL


def test_a_date_that_is_none_is_told(partner):
    told = partner.ask(f"<ItemReceived>{ITEM}<DateReceived>yesterday</DateReceived></ItemReceived>")

    assert problems(told) == ["Invalid Date"]


def test_who_may_not_tell_is_told_so():
    partner = NcipPartner(rights=frozenset({Right.LOOKUP}))

    assert problems(partner.ask(f"<ItemUpdated>{ITEM}</ItemUpdated>")) == ["Unauthorized Service For Agency"]


def test_whose_number_is_told_inside_of_something_else_is_not_kept(partner):
    partner.ask(
        f"<ItemCheckedIn>{ITEM}<RoutingInformation><RoutingInstructions>Hold</RoutingInstructions><Destination>"
        f"<BinNumber>7</BinNumber></Destination>{USER}</RoutingInformation></ItemCheckedIn>"
    )

    assert dict(noticed(partner).extra) == {"RoutingInstructions": "Hold", "BinNumber": "7"}
