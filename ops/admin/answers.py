"""What can be asked: who is connected, that somebody hangs up, and the wire of one terminal."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from structlog.typing import FilteringBoundLogger
from twisted.internet.interfaces import IReactorTime

from softdock.ops.admin.socket import Answer, CannotAnswer, Line, Reply
from softdock.ops.metrics import Metrics

LONGEST_NAME = 255
"""Characters of what a terminal is called."""

FIRST_LOGGED = 20
"""Numbers of sessions that one line of the log names."""

LONGEST_TRACE = 24 * 60
"""Minutes."""


class Row(Protocol):
    """The facts about a device that it is chosen by."""

    @property
    def number(self) -> int: ...

    @property
    def address(self) -> str: ...

    @property
    def account(self) -> str: ...

    def _asdict(self) -> dict[str, Any]: ...


class Device(Protocol):
    """A connected device."""

    def row(self) -> Row: ...

    def finish(self) -> None:
        """Hang up, after the answer that is under way."""


class WireLine(Protocol):
    """One line of a wire, masked by who gives it."""

    @property
    def at(self) -> float: ...

    @property
    def session(self) -> int: ...

    @property
    def arrow(self) -> str: ...

    @property
    def text(self) -> str: ...


class Wires(Protocol):
    """Where the wires of devices can be looked at."""

    def __call__(
        self, terminal: str, tell: Callable[[WireLine], None], *, unmasked: bool
    ) -> tuple[list[int], Callable[[], None]]:
        """Begin to tell the wire of `terminal`; the sessions that it has now, and what ends it."""


def answers(
    devices: Callable[[], Iterable[Device]],
    wires: Wires,
    clock: IReactorTime,
    metrics: Metrics,
    events: FilteringBoundLogger,
) -> Mapping[str, Answer]:
    """Everything that can be asked, by the word for it."""

    def sessions(question: Line, reply: Reply) -> Iterator[Line]:
        """A line with the facts about each device."""
        return (each.row()._asdict() for each in devices())

    def kick(question: Line, reply: Reply) -> Iterator[Line]:
        """Have the chosen devices hang up; a line with the number of each."""
        kicked = []
        for each in _chosen(question, devices()):
            each.finish()
            kicked.append(each.row().number)
        if kicked:
            first = " ".join(map(str, kicked[:FIRST_LOGGED]))
            events.info("sessions are closed", by=reply.by, count=len(kicked), first=first)
        return iter([{"kicked": number} for number in kicked])

    return {"sessions": sessions, "kick": kick, "trace": _Traces(wires, clock, metrics, events).begin}


def _chosen(question: Line, devices: Iterable[Device]) -> list[Device]:
    """Those of `devices` that the question names.  Raises CannotAnswer if it names none."""
    numbers, account, address = (question.get(each) for each in ("numbers", "account", "address"))
    numbers = numbers if isinstance(numbers, list) else []
    if not (numbers or account or address):
        raise CannotAnswer("Say which sessions: by numbers, by account or by address.")

    def named(row: Row) -> bool:
        return (
            row.number in numbers
            or bool(account and row.account == account)
            or bool(address and row.address == address)
        )

    return [each for each in devices if named(each.row())]


class _Traces:
    """Traces of wires: each has an end, and the log tells who looked at what, and never what was seen."""

    def __init__(
        self, wires: Wires, clock: IReactorTime, metrics: Metrics, events: FilteringBoundLogger
    ) -> None:
        self._wires = wires
        self._clock = clock
        self._metrics = metrics
        self._events = events

    def begin(self, question: Line, reply: Reply) -> None:
        """Tell the wire of a terminal until the time is over, nobody listens, or SoftDock stops."""
        terminal, minutes = question.get("terminal"), question.get("minutes")
        if not (isinstance(terminal, str) and 0 < len(terminal) <= LONGEST_NAME):
            raise CannotAnswer(
                "Say which terminal: an account, a location, an address or a session's number."
            )
        if not (isinstance(minutes, int | float) and 0 < minutes <= LONGEST_TRACE):
            raise CannotAnswer(f"Say for how many minutes, {LONGEST_TRACE} at most.")
        unmasked = question.get("unmasked") is True
        count = 0

        def tell(line: WireLine) -> None:
            nonlocal count
            count += 1
            stamp = datetime.fromtimestamp(line.at, UTC).isoformat(timespec="milliseconds")
            reply.tell(
                {
                    "at": stamp.replace("+00:00", "Z"),
                    "session": line.session,
                    "arrow": line.arrow,
                    "text": line.text,
                }
            )

        sessions, end = self._wires(terminal, tell, unmasked=unmasked)
        facts = {"terminal": terminal, "by": reply.by}
        self._metrics.open_traces += 1
        self._events.info("a trace has begun", **facts, minutes=minutes, unmasked=unmasked)
        timer = self._clock.callLater(
            minutes * 60, reply.end, "its time is over", {"end": "The time is over."}
        )

        def over(reason: str) -> None:
            end()
            if timer.active():
                timer.cancel()
            self._metrics.open_traces -= 1
            self._events.info("a trace has ended", **facts, lines=count, because=reason)

        reply.over.addCallback(over)
        reply.tell({"sessions": sessions})
