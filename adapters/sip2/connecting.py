"""How a connection to a system comes about, over TCP, or TLS with the system's certificate verified; and how it is spoken to then."""

from pathlib import Path
from typing import Any, Protocol

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import IProtocol, IStreamClientEndpoint
from twisted.internet.protocol import Factory

from softdock.adapters.sip2.profile import SystemProfile
from softdock.adapters.tls import ClientTls, Read, verifier
from softdock.circulation.identifiers import Secret
from softdock.mappings.written import HostPort, Seconds
from softdock.protocols.sip2.client import Login, Manner
from softdock.protocols.sip2.client.pool import Connect
from softdock.protocols.sip2.dialect import Dialect


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


class Comes(Called, Protocol):
    """What settings say of how to come to a system, and of how long to wait for it."""

    @property
    def user(self) -> str:
        """Name of the login; "" for none."""

    @property
    def password(self) -> Secret:
        """Its password."""

    @property
    def location(self) -> str:
        """The location that it names."""

    @property
    def timeout(self) -> Seconds:
        """Time for each try of a request."""


def manner_of(profile: SystemProfile, settings: Comes, wire: Dialect) -> Manner:
    """How the system of `profile` is spoken to over each connection."""
    return Manner(
        dialect=wire,
        login=Login(profile.login) if settings.user else Login.NONE,
        user=settings.user,
        password=settings.password,
        location=settings.location,
        status=profile.status,
        print_width=profile.print_width,
        version=profile.version,
        error_detection=profile.error_detection,
        sequence_checked=profile.sequence == "checked",
        repeats=profile.repeats,
        recognises_repeats=profile.recognises_repeats,
        timeout=float(settings.timeout),
        own_timeout=float(settings.connect_timeout),
    )


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
