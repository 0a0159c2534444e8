"""What an operator sees of the devices: who is there, and the wire of one of them."""

import pytest
from twisted.internet.defer import Deferred

from devices import NEW_YEARS_MORNING, Bench, Device
from softdock.circulation.identifiers import masked
from softdock.circulation.items import Item
from softdock.circulation.outcomes import Done
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.listener import SWEEP, Trace
from stubs import StubAccounts, StubSystem, an_account

LOGIN = b"9300CNkiosk|COsecret|CP3F|"
ITEM = b"1720260101    120000AOLIB|ABI1|"
PATRON = b"63001" + b" " * 28 + b"AOLIB|AAR0012345|AD1234|"


def watch(bench, terminal, mask=masked):
    """Begin a trace; the lines that it has told as `3>text`, and the trace."""
    told = []
    trace = Trace(terminal, lambda line: told.append(f"{line.session}{line.arrow}{line.text}"), mask)
    bench.listener.front.begin_trace(trace)
    return told, trace


def test_a_row_tells_who_a_device_is_and_what_it_has_done():
    bench = Bench()
    device = Device(bench)
    device.says(LOGIN)
    device.says(ITEM)
    bench.pass_seconds(3 * SWEEP)
    Device(bench, "10.0.0.2")
    first, second = [each.row() for each in bench.listener.front.connections()]
    assert first._asdict() == {
        "number": 1,
        "listener": "sip2",
        "address": "10.0.0.1",
        "account": "kiosk",
        "location": "3F",
        "profile": "default",
        "since": NEW_YEARS_MORNING,
        "idle": 3 * SWEEP,
        "requests": 2,
    }
    assert (second.number, second.address, second.account, second.requests) == (2, "10.0.0.2", "", 0)


def test_a_trace_by_address_begins_with_the_login_of_the_next_connection():
    """Both directions, in order, masked; the password of the login nowhere."""
    bench = Bench()
    told, _ = watch(bench, "10.0.0.7")
    Device(bench, "10.0.0.8").says(LOGIN)
    device = Device(bench, "10.0.0.7")
    device.says(LOGIN)
    device.says(PATRON)
    assert told[:2] == ["2>9300CN***|CO***|CP3F|", "2<941"]
    assert told[2].endswith("AOLIB|AAR0***45|AD***|")
    assert told[3].startswith("2<64")
    assert len(told) == 4


@pytest.mark.parametrize("terminal", ["kiosk", "3F", "10.0.0.1", "1"])
def test_a_terminal_goes_by_account_location_address_or_number(terminal):
    """Whatever the operator has at hand, also of a device that is connected already."""
    bench = Bench()
    device = Device(bench)
    device.says(LOGIN)
    told, _ = watch(bench, terminal)
    device.says(ITEM)
    assert [each[:4] for each in told] == ["1>17", "1<18"]


def test_an_ended_trace_tells_nothing_more():
    bench = Bench()
    device = Device(bench)
    told, trace = watch(bench, "1")
    other, _ = watch(bench, "1", mask=None)
    bench.listener.front.end_trace(trace)
    device.says(PATRON)
    assert told == []
    assert "R0012345" in other[0]


def test_two_traces_of_one_terminal_are_masked_each_for_itself():
    bench = Bench()
    device = Device(bench)
    masked_lines, _ = watch(bench, "1")
    whole_lines, _ = watch(bench, "10.0.0.1", mask=None)
    device.says(PATRON)
    assert "R0***45" in masked_lines[0]
    assert "R0012345" in whole_lines[0]


def test_a_password_at_a_prompt_is_not_shown_and_the_prompt_is():
    """At prompts nothing tells a password from a user; in one segment with them, SIP2 is hidden too."""
    bench = Bench(dialect=Dialect(telnet_login=True))
    told, _ = watch(bench, "10.0.0.1", mask=None)
    device = Device(bench)
    device.hears()
    device.says(b"kiosk")
    device.says(b"secret")
    device.says(b"9900802.00")
    assert told[:6] == [
        "1<login: ",
        "1>(a line at a prompt)",
        "1<password: ",
        "1>(a line at a prompt)",
        "1<Login OK.  Initiating SIP",
        "1>9900802.00",
    ]


def test_a_line_that_comes_in_pieces_is_one_line():
    bench = Bench()
    told, _ = watch(bench, "1")
    device = Device(bench)
    for piece in (b"99008", b"02.00\r99", b"00802.00\r"):
        device.connection.dataReceived(piece)
    assert told == ["1>9900802.00", "1>9900802.00"]


def test_a_line_without_an_end_is_told_once():
    bench = Bench(line_length=256)
    told, _ = watch(bench, "1")
    device = Device(bench)
    device.says(b"9" * 400)
    device.says(b"9900802.00")
    assert told[0] == "1>(no end within 256 bytes)"
    assert "1>9900802.00" in told


def test_without_a_trace_no_device_has_a_tap():
    """It is one look at an attribute for each segment."""
    bench = Bench()
    device = Device(bench)
    device.says(LOGIN)
    _, trace = watch(bench, "somebody else")
    assert device.connection._tap is None
    bench.listener.front.end_trace(trace)
    assert device.connection._tap is None


def test_a_login_is_looked_up_again_if_the_accounts_have_changed_meanwhile():
    """New settings came while the password was compared: what they say counts."""

    class Slow(StubAccounts):
        async def login(self, *asked):
            await waiting
            return await super().login(*asked)

    waiting = Deferred()
    bench = Bench(accounts=Slow())
    device = Device(bench)
    device.says(LOGIN)
    bench.listener.front.renew(StubAccounts({}), lambda account, default: default)
    waiting.callback(None)
    assert device.hears() == b"940\r"


def test_new_accounts_and_dialects_hold_for_who_logs_in_from_now_on():
    """A device that is there already keeps its account and its dialect."""
    bench = Bench()
    old = Device(bench)
    old.says(LOGIN)
    crlf = Dialect(terminator=b"\r\n")
    bench.listener.front.renew(
        StubAccounts({"new": ("pass", an_account(name="new", profile="crlf"))}),
        lambda account, default: crlf if account.profile else default,
    )
    new = Device(bench)
    assert new.says(LOGIN) == b"940\r"
    assert new.says(b"9300CNnew|COpass|") == b"941\r\n"
    assert old.says(ITEM).endswith(b"|\r")


def test_who_has_to_leave_gets_the_answer_that_is_under_way():
    """The library of one account is gone; another account's devices stay."""
    waiting = Deferred()
    bench = Bench(
        system=StubSystem(lambda _: waiting),
        accounts=StubAccounts({"kiosk": ("secret", an_account()), "other": ("secret", an_account(name="o"))}),
    )
    busy, idle, other, stranger = (Device(bench) for _ in range(4))
    for each in (busy, idle):
        each.says(LOGIN)
    other.says(LOGIN.replace(b"kiosk", b"other"))
    busy.says(ITEM)
    bench.listener.dismiss(lambda account: account.name == "kiosk")
    bench.clock.advance(0)
    assert [each.hung_up for each in (busy, idle, other, stranger)] == [False, True, False, False]
    waiting.callback(Done(Item("I1", "One")))
    assert b"AJOne|" in busy.hears()
    assert busy.hung_up


def test_a_listener_that_is_closed_and_empty_is_forgotten():
    """While a device is still on it, it is listed."""
    waiting = Deferred()
    bench = Bench(system=StubSystem(lambda _: waiting))
    device = Device(bench)
    device.says(LOGIN)
    device.says(ITEM)
    bench.listener.drain(10.0)
    assert len(bench.listener.front.connections()) == 1
    waiting.callback(Done(Item("I1", "One")))
    device.hears()
    device.goes()
    assert bench.listener.front.listeners == []
