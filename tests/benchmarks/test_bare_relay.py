"""The bare relay hands lines on and answers back: each to who asked, in the order in which they came."""

import pytest
from twisted.internet.testing import StringTransport

from softdock.benchmarks.bare_relay import Kiosk, Pool, Upstream


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Pool:
    pool = Pool()
    monkeypatch.setattr(Kiosk, "pool", pool, raising=False)
    monkeypatch.setattr(Upstream, "pool", pool, raising=False)
    return pool


def connected(protocol: Kiosk | Upstream) -> StringTransport:
    transport = StringTransport()
    protocol.makeConnection(transport)
    return transport


def said(transport: StringTransport) -> bytes:
    value: bytes = transport.value()
    transport.clear()
    return value


def test_a_line_goes_on_and_its_answer_comes_back(pool: Pool) -> None:
    kiosk, upstream = Kiosk(), Upstream()
    here, there = connected(kiosk), connected(upstream)
    kiosk.dataReceived(b"99what\rever")
    assert said(there) == b"99what\r"
    upstream.dataReceived(b"98so\r")
    assert said(here) == b"98so\r"


def test_a_connection_has_one_request_under_way_and_others_wait_their_turn(pool: Pool) -> None:
    upstream = Upstream()
    there = connected(upstream)
    kiosks = [Kiosk() for _ in range(3)]
    here = [connected(kiosk) for kiosk in kiosks]
    for number, kiosk in enumerate(kiosks):
        kiosk.dataReceived(b"%d\r" % number)
    for number in range(3):
        assert said(there) == b"%d\r" % number
        upstream.dataReceived(b"answer %d\r" % number)
        assert [said(each) for each in here] == [
            b"answer %d\r" % number if each == number else b"" for each in range(3)
        ]


def test_who_waits_gets_the_connection_that_is_free_first(pool: Pool) -> None:
    first, second = Upstream(), Upstream()
    there = connected(first), connected(second)
    kiosk = Kiosk()
    here = connected(kiosk)
    kiosk.dataReceived(b"a\rb\rc\r")
    assert (said(there[0]), said(there[1])) == (b"a\r", b"b\r")
    second.dataReceived(b"B\r")
    assert (said(there[0]), said(there[1])) == (b"", b"c\r")
    assert said(here) == b"B\r"
