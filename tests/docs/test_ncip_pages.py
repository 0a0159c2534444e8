"""What the reference says of NCIP, held against what is answered."""

import pytest

from ncip_partner import NcipPartner, problems
from ncip_requests import ITEM, MINIMAL, USER
from softdock.circulation.capabilities import Right
from softdock.docs import generate
from softdock.docs.pages import ncip
from softdock.docs.pages.text import Language
from softdock.ops.settings import read_settings
from softdock.protocols.ncip.north.services import WORKS
from softdock.protocols.ncip.north.services.notices import NOTIFICATIONS
from softdock.protocols.ncip.tables.services import SERVICES

LANGUAGES = list(Language)
UNAUTHORIZED = "Unauthorized Service For Agency"

ASKED = {
    **MINIMAL,
    "AcceptItem": f"{MINIMAL['AcceptItem']}{USER}",
    "UpdateItem": (
        f"{ITEM}<AddItemFields><ItemDescription><CallNumber>A1</CallNumber></ItemDescription></AddItemFields>"
    ),
    "UpdateUser": (
        f"{USER}<AddUserFields><UserAddressInformation><UserAddressRoleType>Home</UserAddressRoleType>"
        "<ElectronicAddress><ElectronicAddressType>tel</ElectronicAddressType><ElectronicAddressData>1"
        "</ElectronicAddressData></ElectronicAddress></UserAddressInformation></AddUserFields>"
    ),
}
"""Requests that come as far as the last right that they need, where the smallest does not."""

NEEDY = sorted(name for name, rights in ncip.RIGHTS.items() if rights and name in ASKED)


def page(language, name):
    return (generate.DOCS / language.value / "reference" / f"{name}.md").read_text(encoding="utf-8")


def refused(service, rights):
    partner = NcipPartner(rights=frozenset(rights))
    return UNAUTHORIZED in problems(partner.ask(f"<{service}>{ASKED[service]}</{service}>"))


def test_every_service_that_does_something_has_its_rights():
    assert set(ncip.RIGHTS) == set(WORKS) - set(NOTIFICATIONS)


@pytest.mark.parametrize("service", NEEDY)
def test_a_service_needs_the_rights_that_the_page_names_and_no_others(service):
    assert not refused(service, ncip.RIGHTS[service])
    assert refused(service, set(Right) - {ncip.RIGHTS[service][0]})


@pytest.mark.parametrize("service", ["UpdateItem", "UpdateUser"])
def test_a_service_with_two_rights_needs_both(service):
    for each in ncip.RIGHTS[service]:
        assert refused(service, set(Right) - {each})


@pytest.mark.parametrize("service", sorted(name for name, rights in ncip.RIGHTS.items() if not rights))
def test_what_needs_no_right_is_answered_without_any(service):
    assert not refused(service, ())


def test_a_notification_needs_the_right_that_the_page_names():
    service = NOTIFICATIONS[0]
    assert not refused(service, {Right.STATUS})
    assert refused(service, set(Right) - {Right.STATUS})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_service_is_told_of(language):
    text = page(language, "ncip")

    for name in SERVICES:
        assert f"`{name}`" in text, name
    for name in ncip.RIGHTS:
        assert f"\n| `{name}` | " in text, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_service_that_asks_a_library_has_its_problems(language):
    text = page(language, "ncip-problems")

    for name, rights in ncip.RIGHTS.items():
        assert (f"\n### `{name}`\n" in text) is bool(rights), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_profile_of_the_document_is_a_good_one(language):
    """The example can be copied."""
    example = page(language, "ncip-profiles").partition("```yaml\n")[2].partition("```")[0]
    around = "listen: [{sip2: 127.0.0.1:0}]\nlibraries: {LIB: {system: {adapter: x}}}\n"
    agreed = read_settings(around + example).profiles["broker"].ncip.whole()

    assert agreed.privileges == ("STATUS", "PROFILE", "LIBRARY")
    assert agreed.checkin_not_on_loan == "done"
