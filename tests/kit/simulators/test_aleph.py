"""ALEPH as a whole, on the loopback interface: SIP2 and X-Server over the same books, and faults of both."""

import socket
from datetime import date, datetime
from threading import Event
from urllib.parse import urlencode

import pytest
from lxml import etree
from twisted.internet.error import CannotListenError

from running import Line
from simulated import ZONE, HandClock, fetched, reached
from softdock.adapters.base import AdapterContext
from softdock.adapters.sip2 import Sip2Adapter
from softdock.circulation.errors import AnswerLost
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId
from softdock.circulation.operations import Checkin, Checkout
from softdock.circulation.outcomes import Done
from softdock.kit.simulators import Harm, start_aleph
from softdock.kit.simulators.aleph import sip2, xserver
from softdock.kit.simulators.site import HUGE

pytestmark = pytest.mark.socket

WHEN = "20260302    100000"
LOGIN = f"9300CN{sip2.USER}|CO{sip2.PASSWORD}|CP|"
LOAN = f"11YN{WHEN}{WHEN}AOMNL50|AA8700000001|AB02000001|AC|"
RETURN = f"09N{WHEN}{WHEN}AP|AOMNL50|AB02000001|AC|"


class Site:
    """An ALEPH with one kiosk."""

    def __init__(self, running, within):
        self.running = running
        self.within = within
        self.faults = running.faults
        self.held = Event()
        hold = self.faults.hold
        self.faults.hold = lambda answer: (hold(answer), self.held.set())
        self._lines = []
        self.kiosk = self.line()

    def line(self):
        self._lines.append(socket.create_connection(("127.0.0.1", self.running.sip2_port), timeout=10))
        return Line(self._lines[-1])

    def close(self):
        for each in self._lines:
            each.close()

    def fetch(self, op, **fields):
        account = {"user_name": xserver.USER, "user_password": xserver.PASSWORD}
        return fetched(f"{self.running.url}X?{urlencode({'op': op, **fields, **account})}")

    @property
    def is_lent(self):
        return self.within(lambda: self.running.books.copy("02000001").loan is not None)


@pytest.fixture
def site():
    with reached(start_aleph, now=HandClock()) as (running, within):
        site = Site(running, within)
        yield site
        site.close()


def test_what_is_lent_by_sip2_is_seen_by_the_x_server(site):
    assert site.kiosk.ask(LOAN)[:3] == "121"

    _, kind, body = site.fetch("bor-info", library="MNL50", bor_id="8700000001", loans="Y")
    assert kind == "text/xml"
    assert "02000001" in [each.text for each in etree.fromstring(body).iter("z30-barcode")]

    assert site.kiosk.ask(RETURN)[:3] == "101"
    assert not site.is_lent


def test_who_is_not_logged_in_stands_as_selfcheck_and_so_does_everybody_on_a_new_connection(site):
    site.kiosk.ask(LOAN)
    assert site.kiosk.ask(LOGIN) == "941"
    site.kiosk.ask(RETURN)
    site.line().ask(LOAN)

    assert [(each.cataloguer, each.operation) for each in site.running.simulator.transactions] == [
        ("SELFCHECK", "Checkout"),
        ("SIPSTAFF", "Checkin"),
        ("SELFCHECK", "Checkout"),
    ]


def test_a_wrong_login_opens_nothing_and_shuts_nothing(site):
    assert site.kiosk.ask("9300CNSIPSTAFF|COguessed|CP|") == "940"
    assert site.kiosk.ask(LOAN)[:3] == "121"
    assert site.running.simulator.transactions[0].cataloguer == "SELFCHECK"


@pytest.mark.parametrize(("pin", "valid"), [("", "CQN"), ("AD1|", "CQN"), ("AD135790|", "CQY")])
def test_a_patron_is_told_by_63_for_the_pin_alone(site, pin, valid):
    said = site.kiosk.ask(f"63000{WHEN}{' ' * 10}AOMNL50|AA8700000001|AC|{pin}")

    assert said[:2] == "64" and valid in said
    assert ("AU" in said or "Sample, Anna" in said) is (valid == "CQY")


def test_a_payment_needs_the_pin(site):
    payment = f"37{WHEN}0100CNYBV10.00|AOMNL50|AA8700000005|AC|"

    assert site.kiosk.ask(payment)[:3] == "38N"
    assert site.kiosk.ask(f"{payment}AD135790|")[:3] == "38Y"


def test_a_loan_needs_no_pin_and_refuses_a_wrong_one(site):
    assert site.kiosk.ask(f"{LOAN}AD1|")[:3] == "120"
    assert site.kiosk.ask(LOAN)[:3] == "121"


def test_a_reader_is_known_by_the_number_as_well(site):
    assert site.kiosk.ask(LOAN.replace("8700000001", "MN0000101"))[:3] == "121"


def test_what_the_server_does_not_offer_is_refused(site):
    assert site.kiosk.ask(f"01N{WHEN}AOMNL50|ALkept|AA8700000001|AC|")[:2] == "24"
    assert not site.running.simulator.transactions


def test_lines_are_remembered_and_shown_to_nobody_by_accident(site):
    site.kiosk.ask(f"{LOAN}AD135790|")
    asked = site.running.requests[-1]

    assert (asked.call, asked.method) == ("11", "SIP2")
    assert "AD135790" in asked.get("line") and "135790" not in repr(asked)


# --- as an adapter meets it ---------------------------------------------------------------------------


@pytest.fixture
def adapter(site, tmp_path):
    """SoftDock's own adapter for systems that speak SIP2."""
    settings = {
        "address": f"127.0.0.1:{site.running.sip2_port}",
        "user": sip2.USER,
        "password": sip2.PASSWORD,
        "profile": {"like": "aleph", "date_formats": ["%d/%m/%Y"]},
    }
    context = AdapterContext(
        LibraryId("MNL50"), ZONE, "CNY", lambda: datetime.now(ZONE), tmp_path, site.within.reactor
    )
    adapter = site.within(lambda: Sip2Adapter(settings, context))
    site.within(adapter.open)
    yield adapter
    site.within(adapter.close)


def test_an_adapter_borrows_and_returns_by_sip2_as_who_it_has_logged_in(site, adapter):
    lent = site.within(adapter.perform, Checkout(PatronId("8700000001"), ItemId("02000001")))
    back = site.within(adapter.perform, Checkin(ItemId("02000001")))

    assert (lent.result.item.title, lent.result.due) == ("Simulated Rivers", date(2026, 3, 30))
    assert isinstance(back, Done)
    assert {each.cataloguer for each in site.running.simulator.transactions} == {"SIPSTAFF"}


def test_an_adapter_logs_in_again_after_its_connection_was_lost(site, adapter):
    site.within(adapter.perform, Checkout(PatronId("8700000001"), ItemId("02000001")))
    site.faults.next(Harm.SESSION, "09")
    with pytest.raises(AnswerLost):
        site.within(adapter.perform, Checkin(ItemId("02000001")))

    site.within(adapter.perform, Checkin(ItemId("02000001")))

    assert [each.cataloguer for each in site.running.simulator.transactions] == ["SIPSTAFF"] * 2


# --- faults of the SIP2 server ------------------------------------------------------------------------


@pytest.mark.parametrize("carried_out", [False, True])
def test_a_connection_is_reset_before_or_after_the_books_are_changed(site, carried_out):
    site.faults.next(Harm.RESET, "11", carried_out=carried_out)

    with pytest.raises(ConnectionResetError):
        site.kiosk.ask(LOAN)

    assert site.is_lent is carried_out


@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize(
    ("harm", "begins"), [(Harm.ERROR, "96AZFEF6"), (Harm.PAGE, "<html>"), (Harm.HUGE, " ")]
)
def test_something_else_comes_instead(site, harm, begins, carried_out):
    site.faults.next(harm, "11", carried_out=carried_out)

    said = site.kiosk.ask(LOAN)

    assert said.startswith(begins)
    assert (len(said) == HUGE) is (harm is Harm.HUGE)
    assert site.is_lent is carried_out


def test_an_answer_stops_half_way(site):
    site.faults.next(Harm.HALF, "11")

    assert site.kiosk.ask(LOAN) == ""
    assert site.kiosk._buffer.startswith(b"121")
    assert site.is_lent


def test_an_answer_comes_twice(site):
    site.faults.next(Harm.TWICE, "11")

    assert site.kiosk.ask(LOAN) == site.kiosk.hear()


def test_an_answer_comes_in_another_charset(site):
    site.faults.next(Harm.CHARSET, "63")
    site.kiosk.say(f"63000{WHEN}{' ' * 10}AOMNL50|AA8700000006|AC|AD135790|")

    with pytest.raises(UnicodeDecodeError):
        site.kiosk.hear()


def test_a_session_that_is_over_is_a_connection_that_is_closed(site):
    site.faults.next(Harm.SESSION, "11")

    assert site.kiosk.ask(LOAN) == ""
    assert not site.is_lent


def test_rights_are_no_matter_of_sip2(site):
    site.faults.next(Harm.RIGHTS, "11")

    assert site.kiosk.ask(LOAN)[:3] == "121"


@pytest.mark.parametrize("carried_out", [False, True])
def test_an_answer_waits_until_it_is_released(site, carried_out):
    site.faults.next(Harm.SLOW, "11", carried_out=carried_out)
    site.kiosk.say(LOAN)
    assert site.held.wait(10)
    assert site.is_lent is carried_out

    site.within(site.faults.release)

    assert site.kiosk.hear()[:3] == "121"
    assert site.is_lent


def test_a_line_without_an_end_is_not_kept(site):
    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        site.kiosk.socket.sendall(b"1" * 50_000_000)


# --- faults of the X-Server ---------------------------------------------------------------------------


def test_a_wrong_charset_is_declared_in_the_document_too(site):
    site.faults.next(Harm.CHARSET, "bor-info")

    _, kind, body = site.fetch("bor-info", library="MNL50", bor_id="8700000006")

    assert kind == "text/xml; charset=gb2312"
    assert body.startswith(b'<?xml version = "1.0" encoding = "GB2312"?>') and "示例, 丰" in body.decode(
        "utf-8"
    )


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        (Harm.RIGHTS, "Error 0005 Not defined in file www_x_login."),
        (Harm.SESSION, "Error 0017 Session is not valid any more."),
    ],
)
def test_who_may_not_is_told_by_a_login(site, harm, error):
    site.faults.next(harm, "hold-req")
    wish = {"library": "MNL50", "bor_id": "8700000001", "item_barcode": "02000005"}

    document = etree.fromstring(site.fetch("hold-req", **wish)[2])

    assert (document.tag, document.findtext("error")) == ("login", error)
    assert site.within(lambda: site.running.books.card("8700000001").holds) == ()


# --- starting and stopping ----------------------------------------------------------------------------


def test_where_one_door_cannot_be_opened_the_other_is_closed_again():
    with reached(start_aleph) as (running, within), socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()

        with pytest.raises(CannotListenError):
            within(start_aleph, within.reactor, port, sip2_port=running.sip2_port)

        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=10)
