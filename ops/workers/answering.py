"""What an operator is told of all workers together: health and metrics over HTTP, sessions and traces at the admin socket."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from twisted.internet.defer import Deferred, DeferredList
from twisted.internet.interfaces import IProtocolFactory
from twisted.web.server import Request

from softdock.ops.admin import Answer, CannotAnswer, Line, Reply
from softdock.ops.exposition import WorkerState, registry_of
from softdock.ops.health import Standing, exposition, readiness, site_of
from softdock.ops.metrics import Metrics
from softdock.ops.workers.channel import Message
from softdock.ops.workers.merging import Merged, told
from softdock.ops.workers.seats import Seat

PATIENCE = 5.0
"""Seconds within which a worker has to answer; without it, what it told before holds."""

MYSELF = 0
"""What the supervisor is among those that count."""


class Answering:
    """Asks the workers, and puts their answers together."""

    def __init__(
        self, seats: Sequence[Seat], metrics: Metrics, lost_lines: Callable[[], int], clock: Any
    ) -> None:
        self._seats = seats
        self._clock = clock
        self._own = registry_of(metrics, lost_lines=lost_lines, workers=self._states)
        self._answered: Container[int] = ()
        """The workers that answered when the metrics were last asked for."""
        self._merged = Merged()
        self._askers = count(1)
        self._traces: dict[int, _Trace] = {}
        """Those that are under way, by who asks."""

    def joined(self, seat: Seat) -> None:
        """A worker serves: who traces a terminal wants to see it there as well."""
        for asker, trace in self._traces.items():
            self._look(seat, asker, trace)

    def left(self, seat: Seat) -> None:
        """A worker is gone."""
        self._merged.departed(seat.number)

    # --- over HTTP ------------------------------------------------------------------------------------

    def site(self) -> IProtocolFactory:
        """The factory of the operator's port."""
        return site_of(self._readyz, self._metrics)

    async def _metrics(self, request: Request) -> bytes:
        answers = await self._ask_all({"do": "metrics"})
        self._answered = answers
        for number, answer in answers.items():
            self._merged.heard(number, answer["families"])
        self._merged.heard(MYSELF, told(self._own))
        return exposition(request, self._merged)

    def _states(self) -> list[WorkerState]:
        """How the workers do; one that hangs does not serve, although its process is there."""
        found = [each.state for each in self._seats]
        return [each._replace(serves=each.serves and each.number in self._answered) for each in found]

    async def _readyz(self, request: Request) -> bytes:
        return readiness(request, self._standing(await self._ask_all({"do": "state"})))

    def _standing(self, answers: Mapping[int, Message]) -> Standing:
        """Devices are served if one worker at least is well; what concerns another is told."""
        troubles, lines = [], []
        for seat in self._seats:
            answer = answers.get(seat.number)
            if answer is not None:
                found = answer["troubles"]
                told_lines = [f"{line[:3]} worker {seat.number}: {line[4:]}" for line in answer["lines"]]
            else:
                found = ["It does not answer."] if seat.serves else [seat.what_is_awaited()]
                told_lines = [f"[!] worker {seat.number}: {found[0]}"]
            troubles += [f"worker {seat.number}: {each}" for each in found[:1]]
            lines += told_lines
        if len(troubles) < len(self._seats):
            return Standing([], ["[+] workers: ok", *lines])
        return Standing(
            ["No worker serves devices.", *troubles], ["[-] workers: No worker serves devices.", *lines]
        )

    async def _ask_all(self, message: Message) -> dict[int, Message]:
        """What those answer that do in time, by their numbers."""
        seats = [each for each in self._seats if each.serves]
        asked = [each.channel.ask(message).addTimeout(PATIENCE, self._clock) for each in seats]
        answers = await DeferredList(asked, consumeErrors=True)
        return {
            seat.number: answer for seat, (answered, answer) in zip(seats, answers, strict=True) if answered
        }

    # --- at the admin socket --------------------------------------------------------------------------

    def questions(self) -> Mapping[str, Answer]:
        """Everything that can be asked, by the word for it."""
        return {"sessions": self._gather, "kick": self._gather, "trace": self._trace}

    def _gather(self, question: Line, reply: Reply) -> None:
        """Tell what all workers answer, once they have; a refusal of one is that of all."""
        asker, lines = next(self._askers), list[Line]()

        def heard(seat: Seat, line: Line) -> None:
            if "error" in line:
                reply.end("it cannot be answered", line)
            elif "end" not in line:
                lines.append({**line, "worker": seat.number} if "listener" in line else line)

        asked = [
            self._pass_on(each, asker, question, reply, heard).addTimeout(PATIENCE, self._clock)
            for each in self._serving()
        ]

        def all_heard(_: object) -> None:
            if not reply.over.called:
                reply.tell_all(sorted(lines, key=_number))

        DeferredList(asked, consumeErrors=True).addCallback(all_heard)

    def _trace(self, question: Line, reply: Reply) -> None:
        """Tell the wire of a terminal, at whichever worker it is, until its time is over."""
        asker, seats = next(self._askers), self._serving()
        trace = self._traces[asker] = _Trace(question, reply, self._clock, {each.number for each in seats})
        for each in seats:
            self._look(each, asker, trace)

        def over(_: str) -> None:
            del self._traces[asker]
            for each in self._seats:
                each.channel.tell({"do": "gone", "asker": asker})

        reply.over.addCallback(over)

    def _look(self, seat: Seat, asker: int, trace: "_Trace") -> None:
        asked = self._pass_on(seat, asker, trace.question(), trace.reply, trace.line)
        asked.addCallback(lambda _: trace.has_sessions(seat, ()))

    def _pass_on(
        self, seat: Seat, asker: int, question: Line, reply: Reply, heard: Callable[[Seat, Line], None]
    ) -> "Deferred[Message | None]":
        """Ask one worker; `heard` is told each line.  Fires when it has told everything, or is gone."""
        message = {"do": "question", "asker": asker, "by": reply.by, "question": dict(question)}
        asked = seat.channel.ask(message, each=lambda part: heard(seat, part["line"]))
        return asked.addErrback(lambda _: None)

    def _serving(self) -> list[Seat]:
        seats = [each for each in self._seats if each.serves]
        if not seats:
            raise CannotAnswer("No worker serves at this moment; the log tells why.")
        return seats


def _number(line: Line) -> int:
    """Of the session that `line` is about."""
    number: int = line.get("number") or line.get("kicked") or 0
    return number


class _Trace:
    """One look at the wire of a terminal, through the eyes of several workers."""

    def __init__(self, question: Line, reply: Reply, clock: Any, missing: set[int]) -> None:
        """`missing` are the workers that have to say which sessions the terminal has."""
        self.reply = reply
        self._question = question
        self._clock = clock
        self._begun = clock.seconds()
        self._missing = missing
        self._sessions: list[int] = []

    def question(self) -> Line:
        """What a worker is asked, also one that joins later: for the rest of the time."""
        minutes = self._question.get("minutes")
        if not isinstance(minutes, int | float):
            return self._question  # which it refuses
        passed = (self._clock.seconds() - self._begun) / 60
        return {**self._question, "minutes": max(minutes - passed, 1e-6) if passed else minutes}

    def line(self, seat: Seat, line: Line) -> None:
        """One line of a worker."""
        if "error" in line:
            self.reply.end("it cannot be answered", line)
        elif "end" in line:
            self.reply.end("its time is over", line)
        elif "sessions" in line:
            self.has_sessions(seat, line["sessions"])
        else:
            self.reply.tell(line)

    def has_sessions(self, seat: Seat, sessions: Iterable[int]) -> None:
        """A worker has said which sessions the terminal has there, or is gone."""
        if seat.number not in self._missing:
            return
        self._missing.discard(seat.number)
        self._sessions += sessions
        if not self._missing:
            self.reply.tell({"sessions": sorted(self._sessions)})
