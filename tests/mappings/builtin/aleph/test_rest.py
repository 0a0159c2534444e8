"""The variant whose patrons are read by the RESTful service, over real sockets."""

import pytest

from aleph_site import FREE, GOOD, LATE, LOST, OWES, PIN, WAITS
from softdock.circulation.errors import MalformedReply, Misconfigured, SystemUnavailable
from softdock.circulation.identifiers import PatronId
from softdock.circulation.money import Money
from softdock.circulation.operations import Checkout, LookupItem, LookupPatron
from softdock.circulation.outcomes import PinCheck
from softdock.circulation.patrons import PatronList
from softdock.circulation.reasons import Reason
from softdock.kit.simulators import Harm
from softdock.mappings.builtin import aleph_rest

pytestmark = pytest.mark.socket


@pytest.fixture
def rest(site):
    """Asks the simulated site by the RESTful service."""
    url = {"url": site.running.url.rstrip("/")}
    adapter = site.adapter(aleph_rest, rest=url)
    return lambda operation: site.real.result_of(adapter.perform(operation, "OP-1"))


def test_a_card_is_read_with_everything_that_counts_at_a_device(site, rest):
    report = rest(LookupPatron(LATE, PIN)).result

    assert (report.patron.name, report.pin) == ("Gustav Sample", PinCheck.RIGHT)
    assert (report.patron.counts.loans, report.patron.counts.overdue) == (2, 1)
    assert report.patron.balance == Money(0, "CNY")
    assert {"bor-info", "rest/loans", "rest/holds", "rest/cash", "rest/address"} <= set(site.calls)


def test_loans_holds_and_fees_are_as_by_the_x_server(site, rest):
    for patron, wanted in ((LATE, PatronList.LOANS), (WAITS, PatronList.HOLDS), (WAITS, PatronList.UNAVAILABLE_HOLDS), (OWES, PatronList.FEES)):  # fmt: skip
        asked = LookupPatron(patron, wanted=wanted)
        other = site.done(asked)
        found = rest(asked).result

        assert found.entries
        assert found.entries == other.entries
        assert found.patron.counts == other.patron.counts
        assert found.patron.balance == other.patron.balance


def test_the_address_is_the_library_s_own_and_can_be_done_without(site, rest):
    assert rest(LookupPatron(GOOD)).result.patron.address == "1 Sample Road"

    site.faults.every(Harm.ERROR, "rest/address")
    assert rest(LookupPatron(GOOD)).result.patron.name == "Anna Sample"


@pytest.mark.parametrize("call", ["rest/loans", "rest/holds", "rest/cash"])
@pytest.mark.parametrize("harm", [Harm.ERROR, Harm.RESET, Harm.HALF, Harm.HUGE])
def test_without_a_list_nothing_is_told_of_the_patron(site, rest, call, harm):
    """Rather than that they have nothing."""
    site.faults.next(harm, call)

    with pytest.raises((SystemUnavailable, MalformedReply)):
        rest(LookupPatron(GOOD))


def test_a_server_that_does_not_trust_us_is_a_fault_of_the_settings(site, rest):
    site.faults.next(Harm.RIGHTS, "rest/loans")

    with pytest.raises(Misconfigured):
        rest(LookupPatron(GOOD))


def test_a_card_that_nobody_has_is_refused(site, rest):
    assert rest(LookupPatron(PatronId("8799999999"))).reason is Reason.PATRON_UNKNOWN


def test_blocks_are_still_told(site, rest):
    assert rest(LookupPatron(LOST)).result.reason is Reason.PATRON_BLOCKED


def test_everything_else_is_as_of_the_folder_below(site, rest):
    rest(Checkout(GOOD, FREE))

    assert rest(LookupItem(FREE)).result.due is not None
