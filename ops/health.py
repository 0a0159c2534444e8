"""What probes and scrapers ask over HTTP: /livez, /readyz and /metrics, and nothing else.

* `/livez` says that the process turns its reactor.  Who gets no answer should restart it.
* `/readyz` says whether devices are served: 200, or 503 with the first sentence of what is in the way.  With
  `?verbose` every check is listed, the journal, and the system of every library: `[!]` marks what somebody should look
  at, and what does not keep others from being served.  Who gets 503 should send nobody here, and restart nothing.
* `/metrics` is Prometheus' format, or OpenMetrics where that is asked for.

Answers carry no version of anything, and bodies of requests are dropped as they come.
"""

from collections.abc import Callable, Coroutine, Mapping
from io import BytesIO
from typing import Any, NamedTuple, TypeAlias

from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IAddress, IProtocolFactory
from twisted.logger import Logger
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.python.failure import Failure
from twisted.web import http
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request, Site

from softdock.ops import journal
from softdock.ops.systems import Systems, line_about, nobody

Check = Callable[[], str | None]
"""None if all is well, else a sentence on what is not."""

Checks: TypeAlias = dict[str, Check]
"""By name, in the order in which they are listed.  May grow after the site was made."""

MOST_CONNECTIONS = 64
"""At one time; a scraper needs one."""

SILENCE = 30
"""Seconds after which a silent connection is closed."""

_log = Logger()


Page: TypeAlias = Callable[[Request], "bytes | Coroutine[Any, Any, bytes]"]
"""The body of an answer, at once or later."""


class Standing(NamedTuple):
    """How everything is, as /readyz tells it."""

    troubles: list[str]
    """Sentences on what is in the way of serving devices."""
    lines: list[str]
    """Everything that was looked at."""


def health_site(
    checks: Checks,
    registry: Collector,
    systems: Systems = nobody,
    journalled: journal.Standing = journal.nothing_journalled,
) -> IProtocolFactory:
    """The factory of the operator's port; devices are served when all of `checks` are well.

    What `systems` say, and how what is `journalled` stands, is told and changes nothing about that.
    """
    return site_of(
        lambda request: readiness(request, standing(checks, systems, journalled)),
        lambda request: exposition(request, registry),
    )


def site_of(readyz: Page, metrics: Page) -> IProtocolFactory:
    """The factory of the operator's port, with these pages on it."""
    pages: Mapping[bytes, Page] = {b"/livez": lambda _: b"ok\n", b"/readyz": readyz, b"/metrics": metrics}
    site = _QuietSite(_Pages(pages), requestFactory=_BareRequest, timeout=SILENCE)  # type: ignore[no-untyped-call]
    return _Bounded(site)  # type: ignore[no-untyped-call]


def standing(
    checks: Checks, systems: Systems, journalled: journal.Standing = journal.nothing_journalled
) -> Standing:
    """How everything is now."""
    results = {name: _result(name, check) for name, check in checks.items()}
    lines = [f"[{'-' if trouble else '+'}] {name}: {trouble or 'ok'}" for name, trouble in results.items()]
    if (journal_now := journalled()) is not None:
        lines.append(journal.line_about(journal_now))
    return Standing(
        [trouble for trouble in results.values() if trouble is not None],
        [*lines, *map(line_about, systems())],
    )


def readiness(request: Request, found: Standing) -> bytes:
    """The page /readyz."""
    if found.troubles:
        request.setResponseCode(http.SERVICE_UNAVAILABLE)
    verbose = request.uri.partition(b"?")[2].startswith(b"verbose")
    lines = found.lines if verbose else found.troubles[:1] or ["ready"]
    return "".join(f"{line}\n" for line in lines).encode()


def _result(name: str, check: Check) -> str | None:
    try:
        return check()
    except Exception:  # noqa: BLE001 - a check that fails tells of trouble, and must not hide the others
        _log.failure("the check {name} failed itself", name=name)
        return "The check itself failed; the log tells more."


def exposition(request: Request, registry: Collector) -> bytes:
    """The page /metrics."""
    encode, content_type = choose_encoder(request.getHeader("accept") or "")
    _set(request, "content-type", content_type)
    return encode(registry)


class _Pages(Resource):
    """The pages by their path, to be read with GET or HEAD."""

    isLeaf = True

    def __init__(self, pages: Mapping[bytes, Page]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._pages = pages

    def render(self, request: Request) -> bytes | int:
        _set(request, "content-type", "text/plain; charset=utf-8")
        _set(request, "cache-control", "no-store")
        page = self._pages.get(request.path)
        if page is None:
            request.setResponseCode(http.NOT_FOUND)
            body = b"Here are /livez, /readyz and /metrics.\n"
        elif request.method not in {b"GET", b"HEAD"}:
            request.setResponseCode(http.NOT_ALLOWED)
            _set(request, "allow", "GET, HEAD")
            body = b"Only GET and HEAD.\n"
        else:
            found = page(request)
            if not isinstance(found, bytes):
                _answer_later(request, found)
                return NOT_DONE_YET
            body = found
        return _whole(request, body)


def _whole(request: Request, body: bytes) -> bytes:
    _set(request, "content-length", str(len(body)))
    return b"" if request.method == b"HEAD" else body


def _answer_later(request: Request, page: Coroutine[Any, Any, bytes]) -> None:
    coming = Deferred.fromCoroutine(page)
    request.notifyFinish().addErrback(lambda _: coming.cancel())

    def answered(body: bytes) -> None:
        request.write(_whole(request, body))  # type: ignore[no-untyped-call]
        request.finish()  # type: ignore[no-untyped-call]

    def failed(failure: Failure) -> None:
        if failure.check(CancelledError) is None:  # type: ignore[no-untyped-call]
            _log.failure("a page could not be made", failure)
            request.setResponseCode(http.INTERNAL_SERVER_ERROR)
            answered(b"The page could not be made; the log tells more.\n")

    coming.addCallback(answered).addErrback(failed)


def _set(request: Request, name: str, value: str) -> None:
    request.responseHeaders.setRawHeaders(name, [value])


class _BareRequest(Request):
    """A request whose answer does not name the software, and whose body is not kept."""

    def write(self, data: bytes) -> None:
        self.responseHeaders.removeHeader(b"server")
        super().write(data)  # type: ignore[no-untyped-call]

    def gotLength(self, length: int | None) -> None:  # noqa: N802 - Twisted calls it by this name
        self.content = BytesIO()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted calls it by this name
        """Drop it."""


class _QuietSite(Site):
    """Writes no access log: a scraper comes four times a minute."""

    noisy = False

    def log(self, request: http.Request) -> None:
        """Log nothing."""


class _Bounded(WrappingFactory[ProtocolWrapper]):
    """Hangs up on whoever comes when there are `MOST_CONNECTIONS` already."""

    noisy = False

    def buildProtocol(self, addr: IAddress | None) -> ProtocolWrapper | None:  # type: ignore[override]
        return None if len(self.protocols) >= MOST_CONNECTIONS else super().buildProtocol(addr)
