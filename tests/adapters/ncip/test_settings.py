"""The settings of a library whose system speaks NCIP: what is wrong is told by its place, and all at once."""

import pytest
from twisted.internet.task import Clock

from certificates import a_certificate
from ncip_adapters import a_context
from ncip_partner import v2
from ncip_told import item, user
from softdock.adapters.base import AdapterSettingsError
from softdock.adapters.ncip.adapter import NcipAdapter
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.operations import Checkout, LookupItem, LookupPatron

R1, B1 = PatronId("R1"), ItemId("B1")
LOAN, LOOK, CARD = Checkout(R1, B1), LookupItem(B1), LookupPatron(R1)
URL = "http://ils.test/ncip"
DUE = "<DateDue>2026-03-31T15:59:59Z</DateDue>"
TITLE = "<ItemOptionalFields><BibliographicDescription><Title>War</Title></BibliographicDescription></ItemOptionalFields>"
FOUND = v2(f"<LookupItemResponse>{item()}{TITLE}</LookupItemResponse>")
LENT = v2(f"<CheckOutItemResponse>{item()}{user()}{DUE}{TITLE}</CheckOutItemResponse>")


@pytest.mark.parametrize(
    ("settings", "place", "part"),
    [
        ({}, "", "Write url, or address"),
        ({"url": URL, "address": "ils:2001"}, "", "Write url, or address"),
        ({"address": "ils:2001", "token": "t"}, "", "agency_password"),
        ({"url": URL, "user": "u", "token": "t"}, "", "one of the two"),
        ({"url": URL, "tls": {}}, "", "Write https"),
        ({"url": "https://u:hunter2@ils.test/ncip"}, "url", "user and password beside"),
        ({"url": "ftp://ils.test/hunter2"}, "url", "no URL of NCIP"),
        ({"url": "http://ils.test/hunter2 x"}, "url", "no URL of NCIP"),
        ({"url": "http://ils.test:99999/ncip"}, "url", "no URL of NCIP"),
        ({"url": URL, "connections": "2"}, "connections", "Allow 3, or let fewer workers run."),
        ({"url": URL, "connections": "0"}, "connections", "from 1"),
        ({"url": URL, "timeout": "5"}, "timeout", "5s"),
        ({"url": URL, "token": "hunter2\nX: y"}, "token", "line"),
        ({"url": URL, "token": "hunter2密"}, "token", "plain text"),
        ({"url": URL, "profile": "kooha"}, "profile", "koha"),
        ({"url": URL, "profile": "absent.yaml"}, "profile", "absent.yaml"),
        ({"url": URL, "profile": {"version": "3"}}, "profile.version", "2.02"),
        ({"url": URL, "profile": {"version": "2.01", "services": ["LookupItemSet"]}}, "profile.services", "has no LookupItemSet"),
        ({"url": URL, "profile": {"services": ["Lookup"]}}, "profile.services", "not a service"),
        ({"url": URL, "profile": {"problems": [{"reason": "item-unknown"}]}}, "profile.problems[0]", "type or contains"),
        ({"url": URL, "profile": {"problems": [{"type": "x", "reason": "because"}]}}, "profile.problems[0].reason", "item-unknown"),
        ({"url": URL, "tlss": {}}, "tlss", "not known"),
        ({"url": "https://ils.test/ncip", "tls": {"ca": "absent.pem"}}, "tls.ca", "cannot be read"),
    ],
)  # fmt: skip
def test_wrong_settings_are_told_by_place(settings, place, part, tmp_path):
    with pytest.raises(AdapterSettingsError) as caught:
        NcipAdapter(settings, a_context(tmp_path, Clock(), workers=3))
    found = dict(caught.value.complaints)
    assert part in next(text for where, text in found.items() if where.startswith(place))
    assert "hunter" not in str(caught.value)


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    with pytest.raises(AdapterSettingsError) as caught:
        NcipAdapter({"url": "nowhere", "timeout": "5", "idle": "x"}, a_context(tmp_path, Clock()))
    assert {place for place, _ in caught.value.complaints} == {"url", "timeout", "idle"}
    faulty = {
        "version": "1.0",
        "services": ["LookupItemSet", "DeleteItem"],
        "problems": [{"reason": "declined"}],
    }
    with pytest.raises(AdapterSettingsError) as caught:
        NcipAdapter({"url": URL, "profile": faulty}, a_context(tmp_path, Clock()))
    assert len(caught.value.complaints) == 3


def test_its_files_are_watched_as_far_as_they_reach(tmp_path):
    a_certificate(tmp_path, "ca")
    (tmp_path / "ours.yaml").write_text("like: theirs.yaml\n")
    (tmp_path / "theirs.yaml").write_text('version: "2.01"\n')
    for name in ("ours.yaml", "theirs.yaml", "ca.pem"):
        context = a_context(tmp_path, Clock())
        NcipAdapter(
            {"url": "https://ils.test/ncip", "profile": "ours.yaml", "tls": {"ca": "ca.pem"}}, context
        )
        assert not context.is_outdated()
        with (tmp_path / name).open("a") as file:
            file.write("\n")
        assert context.is_outdated(), name
