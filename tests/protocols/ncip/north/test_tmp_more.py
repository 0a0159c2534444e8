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
from ncip_strategies import FORM_1_01, SERVICES_1, SERVICES_2, messages_1, messages_2
from softdock.protocols.ncip.codec import write
from softdock.protocols.ncip.codec.writing import _written
from softdock.protocols.ncip.message import FORM_2_02, Message
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


def asked(document, respond, profile):
    """What a partner is told whose library answers as `respond` does."""
    exchanged = NcipPartner(profile, StubSystem(respond)).send(document)
    assert not exchanged.fault
    if SCHEMA is not None and b"2008/ncip" in document and b"LookupVersion" not in document:
        SCHEMA.assertValid(etree.fromstring(exchanged.document))
    return exchanged


@pytest.mark.parametrize("service", sorted(MINIMAL))
@settings(max_examples=300, phases=UNSHRUNK)
@given(data=st.data())
def test_the_answer_is_valid_whatever_the_library_says(service, data):
    document = v2(f"<{service}>{selecting_all(service, SERVICES[service].initiation)}</{service}>")
    profile = data.draw(st.sampled_from([Profile(), TALKATIVE]))
    asked(document, lambda operation: data.draw(any_outcome(operation)), profile)


@settings(max_examples=3000, phases=UNSHRUNK)
@given(data=st.data())
def test_the_answer_is_valid_whatever_is_asked_in_version_2(data):
    service = data.draw(st.sampled_from(SERVICES_2)).name
    document = write(Message(FORM_2_02, [data.draw(messages_2(service))]))
    asked(document, lambda operation: data.draw(any_outcome(operation)), TALKATIVE)


@settings(max_examples=1000, phases=UNSHRUNK)
@given(data=st.data())
def test_the_answer_is_valid_whatever_is_asked_in_version_1(data):
    service = data.draw(st.sampled_from(SERVICES_1)).name
    document = _written(FORM_1_01, [data.draw(messages_1(service))])
    asked(document, lambda operation: data.draw(any_outcome(operation)), TALKATIVE)


def test_every_service_has_a_smallest_request():
    assert set(MINIMAL) == {name for name, each in SERVICES.items() if each.until >= (2, 0)}
