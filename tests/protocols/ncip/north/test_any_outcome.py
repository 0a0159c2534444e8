"""Whatever a library's system answers, whatever is asked: a partner gets a valid document, and nothing is raised."""

import os
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from ncip_outcomes import any_outcome
from ncip_partner import NcipPartner, v2
from ncip_requests import MINIMAL, selecting_all
from ncip_strategies import FORM_1_01, SERVICES_2, document, messages_1, messages_2
from softdock.protocols.ncip.north.partner import Profile
from softdock.protocols.ncip.tables.services import SERVICES
from stubs import StubSystem

OFFICIAL = Path(os.environ.get("NCIP_XSD", "none"))
SCHEMA = etree.XMLSchema(etree.parse(str(OFFICIAL))) if OFFICIAL.is_file() else None
TALKATIVE = Profile(
    privileges=("STATUS", "PROFILE", "LIBRARY"), show_borrower=True, headers_always=True, language="zh",
    problem_scheme=True, unknown_due_is_indeterminate=True, checkin_not_lent_is_done=True, user_id="card",
)  # fmt: skip

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""The records of an outcome are wide, and take long to shrink; which field it was is told by the complaint."""


def asked(sent, respond, profile):
    """What a partner is told whose library answers as `respond` does."""
    exchanged = NcipPartner(profile, StubSystem(respond)).send(sent)
    assert not exchanged.fault
    if SCHEMA is not None and b"2008/ncip" in sent and b"LookupVersion" not in sent:
        SCHEMA.assertValid(etree.fromstring(exchanged.document))
    return exchanged


@pytest.mark.parametrize("service", sorted(MINIMAL))
@settings(max_examples=15, phases=UNSHRUNK)
@given(data=st.data())
def test_the_answer_is_valid_whatever_the_library_says(service, data):
    whole = v2(f"<{service}>{selecting_all(service, SERVICES[service].initiation)}</{service}>")
    profile = data.draw(st.sampled_from([Profile(), TALKATIVE]))
    asked(whole, lambda operation: data.draw(any_outcome(operation)), profile)


@settings(max_examples=150, phases=UNSHRUNK)
@given(data=st.data())
def test_the_answer_is_valid_whatever_is_asked_in_version_2(data):
    service = data.draw(st.sampled_from(SERVICES_2)).name
    asked(
        document(data.draw(messages_2(service))),
        lambda operation: data.draw(any_outcome(operation)),
        TALKATIVE,
    )


@settings(max_examples=100, phases=UNSHRUNK)
@given(data=st.data())
def test_the_answer_is_valid_whatever_is_asked_in_version_1(data):
    service = data.draw(st.sampled_from(sorted(SERVICES)))
    asked(
        document(data.draw(messages_1(service)), FORM_1_01),
        lambda operation: data.draw(any_outcome(operation)),
        TALKATIVE,
    )


def test_every_service_has_a_smallest_request():
    assert set(MINIMAL) == {name for name, each in SERVICES.items() if each.until >= (2, 0)}
