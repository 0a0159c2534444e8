"""One peer on an NCIP listener."""

from secrets import token_hex
from typing import TYPE_CHECKING

from OpenSSL import SSL
from twisted.internet.interfaces import IHalfCloseableProtocol, IHandshakeListener, ISSLTransport
from twisted.internet.protocol import connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from softdock.circulation.journal import WordWithheld
from softdock.circulation.stepping import Waiting, step
from softdock.protocols.listening import Outlet, SessionRow
from softdock.protocols.ncip.listener.certificates import names_in
from softdock.protocols.ncip.transport import Answered, Peer, Received, Session, Signal, Violation

if TYPE_CHECKING:
    from softdock.protocols.ncip.listener.doors import Listener

READ_AT_ONCE = 16 * 1024
"""Bytes that are read in one go: a message has a few thousand."""

AT_ONCE = 16
"""Requests of one peer that are answered before others get their turn."""

READ_AHEAD = 64 * 1024
"""Bytes that a peer may send ahead of its answers."""

LINGER_SWEEPS = 6
"""Sweeps for which a peer may take to read its last answers.  What it goes on sending meanwhile is dropped."""

_log = Logger()

# Bound once: Python 3.11 finds a member of an enumeration through a descriptor.
_NEED_DATA = Signal.NEED_DATA


@implementer(IHalfCloseableProtocol, IHandshakeListener)
class Connection(Outlet):
    """One peer on a listener."""

    def __init__(self, listener: "Listener", *, behind_proxy: bool = False) -> None:
        self._listener = listener
        self._front = listener.front
        self._behind_proxy = behind_proxy
        self._address: str | None = None
        self.peer: Peer | None = None
        """Who it is, once they have said something."""
        self.number = 0
        self._since = listener.front.now()
        self._requests = 0
        self._session: Session | None = None
        self._beginning = b""
        """What has come before it is known what is spoken."""
        self._used = listener.tick
        """When it was last answered.  Bytes that make no request do not keep a connection."""
        self._shaking = False
        """What is encrypted waits for its beginning."""
        self._soon = False
        """More is dealt with in the next turn of the reactor."""
        self._began: int | None = None
        """When the request that arrives has begun to."""
        self._paused = False
        self._refused = False
        """The peer may be sending what nobody wants any more."""
        self._hung_up = -1
        """The tick since which nothing is sent any more, because we have closed or the peer is gone; -1 before."""

    # --- Twisted's side -------------------------------------------------------------------------------

    def connectionMade(self) -> None:
        """A peer has connected."""
        self._shaking = ISSLTransport.providedBy(self.transport)
        self.open_outlet(READ_AT_ONCE)
        if not self._listener.opened(self):
            self._turn_away("connections")
        elif not self._behind_proxy:
            self._admit()

    def handshakeCompleted(self) -> None:
        """The connection is encrypted from now on."""
        self._shaking = False

    def dataReceived(self, data: bytes) -> None:
        """Bytes have come from the peer."""
        if self._hung_up >= 0 or (self._address is None and not self._admit()):
            return
        session = self._session
        if session is None:
            data = self._beginning + data
            session = self._meet(data)
            if session is None:
                return
        session.receive_data(data)
        self._advance(session)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The peer is gone.  A request under way goes on to its end; nobody hears its answer."""
        if self._shaking and self._hung_up < 0 and isinstance(reason.value, SSL.Error):
            self._violated("tls")
        self._hung_up = self._listener.tick
        self._listener.closed(self, self._address)

    def readConnectionLost(self) -> None:
        """The peer sends nothing more, but may still read: it gets the answers it waits for."""
        session = self._session
        if self._hung_up >= 0 or session is None:
            self.transport.loseConnection()  # type: ignore[union-attr]
            return
        session.receive_end()
        self._advance(session)

    def writeConnectionLost(self) -> None:
        """The peer reads nothing more; or we have closed our side, and it may still send for a while."""
        if self._hung_up < 0:
            self.abort()

    def pauseProducing(self) -> None:
        """The peer does not read its answers: it gets no further ones, and is not read from."""
        super().pauseProducing()
        self._pause()

    def resumeProducing(self) -> None:
        """The peer has read its answers."""
        super().resumeProducing()
        if self._session is not None:
            self._advance(self._session)

    # --- requests and answers -------------------------------------------------------------------------

    def _advance(self, session: Session) -> None:
        """Deal with everything that can be dealt with now."""
        if self._hung_up >= 0:
            return
        event = None
        left = AT_ONCE
        while not self.congested:
            if not left:
                self._advance_soon(session)
                break
            event = session.next_event()
            if isinstance(event, Received):
                left -= 1
                self._serve(session, event)
            elif isinstance(event, Violation):
                self._refused = True
                self._violated(event.value)
            else:
                break
        if self._hung_up >= 0:
            return
        data = session.data_to_send()
        if data:
            self._used = self._listener.tick
            self.write(data)
        if session.closing and not session.busy:
            self._hang_up()
            return
        if event is _NEED_DATA and not session.receiving:
            self._began = None
        elif self._began is None and session.receiving:
            self._began = self._listener.tick
        if self._paused or session.buffered > READ_AHEAD:
            self._regulate(session)

    def _advance_soon(self, session: Session) -> None:
        if not self._soon:
            self._soon = True
            self._front.reactor.callLater(0, self._go_on, session)

    def _go_on(self, session: Session) -> None:
        self._soon = False
        self._advance(session)

    def _regulate(self, session: Session) -> None:
        """Read on, or wait until what is there has been dealt with."""
        if self.congested or session.buffered > READ_AHEAD:
            self._pause()
        elif self._paused:
            self._paused = False
            self.transport.resumeProducing()  # type: ignore[union-attr]

    def _serve(self, session: Session, received: Received) -> None:
        self._began = None
        self._requests += 1
        front = self._front
        if front.waiting >= front.most_waiting:
            session.overloaded()
            self._violated(Violation.OVERLOADED.value)
            return
        try:
            answered = step(front.answer(received))
        except Exception as error:  # noqa: BLE001 - a bug of the middle, which costs this answer and nothing else
            self._failed(session, error)
            return
        if isinstance(answered, Waiting):
            self._wait(session, answered)
        else:
            self._hand_over(session, answered)

    def _wait(self, session: Session, waiting: Waiting[Answered]) -> None:
        """Answer once the answer is there."""
        front = self._front
        front.waiting += 1

        def answered(result: Answered) -> None:
            front.waiting -= 1
            if self._hung_up >= 0:
                return
            try:
                self._hand_over(session, result)
                self._advance(session)
            except Exception:  # noqa: BLE001 - a bug of our own, which ends this connection and nothing else
                _log.failure("an NCIP answer could not be sent")
                self.abort()

        def failed(error: Exception) -> None:
            front.waiting -= 1
            self._failed(session, error)
            self._advance(session)

        waiting.finish(answered, failed)

    def _hand_over(self, session: Session, answered: Answered) -> None:
        session.answer(answered)
        if answered.handed_over is not None:
            answered.handed_over()

    def _failed(self, session: Session, error: Exception) -> None:
        """A bug of our own, or nothing may be told.  The peer learns nothing of it but that it was not done now."""
        if isinstance(error, WordWithheld):
            _log.warn("a partner hears no answer: nobody knows what the journal holds")
            self._hung_up = self._listener.tick
            self.abort()
            return
        _log.failure(
            "an NCIP request could not be answered: failure {failure_id}",
            Failure(error),  # type: ignore[no-untyped-call]
            failure_id=token_hex(6),
        )
        if self._hung_up < 0:
            session.answer(Answered(self._front.failure))

    def _violated(self, kind: str) -> None:
        self._front.observer.violation(kind, self._listener.name, self._address or "")

    # --- who may stay ---------------------------------------------------------------------------------

    def _admit(self) -> bool:
        """Learn the peer's address; hang up if there are too many from there."""
        assert self.transport is not None
        address = getattr(self.transport.getPeer(), "host", "local")
        if not self._listener.admitted(address):
            self._turn_away("connections-per-address")
            return False
        self._address = address
        return True

    def _meet(self, beginning: bytes) -> Session | None:
        """Learn who the peer is, and what is spoken; None if that takes more bytes."""
        if self.peer is None:
            transport = self.transport
            assert self._address is not None
            if ISSLTransport.providedBy(transport):
                names = names_in(transport.getPeerCertificate())  # type: ignore[arg-type]
                self.peer = Peer(self._address, True, names)
            else:
                self.peer = Peer(self._address)
        self._session = self._listener.session(self.peer, beginning)
        self._beginning = b"" if self._session is not None else beginning
        return self._session

    def _turn_away(self, limit: str) -> None:
        self._hung_up = self._listener.tick
        self._front.observer.violation(limit, self._listener.name, "")
        self.abort()

    def row(self) -> SessionRow:
        """The peer as an operator is shown it."""
        listener = self._listener
        return SessionRow(
            number=self.number,
            listener=listener.name,
            address=self._address or "",
            account="",
            location="",
            profile="",
            since=self._since,
            idle=listener.seconds_since(self._used),
            requests=self._requests,
        )

    def check_silence(self, head: int, body: int, idle: int) -> None:
        """Hang up on who is not answered since tick `idle`, or sends a request since `body`, or its head since `head`."""
        session = self._session
        if self._hung_up >= 0:
            if self._hung_up <= self._listener.tick - LINGER_SWEEPS:
                self.abort()
        elif session is not None and session.busy:
            pass
        elif self._began is not None and session is not None:
            if self._began <= (head if session.in_head else body):
                self._violated(Violation.TOO_SLOW.value)
                session.refuse(slow=True)
                self._refused = True
                self._advance(session)
        elif self._used <= (head if self._shaking else idle):
            self._hang_up()

    def finish(self) -> None:
        """Close after the answer that is under way; take nothing new."""
        session = self._session
        if self._hung_up >= 0:
            return
        if session is None:
            self._hang_up()
            return
        if session.receiving:
            session.refuse(slow=False)
            self._refused = True
        session.closing = True
        self._advance(session)

    def abort(self) -> None:
        """Close now."""
        if self.transport is not None:
            self.transport.abortConnection()  # type: ignore[attr-defined]

    def _hang_up(self) -> None:
        """Close, once everything is sent."""
        self._hung_up = self._listener.tick
        transport = self.transport
        assert transport is not None
        self.close_outlet()
        lingers = self._refused and not ISSLTransport.providedBy(transport)
        if lingers and hasattr(transport, "loseWriteConnection"):
            if self._paused:
                transport.resumeProducing()  # type: ignore[attr-defined]
            transport.loseWriteConnection()
        else:
            transport.loseConnection()

    def _pause(self) -> None:
        if not self._paused and self._hung_up < 0:
            self._paused = True
            self.transport.pauseProducing()  # type: ignore[union-attr]
