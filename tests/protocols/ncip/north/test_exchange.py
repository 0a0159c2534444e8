"""From bytes to bytes, also where we have made a mistake."""

import pytest

from ncip_partner import NcipPartner
from ncip_requests import ITEM
from softdock.circulation.partners import Stranger
from softdock.protocols.ncip.codec import read
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north import services


async def nonsense(talk):
    """Work that builds what no schema takes."""
    return [Element("DateDue", "tomorrow")]


def test_an_answer_that_is_not_valid_is_withheld_and_the_operator_is_told_what_was_wrong(monkeypatch):
    monkeypatch.setitem(services.WORKS, "LookupItem", nonsense)
    partner = NcipPartner()
    exchanged = partner.send(read_request())

    assert "DateDue" in exchanged.fault
    assert exchanged.agency == ""
    assert exchanged.account is partner.account
    assert exchanged.problems == ("Temporary Processing Failure",)


def read_request():
    return f'<NCIPMessage version="2.02"><LookupItem>{ITEM}</LookupItem></NCIPMessage>'.encode()


def test_of_a_stranger_it_is_told_why_and_not_for_whom():
    partner = NcipPartner()

    class Nobody:
        async def partner(self, claimed):
            return Stranger.UNKNOWN_AGENCY

    partner.exchange.partners = Nobody()
    exchanged = partner.send(read_request())

    assert (exchanged.stranger, exchanged.account, exchanged.fault) == (Stranger.UNKNOWN_AGENCY, None, "")
    assert exchanged.service == "LookupItem"


@pytest.mark.parametrize(
    "document", [b"", b"<", b"\xff\xfe", b"<NCIPMessage/>", b"<html></html>", b"\0" * 100]
)
def test_what_cannot_be_read_is_answered_all_the_same(document):
    exchanged = NcipPartner().send(document)

    assert read(exchanged.document).body.value("ProblemType") == exchanged.problems[0]
