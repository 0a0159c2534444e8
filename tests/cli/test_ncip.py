"""`softdock ncip`, against the demo's library in memory, and over real connections."""

import json
import socketserver
import ssl
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from certificates import a_certificate
from ncip_conversations import InProcess
from ncip_partner import v2
from softdock.circulation.errors import AnswerLost
from softdock.cli import main
from softdock.cli.ncip_options import OPTIONS
from softdock.cli.ncip_verbs import NOTIFIED, VERBS
from softdock.cli.ncip_words import CHINESE, PROBLEMS_IN_CHINESE
from softdock.protocols.ncip.checking import faults
from softdock.protocols.ncip.codec import read
from softdock.protocols.ncip.contents import NAMES
from softdock.protocols.ncip.tables.problem_types import ProblemType
from softdock.protocols.ncip.tables.services import SERVICES, ServiceKind


@pytest.fixture
def library():
    return InProcess()


def ncip(library, *arguments, typed=None, **environment):
    """Run the command with `library` in place of a connection."""
    environment = {"LC_ALL": "C.UTF-8", **environment}
    return CliRunner().invoke(main, ["ncip", *arguments], input=typed, obj=library.play, env=environment)


# --- what is asked ----------------------------------------------------------------------------------------

EVERYTHING = {
    "patron": "R0001", "patron-type": "Barcode Id", "item": "CD0001", "item-type": "Barcode", "title": "T0001",
    "title-code": "OCLC", "request": "Q1", "elements": "all", "item-elements": "all", "patron-elements": "all",
    "most": "5", "token": "t", "due": "2026-05-01", "happened": "2026-03-01T09:00:00", "request-type": "Hold",
    "scope": "Item", "pickup": "总馆", "until": "2026-05-01", "need-before": "2026-05-01", "old-pickup": "x",
    "old-until": "2026-04-01", "old-need-before": "2026-04-01", "action": "Payment", "named": "围城",
    "author": "钱锺书", "medium": "Book", "call-number": "I2", "location": "总馆", "status": "Missing",
    "name": "王小明", "address": "成都", "email": "a@example.org", "phone": "1", "birth": "1990-05-17",
    "language": "zho", "category": "adult", "old-name": "x", "old-address": "x", "old-email": "x", "old-phone": "x",
    "amount": "12.50", "currency": "CNY", "kind": "Fine", "method": "Cash", "transaction": "N1", "fee": "F1",
    "note": "n",
}  # fmt: skip
FLAGGED = ("loans", "requests", "account", "borrower")


def arguments_of(options, left_out=()):
    for option in options.split():
        if option in FLAGGED:
            yield f"--{option}"
        elif option in EVERYTHING and option not in left_out:
            yield from (f"--{option}", EVERYTHING[option])


def test_every_option_has_a_place_in_some_request():
    used = {option for verb in VERBS.values() for option in verb.options.split()} | set(NOTIFIED.split())

    assert used == set(OPTIONS)
    assert used - {"pin", "pin-file"} == {*EVERYTHING, *FLAGGED}


@pytest.mark.parametrize("version", ["2.02", "2.0", "1.0"])
@pytest.mark.parametrize("verb", VERBS)
def test_whatever_is_given_makes_a_message_that_lacks_nothing(library, verb, version):
    """And that the schema takes, or it would not have been sent."""
    service = SERVICES[VERBS[verb].service]
    if not service.since <= (int(version[0]), int(version[2:])) <= service.until:
        pytest.skip("the version does not have it")
    left_out = ["pin-file"] + (["title"] if version == "1.0" and verb == "request-item" else [])
    typed = "1234\n" if "pin" in VERBS[verb].options.split() else None
    pin = ["--pin"] if typed else []

    result = ncip(
        library, "--version", version, "--from-agency", "P", "--to-agency", "CDL",
        verb, *arguments_of(VERBS[verb].options, left_out), *pin, typed=typed,
    )  # fmt: skip

    assert result.exit_code in {0, 1}, result.output
    message = read(library.heard[0])
    assert message.body.name == service.name
    assert faults(message) == []


@pytest.mark.parametrize(
    "name", [name for name, each in SERVICES.items() if each.kind is ServiceKind.NOTIFICATION]
)
def test_of_what_is_given_a_notification_takes_what_it_knows(library, name):
    """Where it knows an item or a request, it is told one of them."""
    left_out = {"ItemRequested": ["request", "title"], "ItemRequestUpdated": ["request"]}.get(name, [])

    result = ncip(library, "notify", name, *arguments_of(NOTIFIED, left_out))

    if name in {
        "AgencyCreated",
        "AgencyUpdated",
        "ItemCreated",
        "UserNoticeSent",
        "CirculationStatusChangeReported",
    }:
        assert result.exit_code == 2, "what these tell has no options"
    else:
        assert faults(read(library.heard[0])) == []


def test_a_notification_is_known_by_its_words(library):
    result = ncip(library, "notify", "item-received", "--item", "CD0001")

    assert [each.name for each in library.messages] == ["ItemReceived"]
    assert (result.exit_code, result.stdout) == (0, "ItemReceivedResponse\n  Understood.\n")


def test_an_unknown_notification_is_wrong_usage(library):
    result = ncip(library, "notify", "lookup-user")

    assert result.exit_code == 2
    assert "ItemShipped" in result.stderr


def test_who_asks_is_said_in_the_header(library):
    ncip(
        library, *"--from-agency P --to-agency CDL --from-system S --profile-type T --agency-secret a".split(),
        "lookup-item", "CD0001", SOFTDOCK_NCIP_SYSTEM_SECRET="s",
    )  # fmt: skip

    header = library.messages[0].first("InitiationHeader")
    said = {each.name: each.text or each.value("AgencyId") for each in header.children}
    assert said == {
        "FromSystemId": "S",
        "FromSystemAuthentication": "s",
        "FromAgencyId": "P",
        "FromAgencyAuthentication": "a",
        "ToAgencyId": "CDL",
        "ApplicationProfileType": "T",
    }


def test_several_items_are_asked_for_over_one_connection(library):
    result = ncip(library, "lookup-item", "CD0001", "CD0004", "--elements", "circulation-status")

    assert [each.value("ItemId", "ItemIdentifierValue") for each in library.messages] == ["CD0001", "CD0004"]
    assert len(library.addresses) == 1
    assert result.stdout.count("LookupItemResponse") == 2


def test_a_pin_is_asked_for_and_never_shown(library):
    result = ncip(library, "--show-request", "lookup-user", "R0001", "--pin", typed="1234\n")

    assert [each.text for each in library.messages[0].walk() if each.name == "AuthenticationInputData"] == [
        "R0001",
        "1234",
    ]
    assert "1234" not in result.output
    assert result.stderr.count("***") == 2
    assert result.exit_code == 0


def test_a_pin_may_stand_in_a_file(library, tmp_path):
    (tmp_path / "pin").write_text("1234\n")

    assert ncip(library, "lookup-user", "R0001", "--pin-file", str(tmp_path / "pin")).exit_code == 0
    (tmp_path / "pin").write_text("9999\n")
    assert (
        "User Authentication Failed"
        in ncip(library, "lookup-user", "R0001", "--pin-file", str(tmp_path / "pin")).stdout
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["lookup-user"], "Which patron? Give --patron."),
        (["check-out-item", "CD0001"], "Which patron? Give --patron."),
        (["request-item", "--patron", "R0001"], "Which item? Give --item or --title."),
        (["lookup-item", "CD0001", "--item", "CD0002"], "Give --item, or plain words; not both."),
        (["--url", "ftp://lib.test/ncip", "lookup-version"], "is no URL of NCIP"),
        (["--url", "http://u:p@lib.test/ncip", "lookup-version"], "--password-file"),
        (["--tcp", "lib.test", "lookup-version"], "Write host:port."),
        (["--tcp", "a:1", "--url", "http://a", "lookup-version"], "not both"),
        (["--key", "x", "lookup-version"], "belong together"),
        (
            ["create-user-fiscal-transaction", "R0006", "--amount", "1,000.00"],
            "'1,000.00' is no amount in CNY.",
        ),
        (["authenticate-user", "R0001", "--pin"], "The standard does not take this request"),
    ],
)
def test_wrong_usage_is_told_and_nothing_is_sent(library, arguments, sentence):
    result = ncip(library, *arguments, typed="1234\n")

    assert result.exit_code == 2
    assert sentence in result.stderr
    assert library.heard == []


def test_where_and_how_to_get_in_is_told_by_the_options(library, tmp_path):
    (tmp_path / "password").write_text("secret\n")

    ncip(
        library, "--url", "https://lib.test/ncip/partner?x=1", "--user", "u", "--password-file",
        str(tmp_path / "password"), "--timeout", "3", "lookup-version",
    )  # fmt: skip
    ncip(library, "--tcp", "[::1]:9999", "lookup-version", SOFTDOCK_NCIP_TOKEN="t")
    ncip(library, "lookup-version")

    https, tcp, demo = library.addresses
    assert (https.host, https.port, https.target, https.tls) == ("lib.test", 443, "/ncip/partner?x=1", True)
    assert (https.user, https.password.reveal(), https.timeout) == ("u", "secret", 3)
    assert (tcp.host, tcp.port, tcp.target, tcp.tls) == ("::1", 9999, None, False)
    assert tcp.token.reveal() == "t"
    assert (str(demo), demo.target) == ("127.0.0.1:8082", "/ncip")


# --- what is shown ----------------------------------------------------------------------------------------


def test_a_patron_is_shown_line_by_line(library):
    result = ncip(library, "lookup-user", "R0001", "--loans", "--account")

    assert result.exit_code == 0
    assert "  User Id                    R0001 (CDL)\n" in result.stdout
    assert "    Name Information           王小明\n" in result.stdout
    assert "    User Address Information   成都市青羊区人民西路4号\n" in result.stdout
    assert "    Date Of Birth              1990-05-17\n" in result.stdout
    assert "CD0004 (CDL)" in result.stdout


def test_in_chinese_labels_and_problems_are_chinese(library):
    shown = ncip(library, "lookup-user", "R0001", LC_ALL="zh_CN.UTF-8").stdout
    problem = ncip(library, "lookup-user", "X9", LC_ALL="zh_CN.UTF-8").stdout

    assert "读者证号" in shown
    assert "没有这位读者 (Unknown User)" in problem


def test_chinese_words_stand_for_names_and_problems_that_there_are():
    assert set(CHINESE) <= NAMES
    assert set(PROBLEMS_IN_CHINESE) <= {each.value for each in ProblemType}


def test_a_problem_is_shown_with_its_detail_and_is_exit_code_1(library):
    result = ncip(library, "check-out-item", "CD0004", "--patron", "R0002")

    assert result.exit_code == 1
    kind, detail, *_ = result.stdout.splitlines()
    assert kind in {each.value for each in ProblemType}
    assert detail.startswith("  ")


def test_for_programs_there_is_json(library):
    result = ncip(library, "--json", "lookup-item", "CD0001", "--elements", "circulation-status")
    refused = ncip(library, "--json", "lookup-item", "X9")

    told = json.loads(result.stdout)
    assert (told["service"], told["problems"]) == ("LookupItemResponse", [])
    assert "Available On Shelf" in result.stdout
    assert json.loads(refused.stdout)["problems"][0]["type"] == "Unknown Item"
    assert (result.exit_code, refused.exit_code) == (0, 1)


def test_the_answer_can_be_shown_as_it_came(library):
    result = ncip(library, "--xml", "lookup-item", "CD0001")

    assert result.stdout.startswith("<?xml")
    assert read(result.stdout.encode()).body.name == "LookupItemResponse"


def test_what_does_something_to_a_terminal_is_shown_harmless():
    from softdock.cli.ncip_words import as_text  # noqa: PLC0415
    from softdock.protocols.ncip.message import Element  # noqa: PLC0415

    shown = as_text(Element("XResponse", children=[Element("Title", "a\x1b[31mb\x07")]))

    assert "\x1b[31m" not in shown
    assert "\\x1b[31mb\\x07" in shown


def test_a_document_is_sent_as_it_is(library):
    document = v2(
        "<LookupItem><ItemId><ItemIdentifierValue>CD0001</ItemIdentifierValue></ItemId></LookupItem>"
    )

    result = ncip(library, "send", "-", typed=document)

    assert library.heard == [document]
    assert result.exit_code == 0
    assert "CD0001" in result.stdout


def test_no_answer_is_exit_code_3(library):
    def lost(address, work):
        raise AnswerLost("the answer did not come in time")

    library.play = lost

    result = ncip(library, "check-in-item", "CD0004")

    assert result.exit_code == 3
    assert "No answer from 127.0.0.1:8082: the answer did not come in time." in result.stderr


# --- real connections -------------------------------------------------------------------------------------

SOFTDOCK = Path(sys.executable).with_name("softdock")
ANSWER = v2(
    "<LookupItemResponse><ItemId><ItemIdentifierValue>B1</ItemIdentifierValue></ItemId></LookupItemResponse>"
)


class OverHttp(BaseHTTPRequestHandler):
    """Answers every document, and keeps the connection."""

    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.server.connections += 1

    def do_POST(self):
        self.server.heard.append((self.path, dict(self.headers)))
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_):
        pass


class OverTcp(socketserver.StreamRequestHandler):
    def setup(self):
        super().setup()
        self.server.connections += 1

    def handle(self):
        while line := self.rfile.readline():
            if b"</ns1:NCIPMessage>" in line:
                self.wfile.write(ANSWER + b"\n")


class Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True


@pytest.fixture
def served():
    """Serves what it is given, until the end of the test."""
    servers = []

    def serve(handler, tls=None):
        kind = ThreadingHTTPServer if handler is OverHttp else Tcp
        server = kind(("127.0.0.1", 0), handler)
        server.connections, server.heard = 0, []
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def command(*arguments):
    return subprocess.run(
        [SOFTDOCK, "ncip", *map(str, arguments)], capture_output=True, text=True, timeout=60
    )


@pytest.mark.socket
def test_over_http_one_connection_serves_several_requests(served):
    server = served(OverHttp)
    url = f"http://127.0.0.1:{server.server_port}/ncip/p"

    result = command("--url", url, "--user", "u", "--password", "p", "lookup-item", "B1", "B2", "B3")

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.count("B1") == 3
    path, headers = server.heard[0]
    assert (path, headers["Authorization"]) == ("/ncip/p", "Basic dTpw")
    assert len(server.heard) == 3
    assert server.connections == 1


@pytest.mark.socket
def test_over_tcp_one_connection_serves_several_requests(served):
    server = served(OverTcp)

    result = command("--tcp", f"127.0.0.1:{server.server_address[1]}", "lookup-item", "B1", "B2")

    assert (result.returncode, result.stdout.count("B1")) == (0, 2)
    assert server.connections == 1


@pytest.mark.socket
def test_over_tls_both_sides_show_certificates(served, tmp_path):
    a_certificate(tmp_path, "server")
    a_certificate(tmp_path, "client")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
    tls.load_verify_locations(tmp_path / "client.pem")
    tls.verify_mode = ssl.CERT_REQUIRED
    server = served(OverHttp, tls)
    url = f"https://localhost:{server.server_port}/ncip"
    own = ("--certificate", tmp_path / "client.pem", "--key", tmp_path / "client.key")

    trusted = command("--url", url, "--ca", tmp_path / "server.pem", *own, "lookup-item", "B1")
    stranger = command("--url", url, *own, "lookup-item", "B1")

    assert (trusted.returncode, trusted.stderr) == (0, "")
    assert stranger.returncode == 3
    assert "certificate verify failed" in stranger.stderr


@pytest.mark.socket
def test_nobody_there_is_exit_code_3(served):
    server = served(OverTcp)
    port = server.server_address[1]
    server.shutdown()
    server.server_close()

    result = command("--tcp", f"127.0.0.1:{port}", "lookup-item", "B1")

    assert result.returncode == 3
    assert "refused" in result.stderr
