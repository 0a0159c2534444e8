"""The Twisted end towards somebody who speaks NCIP: connections, a pool of them, and who is called.

`Responder` is who answers, as the standard calls them: it takes a message and gives the one that answers it.  Below it
a `Pool` keeps connections alive within a ceiling, opened on demand; each `Connection` has one document outstanding.

What a request comes to if it is not an answer is one of `circulation.errors`: SystemUnavailable and SystemBusy say that
nothing was sent or nothing was done, AnswerLost and MalformedReply that it may have been.
"""

from softdock.protocols.ncip.client.pool import Bounds, Pool, Watcher
from softdock.protocols.ncip.client.responder import Answer, Responder

__all__ = ["Answer", "Bounds", "Pool", "Responder", "Watcher"]
