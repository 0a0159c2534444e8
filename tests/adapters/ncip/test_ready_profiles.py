"""The profiles of systems that speak NCIP which SoftDock brings along."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from softdock.adapters.ncip.profile import SystemProfile
from softdock.adapters.ncip.ready import load_profile, ready_profiles
from softdock.circulation.capabilities import Capability
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.locale import LANGUAGES, wording
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip import south
from softdock.protocols.ncip.asking import Initiator
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.south.problems import Declined, trouble

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def system(name):
    profile = load_profile(name, Path())
    return south.System(
        library=LibraryId("LIB"),
        zone=UTC,
        currency="CNY",
        now=lambda: NOON,
        initiator=Initiator(form=profile.form()),
        dialect=profile.dialect(),
    )


def test_they_are_those_of_which_something_is_known():
    assert list(ready_profiles()) == [
        "alma", "folio", "koha", "reshare", "softdock", "standard", "version-1", "xc",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ready_profiles())
def test_each_says_in_the_beginning_what_it_rests_on(name):
    first = ready_profiles()[name].split("\nlike:")[0].splitlines()
    assert len([line for line in first if line.startswith("#")]) > 3
    assert any(
        word in ready_profiles()[name] for word in ("not measured", "Proven", "proven", "rests on one")
    )


@pytest.mark.parametrize("name", ready_profiles())
def test_each_offers_to_look_at_a_card(name):
    assert Capability.LOOKUP_PATRON in south.capabilities(system(name))


def test_of_aleph_behind_the_toolkit_nothing_is_borrowed_and_nothing_paid():
    offered = south.capabilities(system("xc"))
    assert not offered & {Capability.CHECKOUT, Capability.CHECKIN, Capability.PAY_FEE}
    assert Capability.HOLD in offered


def test_folio_lends_and_cannot_be_asked_for_items():
    offered = south.capabilities(system("folio"))
    assert offered >= {Capability.CHECKOUT, Capability.CHECKIN}
    assert not offered & {Capability.LOOKUP_ITEM, Capability.RENEW, Capability.OFFLINE_TRANSACTIONS}


@pytest.mark.parametrize("when", [None, date(2026, 1, 31)], ids=["no day", "a day"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", Reason)
def test_softdock_behind_softdock_keeps_every_reason(reason, language, when):
    text = wording(reason, language, when)
    kind = Element("ProblemType", "Element Rule Violated")
    said = Element("Problem", children=[kind, Element("ProblemDetail", text)])
    error = trouble([said], "CheckOutItem", Element("CheckOutItemResponse"), system("softdock").dialect)
    if isinstance(error, Declined):
        assert error.reason is reason
    else:
        assert reason in {
            Reason.NOT_ALLOWED, Reason.NOT_SUPPORTED, Reason.DOWNTIME, Reason.SYSTEM_UNAVAILABLE, Reason.SYSTEM_BUSY,
            Reason.JOURNAL_AWAY, Reason.OUTCOME_UNKNOWN,
        }  # fmt: skip


@pytest.mark.parametrize("service", ["CheckOutItem", "LookupRequest", "CreateUser"])
def test_a_system_is_not_probed_by_what_changes_it_or_needs_to_know_more(service):
    with pytest.raises(ValidationError, match="LookupVersion"):
        SystemProfile.model_validate({"probe": service})
