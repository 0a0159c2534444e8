"""Lives of partners with a SoftDock process: over HTTP, with a kiosk on its SIP2 line, and staff at the journal."""

import http.client
import json
import subprocess
from contextlib import closing

import pytest

from ncip_lives import a_request, a_user, an_item, hold
from ncip_partner import problems, v2
from running import COMMAND, HASH_OF_KIOSK, a_demo, softdock
from softdock.protocols.ncip.codec import read

pytestmark = pytest.mark.socket

STAMP = "20260101    120000"
SETTINGS = {
    "listen": [{"sip2": "127.0.0.1:0"}, {"ncip": "127.0.0.1:0"}],
    "accounts": [
        {"user": "kiosk", "password_hash": HASH_OF_KIOSK, "library": "CDL", "location": "3F"},
        {"agency": "X", "library": "CDL"},
    ],
}
READER, ARRIVED, REQUEST = a_user("R0001"), an_item("X-77"), a_request("ILL-1")
SHIPPING = (
    "<DateShipped>2026-03-01T08:00:00Z</DateShipped><ShippingInformation><ElectronicAddress><ElectronicAddressType>mailto"
    "</ElectronicAddressType><ElectronicAddressData>x@example.org</ElectronicAddressData></ElectronicAddress>"
    "</ShippingInformation>"
)


HEADER = (
    "<InitiationHeader><FromAgencyId><AgencyId>X</AgencyId></FromAgencyId>"
    "<ToAgencyId><AgencyId>CDL</AgencyId></ToAgencyId></InitiationHeader>"
)


class Peer:
    """A partner on one connection of HTTP."""

    def __init__(self, running):
        self._connection = http.client.HTTPConnection("127.0.0.1", running.ports[1], timeout=20)

    def does(self, service, *parts):
        """The response to what succeeds."""
        document = v2(f"<{service}>{HEADER}{''.join(parts)}</{service}>")
        self._connection.request("POST", "/ncip", document, {"Content-Type": "application/xml"})
        response = read(self._connection.getresponse().read()).body
        assert (response.name, problems(response)) == (f"{service}Response", [])
        return response

    def close(self):
        self._connection.close()


def test_a_book_from_elsewhere_goes_through_the_hands_of_a_kiosk(tmp_path, connect):
    with softdock(tmp_path, a_demo(**SETTINGS)) as running, closing(Peer(running)) as peer:
        kiosk, done = connect(running.ports[0]), peer.does
        assert kiosk.ask("9300CNkiosk|COkiosk|CP3F|") == "941"
        about = "<ItemOptionalFields><BibliographicDescription><Title>湘行散记</Title></BibliographicDescription></ItemOptionalFields>"
        done(
            "AcceptItem",
            REQUEST,
            "<RequestedActionType>Hold For Pickup</RequestedActionType>",
            READER,
            ARRIVED,
            about,
        )
        assert kiosk.ask(f"17{STAMP}AOCDL|ABX-77|").startswith("1808")
        assert kiosk.ask(f"11NN{STAMP}{STAMP}AOCDL|AAR0011|ABX-77|AC|AD1234|").startswith("120")
        assert "|AJ湘行散记|" in kiosk.ask(f"11NN{STAMP}{STAMP}AOCDL|AAR0001|ABX-77|AC|AD1234|")
        assert done("RenewItem", READER, ARRIVED).value("RenewalCount") == "1"
        assert done("RecallItem", ARRIVED).has("ItemId")
        assert kiosk.ask(f"29NN{STAMP}{STAMP}AOCDL|AAR0001|AD1234|ABX-77|").startswith("300")
        done("CheckInItem", ARRIVED)
        done("DeleteItem", ARRIVED)
        assert kiosk.ask(f"17{STAMP}AOCDL|ABX-77|").startswith("1801")


def test_what_peers_tell_each_other_is_in_the_journal_for_staff(tmp_path):
    settings = a_demo(store=f"sqlite:///{tmp_path / 'store.db'}", **SETTINGS)
    told = (
        ("ItemRequested", READER, an_item("CD0005"), hold()),
        ("ItemShipped", REQUEST, an_item("CD0005"), SHIPPING),
        ("ItemReceived", an_item("CD0005"), REQUEST, "<DateReceived>2026-03-03T08:00:00Z</DateReceived>"),
        ("ItemCheckedIn", an_item("CD0005")),
    )
    with softdock(tmp_path, settings) as running, closing(Peer(running)) as peer:
        peer.does(
            "LookupAgency",
            "<AgencyId>CDL</AgencyId><AgencyElementType>Consortium Agreement</AgencyElementType>",
        )
        for service, *parts in told:
            peer.does(service, *parts)
        listing = subprocess.run(
            [COMMAND, "journal", "list", "-c", str(running.settings), "--json"],
            capture_output=True,
            check=True,
        )
    found = [json.loads(each) for each in listing.stdout.splitlines()]
    assert [each["asked"] for each in found] == [
        "notice (item-requested) CD0005 for ***",
        "notice (item-shipped) CD0005",
        "notice (item-received) CD0005",
        "notice (item-checked-in) CD0005",
    ]
