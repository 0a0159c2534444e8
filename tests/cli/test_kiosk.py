"""`softdock kiosk`, against the library's side in memory."""

import json
import socket

import pytest
from click.testing import CliRunner, Result

from kiosk_peers import LibrarySide, Script
from softdock.cli import main
from softdock.cli.exits import EnvironmentFault
from softdock.cli.requests import VERBS
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.charsets import Charset
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.layouts import Message

YES: dict[type[Message], Message] = {
    m.Login: m.LoginResponse(ok=True),
    m.ScStatus: m.AcsStatus(on_line_status=True, supported_messages="Y" * 16),
    m.PatronStatus: m.PatronStatusResponse(valid_patron="Y", personal_name="王小明"),
    m.PatronInformation: m.PatronInformationResponse(valid_patron="Y", personal_name="王小明"),
    m.Checkout: m.CheckoutResponse(ok=True, title_identifier="平凡的世界", due_date="2026-02-01"),
    m.Checkin: m.CheckinResponse(ok=True),
    m.Renew: m.RenewResponse(ok=True),
    m.RenewAll: m.RenewAllResponse(ok=True, renewed_items=("CD1", "CD2")),
    m.ItemInformation: m.ItemInformationResponse(title_identifier="平凡的世界"),
    m.ItemStatusUpdate: m.ItemStatusUpdateResponse(item_properties_ok=True),
    m.Hold: m.HoldResponse(ok=True),
    m.FeePaid: m.FeePaidResponse(payment_accepted=True),
    m.BlockPatron: m.PatronStatusResponse(valid_patron="Y"),
    m.PatronEnable: m.PatronEnableResponse(valid_patron="Y"),
    m.EndPatronSession: m.EndSessionResponse(end_session=True),
}


def yes(request: Message) -> Message:
    return YES[type(request)]


def kiosk(side: object, *arguments: str, typed: str | None = None) -> Result:
    """Run the command with `side` in place of a connection."""
    return CliRunner().invoke(main, ["kiosk", *arguments], input=typed, obj=lambda _: side)


def test_a_checkout_in_one_call():
    """One line on the command line lends a book: login, checkout, the answer field by field."""
    side = LibrarySide(yes)
    command = "--user kiosk --password secret checkout --patron R1 --pin 1234 --item CD1"

    result = kiosk(side, *command.split())

    login, checkout = side.requests
    assert (login.login_user_id, login.login_password) == ("kiosk", "secret")
    assert (checkout.patron_identifier, checkout.patron_password) == ("R1", "1234")
    assert checkout.item_identifier == "CD1"
    assert "AJ title identifier           平凡的世界" in result.stdout
    assert result.exit_code == 0
    assert side.closed


def test_a_refusal_is_exit_code_1():
    side = LibrarySide(lambda _: m.CheckoutResponse(ok=False, screen_message=("请到服务台",)))

    result = kiosk(side, "checkout", "CD1", "--patron", "R1")

    assert result.exit_code == 1
    assert "请到服务台" in result.stdout


def test_a_refused_login_is_exit_code_1_and_asks_nothing_more():
    side = LibrarySide(lambda _: m.LoginResponse(ok=False))

    result = kiosk(side, "--user", "u", "--password", "p", "item", "CD1")

    assert result.exit_code == 1
    assert "The login of u was refused." in result.stderr
    assert len(side.requests) == 1


CALLS = {
    "login": "--user kiosk login --location 3F",
    "acs-status": "acs-status --state 1 --width 40",
    "status": "status R1",
    "patron": "patron R1 --list loans --first 1 --last 5",
    "checkout": "checkout CD1 --patron R1 --fee-ok --no-block --at 2026-01-01T12:00 --due 2026-02-01",
    "checkin": "checkin CD1 --undo --location 3F",
    "renew": "renew CD1 --patron R1 --third-party",
    "renew-all": "renew-all R1",
    "item": "item CD1",
    "hold": "hold --title T1 --patron R1 --pickup 3F --expires 2026-03-01 --hold-type 2",
    "change-hold": "change-hold CD1 --patron R1 --pickup 4F",
    "cancel-hold": "cancel-hold CD1 --patron R1",
    "pay": "pay 12.50 --patron R1 --currency CNY --fee F1",
    "block": "block R1 --message found --retained",
    "enable": "enable R1 --pin 1234",
    "update-item": "update-item CD1 --properties worn",
    "end": "end R1",
}


@pytest.mark.parametrize("verb", sorted(CALLS))
def test_every_verb_is_understood_by_the_library_side(verb):
    side = LibrarySide(yes)

    result = kiosk(side, *CALLS[verb].split())

    assert result.exit_code == 0, result.output
    (request,) = side.requests
    assert not request.layout.missing(request)
    assert not request.other


def test_all_sixteen_requests_can_be_sent():
    sent = set()
    for call in CALLS.values():
        side = LibrarySide(yes)
        kiosk(side, *call.split())
        sent |= {request.layout.code for request in side.requests}

    assert set(CALLS) == set(VERBS) - {"resend"}
    assert sent | {"97"} == set(m.REQUESTS)


def test_what_the_options_mean_on_the_wire():
    side = LibrarySide(yes)
    for verb in ("patron", "checkout", "hold", "cancel-hold", "pay"):
        kiosk(side, *CALLS[verb].split())
    patron, checkout, hold, cancelled, pay = side.requests

    assert (patron.summary, patron.start_item, patron.end_item) == ("  Y       ", "1", "5")
    assert checkout.no_block
    assert checkout.transaction_date == "20260101    120000"
    assert checkout.nb_due_date == "20260201    000000"
    assert (hold.hold_mode, hold.title_identifier, hold.item_identifier) == ("+", "T1", None)
    assert cancelled.hold_mode == "-"
    assert (pay.fee_amount, pay.currency_type, pay.fee_identifier) == ("12.50", "CNY", "F1")


def test_at_the_prompt_the_patron_is_remembered_until_the_end():
    side = LibrarySide(yes)

    result = kiosk(side, typed="patron R1 --pin 1234\ncheckout CD1\nend\ncheckout CD2\nquit\n")

    assert [type(each) for each in side.requests] == [m.PatronInformation, m.Checkout, m.EndPatronSession]
    assert side.requests[1].patron_identifier == "R1"
    assert side.requests[1].patron_password == "1234"
    assert "R1> " in result.stdout
    assert "Which patron? Give --patron." in result.stderr
    assert result.exit_code == 0


def test_another_patron_does_not_get_the_first_ones_pin():
    side = LibrarySide(yes)

    kiosk(side, typed="status R1 --pin 1234\nstatus R2\n")

    assert side.requests[1].patron_password == ""


def test_the_prompt_survives_what_people_type():
    side = LibrarySide(yes)

    result = kiosk(side, typed="\nnonsense\ncheckout 'CD\ncheckout --wrong\nhelp\nhelp checkout\nitem CD1\n")

    assert "There is no verb nonsense." in result.stderr
    assert "No closing quotation." in result.stderr
    assert "No such option" in result.stderr
    assert "Lend an item (11)." in result.stdout
    assert len(side.requests) == 1
    assert result.exit_code == 0


def test_the_last_answer_can_be_asked_for_again():
    side = LibrarySide(yes)

    result = kiosk(side, typed="item CD1\nresend\n")

    assert result.stdout.count("18 Item Information Response") == 2
    assert len(side.requests) == 1


def test_raw_shows_both_lines_without_the_passwords():
    side = LibrarySide(yes)

    result = kiosk(side, "--raw", "status", "R1", "--pin", "1234")
    shown = kiosk(LibrarySide(yes), "--raw", "--show-secrets", "status", "R1", "--pin", "1234")

    sent, received = result.stdout.splitlines()
    assert sent.startswith("> 23000")
    assert received.startswith("< 24")
    assert "AD***|" in sent
    assert "1234" not in result.output
    assert "AD1234|" in shown.stdout


def test_a_raw_line_goes_out_as_it_is():
    side = LibrarySide(yes)

    result = kiosk(side, "raw", "9900802.00")
    kiosk(side, "--no-error-detection", typed="raw 9910802.00\n")

    assert result.exit_code == 0
    assert side.received.startswith(b"9900802.00AY0AZFCA1\r9910802.00\r")


def test_json_is_one_object():
    result = kiosk(LibrarySide(yes), "--json", "checkout", "CD1", "--patron", "R1", "--pin", "1234")

    told = json.loads(result.stdout)
    assert told["accepted"] is True
    assert told["answer"]["fixed"]["ok"] is True
    assert {"id": "AJ", "name": "title identifier", "value": "平凡的世界"} in told["answer"]["fields"]
    assert told["request"]["code"] == "11"
    assert "1234" not in result.stdout


def test_another_dialect_can_be_spoken():
    dialect = Dialect(charset=Charset("gb18030"), terminator=b"\r\n", delimiter="^")
    side = LibrarySide(yes, dialect)
    options = "--charset gb18030 --terminator crlf --delimiter ^ --no-error-detection --institution 成都"

    result = kiosk(side, *options.split(), "status", "R1")

    assert "王小明" in result.stdout
    assert side.requests[0].institution_id == "成都"
    assert b"AY" not in side.received
    assert side.received.endswith(b"^\r\n")


def test_no_answer_is_exit_code_3_after_the_repeats():
    side = Script([TimeoutError(), TimeoutError()])

    result = kiosk(side, "--repeats", "1", "item", "CD1")

    assert result.exit_code == 3
    assert "No answer came to the request and 1 repeats." in result.stderr
    assert len(side.sent) == 2
    assert side.sent[0] == side.sent[1]


def test_a_closed_connection_is_exit_code_3():
    result = kiosk(Script([b""]), "item", "CD1")

    assert result.exit_code == 3
    assert "closed the connection" in result.stderr


def test_a_connection_that_breaks_is_exit_code_3():
    result = kiosk(Script([ConnectionResetError(104, "Connection reset by peer")]), "item", "CD1")

    assert result.exit_code == 3
    assert "The connection broke: connection reset by peer." in result.stderr


def test_the_prompt_connects_again_after_a_broken_connection():
    sides = iter([Script([b""]), LibrarySide(yes)])

    result = CliRunner().invoke(main, ["kiosk"], input="item CD1\nitem CD1\n", obj=lambda _: next(sides))

    assert "closed the connection" in result.stderr
    assert "平凡的世界" in result.stdout


def test_no_connection_is_exit_code_3():
    def nobody(address):
        raise EnvironmentFault(f"No connection to {address}: connection refused.")

    result = CliRunner().invoke(main, ["kiosk", "--port", "6009", "item", "CD1"], obj=nobody)

    assert result.exit_code == 3
    assert "127.0.0.1:6009" in result.stderr


@pytest.mark.socket
def test_a_port_where_nobody_listens_is_told_in_one_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

    result = CliRunner().invoke(main, ["kiosk", "--port", str(port), "item", "CD1"])

    assert result.exit_code == 3
    assert result.stderr == f"Error: No connection to 127.0.0.1:{port}: connection refused.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["checkout", "CD1"],
        ["checkout", "CD1", "--item", "CD2", "--patron", "R1"],
        ["--delimiter", "||", "item", "CD1"],
        ["--charset", "klingon", "item", "CD1"],
        ["raw", ""],
        ["--charset", "ascii", "raw", "17成都"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments):
    assert kiosk(LibrarySide(yes), *arguments).exit_code == 2


def test_the_style_may_be_told_behind_the_verb_as_well():
    """`kiosk item CD1 --json` is what hands type."""
    help_text = CliRunner().invoke(main, ["kiosk", "item", "--help"]).output
    assert "--raw" in help_text
    assert "--json" in help_text
