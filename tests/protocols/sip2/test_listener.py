"""The listener: logins, limits, order, back-pressure and the orderly end, without a socket."""

import pytest
from twisted.internet.defer import Deferred

from devices import Bench, Device
from softdock.circulation.identifiers import ItemId
from softdock.circulation.items import Item
from softdock.circulation.outcomes import Done
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.frames import seal
from softdock.protocols.sip2.listener import PATIENCE, READ_AHEAD
from stubs import StubAccounts, StubSystem, an_account, comes_to_rest

LOGIN = b"9300CNkiosk|COsecret|CP3F|"
WRONG_LOGIN = b"9300CNkiosk|COwrong|"
ITEM = b"1720260101    120000AOLIB|ABI1|"


def test_a_device_logs_in_and_looks_an_item_up():
    """93 then 17: both are answered, with the location of the login in 98."""
    bench = Bench()
    device = Device(bench)
    assert device.says(LOGIN) == b"941\r"
    assert device.says(ITEM) == b"1801000120260101    000000AOLIB|ABI1|AJA title|\r"
    assert b"|AN3F|" in device.says(b"9900802.00")
    assert bench.observer.logins == [("kiosk", "10.0.0.1", True)]


def test_without_a_login_everything_is_refused_but_nothing_is_broken():
    """A device that does not log in hears why, and its connection stays."""
    system = StubSystem()
    device = Device(Bench(system=system))
    answer = device.says(ITEM)
    assert answer.startswith(b"1801")
    assert "设备未登录" in answer.decode()
    assert system.asked == []
    assert not device.hung_up


def test_the_status_may_be_asked_before_the_login():
    """Some devices send 99 first: they get the port's defaults, and log in afterwards."""
    device = Device(Bench())
    assert device.says(b"9900802.00").startswith(b"98YYYYYN")
    assert device.says(LOGIN) == b"941\r"


def test_a_device_known_by_its_address_needs_no_login():
    """A vendor's platform dials in and asks at once."""
    bench = Bench(accounts=StubAccounts({}, {"10.0.0.9": an_account(name="platform")}))
    assert b"AJA title|" in Device(bench, "10.0.0.9").says(ITEM)
    assert b"AJA title|" not in Device(bench, "10.0.0.8").says(ITEM)


def test_after_the_login_the_accounts_own_dialect_is_spoken():
    """Terminator and charset of the account's profile begin with the answer to the login."""
    accounts = StubAccounts({"kiosk": ("secret", an_account(profile="crlf"))})
    device = Device(Bench(accounts=accounts, dialects={"crlf": Dialect(terminator=b"\r\n")}))
    assert device.says(LOGIN) == b"941\r\n"


@pytest.mark.parametrize(
    "login", [b"9310CNkiosk|COsecret|", b"9301CNkiosk|COsecret|", b"9300CN|COsecret|", b"9300COsecret|"]
)
def test_a_login_that_can_not_be_understood_is_refused(login):
    """An algorithm without a public definition, or no user: 940."""
    assert Device(Bench()).says(login) == b"940\r"


def test_a_refused_login_may_be_tried_again_but_not_for_ever():
    """A wrong password is answered by 940; after the limit the connection is closed."""
    device = Device(Bench(failed_logins=3))
    assert device.says(WRONG_LOGIN) == b"940\r"
    assert device.says(WRONG_LOGIN) == b"940\r"
    assert not device.hung_up
    assert device.says(WRONG_LOGIN) == b"940\r"
    assert device.hung_up


def test_login_by_prompts():
    """Old machines are asked for user and password before SIP2 begins."""
    device = Device(Bench(dialect=Dialect(telnet_login=True)))
    assert device.hears() == b"login: "
    assert device.says(b"kiosk") == b"password: "
    assert device.says(b"wrong") == b"Invalid login\r\nlogin: "
    assert device.says(b"kiosk", b"secret") == b"password: Login OK.  Initiating SIP\r\n"
    assert b"AJA title|" in device.says(ITEM)


def test_answers_keep_the_order_of_the_questions():
    """A second request before the first answer waits for its turn."""
    waiting = []

    def respond(operation):
        waiting.append(Deferred())
        return waiting[-1]

    device = Device(Bench(system=StubSystem(respond)))
    device.says(LOGIN)
    assert device.says(b"1720260101    120000AOLIB|ABI1|", b"1720260101    120000AOLIB|ABI2|") == b""
    assert len(waiting) == 1
    waiting[0].callback(Done(Item(ItemId("I1"), "One")))
    assert b"AJOne|" in device.hears()
    waiting[1].callback(Done(Item(ItemId("I2"), "Two")))
    assert b"AJTwo|" in device.hears()


def test_a_repeat_of_the_request_under_way_gets_the_same_answer_and_is_done_once():
    """A kiosk that timed out and sent again: one operation, and both get its outcome."""
    waiting = []

    def respond(operation):
        waiting.append(Deferred())
        return waiting[-1]

    device = Device(Bench(system=StubSystem(respond)))
    device.says(LOGIN)
    request = seal(ITEM, b"1", True)
    device.says(request)
    device.says(request)
    waiting[0].callback(Done(Item(ItemId("I1"), "One")))
    first, second, rest = device.hears().split(b"\r")
    assert first == second
    assert rest == b""
    assert len(waiting) == 1


def test_a_device_that_sends_without_end_is_no_longer_read_from():
    """Requests that pile up behind a slow one do not fill the memory."""
    waiting = Deferred()
    device = Device(Bench(system=StubSystem(lambda _: waiting)))
    device.says(LOGIN)
    device.says(ITEM)
    assert device.transport.producerState == "producing"
    device.connection.dataReceived((ITEM + b"\r") * (READ_AHEAD // len(ITEM)))
    assert device.transport.producerState == "paused"


def test_a_device_that_does_not_read_gets_no_further_answers():
    """When the transport is full, requests wait; when it is empty again they go on."""
    system = StubSystem()
    device = Device(Bench(system=system))
    device.says(LOGIN)
    device.connection.pauseProducing()
    device.says(ITEM)
    assert system.asked == []
    device.connection.resumeProducing()
    assert b"AJA title|" in device.hears()


def test_more_connections_than_the_limit_are_turned_away():
    """The whole listener, and each address, have a limit; who is in stays in."""
    bench = Bench(connections=3, per_address=2)
    first, second, third = Device(bench), Device(bench), Device(bench)
    assert (first.hung_up, second.hung_up, third.hung_up) == (False, False, True)
    third.goes()
    assert not Device(bench, "10.0.0.2").hung_up
    assert Device(bench, "10.0.0.3").hung_up
    assert bench.observer.violations == ["connections-per-address", "connections"]
    first.goes()
    assert not Device(bench).hung_up


def test_who_does_not_log_in_is_hung_up_on():
    """A port scanner does not hold a connection for long."""
    bench = Bench(login_time=60)
    device = Device(bench)
    bench.pass_seconds(55)
    assert not device.hung_up
    bench.pass_seconds(15)
    assert device.hung_up
    assert bench.observer.violations == ["login-time"]


def test_a_silent_kiosk_is_kept_for_its_idle_time():
    """Kiosks are silent for minutes; after the idle time the connection is closed."""
    bench = Bench(idle_time=600)
    device = Device(bench)
    device.says(LOGIN)
    bench.pass_seconds(595)
    assert not device.hung_up
    device.says(b"9900802.00")
    bench.pass_seconds(595)
    assert not device.hung_up
    bench.pass_seconds(20)
    assert device.hung_up


def test_a_device_that_only_breaks_rules_is_hung_up_on():
    """After many violations without one proper request, the connection ends; each was counted."""
    bench = Bench()
    device = Device(bench)
    for _ in range(PATIENCE - 1):
        device.says(b"17")
    assert not device.hung_up
    device.says(b"17")
    assert device.hung_up
    assert bench.observer.violations == ["fixed-part"] * PATIENCE


def test_draining_closes_idle_devices_at_once_and_busy_ones_after_their_answer():
    """SIGTERM: no new connections, requests under way are answered, then everything closes."""
    waiting = Deferred()
    bench = Bench(system=StubSystem(lambda _: waiting))
    idle, busy = Device(bench), Device(bench)
    busy.says(LOGIN)
    busy.says(ITEM)
    drained = bench.listener.drain(10)
    bench.clock.advance(0)
    assert idle.hung_up
    assert not busy.hung_up
    assert Device(bench).hung_up
    waiting.callback(Done(Item(ItemId("I1"), "One")))
    assert b"AJOne|" in busy.hears()
    assert busy.hung_up
    idle.goes()
    assert not drained.called
    busy.goes()
    assert drained.called
    assert comes_to_rest(bench.clock)


def test_draining_ends_with_the_grace_period():
    """A device that still waits after the grace period is cut off."""
    bench = Bench(system=StubSystem(lambda _: Deferred()))
    device = Device(bench)
    device.says(LOGIN)
    device.says(ITEM)
    bench.listener.drain(5)
    bench.clock.advance(4)
    assert not device.hung_up
    bench.clock.advance(2)
    assert device.hung_up


def test_a_device_that_closes_its_sending_side_still_gets_its_answer():
    """One request, end of input, and the answer nevertheless, as scripts do it."""
    waiting = Deferred()
    device = Device(Bench(system=StubSystem(lambda _: waiting)))
    device.says(LOGIN)
    device.says(ITEM)
    device.connection.readConnectionLost()
    device.clock.advance(0)
    assert not device.hung_up
    waiting.callback(Done(Item(ItemId("I1"), "One")))
    assert b"AJOne|" in device.hears()
    assert device.hung_up


def test_an_answer_for_a_device_that_is_gone_disturbs_nobody():
    """The patron has pulled the plug: the operation goes on to its end."""
    waiting = Deferred()
    bench = Bench(system=StubSystem(lambda _: waiting))
    device = Device(bench)
    device.says(LOGIN)
    device.says(ITEM)
    device.goes()
    waiting.callback(Done(Item(ItemId("I1"), "One")))
    assert len(bench.observer.operations) == 1
    assert bench.observer.open_sessions == 0


def test_many_logins_in_one_segment_are_no_way_around_the_limit():
    """What is sent ahead of a closed connection is not looked at."""
    bench = Bench(failed_logins=3)
    device = Device(bench)
    assert device.says(*[WRONG_LOGIN] * 50) == b"940\r" * 3
    assert device.hung_up
    assert len(bench.observer.logins) == 3


def test_draining_begins_nothing_new():
    """Requests that wait behind the one under way are not started any more."""
    waiting = []

    def respond(operation):
        waiting.append(Deferred())
        return waiting[-1]

    bench = Bench(system=StubSystem(respond))
    device = Device(bench)
    device.says(LOGIN)
    device.says(ITEM, ITEM, ITEM)
    bench.listener.drain(10)
    waiting[0].callback(Done(Item(ItemId("I1"), "One")))
    assert device.hears().count(b"AJOne|") == 1
    assert len(waiting) == 1
    assert device.hung_up


def test_everything_sent_before_the_end_of_input_is_answered():
    """A script that sends three requests and closes its side hears three answers."""
    device = Device(Bench())
    device.connection.dataReceived(LOGIN + b"\r" + ITEM + b"\r" + ITEM + b"\r")
    device.connection.readConnectionLost()
    assert device.hears().count(b"AJA title|") == 2
    assert device.hung_up


def test_who_does_not_read_the_last_answers_is_cut_off():
    """A connection that can not be closed in order is closed all the same."""
    bench = Bench(idle_time=600)
    device = Device(bench)
    device.says(LOGIN)
    bench.pass_seconds(620)
    assert device.transport.disconnecting
    bench.pass_seconds(10)
    assert device.transport.disconnected


def test_a_fault_in_sending_is_not_that_of_other_devices():
    """One broken transport does not keep the answers of the same turn from their devices."""
    bench = Bench()
    broken, other = Device(bench), Device(bench)
    broken.transport.write = None
    broken.connection.dataReceived(LOGIN + b"\r")
    other.connection.dataReceived(LOGIN + b"\r")
    assert other.hears() == b"941\r"
    assert other.says(ITEM).startswith(b"18")


def test_a_status_before_the_login_tells_no_time_that_is_not_known():
    """With one library the port tells its name and time; with none to speak of, eighteen zeros."""
    device = Device(Bench())
    assert b"AOLIB|" in device.says(b"9900802.00")


def test_an_account_that_names_no_profile_keeps_the_listeners():
    """A port for GBK kiosks stays one after the login."""
    bench = Bench(dialect=Dialect(delimiter="^", terminator=b"\r\n"))
    device = Device(bench)
    assert device.says(LOGIN.replace(b"|", b"^")) == b"941\r\n"
    assert device.says(ITEM.replace(b"|", b"^")).endswith(b"^ABI1^AJA title^\r\n")


def test_three_wrong_logins_at_the_prompts_are_enough():
    """As terminals have it, whatever the listener's limit is."""
    device = Device(Bench(dialect=Dialect(telnet_login=True), failed_logins=50))
    for _ in range(2):
        device.says(b"kiosk", b"wrong")
        assert not device.hung_up
    device.says(b"kiosk", b"wrong")
    assert device.hung_up
