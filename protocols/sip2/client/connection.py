"""One connection to a library's system."""

from collections.abc import Callable
from typing import Protocol as Interface

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import TimeoutError as CallTimedOut
from twisted.internet.interfaces import IHandshakeListener, ISSLTransport
from twisted.internet.protocol import Protocol, connectionDone
from twisted.internet.tcp import Client
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from softdock.circulation.errors import (
    AnswerLost,
    LibrarySystemError,
    MalformedReply,
    SystemBusy,
    SystemUnavailable,
)
from softdock.protocols.sip2.client.manner import Login, Manner
from softdock.protocols.sip2.client_session import (
    NEED_DATA,
    Loss,
    Lost,
    NewPolicy,
    Noticed,
    Remark,
    Response,
    Unfit,
)
from softdock.protocols.sip2.layouts import Message
from softdock.protocols.sip2.messages import AcsStatus, LoginResponse
from softdock.protocols.sip2.prompts import PromptedLogin

_log = Logger()

CLOSING_WITHIN = 5.0
"""Seconds for a connection to be closed in order."""


class Wish(Deferred[Message]):
    """A request on its way to a system: fires with the response, or fails with a LibrarySystemError.

    Whoever cancels it hears at once what has become of it.
    """

    connection: "Connection | None" = None
    """On which it was sent."""
    tries = 0
    """Connections on which it was sent."""

    def __init__(
        self, request: Message, changes_state: bool, given_up: "Callable[[Wish], None] | None" = None
    ) -> None:
        """`given_up` is called when it is cancelled, and has to fail it."""
        super().__init__(given_up)  # type: ignore[arg-type]  # it is called with this very Deferred
        self.request = request
        self.changes_state = changes_state
        self.own = given_up is None
        """It is the connection's own question."""


class LoginRefused(SystemUnavailable):
    """The system does not let us in."""


class Owner(Interface):
    """What a connection tells, and to whom."""

    def opened(self, connection: "Connection") -> None:
        """It is logged in, and may be asked."""

    def freed(self, connection: "Connection") -> None:
        """It has answered, and may be asked again."""

    def spoilt(self, connection: "Connection") -> None:
        """It must not be asked any more; it will be closed."""

    def closed(self, connection: "Connection", wish: Wish | None, why: LibrarySystemError) -> None:
        """It is gone.  `wish` was under way on it and has not been answered."""

    def lost(self, connection: "Connection") -> None:
        """A request was sent on it whose answer will never be heard."""

    def wants_status(self) -> bool:
        """Whether it is time to ask how the system stands."""

    def status(self, status: AcsStatus) -> None:
        """The system has told how it stands."""

    def noticed(self, remark: Remark) -> None:
        """Something strange has happened."""


@implementer(IHandshakeListener)
class Connection(Protocol):
    """One connection: opened and logged in, asked one thing after the other, and closed for good."""

    def __init__(self, manner: Manner, owner: Owner, seconds: Callable[[], float]) -> None:
        self._manner = manner
        self._owner = owner
        self._seconds = seconds
        self._session = manner.session()
        self._handshaking = False
        """TLS is being agreed upon."""
        self._prompted: PromptedLogin | None = None
        self._wish: Wish | None = None
        self._patience = 0.0
        """Seconds for each try of what is under way."""
        self._due = 0.0
        """When the answer that is waited for is late."""
        self.idle_since = 0.0
        """When it was last asked something for somebody."""
        self._heard = 0.0
        self._direct = False
        """Bytes may go straight to the socket, because none wait in the transport."""
        self._gone = False
        """Nothing is asked any more: it is being closed, or was."""
        self._over = False
        """There is no connection any more."""
        self._why: LibrarySystemError | None = None

    # --- opening --------------------------------------------------------------------------------------

    def connectionMade(self) -> None:
        """The system has accepted the connection."""
        transport = self.transport
        assert transport is not None
        self._direct = type(transport) is Client
        if hasattr(transport, "setTcpNoDelay"):
            transport.setTcpNoDelay(True)
        self._heard = self.idle_since = self._seconds()
        if ISSLTransport.providedBy(transport):
            self._handshaking = True
            self._due = self._heard + self._manner.own_timeout
        else:
            self._begin()

    def handshakeCompleted(self) -> None:
        """The system is the one that was called: only now anything is asked, or a request might be lost unsent."""
        self._handshaking = False
        self._heard = self._seconds()
        self._begin()

    def _begin(self) -> None:
        manner = self._manner
        if manner.login is Login.TELNET:
            self._prompted = PromptedLogin(
                manner.dialect.charset.encode(manner.dialect.charset.writable(manner.user)),
                manner.dialect.charset.encode(manner.dialect.charset.writable(manner.password.reveal())),
                manner.dialect.terminator,
            )
            self._due = self._heard + manner.own_timeout
        else:
            self._begin_sip2()

    def _begin_sip2(self) -> None:
        opening = Deferred.fromCoroutine(self._open())
        opening.addErrback(self._not_opened)

    async def _open(self) -> None:
        manner = self._manner
        if manner.login is Login.SIP2:
            response = await self._asked_first(manner.login_request())
            if not (isinstance(response, LoginResponse) and response.ok):
                raise LoginRefused("the system refuses the login")
        if manner.status and self._owner.wants_status():
            status = await self._asked_first(manner.status_request())
            assert isinstance(status, AcsStatus)
            self._owner.status(status)
        self._owner.opened(self)

    async def _asked_first(self, request: Message) -> Message:
        """The response to a question of our own, if the conversation may go on behind it."""
        response = await self._ask_for_itself(request)
        if self._gone:
            raise SystemUnavailable("the system answered a first question late, or by more than an answer")
        return response

    def _not_opened(self, failure: Failure) -> None:
        error = _expected(failure)
        # Nothing that changes anything was asked, whatever became of the questions.
        self.abort(error if isinstance(error, SystemUnavailable) else SystemUnavailable(str(error)))

    def _ask_for_itself(self, request: Message) -> "Deferred[Message]":
        wish = Wish(request, False)
        self.take(wish)
        return wish

    # --- asking ---------------------------------------------------------------------------------------

    def take(self, wish: Wish) -> None:
        """Send `wish`; nothing else may be under way."""
        self._wish = wish
        wish.connection = self
        wish.tries += 1
        manner = self._manner
        if wish.own:  # one that does not answer its greeting is better called anew
            self._patience, repeatable = manner.own_timeout, False
        else:
            self._patience = manner.timeout
            repeatable = not wish.changes_state or manner.recognises_repeats
        self._due = self._seconds() + self._patience
        self._session.ask(wish.request, repeatable=repeatable)
        self._send()

    def give_up(self, wish: Wish) -> None:
        """Nobody waits for the answer to `wish` any more: it is lost, and the connection with it."""
        if self._wish is wish:
            self._wish = None
            self._owner.lost(self)
            self.abort(AnswerLost("the answer was given up"))

    def dataReceived(self, data: bytes) -> None:
        """Bytes have come from the system."""
        self._heard = self._seconds()
        if self._prompted is not None:
            self._prompt(self._prompted, data)
            return
        session = self._session
        session.receive_data(data)
        answer: Message | None = None
        trouble: LibrarySystemError | None = None
        while (event := session.next_event()) is not NEED_DATA:
            if type(event) is Response:
                if event.unfit is None:
                    answer = event.message
                    if event.strangeness is not None:
                        self._owner.noticed(Remark(event.strangeness.value))
                else:
                    trouble = _misfit(event)
            elif isinstance(event, Lost):
                trouble = _lost(event)
            elif isinstance(event, NewPolicy):
                self._owner.status(event.status)
                self._due = self._heard + self._patience
            elif isinstance(event, Noticed):
                self._owner.noticed(event.remark)
        if session.unsent:
            self._send()
        if self._wish is None:
            self._hear_unasked()
        elif answer is not None or trouble is not None:
            self._settle(self._wish, answer, trouble)

    def _hear_unasked(self) -> None:
        """What has come was not asked for.  Blanks spoil nothing."""
        if self._session.spent or self._session.unfinished:
            self._owner.spoilt(self)
            self.abort(SystemUnavailable("the system sent what nobody had asked for"))

    def _settle(self, wish: Wish, answer: Message | None, trouble: LibrarySystemError | None) -> None:
        """The request under way, `wish`, has come to its end."""
        self._wish = None
        session = self._session
        if trouble is not None and session.spent:
            self.abort(trouble)
        elif trouble is not None or session.spent or session.unfinished:
            # Also where all is in step: a system which has forgotten the login may understand nothing any more.
            self.close()
        elif not (wish.own or self._gone):
            self.idle_since = self._heard
            self._owner.freed(self)
        if answer is not None and trouble is None:
            wish.callback(answer)
        elif trouble is not None:
            if isinstance(trouble, AnswerLost):
                self._owner.lost(self)
            wish.errback(trouble)

    def _prompt(self, prompted: PromptedLogin, data: bytes) -> None:
        answer = prompted.receive_data(data)
        if answer:
            self.transport.write(answer)  # type: ignore[union-attr]
            self._due = self._heard + self._manner.own_timeout
        if prompted.accepted is False:
            self.abort(LoginRefused("the system refuses the login"))
        elif prompted.accepted:
            self._prompted = None
            self._begin_sip2()

    # --- time -----------------------------------------------------------------------------------------

    @property
    def awaited(self) -> bool:
        """Whether there is something to wait for: TLS, a prompt, an answer, or the end."""
        return self._wish is not None or self._handshaking or self._prompted is not None or self._gone

    def check(self, now: float) -> None:
        """See whether an answer is late, or the end of the connection."""
        if now < self._due:
            return
        if self._gone:
            self.abort(SystemUnavailable("the connection was not closed in order"))
            return
        if self._handshaking:
            self.abort(SystemUnavailable("the system did not agree upon TLS in time"))
        elif self._prompted is not None:
            self.abort(SystemUnavailable("the system did not let us in in time"))
        elif self._wish is not None:
            event = self._session.timed_out()
            if isinstance(event, Lost):
                self._settle(self._wish, None, _lost(event))
                return
            self._owner.noticed(event.remark)
            self._due = now + self._patience
            self._send()

    def check_silence(self, now: float, keep_alive: float) -> bool:
        """Ask for the status if nothing was heard for `keep_alive` seconds; whether it was asked."""
        if not self._manner.status or not keep_alive or now - self._heard < keep_alive:
            return False
        asked = self._ask_for_itself(self._manner.status_request())
        asked.addCallback(self._still_there).addErrback(self._silent)
        return True

    def _still_there(self, status: Message) -> None:
        assert isinstance(status, AcsStatus)
        self._owner.status(status)
        if not self._gone:
            self._owner.freed(self)

    def _silent(self, failure: Failure) -> None:
        _expected(failure)
        self.close()

    # --- closing --------------------------------------------------------------------------------------

    def close(self) -> None:
        """Close in order: nothing is under way."""
        if not self._gone and self.transport is not None:
            self._gone = True
            self._due = self._seconds() + CLOSING_WITHIN
            self.transport.loseConnection()

    def abort(self, why: LibrarySystemError) -> None:
        """Close now; what is under way comes to `why`."""
        if not self._over and self.transport is not None:
            self._why = why
            self._gone = True
            self.transport.abortConnection()  # type: ignore[attr-defined]

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """It is gone."""
        self._gone = self._over = True
        self._session.close()  # a connection is left to the collector, and what it has read may be long
        wish, self._wish = self._wish, None
        why = self._why or SystemUnavailable(f"the connection broke: {said(reason)}")
        self._owner.closed(self, wish, why)

    def _send(self) -> None:
        data = self._session.data_to_send()
        transport = self.transport
        assert transport is not None
        if self._direct:
            # One system call and no detour through the transport's buffer and the poller.
            try:
                sent = transport.socket.send(data)  # type: ignore[attr-defined]
            except OSError:
                sent = 0  # full, or gone: the transport finds out which
            if sent == len(data):
                return
            self._direct = False
            data = data[sent:]
        transport.write(data)


def _misfit(response: Response) -> LibrarySystemError:
    """What came in place of the answer: the request may have been carried out."""
    code = str(response.frame.body[:2], "ascii", "replace")
    field = "the message's code" if response.unfit is Unfit.OTHER_MESSAGE else f"the fixed part of {code}"
    return MalformedReply("SIP2", field, code)


def _lost(event: Lost) -> LibrarySystemError:
    if event.nothing_done:
        said = f"the system does not take the request: {event.loss.value}"
        # One that asks for it again and again is there, and says nothing against itself.
        return SystemBusy(said) if event.loss is Loss.NOT_UNDERSTOOD else SystemUnavailable(said)
    return AnswerLost(f"no answer: {event.loss.value}")


def _expected(failure: Failure) -> LibrarySystemError:
    """What went wrong with the system.  A fault of our own costs this connection, and is told with its traceback."""
    error = failure.value
    if isinstance(error, LibrarySystemError):
        return error
    _log.failure("a connection is given up by a fault of SoftDock's own", failure)
    return SystemUnavailable("a fault of SoftDock's own")


def said(failure: Failure) -> str:
    """Why there is no connection, in a few words and without what the system sent."""
    error = failure.value
    assert error is not None
    if isinstance(error, CancelledError):
        return "given up"
    if isinstance(error, CallTimedOut):
        return "the call was not answered in time"
    if type(error).__name__ == "VerificationError":  # of service_identity, which only TLS loads
        return "its certificate bears another name"
    if error.args and isinstance(error.args[0], list):  # pyOpenSSL's: a list of (library, function, reason)
        return "TLS failed, " + ", ".join(str(each[-1]) for each in error.args[0])
    text = " ".join(str(error).split()).rstrip(".")
    return text[:200] or type(error).__name__
