"""NCIP beside SIP2, as a process of its own: the same books, accounts that come and go, and an orderly end."""

import http.client
import re
import socket
import ssl
from urllib.request import urlopen

import pytest

from certificates import a_certificate
from ncip_by_post import HTTP, ITEM, LOOKUP, USER, basic, message, post, told, with_partners
from ncip_partner import problems
from running import HASH_OF_KIOSK, softdock
from softdock.cli.asking import ask
from softdock.protocols.ncip.codec import read

pytestmark = pytest.mark.socket

STAMP = "20260101    120000"


def test_a_kiosk_and_a_partner_have_the_same_books(tmp_path, connect):
    """What one lends the other sees at once, and takes back."""
    with softdock(tmp_path, with_partners({"agency": "X"})) as running:
        sip2, ncip = running.ports[:2]
        kiosk = connect(sip2)
        assert kiosk.ask("9300CNkiosk|COkiosk|CP3F|") == "941"
        assert post(ncip, message("CheckOutItem", USER + ITEM))[1].value("DateDue")
        assert "|AUCD0001|" in kiosk.ask(f"63000{STAMP}  Y       AOCDL|AAR0001|AD1234|")
        assert kiosk.ask(f"09N{STAMP}{STAMP}AP3F|AOCDL|ABCD0001|AC|").startswith("101")
        assert told(ncip, message("CheckInItem", ITEM)) == ["Item Not Checked Out"]
        logged = next(each for each in running.events if each.get("account") == "X")
        assert (logged["kind"], logged["outcome"]) == ("checkout", "done")
        assert logged["operation_id"]


def test_a_stream_answers_as_http_does(tmp_path, connect):
    with softdock(tmp_path, with_partners({"agency": "X"})) as running:
        with socket.create_connection(("127.0.0.1", running.ports[2]), 20) as stream:
            stream.sendall(LOOKUP)
            answer = stream.makefile("rb")
            found = b""
            while b"</ns1:NCIPMessage>" not in found:
                found += answer.readline()
        assert read(found.strip()).body.value("UserId", "UserIdentifierValue") == "R0001"


def test_partners_come_and_go_while_the_server_runs(tmp_path):
    """A message stands alone, so the next one goes by the new settings, on the same connection."""
    with softdock(tmp_path, with_partners({"agency": "X"})) as running:
        connection = http.client.HTTPConnection("127.0.0.1", running.ports[1], timeout=20)

        def asked(agency):
            connection.request("POST", "/ncip", message("LookupUser", USER, agency))
            return problems(read(connection.getresponse().read()).body)

        assert (asked("X"), asked("Y")) == ([], ["Unknown Agency"])
        assert running.reload(with_partners({"agency": "Y", "allow": ["status"]}))
        assert (asked("X"), asked("Y")) == (["Unknown Agency"], ["Unauthorized Service For Agency"])
        unclear = with_partners({"agency": "Y"}, {"agency": "y"})
        assert not running.reload(unclear)
        assert asked("Y") == ["Unauthorized Service For Agency"]
        connection.close()


def test_secrets_are_asked_for_in_the_message_and_beside_it(tmp_path):
    """Each is told as what it is: a problem of the message, or a status of the gateway."""
    partners = [
        {"agency": "A", "password_hash": HASH_OF_KIOSK},
        {"agency": "B", "user": "b", "password_hash": HASH_OF_KIOSK},
        {"agency": "C", "token": "${file:c.token}"},
        {"agency": "D", "path": "d-key"},
    ]
    with softdock(tmp_path, with_partners(*partners), c_token="a-long-secret\n") as running:
        port = running.ports[1]

        def asked(agency, secret="", path="/ncip", **headers):
            return told(port, message("LookupUser", USER, agency, secret), path, **headers)

        assert asked("A") == ["Agency Authentication Failed"]
        assert asked("A", "kiosk") == []
        assert asked("B") == 401
        assert asked("B", Authorization=basic("b", "wrong")) == 401
        assert asked("B", Authorization=basic("b", "kiosk")) == []
        assert asked("C", X_API_Key="another-secret") == 401
        assert asked("C", Authorization="Bearer a-long-secret") == []
        assert asked("D") == 403
        assert asked("D", path="/ncip/d-key") == []
        assert "a-long-secret" not in running.log
        assert "d-key" not in running.log
        page = urlopen(f"http://127.0.0.1:{running.ports[-1]}/metrics").read().decode()
        assert re.search(r'softdock_ncip_strangers_total\{why="not-here"\} 1\.0', page)


def test_a_certificate_tells_who_it_is(tmp_path):
    authority = a_certificate(tmp_path, "authority")
    for name in ("server", "partner", "other"):
        a_certificate(tmp_path, name, authority)
    tls = {"certificate": "server.pem", "key": "server.key", "client_ca": "authority.pem"}
    settings = with_partners({"agency": "X", "certificate": "Partner"}, listen=[HTTP | {"tls": tls}])

    def by(name):
        context = ssl.create_default_context(cafile=str(tmp_path / "authority.pem"))
        context.load_cert_chain(tmp_path / f"{name}.pem", tmp_path / f"{name}.key")
        return context

    with softdock(tmp_path, settings) as running:
        assert told(running.ports[0], LOOKUP, context=by("partner")) == []
        assert told(running.ports[0], LOOKUP, context=by("other")) == 403


def test_who_is_connected_can_be_seen_and_disconnected(tmp_path):
    """As devices can; and an idle partner is in nobody's way when the server stops."""
    with softdock(tmp_path, with_partners({"agency": "X"}, admin="softdock.sock")) as running:
        connection = http.client.HTTPConnection("127.0.0.1", running.ports[1], timeout=20)
        connection.request("POST", "/ncip", LOOKUP)
        assert connection.getresponse().read()
        (row,) = [each for each in ask(tmp_path / "softdock.sock", {"ask": "sessions"}) if "number" in each]
        assert (row["listener"], row["requests"], row["address"]) == ("ncip 127.0.0.1:0", 1, "127.0.0.1")
        kicked = ask(tmp_path / "softdock.sock", {"ask": "kick", "numbers": [row["number"]]})
        assert [each["kicked"] for each in kicked if "kicked" in each] == [row["number"]]
        assert connection.sock.recv(1) == b""
        connection.close()
        assert running.terminate() == 0
