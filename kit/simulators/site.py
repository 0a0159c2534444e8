"""What carries a simulator: HTTP on the loopback interface, with the faults that were ordered."""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import parse_qsl

from twisted.internet.interfaces import IListeningPort
from twisted.web import http
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request, Site

from softdock.kit.simulators.books import Books
from softdock.kit.simulators.doors import Doors
from softdock.kit.simulators.faults import DENIED, Fault, Faults, Harm

KEPT = 1_000
"""Requests that a simulator remembers."""

LONGEST_BODY = 1 << 20
"""Bytes of a request's body; a photo of a patron is the largest thing that anybody sends."""

MOST_FIELDS = 200
"""Parameters of one request."""

HUGE = 10_000_000
"""Bytes of an answer that never says anything."""

HTML = "text/html; charset=utf-8"

_ERROR_PAGE = "<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    call: str
    """What is asked for, by the simulator's name for it: what faults are ordered by."""
    method: str
    path: str
    fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """The parameters of the query and of a form, in order; names may repeat."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By their names in small letters."""
    body: bytes = field(default=b"", repr=False)

    def get(self, name: str) -> str | None:
        """The first parameter of this name."""
        return next((text for key, text in self.fields if key == name), None)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, as it is sent."""

    body: bytes = field(repr=False)
    content_type: str
    status: int = 200


def page(status: int, title: str) -> Reply:
    """A page of HTML, as servers make them when a program does not answer."""
    return Reply(_ERROR_PAGE.format(title=title).encode(), HTML, status)


class StandIn(ABC):
    """Answers in place of a library system, and lets faults happen."""

    home: ClassVar[str] = "/"
    """The path below which it answers."""
    charset: ClassVar[str] = "utf-8"
    """In which parameters are percent-encoded."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.told: Reply | None = None
        """The last answer with which nothing was wrong."""
        self.requests: deque[Asked] = deque(maxlen=KEPT)
        """What came, the latest last."""
        self.listeners: list[Callable[[Asked], object]] = []
        """Who is told of each request, before anything comes of it."""

    def heard(self, asked: Asked) -> None:
        """A request has come."""
        self.requests.append(asked)
        for each in self.listeners:
            each(asked)

    def tell(self, asked: Asked) -> Reply:
        """Carry the request out, and remember the answer."""
        self.told = self.answer(asked)
        return self.told

    @abstractmethod
    def call_of(self, path: str, fields: tuple[tuple[str, str], ...]) -> str:
        """The name of what a request is for."""

    def name_of(self, asked: Asked) -> str:
        """The same, of a system that tells it by more than the address."""
        return self.call_of(asked.path, asked.fields)

    @abstractmethod
    def answer(self, asked: Asked) -> Reply:
        """Carry the request out."""

    @abstractmethod
    def deny(self, harm: Harm, asked: Asked) -> Reply:
        """What comes of a request whose session is over, or whose account may not do this."""

    def harmed(self, fault: Fault, asked: Asked) -> Reply:
        """What is sent for `fault`, as far as it is a matter of what is sent; the books are changed if it says so."""
        if fault.harm in DENIED:
            return self.deny(fault.harm, asked)
        reply = self.answer(asked) if fault.carried_out else None
        if fault.harm is Harm.ERROR:
            return page(500, "Internal Server Error")
        if fault.harm is Harm.STALE and self.told is not None:
            return self.told
        if fault.harm in {Harm.PAGE, Harm.STALE}:
            return page(200, "Please sign in")
        if fault.harm is Harm.HUGE:
            return Reply(b" " * HUGE, HTML if reply is None else reply.content_type)
        assert reply is not None
        return wrongly_declared(reply) if fault.harm is Harm.CHARSET else reply


class Simulator(StandIn):
    """Stands in for one library system.  What it answers depends on the request and on its books alone."""

    def __init__(self, books: Books) -> None:
        super().__init__()
        self.books = books


def wrongly_declared(reply: Reply) -> Reply:
    """`reply` with the bytes that it has, said to be in a charset that they are not in."""
    kind, body = reply.content_type.partition(";")[0], reply.body
    if b'encoding="GB2312"' in body[:100]:
        return Reply(body.replace(b"GB2312", b"UTF-8", 1), f"{kind}; charset=utf-8", reply.status)
    if body.startswith(b"<?xml"):
        body = body.replace(b"UTF-8", b"GB2312", 1)
    return Reply(body, f"{kind}; charset=gb2312", reply.status)


Kind = TypeVar("Kind", bound=StandIn)


@dataclass(slots=True)
class Running(Generic[Kind]):
    """A simulator that can be reached."""

    simulator: Kind
    port: int
    url: str
    """Below which it answers, with a slash at its end."""
    _listening: IListeningPort = field(repr=False)
    _doors: Doors = field(repr=False)

    @property
    def books(self) -> Books:
        """See `Simulator`."""
        assert isinstance(self.simulator, Simulator)
        return self.simulator.books

    @property
    def faults(self) -> Faults:
        """See `StandIn`."""
        return self.simulator.faults

    @property
    def requests(self) -> deque[Asked]:
        """See `StandIn`."""
        return self.simulator.requests

    async def stop(self) -> None:
        """Listen no more, and hang up on whoever is connected."""
        stopped = self._listening.stopListening()
        if stopped is not None:
            await stopped
        await self._doors.close()


async def listen(simulator: Kind, reactor: Any, port: int = 0) -> Running[Kind]:
    """Let `simulator` answer on `port` of this machine, or on a free one for 0.  Raises CannotListenError."""
    site = _QuietSite(_Desk(simulator), requestFactory=_BoundedRequest, parsePOSTFormSubmission=False, reactor=reactor)  # type: ignore[no-untyped-call] # fmt: skip
    doors = Doors(site)
    listening: IListeningPort = reactor.listenTCP(port, doors, interface="127.0.0.1")
    number: int = listening.getHost().port  # type: ignore[attr-defined]
    return Running(simulator, number, f"http://127.0.0.1:{number}{simulator.home}", listening, doors)


# --- HTTP ---------------------------------------------------------------------------------------------


class _Desk(Resource):
    """Every path: the simulator tells which there are."""

    isLeaf = True

    def __init__(self, simulator: StandIn) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._simulator = simulator

    def render(self, request: Request) -> int:
        try:
            asked = self._read(request)
        except ValueError:
            _send(request, page(400, "Bad Request"))
            return NOT_DONE_YET
        simulator = self._simulator
        simulator.heard(asked)
        fault = simulator.faults.take(asked.call)
        if fault is None:
            _send(request, simulator.tell(asked))
        elif fault.harm is Harm.RESET:
            if fault.carried_out:
                simulator.answer(asked)
            _wire(request).abortConnection()
        elif fault.harm is Harm.SLOW:
            self._hold(request, asked, fault)
        else:
            _send(request, simulator.harmed(fault, asked), fault.harm)
        return NOT_DONE_YET

    def _hold(self, request: Request, asked: Asked, fault: Fault) -> None:
        """Answer on release; who has left by then is not told, but what they asked for is done all the same."""
        simulator = self._simulator
        left: list[object] = []
        reply = simulator.answer(asked) if fault.carried_out else None
        request.notifyFinish().addErrback(lambda failure: left.append(failure))  # noqa: PLW0108 - a Deferred gives more

        def answer() -> None:
            said = reply or simulator.answer(asked)
            if not left:
                _send(request, said)

        simulator.faults.hold(answer)

    def _read(self, request: Request) -> Asked:
        """Raises ValueError for what is no request in the simulator's charset, or too large."""
        assert isinstance(request, _BoundedRequest)
        if request.is_too_long:
            raise ValueError
        method, path = request.method.decode("ascii"), request.path.decode("ascii")
        charset = self._simulator.charset
        fields = _fields(request.uri.partition(b"?")[2].decode("ascii"), charset)
        body = request.body()
        kind = (request.getHeader("content-type") or "").partition(";")[0].strip().lower()
        if method != "GET" and kind == "application/x-www-form-urlencoded":
            fields += _fields(body.decode("ascii"), charset)
        headers = {
            name.decode("latin-1").lower(): values[-1].decode("latin-1")
            for name, values in request.requestHeaders.getAllRawHeaders()
        }
        asked = Asked("", method, path, fields, headers, body)
        return replace(asked, call=self._simulator.name_of(asked))


def _fields(text: str, charset: str) -> tuple[tuple[str, str], ...]:
    found = parse_qsl(
        text, keep_blank_values=True, encoding=charset, errors="strict", max_num_fields=MOST_FIELDS
    )
    return tuple(found)


def _wire(request: Request) -> Any:
    """What the connection of `request` writes to."""
    return request.channel.transport


def _send(request: Request, reply: Reply, harm: Harm | None = None) -> None:
    """Send `reply`, with what `harm` does to it on its way."""
    request.setResponseCode(reply.status)
    request.responseHeaders.setRawHeaders("content-type", [reply.content_type])
    request.responseHeaders.setRawHeaders("content-length", [str(len(reply.body))])
    if harm is Harm.HALF:
        request.write(reply.body[: len(reply.body) // 2])  # type: ignore[no-untyped-call]
        request.loseConnection()  # type: ignore[no-untyped-call]
        return
    request.write(reply.body)  # type: ignore[no-untyped-call]
    if harm is Harm.TWICE:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {reply.content_type}\r\nContent-Length: {len(reply.body)}\r\n\r\n"
        _wire(request).write(head.encode() + reply.body)
    request.finish()  # type: ignore[no-untyped-call]


class _BoundedRequest(Request):
    """A request that keeps no more of its body than it should have."""

    is_too_long = False

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted calls it by this name
        assert self.content is not None
        if self.content.tell() + len(data) > LONGEST_BODY:
            self.is_too_long = True
        else:
            self.content.write(data)

    def body(self) -> bytes:
        """What came after the head."""
        assert self.content is not None
        content: bytes = self.content.read()
        return content


class _QuietSite(Site):
    noisy = False

    def log(self, request: http.Request) -> None:
        """Log nothing: queries hold cards and passwords."""
