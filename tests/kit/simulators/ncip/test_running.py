"""A system that speaks NCIP, reached over real sockets in every way, and every fault that can be ordered."""

import socket
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Semaphore

import pytest
from twisted.internet.error import CannotListenError

from ncip_simulated import FREE, GOOD, LENT, OF_EAST, item, message, message_1, user
from simulated import reached
from softdock.kit.simulators import Harm
from softdock.kit.simulators.ncip import KOHA, VERSION_1, Transport, start_ncip
from softdock.kit.simulators.site import HUGE, LONGEST_BODY
from softdock.protocols.ncip.codec import read

pytestmark = pytest.mark.socket

LOAN = message("CheckOutItem", user(GOOD), item(FREE))
LOOKUP = message("LookupItem", item(LENT))


class Connection:
    """A bare connection, or one that is used once for HTTP/1.0."""

    def __init__(self, running, transport):
        self.transport = transport
        self.socket = socket.create_connection(("127.0.0.1", running.port), timeout=10)
        self.come = b""

    def send(self, body):
        if self.transport is Transport.HTTP_1_0:
            body = b"POST /ncip/ HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        self.socket.sendall(body)

    def line(self):
        """The next answer on a bare connection."""
        end = b"NCIPMessage>\n"
        while end not in self.come:
            data = self.socket.recv(65536)
            assert data
            self.come += data
        found, _, self.come = self.come.partition(end)
        return found + end

    def rest(self):
        """Everything until the other side hangs up."""
        while data := self.socket.recv(65536):
            self.come += data
        return self.come


class Site:
    def __init__(self, running, within, transport):
        self.running, self.within, self.transport = running, within, transport
        self.open = []

    def connect(self):
        self.open.append(Connection(self.running, self.transport))
        return self.open[-1]

    def asked(self, body):
        """What comes for `body`, on a connection that is new."""
        connection = self.connect()
        connection.send(body)
        return connection.line() if self.transport is Transport.TCP else connection.rest()

    def borrower(self, number):
        def found():
            loan = self.running.books.copy(number).loan
            return None if loan is None else loan.patron

        return self.within(found)


@contextmanager
def site(transport, **options):
    with reached(start_ncip, transport=transport, **options) as (running, within):
        made = Site(running, within, transport)
        try:
            yield made
        finally:
            for each in made.open:
                each.socket.close()


def body_of(said):
    return read(said.partition(b"\r\n\r\n")[2] if said.startswith(b"HTTP") else said).body


def test_a_connection_of_http_carries_as_many_messages_as_come():
    with site(Transport.HTTP, manner=KOHA) as at:
        connection = HTTPConnection("127.0.0.1", at.running.port, timeout=10)
        for body in (LOOKUP, LOAN):
            connection.request("POST", "/ncip/", body, {"Content-Type": "application/xml"})
            answer = connection.getresponse()
            assert (answer.status, answer.getheader("content-type")) == (200, "text/xml")
            assert not answer.will_close
            answer.read()
        connection.close()

        assert at.borrower(FREE) == GOOD
        assert [each.call for each in at.running.requests] == ["LookupItem", "CheckOutItem"]


def test_the_loopback_interface_alone_is_listened_on():
    for transport in Transport:
        with site(transport) as at:
            assert at.running._listening.getHost().host == "127.0.0.1"
            assert str(at.running.port) in at.running.url


def test_a_bare_connection_carries_messages_however_they_come():
    with site(Transport.TCP, manner=VERSION_1) as at:
        connection = at.connect()
        two = message_1("LookupItem", item(LENT)) + b"\n" + message_1("CheckOutItem", user(GOOD), item(FREE))
        for at_ in range(0, len(two), 100):
            connection.send(two[at_ : at_ + 100])

        assert body_of(connection.line()).name == "LookupItemResponse"
        assert body_of(connection.line()).value("UserId", "UserIdentifierValue") == GOOD
        assert at.borrower(FREE) == GOOD


def test_http_1_0_is_answered_without_a_length_and_hung_up_on():
    with site(Transport.HTTP_1_0) as at:
        connection = at.connect()
        connection.send(LOAN)
        head, _, body = connection.rest().partition(b"\r\n\r\n")

        assert head.startswith(b"HTTP/1.0 200")
        assert b"ontent-Length" not in head
        assert read(body).body.name == "CheckOutItemResponse"
        assert at.borrower(FREE) == GOOD


BOTH = pytest.mark.parametrize("transport", [Transport.TCP, Transport.HTTP_1_0], ids=lambda each: each.value)


@BOTH
@pytest.mark.parametrize("carried_out", [False, True])
def test_no_answer_comes_before_or_after_the_books_are_changed(transport, carried_out):
    with site(transport) as at:
        at.running.faults.next(Harm.RESET, "CheckOutItem", carried_out=carried_out)
        connection = at.connect()
        connection.send(LOAN)

        with pytest.raises(ConnectionResetError):
            connection.rest()
        assert at.borrower(FREE) == (GOOD if carried_out else None)


@BOTH
def test_an_answer_stops_half_way(transport):
    with site(transport) as at:
        at.running.faults.next(Harm.HALF)
        connection = at.connect()
        connection.send(LOAN)
        said = connection.rest()

        assert b"CheckOutItemResponse" in said
        assert b"</ns1:NCIPMessage>" not in said
        assert at.borrower(FREE) == GOOD


@BOTH
def test_an_answer_is_held_back(transport):
    with site(transport) as at:
        for carried_out in (False, True):
            at.running.faults.next(Harm.SLOW, "CheckOutItem", carried_out=carried_out)
        held = Semaphore(0)
        hold = at.running.faults.hold
        at.running.faults.hold = lambda answer: (hold(answer), held.release())
        connections = []
        for number in (FREE, OF_EAST):
            connections.append(at.connect())
            connections[-1].send(message("CheckOutItem", user(GOOD), item(number)))
            assert held.acquire(timeout=10)

        assert (at.borrower(FREE), at.borrower(OF_EAST)) == (None, GOOD)
        connections[1].socket.close()
        at.within(at.running.faults.release)
        first = connections[0]
        said = first.line() if transport is Transport.TCP else first.rest()
        assert body_of(said).name == "CheckOutItemResponse"


@BOTH
def test_something_else_comes_instead(transport):
    with site(transport) as at:
        at.asked(LOOKUP)
        at.running.faults.next(Harm.STALE)
        assert body_of(at.asked(LOAN)).name == "LookupItemResponse"
        assert at.borrower(FREE) is None
        at.running.faults.next(Harm.RIGHTS)
        assert body_of(at.asked(LOAN)).value("Problem", "ProblemType") == "Unauthorized Service For System"
        at.running.faults.next(Harm.SESSION)
        assert body_of(at.asked(LOAN)).value("Problem", "ProblemType") == "System Authentication Failed"


def test_pages_come_over_http_1_0():
    with site(Transport.HTTP_1_0) as at:
        for harm, head in ((Harm.ERROR, b"HTTP/1.0 500"), (Harm.PAGE, b"HTTP/1.0 200")):
            at.running.faults.next(harm)
            said = at.asked(LOAN)
            assert said.startswith(head)
            assert b"<html>" in said
        at.running.faults.next(Harm.HUGE)
        assert len(at.asked(LOAN)) > HUGE


@BOTH
def test_what_never_ends_is_hung_up_on(transport):
    with site(transport) as at:
        connection = at.connect()
        connection.socket.sendall(b"POST / HTTP/1.0\r\nX: " + b" " * LONGEST_BODY)

        with pytest.raises(ConnectionResetError):
            connection.rest()


def test_what_is_no_http_is_hung_up_on():
    with site(Transport.HTTP_1_0) as at:
        connection = at.connect()
        connection.socket.sendall(b"HELO\r\n\r\n")

        with pytest.raises(ConnectionResetError):
            connection.rest()
        assert not at.running.requests


def test_a_port_that_is_taken_is_told():
    with site(Transport.TCP) as at, pytest.raises(CannotListenError):
        at.within(start_ncip, at.within.reactor, at.running.port, transport=Transport.TCP)
