"""What can be asked of a running SoftDock: sessions, kick, trace."""

import io
import json
from typing import NamedTuple

import pytest
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from softdock.ops.admin.answers import LONGEST_TRACE, answers
from softdock.ops.admin.socket import AdminSocket
from softdock.ops.logging import Log
from softdock.ops.metrics import Metrics


class Row(NamedTuple):
    number: int
    address: str
    account: str


class Device:
    def __init__(self, *facts):
        self._row = Row(*facts)
        self.finished = False

    def row(self):
        return self._row

    def finish(self):
        self.finished = True


class Line(NamedTuple):
    at: float
    session: int
    arrow: str
    text: str


class Running:
    """An admin socket over two devices, and what it does."""

    def __init__(self):
        self.clock = Clock()
        self.metrics = Metrics()
        self.devices = [
            Device(1, "10.0.0.1", "kiosk"),
            Device(2, "10.0.0.2", "kiosk"),
            Device(3, "10.0.0.2", ""),
        ]
        self.begun = []
        self.ended = []
        self._log = io.BytesIO()
        log = Log(self._log, now=lambda: 0.0)
        known = answers(lambda: self.devices, self.look, self.clock, self.metrics, log.events)
        self.admin = AdminSocket(known, self.clock)

    def look(self, terminal, tell, *, unmasked):
        self.begun.append((terminal, tell, unmasked))
        return [1, 2], lambda: self.ended.append(terminal)

    def ask(self, **question):
        """The lines that are heard at once, and the transport that may hear more."""
        connection, transport = self.admin.buildProtocol(None), StringTransport()
        connection.makeConnection(transport)
        connection.dataReceived(json.dumps(question).encode() + b"\n")
        self.connection = connection
        return heard(transport), transport

    @property
    def log(self):
        return [json.loads(line) for line in self._log.getvalue().splitlines()]


def heard(transport):
    lines = [json.loads(line) for line in transport.value().splitlines()]
    transport.clear()
    return lines


def test_sessions_are_told_each_on_a_line():
    lines, _ = Running().ask(ask="sessions")
    assert lines[0] == {"number": 1, "address": "10.0.0.1", "account": "kiosk"}
    assert [each.get("number") for each in lines] == [1, 2, 3, None]


@pytest.mark.parametrize(
    ("chosen", "kicked"),
    [
        ({"numbers": [1, 3, 99]}, [1, 3]),
        ({"account": "kiosk"}, [1, 2]),
        ({"address": "10.0.0.2"}, [2, 3]),
        ({"numbers": [1], "address": "10.0.0.2"}, [1, 2, 3]),
        ({"account": "nobody"}, []),
    ],
)
def test_the_chosen_sessions_are_closed_and_no_others(chosen, kicked):
    running = Running()
    lines, _ = running.ask(ask="kick", **chosen)
    assert lines[:-1] == [{"kicked": number} for number in kicked]
    assert [each.row().number for each in running.devices if each.finished] == kicked
    told = [(each["count"], each["first"]) for each in running.log]
    assert told == ([(len(kicked), " ".join(map(str, kicked)))] if kicked else [])


@pytest.mark.parametrize("chosen", [{}, {"numbers": []}, {"numbers": "1"}, {"account": "", "address": ""}])
def test_nobody_is_closed_by_a_question_that_names_nobody(chosen):
    """A device that has not logged in has an empty account, and must not be meant by that."""
    running = Running()
    lines, _ = running.ask(ask="kick", **chosen)
    assert "error" in lines[0]
    assert not any(each.finished for each in running.devices)


def test_a_trace_tells_lines_until_its_time_is_over():
    running = Running()
    lines, transport = running.ask(ask="trace", terminal="3F", minutes=2)
    assert lines == [{"sessions": [1, 2]}]
    assert running.metrics.open_traces == 1
    terminal, tell, unmasked = running.begun[0]
    assert (terminal, unmasked) == ("3F", False)
    tell(Line(1767268800.25, 2, ">", "9900802.00"))
    assert heard(transport) == [
        {"at": "2026-01-01T12:00:00.250Z", "session": 2, "arrow": ">", "text": "9900802.00"}
    ]
    running.clock.advance(120)
    assert heard(transport) == [{"end": "The time is over."}]
    assert running.ended == ["3F"]
    assert running.metrics.open_traces == 0


def test_a_trace_ends_when_nobody_listens_any_more():
    running = Running()
    running.ask(ask="trace", terminal="3F", minutes=2, unmasked=True)
    assert running.begun[0][2] is True
    running.connection.connectionLost()
    assert running.ended == ["3F"]
    assert running.clock.getDelayedCalls() == []


def test_the_log_tells_who_looked_at_what_and_nothing_of_what_was_seen():
    running = Running()
    running.ask(ask="trace", terminal="3F", minutes=2, unmasked=True)
    running.begun[0][1](Line(0.0, 2, ">", "content"))
    running.connection.connectionLost()
    begin, end = running.log
    assert (begin["event"], begin["terminal"], begin["by"]) == ("a trace has begun", "3F", "unknown")
    assert (begin["minutes"], begin["unmasked"]) == (2, True)
    assert (end["event"], end["lines"], end["because"]) == ("a trace has ended", 1, "nobody listens any more")
    assert "content" not in json.dumps(running.log)


@pytest.mark.parametrize(
    "question",
    [
        {"minutes": 5},
        {"terminal": "", "minutes": 5},
        {"terminal": ["3F"], "minutes": 5},
        {"terminal": "x" * 300, "minutes": 5},
        {"terminal": "3F"},
        {"terminal": "3F", "minutes": 0},
        {"terminal": "3F", "minutes": "5"},
        {"terminal": "3F", "minutes": LONGEST_TRACE + 1},
        {"terminal": "3F", "minutes": float("nan")},
    ],
)
def test_a_trace_without_a_terminal_or_an_end_is_not_begun(question):
    running = Running()
    lines, _ = running.ask(ask="trace", **question)
    assert "error" in lines[0]
    assert running.begun == []
