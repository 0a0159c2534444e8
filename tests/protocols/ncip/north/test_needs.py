"""What a library's system has to be able to do, before anything of a request is done."""

import pytest

from ncip_library import asked
from ncip_partner import NcipPartner, problems
from ncip_requests import MINIMAL
from softdock.circulation.capabilities import Right
from softdock.protocols.ncip.north.services import NEEDS
from stubs import EVERYTHING, StubSystem


@pytest.mark.parametrize("service", [each for each in NEEDS if each != "AuthenticateUser"])
def test_a_service_that_the_system_cannot_do_is_not_supported_whatever_the_request_says(service):
    """Nothing is asked of the system, and nothing is missing in the request either."""
    system = StubSystem(capabilities=EVERYTHING - set(NEEDS[service]))
    for content in (MINIMAL[service], ""):
        partner = NcipPartner(system=system)
        assert problems(partner.ask(f"<{service}>{content}</{service}>")) == ["Unsupported Service"]
    assert asked(partner) == []


def test_what_the_account_may_not_do_is_no_matter_of_the_system():
    rights = frozenset(Right) - {Right.CIRCULATE}
    partner = NcipPartner(system=StubSystem(), rights=rights)

    response = partner.ask(f"<CheckInItem>{MINIMAL['CheckInItem']}</CheckInItem>")

    assert problems(response) == ["Unauthorized Service For Agency"]
