"""Requests of other programs, where a folder of them is at hand: SOFTDOCK_NCIP_SAMPLES names it.

They belong to others and are not kept here.  A file is called `program__Service__name.xml`.
"""

import os
from pathlib import Path

import pytest

from softdock.protocols.ncip.checking import FaultKind, faults
from softdock.protocols.ncip.codec import read, write
from softdock.protocols.ncip.codec.errors import InvalidAnswer
from softdock.protocols.ncip.message import Family
from softdock.protocols.ncip.tables.services import SERVICES

SAMPLES = sorted(Path(os.environ.get("SOFTDOCK_NCIP_SAMPLES", "none")).glob("*.xml"))

pytestmark = pytest.mark.skipif(not SAMPLES, reason="SOFTDOCK_NCIP_SAMPLES names no folder of requests")


def called(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", SAMPLES, ids=called)
def test_a_request_is_read_and_its_service_found(path: Path):
    data = path.read_bytes()
    message = read(data)
    service = path.stem.split("__")[1]
    assert message.body.name == service
    assert service in SERVICES
    assert (message.form.family is Family.V1) is (b"<Unique" in data)


@pytest.mark.parametrize("path", SAMPLES, ids=called)
def test_whom_and_what_it_names_is_found(path: Path):
    """The values that these requests were given in place of real ones."""
    data = path.read_bytes()
    texts = {each.text for each in read(data).body.walk()}
    for value in ("21000000000017", "4711", "31000000000042", "RQ-1", "990001234", "PARTNER"):
        assert (value in texts) is (f">{value}<".encode() in b"".join(data.split())), value


@pytest.mark.parametrize("path", SAMPLES, ids=called)
def test_only_those_that_are_about_something_missing_have_faults(path: Path):
    found = faults(read(path.read_bytes()))
    if any(word in path.stem for word in ("missing", "NoTrans")):
        assert {fault.kind for fault in found} == {FaultKind.NEEDED_DATA_MISSING}
    else:
        assert found == []


@pytest.mark.parametrize("path", SAMPLES, ids=called)
def test_what_can_be_written_is_read_back(path: Path):
    """A third are against the schema, and so are not written."""
    message = read(path.read_bytes())
    try:
        written = write(message)
    except InvalidAnswer:
        return
    again = read(written)
    assert again.body.name == message.body.name
    assert again.form == message.form
