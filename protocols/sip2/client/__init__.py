"""The Twisted end towards a library's system: connections, and a pool of them.

A `Pool` keeps the connections to one system, within a ceiling: they are opened on demand, logged in anew each time, and
closed when nothing has been asked for a while.  A `Connection` has one request outstanding; what else is asked waits in
the pool, in order.  A connection on which an answer was lost is closed and never asked again: whatever still comes from it
reaches nobody.

What a request comes to if it is not an answer is one of `circulation.errors`: SystemUnavailable and SystemBusy say that
nothing was sent or nothing was done, AnswerLost that it may have been.
"""

from softdock.protocols.sip2.client.manner import Bounds, Login, Manner
from softdock.protocols.sip2.client.pool import Pool, Watcher

__all__ = ["Bounds", "Login", "Manner", "Pool", "Watcher"]
