"""Over which connection `softdock ncip` asks: the client of the server, on a reactor that runs as long as it is asked."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import quote, urlsplit

import click

from softdock.circulation.identifiers import Secret
from softdock.cli.exits import EnvironmentFault

if TYPE_CHECKING:
    from softdock.protocols.ncip.client import Answer, Responder
    from softdock.protocols.ncip.message import Message
    from softdock.protocols.ncip.transport.replies import Reply

_T = TypeVar("_T")
_PORTS = {"http": 80, "https": 443}


class Asking(Protocol):
    """Who answers; see `Responder`."""

    async def ask(self, message: "Message") -> "Answer":
        """What answers `message`."""

    async def send(self, document: bytes) -> "Reply":
        """What comes back for `document`."""


@dataclass(slots=True, frozen=True, kw_only=True)
class Address:
    """Where to ask, and how to get in."""

    host: str
    port: int
    target: str | None = None
    """Of HTTP; None for a plain stream."""
    tls: bool = False
    timeout: float = 30.0
    """Seconds for an answer."""
    user: str = ""
    password: Secret | None = None
    token: Secret | None = None
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


Play = Callable[[Address, Callable[[Asking], Coroutine[Any, Any, _T]]], _T]
"""Runs something that asks who is at an address, and gives what it comes to."""


def of_url(url: str, **more: Any) -> Address:
    """The address that `url` means.  Raises UsageError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise click.UsageError(f"{url} is no URL of NCIP. Write http://host:port/ncip, or https.")
    if parts.username is not None:
        raise click.UsageError("A password in a URL is seen by others. Give --user, and --password-file.")
    target = (quote(parts.path, safe="/%:@!$&'()*+,;=~-._") or "/") + (
        f"?{parts.query}" if parts.query else ""
    )
    return Address(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        target=target,
        tls=parts.scheme == "https",
        **more,
    )


def of_tcp(text: str, *, tls: bool, **more: Any) -> Address:
    """The address that `host:port` means.  Raises UsageError."""
    host, _, port = text.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise click.UsageError(f"{text} is no address. Write host:port.")
    return Address(host=host.strip("[]"), port=int(port), tls=tls, **more)


def over_the_network(address: Address, work: Callable[[Asking], Coroutine[Any, Any, _T]]) -> _T:
    """See `Play`.  Raises EnvironmentFault where there is no answer, and whatever `work` raises."""
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs it
    from twisted.internet.defer import Deferred  # noqa: PLC0415
    from twisted.python.failure import Failure  # noqa: PLC0415

    responder = _responder(address, reactor)
    found: list[Any] = []

    def play() -> None:
        playing = Deferred.fromCoroutine(work(responder))
        playing.addBoth(found.append)
        playing.addBoth(lambda _: responder.close())
        playing.addBoth(lambda _: reactor.stop())

    reactor.callWhenRunning(play)
    reactor.run()
    if not found:  # stopped by a signal
        raise click.Abort
    if isinstance(found[0], Failure):
        found[0].raiseException()
    result: _T = found[0]
    return result


def _responder(address: Address, reactor: Any) -> "Responder":
    from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS  # noqa: PLC0415

    from softdock.adapters.base import AdapterSettingsError  # noqa: PLC0415
    from softdock.adapters.tls import ClientTls, verifier  # noqa: PLC0415
    from softdock.protocols.ncip.client import Bounds, Pool, Responder  # noqa: PLC0415

    wrapper: Any = None
    if address.tls:
        try:
            files = {"ca": address.ca, "certificate": address.certificate, "key": address.key}
            tls = ClientTls.model_validate({name: str(path) for name, path in files.items() if path})
            wrapper = verifier(tls, address.host, Path(), Path.read_bytes)
        except AdapterSettingsError as error:
            raise EnvironmentFault(" ".join(sentence for _, sentence in error.complaints)) from None

    def connect(factory: Any) -> Any:
        endpoint: Any = HostnameEndpoint(reactor, address.host, address.port, timeout=address.timeout)
        return (wrapClientTLS(wrapper, endpoint) if wrapper is not None else endpoint).connect(factory)

    pool = Pool(connect, lambda: _spoken(address), Bounds(connections=1), reactor)
    return Responder(pool, address.timeout)


def _spoken(address: Address) -> Any:
    from softdock.protocols.ncip.transport.replies import (  # noqa: PLC0415
        HttpReplies,
        StreamReplies,
        basic,
        post_head,
    )

    if address.target is None:
        return StreamReplies()
    credentials = {}
    if address.user:
        credentials["Authorization"] = basic(address.user, address.password or Secret(""))
    elif address.token is not None:
        credentials["Authorization"] = f"Bearer {address.token.reveal()}"
    host = f"[{address.host}]" if ":" in address.host else address.host
    usual = address.port == _PORTS["https" if address.tls else "http"]
    return HttpReplies(post_head(host if usual else f"{host}:{address.port}", address.target, credentials))
