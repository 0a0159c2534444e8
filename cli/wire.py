"""A blocking socket to a SIP2 server, for a command that waits for each answer anyway."""

import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from softdock.cli.conversation import Answer, Conversation, NoAnswer
from softdock.cli.exits import EnvironmentFault


@dataclass(slots=True, frozen=True)
class Address:
    """Where to connect to, and how."""

    host: str
    port: int
    timeout: float
    """Seconds to wait for the connection, and for each answer."""
    tls: bool = False
    ca: Path | None = None
    """Certificates to trust in place of the system's; TLS then."""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Wire(Protocol):
    """A connection.  Both directions raise OSError; `receive` raises TimeoutError after `seconds`."""

    def send(self, data: bytes) -> None: ...

    def receive(self, seconds: float) -> bytes:
        """What has arrived; empty if the other side has closed."""

    def close(self) -> None: ...


Connect = Callable[[Address], Wire]


class SocketWire:
    """A connection over TCP, with or without TLS."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    def send(self, data: bytes) -> None:
        """Send all of `data`."""
        self._socket.sendall(data)

    def receive(self, seconds: float) -> bytes:
        """See `Wire`."""
        self._socket.settimeout(max(seconds, 0.001))
        return self._socket.recv(65536)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def connect(address: Address) -> Wire:
    """A connection to `address`.  Raises EnvironmentFault with a sentence on what is in the way."""
    try:
        connected = socket.create_connection((address.host, address.port), address.timeout)
    except OSError as error:
        raise EnvironmentFault(f"No connection to {address}: {_reason(error)}.") from None
    if not address.tls and address.ca is None:
        return SocketWire(connected)
    try:
        context = ssl.create_default_context(cafile=address.ca)
        return SocketWire(context.wrap_socket(connected, server_hostname=address.host))
    except OSError as error:  # which ssl.SSLError is
        connected.close()
        raise EnvironmentFault(f"No TLS with {address}: {_reason(error)}.") from None


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted, {error.verify_message.rstrip('.')}"
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    return (error.strerror or str(error)).lower().rstrip(".")


def exchange(conversation: Conversation, wire: Wire, timeout: float) -> Answer:
    """Send what `conversation` has begun to ask, and wait for the answer.

    Every try waits `timeout` seconds.  Raises NoAnswer.
    """
    try:
        while True:
            wire.send(conversation.data_to_send())
            answer = _wait(conversation, wire, timeout)
            if answer is not None:
                return answer
    except OSError as error:
        raise NoAnswer(f"The connection broke: {_reason(error)}.") from None


def _wait(conversation: Conversation, wire: Wire, timeout: float) -> Answer | None:
    """The answer, or None if there is something to send first."""
    until = time.monotonic() + timeout
    while True:
        try:
            data = wire.receive(until - time.monotonic())
        except TimeoutError:
            conversation.timed_out()
            return None
        if not data:
            raise NoAnswer("The other side closed the connection without an answer.")
        answer = conversation.receive_data(data)
        if answer is not None:
            return answer
        pending = conversation.data_to_send()
        if pending:
            wire.send(pending)
            until = time.monotonic() + timeout
