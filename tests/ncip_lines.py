"""A partner on a real socket, over HTTP that is kept alive or on a stream; it asks, and hears when it is ready."""

import re
import socket

from ncip_partner import problems, v2
from softdock.protocols.ncip.codec import read

PATIENCE = 30
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_END = b"</ns1:NCIPMessage>"


def message(service, inner, agency="X"):
    """A document of `service`, from the agency."""
    header = (
        f"<InitiationHeader><FromAgencyId><AgencyId>{agency}</AgencyId></FromAgencyId>"
        "<ToAgencyId><AgencyId>CDL</AgencyId></ToAgencyId></InitiationHeader>"
    )
    return v2(f"<{service}>{header}{inner}</{service}>")


def user(number):
    return f"<UserId><UserIdentifierValue>{number}</UserIdentifierValue></UserId>"


def item(number):
    return f"<ItemId><ItemIdentifierValue>{number}</ItemIdentifierValue></ItemId>"


class NcipLine:
    """One connection of an agency."""

    def __init__(self, port, agency="X"):
        self._agency = agency
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def say(self, service, inner):
        """Send one request."""
        self.socket.sendall(self._written(message(service, inner, self._agency)))

    def hear(self):
        """The next response; None if the other side has hung up, or has gone away."""
        try:
            while (document := self._taken()) is None:
                data = self.socket.recv(65536)
                if not data:
                    return None
                self._buffer += data
        except ConnectionError:
            return None
        return read(document).body

    def ask(self, service, inner):
        self.say(service, inner)
        response = self.hear()
        assert response is not None, "the connection has ended"
        return response

    def told(self, service, inner):
        """The problems of the answer."""
        return problems(self.ask(service, inner))


class OverHttp(NcipLine):
    """HTTP, on one connection for all requests."""

    def _written(self, document):
        head = f"POST /ncip HTTP/1.1\r\nHost: lib.test\r\nContent-Type: application/xml\r\nContent-Length: {len(document)}\r\n\r\n"
        return head.encode() + document

    def _taken(self):
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return None
        assert head.startswith(b"HTTP/1.1 200 "), head
        length = int(_LENGTH.search(head)[1])
        if len(rest) < length:
            return None
        self._buffer = rest[length:]
        return rest[:length]


class OnAStream(NcipLine):
    """Documents one after the other, and nothing between."""

    def _written(self, document):
        return document

    def _taken(self):
        document, end, rest = self._buffer.partition(_END)
        if not end:
            return None
        self._buffer = rest.lstrip()
        return document.lstrip() + end
