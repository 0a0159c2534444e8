"""The log as an operator finds it: what is in it, and what never is."""

import io
import json
import logging
import os
import select
import subprocess
import sys
from datetime import datetime
from threading import Thread

import pytest
from twisted.internet.error import ConnectionLost
from twisted.internet.task import Clock
from twisted.logger import Logger
from twisted.python.failure import Failure

from softdock.circulation.errors import SystemUnavailable
from softdock.circulation.identifiers import PatronId, Secret
from softdock.ops.lines import LineWriter, StandardError
from softdock.ops.logging import Level, Log, TwistedLog, _StandardLog
from softdock.ops.restraint import Firsts, Pace
from softdock.ops.tracebacks import traceback_of

MOMENT = 1767268800.5  # 2026-01-01 12:00:00.5 UTC


def a_log(stream: io.BytesIO, **options) -> Log:
    return Log(stream, now=lambda: MOMENT, **options)


def lines(stream: io.BytesIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().decode().splitlines()]


def test_every_line_of_a_worker_names_it():
    stream = io.BytesIO()
    a_log(stream, worker=2).events.info("the library is open", library="CDL")

    assert [(each["event"], each["worker"]) for each in lines(stream)] == [("the library is open", 2)]


def test_lines_that_leave_together_are_cut_between_two_of_them():
    """Several workers write to one pipe: a line in two pieces would have another's in its middle."""
    reading, writing = os.pipe()
    try:
        line = b"x" * 1500 + b"\n"
        stream = StandardError(writing)
        assert stream.write(line * 9) == 2 * len(line)
        assert stream.write(b"y" * 2 * select.PIPE_BUF) == select.PIPE_BUF, (
            "one that is too long has to be cut"
        )
    finally:
        os.close(reading)
        os.close(writing)


def test_an_event_is_one_line_of_json():
    stream = io.BytesIO()
    a_log(stream).events.info("the library is open", library="CDL", name="成都图书馆", count=3)

    assert stream.getvalue().decode() == (
        '{"ts":"2026-01-01T12:00:00.500Z","level":"info","event":"the library is open",'
        '"library":"CDL","name":"成都图书馆","count":3}\n'
    )


def test_an_event_is_a_readable_line_on_the_console():
    stream = io.BytesIO()
    a_log(stream, as_json=False).events.warning("the library is away", library="CDL", name="two words")

    assert stream.getvalue().decode() == (
        '2026-01-01T12:00:00.500Z warning the library is away library=CDL name="two words"\n'
    )


def test_stamps_are_utc_and_can_be_read_back():
    stream = io.BytesIO()
    a_log(stream).events.info("x")

    assert datetime.fromisoformat(lines(stream)[0]["ts"]).timestamp() == MOMENT


@pytest.mark.parametrize("level", Level)
def test_what_is_below_the_level_is_not_logged(level):
    stream = io.BytesIO()
    events = a_log(stream, level=level).events
    for each in Level:
        events.log(each, each.name.lower())

    assert [each["level"] for each in lines(stream)] == [each.name.lower() for each in Level if each >= level]


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("text", ["a\r\nb", "a\u2028b", "a\x85b", "\x1b[2J", "\ud800", '"; {}'])
def test_nothing_that_a_device_sends_breaks_a_line_or_a_terminal(as_json, text):
    stream = io.BytesIO()
    a_log(stream, as_json=as_json).events.info(text, value=text)
    written = stream.getvalue().decode()

    assert len(written.splitlines()) == 1
    assert written[:-1].isprintable()
    if as_json:
        assert lines(stream)[0]["value"] == text


def test_cards_are_masked_and_secrets_are_stars_whoever_logs_them():
    stream = io.BytesIO()
    a_log(stream).events.info("x", patron=PatronId("R0012345"), pin=Secret("1234"))

    (line,) = lines(stream)
    assert (line["patron"], line["pin"]) == ("R0***45", "***")


def test_a_value_that_cannot_show_itself_is_no_reason_to_fail():
    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError

    stream = io.BytesIO()
    a_log(stream).events.info("x", value=Broken())

    assert lines(stream)[0]["event"] == "something could not be logged"


# --- lines that cannot be written ---------------------------------------------------------------------


class FullDisk(io.RawIOBase):
    def write(self, data: bytes) -> int:
        raise OSError(28, "No space left on device")


class Slow(io.RawIOBase):
    """Takes three bytes at a time, as a pipe may."""

    def __init__(self) -> None:
        self.taken = b""

    def write(self, data: bytes) -> int:
        self.taken += data[:3]
        return len(data[:3])


class Sometimes:
    """A pipe that takes something only while somebody reads it."""

    def __init__(self) -> None:
        self.takes = False
        self.data = b""

    def write(self, data: bytes) -> int | None:
        if not self.takes:
            return None
        self.data += data[:4096]
        return len(data[:4096])


def closed() -> io.BytesIO:
    stream = io.BytesIO()
    stream.close()
    return stream


def test_lines_that_nobody_reads_are_kept_for_a_while_and_written_in_order():
    """A pipe whose reader has stopped does not stop the server; when it reads again, it finds what there is room for."""
    stream = Sometimes()
    writer = LineWriter(stream)
    for number in range(40_000):
        writer.write(f"line {number}")
    assert 0 < writer.lost < 40_000
    stream.takes = True
    writer.write("the last line")
    read = stream.data.decode().splitlines()
    assert len(read) + writer.lost == 40_001
    assert read[:2] == ["line 0", "line 1"]
    assert read[-1] == "the last line"


@pytest.mark.parametrize("stream", [closed(), FullDisk()], ids=["closed", "full"])
def test_a_line_that_cannot_be_written_is_counted_and_raises_nothing(stream):
    """The disk is full, and books are lent nevertheless."""
    log = Log(stream)
    log.events.error("x")
    log.lines.write("y")

    assert log.lines.lost == 2


def test_a_stream_that_takes_little_at_a_time_gets_everything():
    stream = Slow()
    writer = LineWriter(stream)
    writer.write("a line of some length")

    assert stream.taken == b"a line of some length\n"
    assert writer.lost == 0


# --- Twisted's own log --------------------------------------------------------------------------------


def twisted_log(stream: io.BytesIO, namespace: str = "softdock.test", **options) -> Logger:
    return Logger(namespace=namespace, observer=TwistedLog(a_log(stream, **options).events))


def test_what_twisted_logs_comes_out_alike():
    stream = io.BytesIO()
    twisted_log(stream).warn("the port {port} is odd", port=6001)

    (line,) = lines(stream)
    assert line == {
        "ts": "2026-01-01T12:00:00.500Z",
        "level": "warning",
        "event": "the port 6001 is odd",
        "logger": "softdock.test",
    }


def test_a_line_of_another_thread_is_written_by_that_of_the_reactor():
    """A database's threads log too, and the reactor's clock is not for them to touch."""
    stream, clock, handed = io.BytesIO(), Clock(), []
    writer = LineWriter(stream)
    writer.gather(lambda flush: clock.callLater(0, flush), lambda *call: handed.append(call))
    other = Thread(target=writer.write, args=("from elsewhere",))
    other.start()
    other.join()
    assert (stream.getvalue(), clock.getDelayedCalls()) == (b"", [])
    for function, *arguments in handed:
        function(*arguments)
    clock.advance(0)
    assert stream.getvalue() == b"from elsewhere\n"


def test_what_libraries_warn_of_by_pythons_own_log_comes_out_alike_and_without_values():
    stream = io.BytesIO()
    handler = _StandardLog(a_log(stream).events)
    logger = logging.getLogger("somebody.elses")
    logger.addHandler(handler)
    logger.info("nothing of interest")
    card = "R00" + "12345"
    logger.warning("the pool is %s for %s", "full", card)
    try:
        raise KeyError(card)
    except KeyError:
        logger.exception("a connection could not be closed")
    logger.removeHandler(handler)
    first, second = lines(stream)
    assert (first["level"], first["event"], first["logger"]) == (
        "warning",
        "the pool is %s for %s",
        "somebody.elses",
    )
    assert (second["level"], second["event"]) == ("error", "a connection could not be closed")
    assert "KeyError (text withheld)" in second["traceback"]


def test_what_twisted_does_for_itself_is_for_debugging():
    stream = io.BytesIO()
    twisted_log(stream, "twisted.internet.protocol").info("Starting factory")
    twisted_log(stream, "twisted.internet.protocol", level=Level.DEBUG).info("Stopping factory")

    assert [(each["level"], each["event"]) for each in lines(stream)] == [("debug", "Stopping factory")]


def test_an_unhandled_error_is_logged_with_its_traceback():
    stream = io.BytesIO()
    log = twisted_log(stream)
    try:
        raise AttributeError("'NoneType' object has no attribute 'due'")
    except AttributeError:
        log.failure("Unhandled error in Deferred")

    (line,) = lines(stream)
    assert (line["level"], line["event"]) == ("error", "Unhandled error in Deferred")
    assert "test_an_unhandled_error_is_logged_with_its_traceback" in line["traceback"]
    assert line["traceback"].endswith("AttributeError: 'NoneType' object has no attribute 'due'")


def test_a_failure_without_a_traceback_is_logged_too():
    stream = io.BytesIO()
    twisted_log(stream).failure("lost", Failure(ConnectionLost()))

    assert "ConnectionLost: Connection to the other side was lost" in lines(stream)[0]["traceback"]


def test_the_text_of_an_unexpected_error_is_withheld():
    """A KeyError quotes the card, a database driver the row: only the place in the code is told."""
    name = "王小明"

    def find(name: str) -> None:
        try:
            raise KeyError(name)
        except KeyError as error:
            raise ValueError(f"no such person: {name}") from error

    with pytest.raises(ValueError) as raised:
        find(name)
    told = traceback_of(raised.value)

    assert name not in told
    assert "KeyError (text withheld)\n-> which led to\n" in told
    assert told.endswith("ValueError (text withheld)")
    assert ", in find" in told


def test_the_text_of_an_error_for_the_log_is_told():
    assert traceback_of(SystemUnavailable("10.1.2.3:6001: refused")) == (
        "SystemUnavailable: 10.1.2.3:6001: refused"
    )


def test_on_the_console_a_traceback_is_indented():
    stream = io.BytesIO()
    a_log(stream, as_json=False).events.error("x", exc_info=OSError(5, "a\nb"))

    assert stream.getvalue().decode().splitlines()[1:] == ["    OSError: [Errno 5] a", "    b"]


def test_once_installed_an_error_that_nobody_handles_is_in_the_log():
    """In a process of its own, because Twisted's log is one for all."""
    program = (
        "import gc\n"
        "from twisted.internet.defer import fail\n"
        "from softdock.ops.logging import Log\n"
        "Log().install()\n"
        "fail(KeyError('R0012345'))\n"
        "gc.collect()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=dict(os.environ)
    )

    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert {each["level"] for each in told} == {"error"}
    assert told[-1]["traceback"] == "KeyError (text withheld)"


# --- restraint ----------------------------------------------------------------------------------------


def test_so_many_keys_are_remembered_and_no_more():
    firsts = Firsts(2)
    for key in "abc":
        firsts.add(key)

    assert [key in firsts for key in "abc"] == [False, True, True]


def test_a_pace_lets_so_many_pass_in_a_time_and_counts_the_rest():
    now = 0.0
    pace = Pace(2, 60.0, lambda: now)

    assert [pace.admits() for _ in range(4)] == [True, True, False, False]
    now = 60.0
    assert pace.admits()
    assert (pace.held_back(), pace.held_back()) == (2, 0)


def test_form_and_level_of_a_log_in_use_can_change():
    """Whoever got `events` before logs by the new ones."""
    stream = io.BytesIO()
    log = a_log(stream)
    events = log.events
    events.debug("unheard")
    log.change(as_json=False, level=Level.DEBUG)
    events.debug("heard")
    log.change(as_json=False, level=Level.ERROR)
    events.warning("unheard again")

    assert stream.getvalue().decode() == "2026-01-01T12:00:00.500Z debug   heard\n"
