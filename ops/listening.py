"""Listening: sockets, TLS and the PROXY protocol around a protocol's own factory.

What is wrapped here stays with the process that serves the connections: where there are several, their parent binds
the socket and hands the descriptor on.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import Any

from twisted.internet.interfaces import IAddress, IListeningPort, IProtocol, IProtocolFactory
from twisted.internet.ssl import Certificate, CertificateOptions, KeyPair, trustRootFromCertificates
from twisted.protocols.haproxy._wrapper import HAProxyWrappingFactory  # the public part wraps endpoints only
from twisted.protocols.tls import TLSMemoryBIOFactory
from zope.interface import implementer

from softdock.ops import settings as s

BACKLOG = 4096
"""Connections that may wait to be accepted: after a power cut all devices come back at once."""

_PEM_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\s*", re.DOTALL)


def listen(reactor: Any, host: str, port: int, factory: IProtocolFactory) -> IListeningPort:
    """Accept connections at `host` and `port` for `factory`.  Raises CannotListenError."""
    listening: IListeningPort = reactor.listenTCP(port, factory, backlog=BACKLOG, interface=host)
    return listening


def by_address(listeners: Iterable[s.Listener]) -> Iterator[tuple[str, s.Listener]]:
    """Each with its key: what makes it the same in other settings.  Any free port (0) may be asked for several times."""
    asked: Counter[str] = Counter()
    for each in listeners:
        asked[each.name] += 1
        yield f"{each.name} {asked[each.name]}", each


def with_tls(factory: IProtocolFactory, tls: s.Tls | None) -> IProtocolFactory:
    """`factory` behind TLS 1.2 or newer, if it is wanted; with `client_ca`, only for peers that one of its certificates signed.

    Raises ValueError with a sentence for files that hold something else.
    """
    if tls is None:
        return factory
    certificate, key, client_ca = tls.certificate, tls.key, tls.client_ca
    chain = _certificates(certificate)
    try:
        private_key = KeyPair.load(key.read_bytes(), 1).original
    except Exception as error:
        raise ValueError(f"{key} holds no private key in PEM.") from error
    trust = None
    if client_ca is not None:
        trust = trustRootFromCertificates(_certificates(client_ca))  # type: ignore[no-untyped-call]
    options = CertificateOptions(
        privateKey=private_key,
        certificate=chain[0].original,
        extraCertChain=[each.original for each in chain[1:]],
        trustRoot=trust,
    )
    try:
        options.getContext()
    except Exception as error:
        raise ValueError(f"{key} does not belong to {certificate}.") from error
    return TLSMemoryBIOFactory(options, False, factory)


def _certificates(path: Path) -> list[Certificate]:
    try:
        found = [Certificate.loadPEM(each) for each in _PEM_CERTIFICATE.findall(path.read_bytes())]
    except Exception as error:
        raise ValueError(f"{path} holds a certificate that cannot be read.") from error
    if not found:
        raise ValueError(f"{path} holds no certificate in PEM.")
    return found


@implementer(IProtocolFactory)
class TrustedProxies:
    """Reads the PROXY protocol of connections from `networks`, and of no others.

    A balancer in `networks` has to speak it; anybody else is taken for what they are, so that nobody
    outside can pretend an address.
    """

    def __init__(
        self,
        factory: IProtocolFactory,
        proxied: IProtocolFactory,
        networks: Sequence[IPv4Network | IPv6Network],
    ) -> None:
        """`proxied` serves what comes from `networks`, `factory` everything else."""
        self._factory = factory
        self._proxied = HAProxyWrappingFactory(proxied)  # type: ignore[no-untyped-call]
        self._networks = networks

    def doStart(self) -> None:
        """Start the wrapped factory."""
        self._factory.doStart()

    def doStop(self) -> None:
        """Stop the wrapped factory."""
        self._factory.doStop()

    def buildProtocol(self, addr: IAddress) -> IProtocol | None:
        """A connection, with or without a PROXY header to come."""
        host = getattr(addr, "host", None)
        trusted = host is not None and any(ip_address(host) in each for each in self._networks)
        return (self._proxied if trusted else self._factory).buildProtocol(addr)
