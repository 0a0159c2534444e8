"""One connection to who answers."""

from collections.abc import Callable
from typing import Protocol as Interface

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.error import TimeoutError as CallTimedOut
from twisted.internet.interfaces import IHandshakeListener, ISSLTransport
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from softdock.circulation.errors import AnswerLost, LibrarySystemError, MalformedReply, SystemUnavailable
from softdock.protocols.ncip.transport.replies import NoReply, Replies, Reply


class Wish(Deferred[Reply]):
    """A document on its way: fires with the reply, or fails with a LibrarySystemError, also when it is cancelled."""

    connection: "Connection | None" = None
    """On which it was sent last."""
    tries = 0
    """Connections on which it was sent."""

    def __init__(self, document: bytes, changes_state: bool, given_up: "Callable[[Wish], None]") -> None:
        """`given_up` is called when it is cancelled, and has to fail it."""
        super().__init__(given_up)  # type: ignore[arg-type]  # it is called with this very Deferred
        self.document = document
        self.changes_state = changes_state


class Owner(Interface):
    """What a connection tells, and to whom."""

    def opened(self, connection: "Connection") -> None:
        """It stands, and may be asked."""

    def freed(self, connection: "Connection") -> None:
        """It has answered, and may be asked again."""

    def spoiled(self, connection: "Connection") -> None:
        """It is about to be gone, and may be asked nothing more."""

    def closed(self, connection: "Connection", wish: Wish | None, why: LibrarySystemError) -> None:
        """It is gone.  `wish` was under way on it, and nothing of an answer had come."""


@implementer(IHandshakeListener)
class Connection(Protocol):
    """Opened, asked one thing after the other, and closed for good."""

    def __init__(self, replies: Replies, owner: Owner) -> None:
        self._replies = replies
        self._owner = owner
        self._wish: Wish | None = None
        self._heard = False
        """Something has come of the answer to what is under way."""
        self._why: LibrarySystemError | None = None
        self._gone = False

    # --- Twisted's side -------------------------------------------------------------------------------

    def connectionMade(self) -> None:
        """The other side has accepted the connection."""
        transport = self.transport
        assert transport is not None
        if hasattr(transport, "setTcpNoDelay"):
            transport.setTcpNoDelay(True)
        if not ISSLTransport.providedBy(transport):
            self._owner.opened(self)

    def handshakeCompleted(self) -> None:
        """It is the one that was called: only now anything is asked, or it might be lost unsent."""
        self._owner.opened(self)

    def dataReceived(self, data: bytes) -> None:
        """Bytes have come."""
        if self._gone:
            return
        self._heard = True
        try:
            reply = self._replies.receive_data(data)
        except NoReply as why:
            self._spoil(MalformedReply("NCIP", str(why), ""))
            return
        if reply is not None:
            self._settle(reply)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """It is gone."""
        in_order = isinstance(reason.value, ConnectionDone)
        reply = self._replies.receive_end() if in_order and not self._gone else None
        self._gone = True
        wish, self._wish = self._wish, None
        why = self._why or SystemUnavailable(f"the connection broke: {said(reason)}")
        if wish is not None and self._heard:
            self._owner.closed(self, None, why)
            if reply is not None:
                wish.callback(reply)
            else:
                wish.errback(self._why or AnswerLost("the connection ended within the answer"))
        else:
            self._owner.closed(self, wish, why)

    # --- asking ---------------------------------------------------------------------------------------

    def take(self, wish: Wish) -> None:
        """Send `wish`; nothing else may be under way."""
        self._wish = wish
        self._heard = False
        wish.connection = self
        wish.tries += 1
        self.transport.write(self._replies.ask(wish.document))  # type: ignore[union-attr]

    def give_up(self) -> None:
        """Nobody waits for the answer any more: it is lost, and the connection with it."""
        self._wish = None
        self.abort(AnswerLost("the answer was given up"))

    def close(self) -> None:
        """Close in order: nothing is under way."""
        self._gone = True
        if self.transport is not None:
            self.transport.loseConnection()

    def abort(self, why: LibrarySystemError) -> None:
        """Close now; what is under way comes to `why`."""
        self._gone = True
        self._why = self._why or why
        if self.transport is not None:
            self.transport.abortConnection()  # type: ignore[attr-defined]

    def _settle(self, reply: Reply) -> None:
        wish, self._wish = self._wish, None
        assert wish is not None
        if self._replies.stays:
            self._owner.freed(self)
        else:
            self.close()
        wish.callback(reply)

    def _spoil(self, why: LibrarySystemError) -> None:
        """What has come means nothing, and neither will what comes behind it."""
        wish, self._wish = self._wish, None
        self._owner.spoiled(self)
        self.abort(why)
        if wish is not None:
            wish.errback(why)


def said(failure: Failure) -> str:
    """Why there is no connection, in a few words and without what was sent."""
    error = failure.value
    assert error is not None
    if isinstance(error, CancelledError):
        return "given up"
    if isinstance(error, CallTimedOut):
        return "the call was not answered in time"
    if type(error).__name__ == "VerificationError":  # of service_identity, which only TLS loads
        return "its certificate bears another name"
    if (
        error.args and isinstance(error.args[0], list) and error.args[0]
    ):  # pyOpenSSL's: library, function, reason
        return "TLS failed, " + ", ".join(str(each[-1]) for each in error.args[0])
    text = " ".join(str(error).split()).rstrip(".")
    return text[:200] or type(error).__name__
