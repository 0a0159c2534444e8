"""A terminal for tests of the translation."""

from datetime import UTC

from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.north.terminal import Terminal
from softdock.protocols.sip2.timestamps import StampClock
from stubs import an_account


def a_terminal(dialect=None, **account):
    """A logged-in terminal at noon of the first of January 2026, in English unless `dialect` says otherwise."""
    dialect = dialect or Dialect(language="en")
    clock = StampClock(UTC, lambda: 1767268800.0)
    terminal = Terminal(dialect, clock)
    terminal.log_in(an_account(**account), dialect, clock, "CNY")
    return terminal
