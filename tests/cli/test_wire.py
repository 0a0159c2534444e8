"""The kiosk's socket, against a server in a thread."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from softdock.cli.conversation import Conversation, NoAnswer
from softdock.cli.exits import EnvironmentFault
from softdock.cli.wire import Address, connect, exchange
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.charsets import Charset
from softdock.protocols.sip2.dialect import Dialect

pytestmark = pytest.mark.socket


@contextmanager
def served(serve: Callable[[socket.socket], None]) -> Iterator[Address]:
    """Where one connection is served by `serve`."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            connection, _ = listening.accept()
            with connection:
                serve(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        yield Address("127.0.0.1", listening.getsockname()[1], timeout=5.0)
        thread.join(5)


def asked() -> Conversation:
    conversation = Conversation(Dialect(charset=Charset("gb18030")), error_detection=False)
    conversation.ask(m.ItemInformation(item_identifier="CD1"))
    return conversation


def test_an_answer_in_pieces_is_put_together():
    def serve(connection: socket.socket) -> None:
        connection.recv(1000)
        for piece in ("18030001", "20260101    120000AB", "CD1|AJ平凡的世界|\r"):
            connection.sendall(piece.encode("gb18030"))

    with served(serve) as address:
        wire = connect(address)
        answer = exchange(asked(), wire, 5.0)
        wire.close()

    assert answer.message.title_identifier == "平凡的世界"


def test_a_server_that_hangs_up_gives_no_answer():
    with served(lambda connection: connection.recv(1000)) as address:
        wire = connect(address)
        with pytest.raises(NoAnswer, match="closed the connection"):
            exchange(asked(), wire, 5.0)
        wire.close()


def test_a_server_that_says_nothing_is_waited_for_and_no_longer():
    done = threading.Event()
    with served(lambda _: done.wait(5)) as address:
        wire = connect(address)
        with pytest.raises(NoAnswer, match="No answer came"):
            exchange(asked(), wire, 0.05)
        done.set()
        wire.close()


def test_a_server_without_tls_is_told_apart():
    told = pytest.raises(EnvironmentFault, match=r"^No TLS with 127\.0\.0\.1:\d+: ")
    with served(lambda connection: connection.sendall(b"what?\r")) as address, told:
        connect(Address(address.host, address.port, 5.0, tls=True))
