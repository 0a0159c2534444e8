"""The server as a whole, in memory: one set of settings after the other."""

import io
import re

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.python.failure import Failure

from softdock.circulation.items import Item
from softdock.circulation.outcomes import Done
from softdock.ops import members
from softdock.ops.logging import Log
from softdock.ops.settings import read_settings
from softdock.server import Server
from stubs import StubSystem, result_of

ITEM = b"1720260101    120000AO|ABI1|\r"
ACCOUNTS = 'accounts: [{address: "10.0.0.1", library: A}]\n'


class System(StubSystem):
    """A system that remembers what became of it."""

    def __init__(self, respond=None, opens=None):
        super().__init__(respond)
        self.opens = opens
        self.history = []

    async def open(self):
        self.history.append("open")
        if self.opens is not None:
            raise self.opens

    async def close(self):
        self.history.append("closed")


class House:
    """A server whose libraries' systems are made by the test, by the name of their adapter."""

    def __init__(self, monkeypatch, tmp_path, **systems):
        self.systems = systems
        monkeypatch.setattr(members, "_system", lambda library, context: self.systems[library.system.adapter])
        self.reactor = MemoryReactorClock()
        self.log = io.BytesIO()
        settings = self.settings()
        self.server = Server(settings, tmp_path, self.reactor, Log(self.log))
        result_of(self.server.start())
        self.reactor.tcpServers[0][1].doStart()  # as a real port does

    def settings(self, adapter="old", library="A", **changes):
        text = f"listen: [{{sip2: '127.0.0.1:{changes.pop('port', 6001)}'}}]\n"
        text += f"libraries: {{{library}: {{system: {{adapter: {adapter}}}}}}}\n"
        accounts = ACCOUNTS.replace("library: A", f"library: {library}")
        return read_settings(text + accounts + "".join(f"{key}: {value}\n" for key, value in changes.items()))

    def reload(self, **changes):
        return result_of(self.server.go_by(self.server.planned(self.settings(**changes))))

    def device(self, address="10.0.0.1"):
        factory = self.reactor.tcpServers[-1][1]
        device = factory.buildProtocol(None)
        transport = StringTransport(peerAddress=type("Peer", (), {"host": address})())
        device.makeConnection(transport)
        return device, transport

    def heard(self, transport):
        self.reactor.advance(0)
        data = transport.value().decode()
        transport.clear()
        return data


@pytest.fixture
def house(monkeypatch, tmp_path):
    def made(**systems):
        return House(monkeypatch, tmp_path, **systems)

    return made


def test_an_operation_under_way_ends_at_the_old_system_which_is_closed_afterwards(house):
    """The next one goes to the new system; nothing is asked of one that is closed."""
    answer = Deferred()
    old, new = System(lambda _: answer), System()
    house = house(old=old, new=new)
    device, transport = house.device()
    device.dataReceived(ITEM)
    assert house.reload(adapter="new") is None
    assert (old.history, new.history) == (["open"], ["open"])
    answer.callback(Done(Item("I1", "Of the old one")))
    assert "AJOf the old one|" in house.heard(transport)
    assert old.history == ["open", "closed"]
    device.dataReceived(ITEM)
    assert "AJA title|" in house.heard(transport)
    assert (len(old.asked), len(new.asked)) == (1, 1)


def test_a_system_that_cannot_be_opened_refuses_the_settings_as_a_whole(house):
    """The old system goes on, the new door is not opened, the account keeps its library."""
    old, new = System(), System(opens=OSError("the disk is full"))
    house = house(old=old, new=new)
    device, transport = house.device()
    assert house.reload(adapter="new", port=6002).check(OSError)
    assert [port for port, *_ in house.reactor.tcpServers] == [6001]
    assert (old.history, new.history) == (["open"], ["open", "closed"])
    device.dataReceived(ITEM)
    assert "AJA title|" in house.heard(transport)
    assert len(old.asked) == 1


def test_a_device_of_a_library_that_is_gone_is_let_go_after_its_answer(house):
    answer = Deferred()
    old, new = System(lambda _: answer), System()
    house = house(old=old, new=new)
    device, transport = house.device()
    _, idle = house.device()
    device.dataReceived(ITEM)
    house.reload(adapter="new", library="B")
    house.reactor.advance(0)
    assert (transport.disconnecting, idle.disconnecting) == (False, True)
    answer.callback(Done(Item("I1", "The last")))
    assert "AJThe last|" in house.heard(transport)
    assert transport.disconnecting
    assert old.history == ["open", "closed"]


def test_a_device_of_a_listener_that_is_gone_is_let_go_at_the_end_of_the_grace(house):
    """One that never gets its answer does not stay for ever, and the end of SoftDock waits for it."""
    house = house(old=System(lambda _: Deferred()))
    device, transport = house.device()
    device.dataReceived(ITEM)
    house.reload(port=6002, grace="2s")
    house.reactor.advance(1)
    assert not transport.disconnected
    stopped = Deferred.fromCoroutine(house.server.stop())
    house.reactor.advance(1)
    assert transport.disconnected
    assert not stopped.called
    device.connectionLost(Failure(ConnectionDone()))
    house.reactor.advance(0)
    assert stopped.called


def test_the_operations_are_counted_on_after_a_reload(house):
    """An operation_id names one operation of a process, whatever its settings were."""
    house = house(old=System(), new=System(lambda _: RuntimeError()))
    device, transport = house.device()
    device.dataReceived(ITEM)
    house.reload(adapter="new")
    device.dataReceived(ITEM)
    house.heard(transport)
    first = next(line for line in house.log.getvalue().decode().splitlines() if "operation_id" in line)
    assert re.search(r" operation_id=\w+-2 ", first)


def test_a_server_that_keeps_no_journal_says_so_once(house):
    house = house(old=System())
    house.reload(port=6002)

    assert house.log.getvalue().decode().count("nothing is journalled") == 1


def test_a_listener_of_another_profile_and_other_limits_meets_new_devices_by_them(house):
    house = house(old=System())
    listen = "[{sip2: '127.0.0.1:6001', profile: crlf, limits: {per_address: 2}}]"
    settings = read_settings(
        f"listen: {listen}\nlibraries: {{A: {{system: {{adapter: old}}}}}}\n{ACCOUNTS}"
        "profiles: {crlf: {terminator: crlf}}\n"
    )
    old, old_transport = house.device()
    result_of(house.server.go_by(house.server.planned(settings)))
    new, new_transport = house.device()
    _, refused = house.device()
    for device, transport, end in ((old, old_transport, "|\r"), (new, new_transport, "|\r\n")):
        device.dataReceived(ITEM)
        assert house.heard(transport).endswith(end)
    assert refused.disconnected
