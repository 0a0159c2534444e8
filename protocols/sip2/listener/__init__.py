"""The Twisted end of the SIP2 front: connections, their limits, and their orderly end.

A `Listener` (`doors`) is one listening address; a `Connection` (`connection`) is one device on it; a `Front` is what all
of them share.  The bytes of a device go into its `ServerSession`, the requests that come out go through `north` to
the desk, and what the session wants sent leaves together with that of every other device that was answered in
the same turn of the reactor.  `watching` is what an operator sees of them.

Order and back-pressure: a session has one request under way, so answers keep the order of the
questions.  A device that goes on sending meanwhile is no longer read from once `READ_AHEAD` bytes
wait, and one that does not read its answers gets no further ones.
"""

from softdock.protocols.listening import SWEEP, SessionRow
from softdock.protocols.sip2.listener.connection import PATIENCE, READ_AHEAD, Connection
from softdock.protocols.sip2.listener.doors import Front, Limits, Listener
from softdock.protocols.sip2.listener.watching import Trace, TracedLine

__all__ = [
    "PATIENCE",
    "READ_AHEAD",
    "SWEEP",
    "Connection",
    "Front",
    "Limits",
    "Listener",
    "SessionRow",
    "Trace",
    "TracedLine",
]
