"""What the tests of processes share."""

import socket

import pytest

from running import Line


@pytest.fixture
def connect():
    """Connects devices, and disconnects them after the test."""
    sockets = []

    def connecting(port, wrap=lambda plain: plain):
        sockets.append(socket.create_connection(("127.0.0.1", port), 10))
        wrapped = wrap(sockets[-1])
        sockets.append(wrapped)
        return Line(wrapped)

    yield connecting
    for each in sockets:
        each.close()
