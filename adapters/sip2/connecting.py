"""How a connection to a system comes about: over TCP, or TLS with the system's certificate verified."""

from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import IProtocol, IStreamClientEndpoint
from twisted.internet.protocol import Factory

from softdock.adapters.sip2.settings import Sip2Settings
from softdock.adapters.tls import Read, verifier
from softdock.protocols.sip2.client.pool import Connect


def connector(settings: Sip2Settings, directory: Path, reactor: Any, read: Read = Path.read_bytes) -> Connect:
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
