"""The Twisted end of the NCIP front: connections over HTTP and plain TCP, their limits, and their orderly end.

A `Listener` (`doors`) is one listening address, for one of the two transports; a `Connection` (`connection`) is one peer
on it; a `Front` is what all of them share, above all the middle, which answers documents.  What a session makes of the
bytes of a peer goes to the middle at once, and what it wants sent leaves in one piece.

Order and back-pressure: a session has one request under way, so answers keep the order of the questions.  A peer that
goes on sending meanwhile is no longer read from once `READ_AHEAD` bytes wait, and one that does not read its answers
gets no further ones.  An operation that has begun is never given up, whatever becomes of the connection.
"""

from softdock.protocols.listening import SWEEP
from softdock.protocols.ncip.listener.connection import AT_ONCE, LINGER_SWEEPS, READ_AHEAD, Connection
from softdock.protocols.ncip.listener.doors import Front, Limits, Listener

__all__ = ["AT_ONCE", "LINGER_SWEEPS", "READ_AHEAD", "SWEEP", "Connection", "Front", "Limits", "Listener"]
