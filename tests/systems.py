"""A library's system for tests of the translation towards it."""

from datetime import UTC

from softdock.circulation.identifiers import LibraryId
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.layouts import LAYOUTS
from softdock.protocols.sip2.south import System, SystemDialect
from softdock.protocols.sip2.timestamps import StampClock

NOW = "20260101    120000"


def a_system(wire=None, **dialect):
    """A system of the standard but for what is said of its `dialect`, at noon of the first of January 2026."""
    return System(
        library=LibraryId("CQL"),
        institution="CQL",
        clock=StampClock(UTC, lambda: 1767268800.0),
        currency="CNY",
        dialect=SystemDialect(**dialect),
        wire=wire or Dialect(),
    )


def said(text):
    """The message that `text` is."""
    return LAYOUTS[text[:2]].read(text[2:], "|")
