"""Whatever is asked, a simulator has an answer that can be read: its own faults would be taken for the adapter's."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

import ncip_simulated as ncip
from simulated import Openlib, XServer
from softdock.kit.simulators.aleph.rest import PARTS
from softdock.kit.simulators.aleph.services import SERVICES
from softdock.kit.simulators.aleph.xserver import PASSWORD, USER
from softdock.kit.simulators.interlib.calls import CALLS
from softdock.kit.simulators.ncip import MANNERS
from softdock.protocols.ncip.codec import read
from softdock.protocols.ncip.codec.validity import complaint

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


SAID = st.sampled_from(
    ["8500000001", "8500000006", "05000001", "05000004", "905000001", "R-1", "Hold", "Item", "Payment", "Block Hold", "-1",
     "2027-01-31T00:00:00Z", "0001-01-01T00:00:00", "9999-12-31T23:59:59+14:00", "975310", "", "1" * 5_000]
) | st.text("aä中&0 ", max_size=6)  # fmt: skip
SYSTEMS = {each: ncip.Library(each) for each in MANNERS.values()}
WISHES = ncip.wishes()


@st.composite
def bent_messages(draw):
    """A good message in which an element or two are missing, moved into others, or say something else."""
    manner = draw(st.sampled_from(list(SYSTEMS)))
    service, *content = draw(st.sampled_from(WISHES))
    made = ncip.message_1 if manner.is_version_1 else ncip.message
    root = etree.fromstring(made(service, *content))
    for _ in range(draw(st.integers(1, 3))):
        element = draw(st.sampled_from([each for each in root[0].iter() if each.getparent() is not None]))
        match draw(st.sampled_from(["say", "drop", "rename", "empty"])):
            case "say":
                element.text = draw(SAID)
            case "drop" if element.getparent() is not root:
                element.getparent().remove(element)
            case "rename" if element.getparent() is not root:
                element.tag = draw(st.sampled_from([each.tag for each in root[0].iter()]))
            case _:
                del element[:]
    return manner, etree.tostring(root)


@unhurried
@given(bent_messages())
def test_a_system_with_ncip_always_answers_with_a_message(asked):
    manner, body = asked
    document = SYSTEMS[manner].reply(body).body
    said = read(document.replace(b"windows-1252", b"UTF-8")).body

    assert said.name.endswith("Response") or said.name == "Problem"
    if not manner.has_bare_attributes:
        assert complaint(document) == "", document.decode()
