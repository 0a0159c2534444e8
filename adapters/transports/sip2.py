"""Messages in the manner of SIP2, of the standard or beyond it, over connections as the adapter for SIP2 has them.

The profile says how they are written and read: charset, terminator, error detection, how to log in.  What it says of
the fields of single messages is for that adapter alone.
"""

from typing import Annotated, Any

from pydantic import Field
from twisted.logger import Logger

from softdock.adapters.base import AdapterContext
from softdock.adapters.connecting import connector
from softdock.adapters.kinds import Password
from softdock.adapters.sip2.connecting import manner_of
from softdock.adapters.sip2.ready import load_profile
from softdock.adapters.tls import ClientTls
from softdock.adapters.transports.port import TransportSettings
from softdock.adapters.transports.slots import share_of
from softdock.circulation.errors import LibrarySystemError, MalformedReply, SystemUnavailable
from softdock.circulation.identifiers import Secret
from softdock.circulation.ports import ConnectionCounts
from softdock.mappings.exchange import Answer, Fields, Request, Sip2Request
from softdock.mappings.positions import placed
from softdock.mappings.written import DESTINATION, HostPort, Seconds, lasting, line, whole
from softdock.protocols.sip2.client import Bounds, Pool
from softdock.protocols.sip2.client_session import Remark
from softdock.protocols.sip2.errors import RemoteProtocolError
from softdock.protocols.sip2.free_messages import FreeLayout, FreeMessage, FreeRequest
from softdock.protocols.sip2.messages import AcsStatus

_log = Logger()

_IDENTIFIERS = frozenset({"AA", "AB"})
"""Nobody's card or copy is written in other letters than it has."""


class Sip2BackEnd(TransportSettings):
    """The keys of a back end that speaks SIP2, or what a vendor has made of it."""

    address: Annotated[HostPort, DESTINATION]
    """Where the system listens, such as 10.1.2.3:6001."""
    tls: ClientTls | None = None
    """How the connection is encrypted; without the key it is not."""
    profile: Any = "standard"
    """How messages are written and read, and how to log in: the name of a ready profile, a file, or a table of its keys such
    as `{charset: gbk, error_detection: false, status: false}`."""
    user: Annotated[str, line(0)] = ""
    """Name by which SoftDock logs in (CN); without one it does not."""
    password: Password = Field(default_factory=lambda: Secret(""), repr=False)
    """Password of the login (CO), by reference."""
    location: Annotated[str, line(0)] = ""
    """Location that the login names (CP)."""
    connections: Annotated[int, whole(1, 1024)] = 8
    """How many connections there may be at one time, shared out among the workers."""
    waiting: Annotated[int, whole(0, 100_000)] = 1000
    """How many requests may wait for a connection; others are turned away as long as so many do."""
    idle: Annotated[Seconds, lasting(0, 86_400)] = Seconds(300)
    """Time without a request after which a connection is closed; 0s for a connection of its own for each request."""
    keep_alive: Annotated[Seconds, lasting(0, 86_400)] = Seconds(60)
    """Time of silence after which an idle connection is asked for its status (99); 0s for never."""
    timeout: Annotated[Seconds, lasting(0.1, 90)] = Seconds(30)
    """Time for each try of a request."""
    connect_timeout: Annotated[Seconds, lasting(0.1, 60)] = Seconds(5)
    """Time within which a connection must come about, and for each answer that it needs for itself."""


class Sip2Transport:
    """A system that is sent messages in the manner of SIP2.  Implements `port.Transport`."""

    def __init__(self, settings: Sip2BackEnd, context: AdapterContext) -> None:
        """Reads the profile and what TLS needs.  Raises AdapterSettingsError."""
        profile = load_profile(placed(settings.profile), context.directory, context.read)
        self._wire = profile.wire()
        self._asks_status = profile.status
        self._context = context
        self._told: set[str] = set()
        self._manner = manner_of(profile, settings, self._wire)
        connect = connector(settings, context.directory, context.reactor, context.read)
        bounds = Bounds(
            connections=share_of(settings.connections, context),
            waiting=settings.waiting,
            idle=float(settings.idle),
            keep_alive=float(settings.keep_alive),
        )
        if context.reactor is not None:
            self._pool = Pool(connect, self._manner, bounds, context.reactor, self)

    @property
    def connections(self) -> ConnectionCounts:
        """See `port.Transport`."""
        return self._pool.counts

    async def open(self) -> None:
        """Nothing is opened before something is asked."""

    async def close(self) -> None:
        """See `port.Transport`."""
        self._pool.close()

    async def probe(self) -> None:
        """Ask for the system's status, where it understands that."""
        if not self._asks_status:
            return
        status = await self._pool.ask(self._manner.status_request(), changes_state=False)
        if isinstance(status, AcsStatus) and not status.on_line_status:
            raise SystemUnavailable("the system says that it is not on-line")

    async def send(self, request: Request, *, changes: bool) -> Answer:
        """See `port.Transport`."""
        assert isinstance(request, Sip2Request)
        if (fault := self._fault(request)) is not None:
            raise SystemUnavailable(f"the request can not be sent: {fault}")
        message = FreeRequest(
            request.code, request.fixed, tuple(request.fields), request.answer, request.answer_fixed
        )
        answer = await self._pool.ask(message, changes_state=changes)
        assert isinstance(answer, FreeMessage)
        return Answer(Fields(answer.layout.code, answer.fixed, answer.other), charset=self._wire.charset.name)

    def _fault(self, request: Sip2Request) -> str | None:
        """What keeps `request` from arriving as it was meant; values are not quoted."""
        wire = self._wire
        for code in (request.code, request.answer):
            if not (len(code) == 2 and code.isascii() and code.isdigit()):
                return "a message is named by two digits"
        if not (request.fixed.isascii() and request.fixed.isprintable()) or wire.delimiter in request.fixed:
            return "the fixed part holds what cannot stand there"
        for name, text in request.fields:
            if not (len(name) == 2 and name.isascii() and name.isalnum()) or name in {"AY", "AZ"}:
                return "a field is named by two letters, error detection excepted"
            if wire.delimiter in text or not text.isprintable():
                return f"{name} holds what ends a field or a message"
            written = wire.charset.writable(text)
            if name in _IDENTIFIERS and written != text:
                return f"{name} cannot be written in {wire.charset.name}"
            size = len(wire.charset.encode(written)) if wire.field_length_in_bytes else len(written)
            if 0 < wire.field_length < size:
                return f"{name} is longer than the profile's field_length"
        return None

    # --- what the pool tells: see `protocols.sip2.client.Watcher` -----------------------------------------

    def status(self, status: AcsStatus) -> None:
        """What the system says that it can do is for its mappings to know."""

    def opened(self) -> None:
        """A connection is ready."""

    def failed(self, error: LibrarySystemError, beside: int) -> None:
        """There is no connection, or no other one; who asked hears of it."""

    def noticed(self, remark: Remark) -> None:
        """The system has done something strange."""
        if remark.value not in self._told:
            self._told.add(remark.value)
            _log.warn(
                "the system of {library} breaks SIP2: {remark}; said once, however often it happens",
                library=self._context.library,
                remark=remark.value,
            )


def fields_in(data: bytes, request: Sip2Request, charset: str) -> Fields:
    """The answer to `request` that `data` holds, as it would come over the wire.  Raises MalformedReply."""
    line = data.strip(b"\r\n")
    try:
        text = line.decode("gb18030" if charset.lower().startswith("gb") else charset or "utf-8", "replace")
        message = FreeLayout(text[:2], request.answer_fixed).read(text[2:], "|")
    except (LookupError, RemoteProtocolError):
        raise MalformedReply("", "this is no message in the manner of SIP2", "") from None
    detection = {"AY", "AZ"}
    return Fields(text[:2], message.fixed, [each for each in message.other if each[0] not in detection])
