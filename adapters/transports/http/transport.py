"""Requests over HTTP/1.1, in the clear or through TLS, straight or through a proxy.

An answer is whatever came with a status: neither a redirect is followed nor a status taken for an error, and no cookie
is kept.  Those are matters of the session that a mapping describes.
"""

import re
from collections.abc import Mapping
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.web._newclient import Request as WireRequest
from twisted.web.http_headers import Headers
from twisted.web.iweb import IBodyProducer
from zope.interface import implementer

from softdock.adapters.base import AdapterContext
from softdock.adapters.tls import ClientTls, verifier
from softdock.adapters.transports.http.bodies import NotGzip, TooLong, charset_of, unpacked
from softdock.adapters.transports.http.line import Line, Reply, Silence
from softdock.adapters.transports.http.lines import Lines, Proxy, basic
from softdock.adapters.transports.http.settings import HttpSettings
from softdock.adapters.transports.slots import Slots, share_of
from softdock.circulation.errors import AnswerLost, MalformedReply, SystemUnavailable
from softdock.circulation.ports import ConnectionCounts
from softdock.mappings.exchange import Answer, HttpRequest, Request

_METHOD = re.compile(r"[A-Z]{1,20}", re.ASCII)
_TARGET = re.compile(r"/[\x21-\x7e]*", re.ASCII)
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_OURS = frozenset({"host", "content-length", "connection", "transfer-encoding", "proxy-authorization"})
"""Headers that frame a request and its connection: nobody else writes them."""


class HttpTransport:
    """A system behind HTTP.  Implements `port.Transport`."""

    def __init__(self, settings: HttpSettings, context: AdapterContext) -> None:
        """Reads what TLS needs.  Raises AdapterSettingsError."""
        url = settings.url
        self._settings = settings
        tls: Any = None
        if url.is_encrypted:
            tls = verifier(settings.tls or ClientTls(), url.address.host, context.directory, context.read)
        proxy = None
        if settings.proxy is not None:
            user = settings.proxy_user
            proxy = Proxy(settings.proxy, basic(user, settings.proxy_password.reveal()) if user else "")
        self._slots = Slots(share_of(settings.connections, context), settings.waiting)
        self._lines = Lines(
            url.address,
            tls,
            proxy,
            context.reactor,
            float(settings.connect_timeout),
            float(settings.idle),
        )
        self._headers = [("Host", url.host)]
        self._usual_headers = {"User-Agent": "SoftDock", "Accept-Encoding": "gzip"}
        if settings.user:
            self._usual_headers["Authorization"] = basic(settings.user, settings.password.reveal())
        self._before = url.path
        if proxy is not None and tls is None:
            self._before = str(url)
            if proxy.authorization:
                self._headers.append(("Proxy-Authorization", proxy.authorization))
        self._lost_total = 0

    @property
    def connections(self) -> ConnectionCounts:
        """See `port.Transport`."""
        return ConnectionCounts(
            ceiling=self._slots.ceiling,
            open=self._lines.open,
            busy=self._slots.busy,
            waiting=self._slots.waiting,
            opened_total=self._lines.opened_total,
            failed_total=self._lines.failed_total,
            lost_total=self._lost_total,
        )

    async def open(self) -> None:
        """Nothing is opened before something is asked."""

    async def close(self) -> None:
        """See `port.Transport`."""
        self._slots.close()
        self._lines.close()

    async def probe(self) -> None:
        """Connect, and hang up: the system need not answer anything."""
        async with self._slots:
            self._lines.put_back(await self._lines.opened())

    async def send(self, request: Request, *, changes: bool) -> Answer:
        """See `port.Transport`."""
        assert isinstance(request, HttpRequest)
        wire = self._written(request)
        async with self._slots:
            try:
                return self._read(await self._exchange(wire, changes))
            except (AnswerLost, MalformedReply):
                self._lost_total += 1
                raise

    async def _exchange(self, wire: WireRequest, changes: bool) -> Reply:
        used = self._lines.idle()
        if used is not None:
            try:
                return await self._asked(used, wire)
            except Silence:  # the system had closed a connection that stood idle, as a rule
                if changes:
                    raise
        return await self._asked(await self._lines.opened(), wire)

    async def _asked(self, line: Line, wire: WireRequest) -> Reply:
        try:
            return await line.ask(wire, float(self._settings.timeout), self._settings.largest_answer)
        finally:
            self._lines.put_back(line)

    def _written(self, request: HttpRequest) -> WireRequest:
        target = request.path + (f"?{request.query}" if request.query else "")
        names_are_names = all(_NAME.fullmatch(name) for name, _ in request.headers)
        if not (_METHOD.fullmatch(request.method) and _TARGET.fullmatch(target) and names_are_names):
            raise SystemUnavailable(
                "the request can not be sent: it holds what HTTP does not allow in this place"
            )
        headers = Headers()
        for name, value in self._headers:
            headers.addRawHeader(name, value)
        own = {name.lower() for name, _ in request.headers}
        for name, value in self._usual_headers.items():
            if name.lower() not in own:
                headers.addRawHeader(name, value)
        for name, value in request.headers:
            if name.lower() not in _OURS:
                headers.addRawHeader(name, value)
        body = _Bytes(request.body) if request.body else None
        return WireRequest(  # type: ignore[no-untyped-call]
            request.method.encode(),
            (self._before + target).encode(),
            headers,
            body,
            persistent=bool(self._settings.idle),
        )

    def _read(self, reply: Reply) -> Answer:
        headers = _headers(reply.response.headers)
        most = self._settings.largest_answer
        try:
            data = unpacked(reply.body, headers.get("content-encoding", ""), most)
        except TooLong:
            raise AnswerLost("the answer is longer than it may be, once it is unpacked") from None
        except NotGzip:
            raise MalformedReply(self._lines.name, "Content-Encoding", "") from None
        return Answer(data, reply.response.code, headers, charset_of(headers.get("content-type", "")))


def _headers(headers: Headers) -> Mapping[str, str]:
    """By small names; one that repeats is joined by commas, cookies by line ends: they hold commas."""
    return {
        (small := name.decode("latin-1").lower()): ("\n" if small == "set-cookie" else ", ").join(
            each.decode("latin-1") for each in values
        )
        for name, values in headers.getAllRawHeaders()
    }


@implementer(IBodyProducer)
class _Bytes:
    """A body that is there already."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.length = len(body)

    def startProducing(self, consumer: Any) -> "Deferred[None]":
        """See `IBodyProducer`."""
        consumer.write(self._body)
        return succeed(None)

    def pauseProducing(self) -> None:
        """All of it is written already."""

    def resumeProducing(self) -> None:
        """All of it is written already."""

    def stopProducing(self) -> None:
        """All of it is written already."""
