"""What the transports and the middle say to each other."""

from collections.abc import Callable
from dataclasses import dataclass

from softdock.circulation.identifiers import Secret
from softdock.circulation.records import record
from softdock.circulation.words import Word


class Transport(Word):
    """How a document came."""

    HTTP = "http"
    TCP = "tcp"


@record
class Peer:
    """Who is at the other end of a connection, as far as the connection tells."""

    address: str
    secure: bool = False
    """Whether the connection is encrypted."""
    certificate: tuple[str, ...] = ()
    """The names in the peer's certificate, once that is verified: the common name, then those of subjectAltName."""


@dataclass(slots=True, repr=False)
class Way:
    """Who asks, and how.  Nothing here is verified but the certificate; its `repr` shows no credential."""

    address: str
    transport: Transport
    secure: bool = False
    certificate: tuple[str, ...] = ()
    """See `Peer`."""
    path_account: str = ""
    """What follows `/ncip/` in the path; some partners have a key there, so it is not for logs."""
    basic: tuple[str, Secret] | None = None
    """User and password of `Authorization: Basic`."""
    token: Secret | None = None
    """Of `Authorization: Bearer`, of `X-API-Key`, or `apikey` or `token` of the query; the first there is."""

    def __repr__(self) -> str:
        given = [
            name
            for name, value in (
                ("certificate", self.certificate),
                ("path", self.path_account),
                ("basic", self.basic),
                ("token", self.token),
            )
            if value
        ]
        return f"<{self.transport.value} from {self.address} with {', '.join(given) or 'nothing'}>"


@dataclass(slots=True, repr=False)
class Received:
    """One document, as it came.  It is whole, but nobody has read it."""

    document: bytes
    charset: str
    """Of the HTTP header, where it overrules the document (RFC 7303, section 3); "" if none is named."""
    way: Way

    def __repr__(self) -> str:
        return f"<{len(self.document)} bytes, {self.way!r}>"


@dataclass(slots=True, repr=False)
class Answered:
    """What is sent back."""

    document: bytes
    """An NCIP document in UTF-8."""
    status: int = 200
    """401 or 403 where the gateway lets nobody through; on a stream, which has no status, that ends the connection."""
    handed_over: Callable[[], object] | None = None
    """Called once the connection has taken it; not at all, if the peer has left."""
