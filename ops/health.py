"""What probes and scrapers ask over HTTP: /livez, /readyz and /metrics, and nothing else.

* `/livez` says that the process turns its reactor.  Who gets no answer should restart it.
* `/readyz` says whether devices are served: 200, or 503 with the first sentence of what is in the way.  With
  `?verbose` every check is listed, the journal, and the system of every library: `[!]` marks what somebody should look
  at, and what does not keep others from being served.  Who gets 503 should send nobody here, and restart nothing.
* `/metrics` is Prometheus' format, or OpenMetrics where that is asked for.

Answers carry no version of anything, and bodies of requests are dropped as they come.
"""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import TypeAlias

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from twisted.internet.interfaces import IAddress, IProtocolFactory
from twisted.logger import Logger
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.web import http
from twisted.web.resource import Resource
from twisted.web.server import Request, Site

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


def health_site(
    checks: Checks,
    registry: CollectorRegistry,
    systems: Systems = nobody,
    standing: journal.Standing = journal.nothing_journalled,
) -> IProtocolFactory:
    """The factory of the operator's port; devices are served when all of `checks` are well.

    What `systems` and the journal's `standing` say is told, and changes nothing about that.
    """
    pages = {
        b"/livez": lambda _: b"ok\n",
        b"/readyz": lambda request: _readyz(request, checks, systems, standing),
        b"/metrics": lambda request: _metrics(request, registry),
    }
    site = _QuietSite(_Pages(pages), requestFactory=_BareRequest, timeout=SILENCE)  # type: ignore[no-untyped-call]
    return _Bounded(site)  # type: ignore[no-untyped-call]


def _readyz(request: Request, checks: Checks, systems: Systems, standing: journal.Standing) -> bytes:
    results = {name: _result(name, check) for name, check in checks.items()}
    troubles = [trouble for trouble in results.values() if trouble is not None]
    if troubles:
        request.setResponseCode(http.SERVICE_UNAVAILABLE)
    if request.uri.partition(b"?")[2].startswith(b"verbose"):
        lines = [
            f"[{'-' if trouble else '+'}] {name}: {trouble or 'ok'}" for name, trouble in results.items()
        ]
        if (journal_now := standing()) is not None:
            lines.append(journal.line_about(journal_now))
        lines += map(line_about, systems())
    else:
        lines = troubles[:1] or ["ready"]
    return "".join(f"{line}\n" for line in lines).encode()


def _result(name: str, check: Check) -> str | None:
    try:
        return check()
    except Exception:  # noqa: BLE001 - a check that fails tells of trouble, and must not hide the others
        _log.failure("the check {name} failed itself", name=name)
        return "The check itself failed; the log tells more."


def _metrics(request: Request, registry: CollectorRegistry) -> bytes:
    encode, content_type = choose_encoder(request.getHeader("accept") or "")
    _set(request, "content-type", content_type)
    return encode(registry)


class _Pages(Resource):
    """The pages by their path, to be read with GET or HEAD."""

    isLeaf = True

    def __init__(self, pages: Mapping[bytes, Callable[[Request], bytes]]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._pages = pages

    def render(self, request: Request) -> bytes:
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
            body = page(request)
        _set(request, "content-length", str(len(body)))
        return b"" if request.method == b"HEAD" else body


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
