"""What each adapter adds to the time that its library's system takes by itself, for each front.

Behind every adapter stands the same bare process, which speaks its protocol.  The system is asked directly by the
generator, by the calls that SoftDock made when it was watched doing the same act: so what is compared is the way through
SoftDock, and not how many calls an operation takes; that is told beside it.  Calls that SoftDock makes at the same time
are made at the same time.

One device finds out what an act takes, with a system that answers at once and with one that takes its time; then many ask
without a pause.  A library that SoftDock keeps itself has no system to be asked: what is added is all of it.
"""

import http.client
import json
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

from softdock.benchmarks import demo_library, ncip_wire, traffic, wire
from softdock.benchmarks.acts import Act, Course, Load, NcipTurn, Repeated, Sip2Turn
from softdock.benchmarks.dialogue import Dialogue, WrongAnswerError, login, open_socket
from softdock.benchmarks.figures import Addition, Passage, Round
from softdock.benchmarks.partners import start_fronts
from softdock.benchmarks.processes import Server
from softdock.benchmarks.scenarios import Bench, timed
from softdock.benchmarks.traffic import Share

DEVICES = 16
CONNECTIONS = 16
PATRONS_EACH, ITEMS_EACH = 8, 64
LATE, WATCHED = 0.02, 0.005
"""Seconds that the system takes, and takes while it is seen which calls are made at the same time."""
ROUNDS = 2
LONE, BUSY, WARM_UP = 0.1, 0.2, 0.04
"""Length of a round with one device and with many, and of warming up, as a share of that of other scenarios."""

SECRET = "system.secret"
"""The name of a file."""


def _http(port: int, path: str) -> str:
    return f"http://127.0.0.1:{port}{path}"


def _ncip(port: int, profile: str) -> dict[str, Any]:
    return {"adapter": "ncip", "url": _http(port, "/ncip"), "profile": profile, "connections": CONNECTIONS}


def _interlib(port: int) -> dict[str, Any]:
    keys = {"appid": "bench", "secret": f"${{file:{SECRET}}}", "connections": CONNECTIONS}
    return {"adapter": "interlib", "url": _http(port, "/openlib"), **keys}


def _aleph(port: int) -> dict[str, Any]:
    reading = {"url": _http(port, ""), "connections": CONNECTIONS}
    circulation = demo_library.behind_sip2(port, CONNECTIONS)
    del circulation["adapter"]
    libraries = {"adm_library": "MNL50", "bib_library": "MNL01"}
    return {"adapter": "aleph", **libraries, "reading": reading, "circulation": circulation}


SYSTEMS: Mapping[str, Callable[[int], dict[str, Any]]] = {
    "inhouse": lambda _: demo_library.in_memory(),
    "sip2": lambda port: demo_library.behind_sip2(port, CONNECTIONS),
    "ncip 2.02": lambda port: _ncip(port, "standard"),
    "ncip 1.0": lambda port: _ncip(port, "version-1"),
    "interlib": _interlib,
    "aleph": _aleph,
}
"""The library's settings, by the port of the bare systems."""
KEPT_BY_US = "inhouse"


class Kind(NamedTuple):
    """What devices on one front do for readers; each is given its share and the number of its first patron."""

    lookups: Callable[[Share, int], list[Act]]
    loans: Callable[[Share, int], list[Act]]


def _sip2_lookups(share: Share, first: int) -> list[Act]:
    return [
        [Sip2Turn(wire.patron_information(patron, traffic.PIN, number))]
        for number, patron in enumerate(share.patrons)
    ]


def _sip2_loans(share: Share, first: int) -> list[Act]:
    return [
        [
            Sip2Turn(wire.checkout(_borrower(share, number), traffic.PIN, item.id, item.title, 2 * number)),
            Sip2Turn(wire.checkin(item.id, traffic.PLACE, 2 * number + 1)),
        ]
        for number, item in enumerate(share.items)
    ]


def _ncip_lookups(share: Share, first: int) -> list[Act]:
    return [
        [NcipTurn(ncip_wire.lookup_user(patron, demo_library.NAMES[number % 2] % number, ()))]
        for number, patron in enumerate(share.patrons, first)
    ]


def _ncip_loans(share: Share, first: int) -> list[Act]:
    return [
        [
            NcipTurn(ncip_wire.check_out_item(_borrower(share, number), item)),
            NcipTurn(ncip_wire.check_in_item(None, item)),
        ]
        for number, item in enumerate(share.items)
    ]


def _borrower(share: Share, number: int) -> bytes:
    return share.patrons[number % len(share.patrons)]


FRONTS: Mapping[str, Kind] = {
    "SIP2": Kind(_sip2_lookups, _sip2_loans),
    "NCIP": Kind(_ncip_lookups, _ncip_loans),
}
ACTS = Kind._fields


def courses(front: str, act: str, devices: int = DEVICES) -> list[Course]:
    """What each of some devices does; none meets another's patrons and items."""
    acts = getattr(FRONTS[front], act)
    shares = traffic.shares(devices, devices * PATRONS_EACH, devices * ITEMS_EACH)
    return [Course(acts(share, number * PATRONS_EACH)) for number, share in enumerate(shares)]


class Behind:
    """The bare systems, and what the benchmark wants of them."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def late(self, seconds: float) -> None:
        """Let them take so long for each answer."""
        self._wish(f"delay?{seconds}")

    @contextmanager
    def watched(self) -> Iterator[Callable[[], list[Repeated]]]:
        """Watch what they are asked; gives what tells it, as turns to be repeated, since it was last told."""
        self._wish("listen")
        try:
            yield lambda: [_repeated(turn) for turn in self._wish("asked")]
        finally:
            self._wish("forget")

    def _wish(self, wish: str) -> Any:
        connection = http.client.HTTPConnection(*self.server.address, timeout=10)
        try:
            connection.request("GET", f"/bench/{wish}")
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


def _repeated(turn: Sequence[tuple[str, str]]) -> Repeated:
    asked = "".join(request for request, _ in turn).encode("latin-1")
    return Repeated(asked, [answer.encode("latin-1") for _, answer in turn])


def additions(bench: Bench) -> Iterator[Addition]:
    """What each adapter adds, front by front."""
    (bench.folder / SECRET).write_text(demo_library.PASSWORD, encoding="utf-8")
    with bench.start_systems() as server:
        behind = Behind(server)
        for system, settings in SYSTEMS.items():
            with start_fronts(
                bench, settings(server.address[1]), DEVICES * PATRONS_EACH, DEVICES * ITEMS_EACH
            ) as (softdock, doors):
                for front, door in doors.items():
                    for act in ACTS:
                        yield _addition(bench, behind, softdock, door, Addition(system, front, act))


def _addition(
    bench: Bench, behind: Behind, softdock: Server, door: tuple[str, int], found: Addition
) -> Addition:
    ours, theirs = courses(found.front, found.act), []
    is_kept_by_us = found.system == KEPT_BY_US

    def through(devices: int) -> Load:
        return Load([_opened(found.front, door) for _ in range(devices)], ours[:devices])

    def directly(devices: int) -> Load:
        connections = [open_socket(behind.server.address) for _ in range(devices)]
        return Load(connections, [Course([act]) for act in theirs[:devices]])

    def passage(devices: int, share: float) -> Passage:
        shorter = replace(bench, seconds=bench.seconds * share)
        warm_up = bench.seconds * WARM_UP

        def measured(server: Server, load: Load, beside: Server | None) -> Round:
            return timed(shorter, server, load, found, beside, warm_up)

        own = None if is_kept_by_us else measured(behind.server, directly(devices), None)
        return Passage(own, measured(softdock, through(devices), behind.server))

    try:
        _get_ready(door, found, ours)
        if not is_kept_by_us:
            firsts = Course([course.acts[0] for course in ours])
            theirs = _watched(behind, Load([_opened(found.front, door)], [firsts]), len(ours))
            found.turns, found.calls = len(theirs[0]), sum(len(turn.answers) for turn in theirs[0])
        for _ in range(min(bench.rounds, ROUNDS)):
            found.lone.append(passage(1, LONE))
            found.busy.append(passage(DEVICES, BUSY))
            if not is_kept_by_us:
                behind.late(LATE)
                found.late.append(passage(1, LONE))
                behind.late(0)
    except WrongAnswerError as error:
        behind.late(0)
        found.wrong += 1
        found.samples.append(str(error))
    told = f"{found.lone[-1].added(lambda one: one.p50_ms):.2f} ms added" if found.lone else "not measured"
    bench.say(f"  {found.name}: {told}")
    return found


def _opened(front: str, door: tuple[str, int]) -> socket.socket:
    if front == "NCIP":
        return open_socket(door)
    dialogue = Dialogue(door)
    dialogue.ask(login(9), wire.stamp(0))
    return dialogue.socket


def _get_ready(door: tuple[str, int], found: Addition, ours: Sequence[Course]) -> None:
    """Do each device's acts once around, so that what is slow the first time is over, and all connections stand."""
    load = Load([_opened(found.front, door) for _ in ours], ours)
    for _ in range(PATRONS_EACH):
        load.once()
    load.finish()
    found.wrong += load.wrong
    found.samples += load.samples


def _watched(behind: Behind, load: Load, acts: int) -> list[list[Repeated]]:
    """What the system is asked for some acts, those in the fewest turns first."""
    behind.late(WATCHED)
    made = []
    with behind.watched() as asked:
        for _ in range(acts):
            load.once()
            made.append(asked())
    behind.late(0)
    load.finish()
    if load.wrong:
        raise WrongAnswerError(b"", b"", load.samples)
    return sorted(made, key=len)
