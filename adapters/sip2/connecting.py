"""How a connection to a system comes about: over TCP, or TLS with the system's certificate verified."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import IProtocol, IStreamClientEndpoint
from twisted.internet.protocol import Factory
from twisted.internet.ssl import (
    Certificate,
    KeyPair,
    PrivateCertificate,
    optionsForClientTLS,
    trustRootFromCertificates,
)

from softdock.adapters.base import AdapterSettingsError
from softdock.adapters.sip2.settings import ClientTls, Sip2Settings
from softdock.protocols.sip2.client.pool import Connect

_PEM_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\s*", re.DOTALL)

Read: TypeAlias = Callable[[Path], bytes]
"""Gives what is in a file.  Raises OSError."""


def connector(settings: Sip2Settings, directory: Path, reactor: Any, read: Read = Path.read_bytes) -> Connect:
    """What makes connections as `settings` say; relative paths start at `directory`, `read` reads files.

    Raises AdapterSettingsError for files that hold something else.
    """
    address, tls = settings.address, settings.tls
    wrapper = None if tls is None else _verifier(tls, address.host, directory, read)

    def connect(factory: Factory) -> "Deferred[IProtocol]":
        endpoint: IStreamClientEndpoint = HostnameEndpoint(
            reactor, address.host, address.port, timeout=float(settings.connect_timeout)
        )
        if wrapper is not None:
            endpoint = wrapClientTLS(wrapper, endpoint)
        connected: Deferred[IProtocol] = endpoint.connect(factory)
        return connected

    return connect


def _verifier(tls: ClientTls, host: str, directory: Path, read: Read) -> Any:
    """Whom to believe, and as whom to come."""
    trust = own = None
    if tls.ca is not None:
        authorities = _certificates(directory / tls.ca, "tls.ca", read)
        trust = trustRootFromCertificates(authorities)  # type: ignore[no-untyped-call]
    if tls.certificate is not None and tls.key is not None:
        own = _own(directory / tls.certificate, directory / tls.key, read)
    name = tls.name or host
    try:
        return optionsForClientTLS(name, trustRoot=trust, clientCertificate=own)
    except ValueError:
        raise AdapterSettingsError([("tls.name", f"No certificate can bear the name {name}.")]) from None


def _certificates(path: Path, key: str, read: Read) -> list[Certificate]:
    try:
        found = [Certificate.loadPEM(each) for each in _PEM_CERTIFICATE.findall(read(path))]
    except OSError as error:
        raise AdapterSettingsError([(key, f"{path} cannot be read: {error.strerror}.")]) from None
    except Exception as error:  # pyOpenSSL's own kinds
        raise AdapterSettingsError([(key, f"{path} holds a certificate that cannot be read.")]) from error
    if not found:
        raise AdapterSettingsError([(key, f"{path} holds no certificate in PEM.")])
    return found


def _own(certificate: Path, key: Path, read: Read) -> PrivateCertificate:
    first = _certificates(certificate, "tls.certificate", read)[0]
    try:
        pair = KeyPair.load(read(key), 1)
    except OSError as error:
        raise AdapterSettingsError([("tls.key", f"{key} cannot be read: {error.strerror}.")]) from None
    except Exception as error:
        raise AdapterSettingsError([("tls.key", f"{key} holds no private key in PEM.")]) from error
    if pair.original is None:
        raise AdapterSettingsError([("tls.key", f"{key} holds no private key in PEM.")])
    own: PrivateCertificate = PrivateCertificate.fromCertificateAndKeyPair(  # type: ignore[no-untyped-call]
        first, pair
    )
    return own
