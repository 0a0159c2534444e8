"""How a connection to a system comes about: over TCP, or TLS with the system's certificate verified."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import IProtocol, IStreamClientEndpoint
from twisted.internet.protocol import Factory

from softdock.adapters.tls import ClientTls, Read, verifier
from softdock.mappings.written import HostPort, Seconds

Connect: TypeAlias = Callable[[Factory], "Deferred[IProtocol]"]
"""Makes a connection for the factory; fails with an exception whose text says why not."""


class Called(Protocol):
    """What settings say of whom to connect to."""

    @property
    def address(self) -> HostPort:
        """Where it listens."""

    @property
    def tls(self) -> ClientTls | None:
        """How the connection is encrypted; None where it is not."""

    @property
    def connect_timeout(self) -> Seconds:
        """Time within which a connection must come about."""


def connector(settings: Called, directory: Path, reactor: Any, read: Read = Path.read_bytes) -> Connect:
    """What makes connections as `settings` say; relative paths start at `directory`, `read` reads files.

    Raises AdapterSettingsError for files that hold something else.
    """
    address, tls = settings.address, settings.tls
    wrapper = None if tls is None else verifier(tls, address.host, directory, read)

    def connect(factory: Factory) -> "Deferred[IProtocol]":
        endpoint: IStreamClientEndpoint = HostnameEndpoint(
            reactor, address.host, address.port, timeout=float(settings.connect_timeout)
        )
        if wrapper is not None:
            endpoint = wrapClientTLS(wrapper, endpoint)
        connected: Deferred[IProtocol] = endpoint.connect(factory)
        return connected

    return connect
