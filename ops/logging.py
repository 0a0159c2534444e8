"""The log: JSON lines for machines or plain lines for people, on one stream, in UTC.

What SoftDock says by structlog and what Twisted says by its own log come out alike, unhandled errors
included.  An identifier of a patron comes out masked and a secret as stars, whoever logged it; the text of
an unexpected error is withheld (`ops.tracebacks` says why).  Logging never raises.
"""

import json
import logging
import sys
import time
from collections.abc import Callable, Mapping, MutableMapping
from enum import IntEnum
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any

import structlog
from structlog.typing import FilteringBoundLogger
from twisted.logger import ILogObserver, LogEvent, LogLevel, formatEvent, globalLogBeginner
from twisted.python.failure import Failure
from zope.interface import implementer

from softdock.circulation.identifiers import PatronId, Secret, masked
from softdock.ops.lines import LineWriter, StandardError, Stream, UtcStamps
from softdock.ops.tracebacks import traceback_of, traceback_of_failure

_COMPACT = (",", ":")
"""Separators of JSON, as in the lines of operations."""

LONGEST_VALUE = 2000
"""Characters of one value of an event, tracebacks excepted."""


class Level(IntEnum):
    """From which importance on something is logged; the numbers are those of Python's own logging."""

    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40


def quoted(text: str) -> str:
    r"""`text` as a JSON string, readable where every character is visible, else in ASCII.

    >>> quoted("三楼"), quoted("a\u2028b")
    ('"三楼"', '"a\\u2028b"')
    """
    return str(encode_basestring(text) if text.isprintable() else encode_basestring_ascii(text))


def plain(text: str) -> str:
    r"""`text` for a terminal: quoted if it would be misread, or would do something to the terminal.

    >>> plain("3F"), plain("hall 3"), plain("\x1b[2J")
    ('3F', '"hall 3"', '"\\u001b[2J"')
    """
    return text if text.isprintable() and text and not _MISREAD.intersection(text) else quoted(text)


_MISREAD = frozenset(" =\"'")


class Log:
    """Where everything is logged.

    `events` takes ordinary events; `lines` takes lines that are formatted already, which is for those who log
    for every operation.
    """

    def __init__(
        self,
        stream: Stream | None = None,
        *,
        as_json: bool = True,
        level: Level = Level.INFO,
        now: Callable[[], float] = time.time,
        worker: int = 0,
    ) -> None:
        """`stream` is the standard error by default; `now` gives seconds since the epoch.

        Every line names the `worker`, unless it is 0.
        """
        self.worker = worker
        self.lines = LineWriter(stream or StandardError())
        self.stamps = UtcStamps(now)
        self.as_json = as_json
        self.level = level
        self.events: FilteringBoundLogger = structlog.wrap_logger(
            _Levels(self.lines),
            processors=[structlog.processors.add_log_level, self._drop_what_is_below, self._render],
            wrapper_class=structlog.make_filtering_bound_logger(Level.DEBUG),
        )

    def change(self, *, as_json: bool, level: Level) -> None:
        """From now on log in this form, from this importance on; whoever has `events` notices nothing."""
        self.as_json = as_json
        self.level = level

    def install(self) -> None:
        """Take in what Twisted logs, from now on and since the start of the process; and what others warn of."""
        logging.getLogger().addHandler(_StandardLog(self.events))
        globalLogBeginner.beginLoggingTo([TwistedLog(self.events)], redirectStandardIO=False)

    def _drop_what_is_below(
        self, logger: object, method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """`event`, if it is important enough.  A processor of structlog."""
        if _BY_NAME.get(event["level"], Level.ERROR) < self.level:
            raise structlog.DropEvent
        return event

    def _render(self, logger: object, method: str, event: MutableMapping[str, Any]) -> str:
        """The line of `event`.  structlog's last processor."""
        try:
            traceback = _traceback(event)
            values = {key: _speakable(value) for key, value in event.items()}
        except Exception:  # noqa: BLE001 - a value that cannot even show itself is no reason to fail
            traceback, values = None, {"event": "something could not be logged", "level": method}
        line = {"ts": self.stamps.stamp(), "level": values.pop("level"), "event": values.pop("event")}
        if self.worker:
            line["worker"] = self.worker
        line |= values
        if self.as_json:
            return _json_line(line | ({"traceback": traceback} if traceback else {}))
        text = f"{line.pop('ts')} {line.pop('level'):7} {_visible(str(line.pop('event')))}"
        text += "".join(f" {key}={plain(str(value))}" for key, value in line.items())
        return "\n    ".join([text, *map(_visible, traceback.splitlines())]) if traceback else text


_BY_NAME: Mapping[str, Level] = {each.name.lower(): each for each in Level}


class _Levels:
    """The line writer as structlog calls it: a method for each level."""

    def __init__(self, lines: LineWriter) -> None:
        self.debug = self.info = self.warning = self.error = self.critical = lines.write


class _StandardLog(logging.Handler):
    """Hands warnings and errors of libraries that use Python's own logging to structlog.

    A text may quote anything, so only that of the library itself is told, without the values that were put into it.
    """

    def __init__(self, events: FilteringBoundLogger) -> None:
        super().__init__(logging.WARNING)
        self._events = events

    def emit(self, record: logging.LogRecord) -> None:
        """Log `record`."""
        level = Level.ERROR if record.levelno >= logging.ERROR else Level.WARNING
        facts: dict[str, object] = {"logger": record.name}
        if record.exc_info and record.exc_info[1] is not None:
            facts["exc_info"] = record.exc_info
        self._events.log(level, str(record.msg), **facts)


@implementer(ILogObserver)
class TwistedLog:
    """Hands Twisted's log events to structlog.

    What Twisted itself reports of its doings (factories that start, ports that close) is for debugging.
    """

    def __init__(self, events: FilteringBoundLogger) -> None:
        self._events = events

    def __call__(self, event: LogEvent) -> None:
        """Log `event`."""
        level = _LEVELS.get(event.get("log_level"), Level.INFO)
        namespace = str(event.get("log_namespace", ""))
        if level is Level.INFO and namespace.partition(".")[0] in _TWISTED:
            level = Level.DEBUG
        text = formatEvent(event) or "an event without a text"
        facts: dict[str, object] = {"logger": namespace}
        failure = event.get("log_failure")
        if isinstance(failure, Failure):
            level = max(level, Level.ERROR)
            facts["failure"] = failure
        self._events.log(level, _without(failure, text), **facts)


_LEVELS: Mapping[object, Level] = {
    LogLevel.debug: Level.DEBUG,
    LogLevel.info: Level.INFO,
    LogLevel.warn: Level.WARNING,
    LogLevel.error: Level.ERROR,
    LogLevel.critical: Level.ERROR,
}
_TWISTED = frozenset({"twisted", "log_legacy", "-"})


def _without(failure: object, text: str) -> str:
    """`text` without the traceback that Twisted puts into it, which quotes the error's text."""
    return text.partition("\nTraceback")[0].rstrip(": \n") if isinstance(failure, Failure) else text


def _traceback(event: MutableMapping[str, Any]) -> str | None:
    """Take the error out of `event`; how it came about."""
    failure = event.pop("failure", None)
    error = event.pop("exc_info", None)
    if isinstance(failure, Failure):
        return traceback_of_failure(failure)
    if error is True:
        error = sys.exception()
    elif isinstance(error, tuple):
        error = error[1]
    return traceback_of(error) if isinstance(error, BaseException) else None


def _speakable(value: object) -> object:
    """`value` as it may stand in a log."""
    if isinstance(value, PatronId):
        return masked(value)
    if isinstance(value, Secret):
        return "***"
    if value is None or isinstance(value, int | float):
        return value
    text = value if type(value) is str else str(value) if isinstance(value, str) else repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."


def _visible(text: str) -> str:
    """`text` without anything that would do something to a terminal."""
    return text if text.isprintable() else quoted(text)[1:-1]


def _json_line(values: Mapping[str, object]) -> str:
    line = json.dumps(values, ensure_ascii=False, separators=_COMPACT)
    return line if line.isprintable() else json.dumps(values, separators=_COMPACT)
