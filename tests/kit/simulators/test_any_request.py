"""Whatever is asked, a simulator has an answer that can be read: its own faults would be taken for the adapter's."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from simulated import Openlib, XServer
from softdock.kit.simulators.aleph.rest import PARTS
from softdock.kit.simulators.aleph.services import SERVICES
from softdock.kit.simulators.aleph.xserver import PASSWORD, USER
from softdock.kit.simulators.interlib.calls import CALLS

unhurried = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])

OPENLIB = Openlib()
ALEPH = XServer()

SOME_TEXT = st.text(max_size=12)


def values(*known):
    """Now and then what means something."""
    return st.sampled_from(known) | SOME_TEXT


@st.composite
def openlib_calls(draw):
    name = draw(st.sampled_from(sorted(CALLS)))
    call = CALLS[name]
    known = values(
        "8600000001", "8600000005", "01000001", "01000004", "902000001", "1", "2.50", "rdid", "2027-01-31"
    )
    return name, {
        each: draw(known) for each in (*call.needs, *call.one_of, *call.takes) if draw(st.integers(0, 4))
    }


@unhurried
@given(openlib_calls())
def test_the_openlib_service_always_answers_in_its_envelope(asked):
    name, fields = asked

    said = OPENLIB.said(name, token=OPENLIB.token, **fields)

    assert said["success"] in {True, False, "true", "false"}
    assert isinstance(said["messagelist"], list)
    assert json.dumps(said)


PARAMETERS = (
    "library", "base", "bor_id", "verification", "loans", "cash", "hold", "translate", "doc_number", "doc_num", "sys_no",
    "item_barcode", "item_sequence", "sequence", "request", "code", "set_number", "set_entry", "pickup_location",
    "end_request_date",
)  # fmt: skip
KNOWN = values(
    "MNL50", "MNL01", "8700000001", "MN0000107", "135790", "Y", "N", "421", "02000001", "02000005", "10", "BAR=02000001",
    "SYS", "000001", "1", "MAIN", "20270131",
)  # fmt: skip


@unhurried
@given(st.sampled_from(sorted(SERVICES)), st.dictionaries(st.sampled_from(PARAMETERS), KNOWN))
def test_the_x_server_always_answers_with_a_document(op, fields):
    document = ALEPH.read(("op", op), *fields.items(), ("user_name", USER), ("user_password", PASSWORD))

    assert document.tag == op
    assert document[-1].tag == "session-id"


PATHS = (
    "patron/{}/patronInformation/address", "patron/{}/patronStatus/registration", "patron/{}/patronStatus/blocks",
    "patron/{}/circulationActions/loans", "patron/{}/circulationActions/loans/{}",
    "patron/{}/circulationActions/requests/holds", "patron/{}/circulationActions/requests/holds/{}",
    "patron/{}/circulationActions/cash", "record/{}/items", "patron/{}/record/{}/items/{}/hold",
)  # fmt: skip
NAMES = st.sampled_from(
    ["MN0000101", "MN0000107", "MNL01000000421", "MNL50000000424000010", "MNL50"]
) | st.text("abc019%. ", min_size=1, max_size=12)


@unhurried
@given(st.sampled_from(PATHS), st.tuples(NAMES, NAMES, NAMES), SOME_TEXT)
def test_the_restful_part_always_answers_with_a_document(path, names, wish):
    method = next(m for m, pattern, _, _ in PARTS if pattern.fullmatch(f"/rest-dlf/{path}"))

    reply = ALEPH.reply(f"/rest-dlf/{path.format(*names)}", (("post_xml", wish),), method)

    assert etree.fromstring(reply.body).findtext("reply-code").isdigit()
