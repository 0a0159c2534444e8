"""The way of one request without a socket: bytes into a connection, bytes out, in this very process.

Everything between is the product as `server.Server` puts it together: session, translation, desk, in-house library,
metrics, and the line that a change of state logs.  Only the reactor and the transport are stand-ins.

What comes out is told in microseconds, and as a multiple of a fixed loop of plain Python that is measured in the same
breath.  Microseconds belong to a machine; the multiple hardly does, so it shows when a request begins to cost more than it
did.  In a server under load everything costs half as much again, because each request finds the caches filled by others.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.testing import MemoryReactorClock, StringTransport

from softdock.benchmarks import demo_library, traffic, wire
from softdock.benchmarks.dialogue import WrongAnswerError
from softdock.benchmarks.figures import Cost, Costs, spread
from softdock.benchmarks.traffic import Share
from softdock.benchmarks.wire import Exchange
from softdock.ops.logging import Log
from softdock.ops.settings import load_settings
from softdock.server import Server

DEVICES = 16
"""They all ask once in each turn of the reactor."""
PATRONS_EACH, ITEMS_EACH = 6, 60
ROUNDS = 21

GOALS: dict[str, float] = {"99": 4.4, "23": 6.7, "63": 7.6, "17": 5.3, "11": 11.9, "29": 12.4, "09": 11.1}
"""By the code of the request: how many turns of the reference loop it should cost at most.

What it cost when this was last looked at, and a tenth: lower them whenever a request has become cheaper.
"""


def measure(folder: Path) -> Costs:
    """Ask every kind of request some hundred times in each of some rounds.  `folder` takes the library's files."""
    reactor = _Reactor()
    devices = _devices(reactor, folder)
    shares = traffic.shares(DEVICES, DEVICES * PATRONS_EACH, DEVICES * ITEMS_EACH)
    date = wire.stamp(time.time())
    turns: list[float] = []
    spent: dict[str, list[float]] = {code: [] for code in GOALS}
    for _ in range(ROUNDS):
        turns.append(_reference())
        for code in GOALS:
            spent[code].append(_asked(code, devices, shares, reactor, date))
    return Costs(
        spread(turns),
        [
            Cost(code, GOALS[code], spread(times), spread(map(float.__truediv__, times, turns)))
            for code, times in spent.items()
        ],
    )


def _asked(
    code: str, devices: Sequence["_Device"], shares: Sequence[Share], reactor: "_Reactor", date: wire.Stamp
) -> float:
    """Microseconds for each of the requests of kind `code`, all devices asking in every turn."""
    exchanges = [[_exchange(code, share, number) for number in range(ITEMS_EACH)] for share in shares]
    requests = [[wire.render(each.request, date) for each in course] for course in exchanges]
    began = time.perf_counter()
    for number in range(ITEMS_EACH):
        for device, course in zip(devices, requests, strict=True):
            device.hear(course[number])
        reactor.end_turn()
    spent = time.perf_counter() - began
    for device, sent, course in zip(devices, requests, exchanges, strict=True):
        heard, device.heard = device.heard, []
        for request, answer, exchange in zip(sent, heard, course, strict=True):
            if not wire.passes(answer, exchange.answer):
                raise WrongAnswerError(request, answer, wire.faults(answer, exchange.answer))
    return spent / (DEVICES * ITEMS_EACH) * 1e6


def _exchange(code: str, share: Share, number: int) -> Exchange:
    """Request `number` of a device for the patrons and items that it owns; all items are lent, renewed, taken back."""
    patron = share.patrons[number % PATRONS_EACH]
    item, title = share.items[number]
    sequence = number % 10
    match code:
        case "99":
            return wire.status(sequence)
        case "23":
            return wire.patron_status(patron, traffic.PIN, sequence)
        case "63":
            return wire.patron_information(patron, traffic.PIN, sequence)
        case "17":
            return wire.item_information(item, title, sequence)
        case "11":
            return wire.checkout(patron, traffic.PIN, item, title, sequence)
        case "29":
            return wire.renewal(patron, traffic.PIN, item, title, sequence)
        case "09":
            return wire.checkin(item, traffic.PLACE, sequence)
    raise ValueError(f"no such request: {code}")


# --- what stands in for reactor and network ---------------------------------------------------------------------------


class _Reactor(MemoryReactorClock):
    """Opens no socket, and does at the end of a turn what was to be done there.  Its timers never run out."""

    def __init__(self) -> None:
        super().__init__()
        self._soon: list[Callable[[], object]] = []

    seconds = staticmethod(time.monotonic)

    def callLater(self, when: float, what: Callable[..., object], *args: object, **kw: object) -> Any:
        if when:
            return super().callLater(when, what, *args, **kw)
        self._soon.append(what)
        return None

    def end_turn(self) -> None:
        soon, self._soon = self._soon, []
        for what in soon:
            what()


class _Device(StringTransport):
    """A device on a connection; `hear` makes SoftDock hear something of it."""

    def __init__(self, connection: Any) -> None:
        super().__init__()
        self.heard: list[bytes] = []
        self.write = self.heard_is
        connection.makeConnection(self)
        self.hear = connection.dataReceived

    def heard_is(self, data: bytes) -> None:
        self.heard.append(data)


class _Nowhere:
    """Where the log goes."""

    def write(self, data: bytes) -> int:
        return len(data)


def _devices(reactor: _Reactor, folder: Path) -> list[_Device]:
    """Devices at a server with a library in memory; they are known by their address and need no login."""
    holdings = demo_library.holdings(DEVICES * PATRONS_EACH, DEVICES * ITEMS_EACH)
    settings = demo_library.settings(6001, 8001, "", {demo_library.LIBRARY: demo_library.in_memory()})
    address = StringTransport().getPeer().host
    settings["accounts"] = [{"address": address, "library": demo_library.LIBRARY, "location": "B1"}]
    path = demo_library.write(folder, holdings, settings)
    log = Log(_Nowhere())
    server = Server(load_settings(path), folder, reactor, log)
    Deferred.fromCoroutine(server.start())
    log.lines.gather(lambda flush: reactor.callLater(0, flush))
    factory = reactor.tcpServers[0][1]
    return [_Device(factory.buildProtocol(None)) for _ in range(DEVICES)]


# --- what it is compared with -----------------------------------------------------------------------------------------

_FIELDS = "AOBENCH|AAP0000001|ABB000000001|AC|AD1234|AJCollected Bench Marks|CHnothing|AFHello".split("|")


class _Field:
    __slots__ = ("number", "text")

    def __init__(self, text: str, number: int) -> None:
        self.text = text
        self.number = number


def _turn(parts: Sequence[str]) -> str:
    """A bit of everything that a request is made of: slices, look-ups, objects, calls, a text put together."""
    found: dict[str, _Field] = {}
    for number, part in enumerate(parts):
        name = part[:2]
        if name not in found:
            found[name] = _Field(part[2:], number)
    return "|".join([f"{name}{field.text}" for name, field in found.items() if field.number >= 0])


def _reference(turns: int = 2_000) -> float:
    """Microseconds for each turn of the reference loop."""
    began = time.perf_counter()
    for _ in range(turns):
        _turn(_FIELDS)
    return (time.perf_counter() - began) / turns * 1e6
