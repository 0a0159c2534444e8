"""How NCIP documents travel: HTTP, and a plain TCP stream (Z39.83-1, appendix D).  Bytes in, requests out; no I/O.

A session (`HttpSession`, `StreamSession`) is fed what has arrived, and `next_event` tells what that is: a
`Received` document that waits for its `Answered`, or that nothing more can be said yet.  One request is under way
at a time, so answers keep the order of the questions.  What a session wants sent, refusals included, is in
`data_to_send()`; once `closing` is set the connection ends after it.

`received` is what the middle sees of all this.  Read `http` first; `heads`, `chunks`, `targets` and `content` are its
parts, `roots` finds where a document on a stream ends, and `refusals` says what is told to those who are not served.
"""

from softdock.protocols.ncip.transport.http import HttpSession
from softdock.protocols.ncip.transport.received import Answered, Peer, Received, Transport, Way
from softdock.protocols.ncip.transport.refusals import Violation
from softdock.protocols.ncip.transport.session import Session, SessionLimits, Signal
from softdock.protocols.ncip.transport.stream import StreamSession

__all__ = [
    "Answered",
    "HttpSession",
    "Peer",
    "Received",
    "Session",
    "SessionLimits",
    "Signal",
    "StreamSession",
    "Transport",
    "Violation",
    "Way",
]
