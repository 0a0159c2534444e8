"""Simulated systems as processes of their own, as they are started by hand."""

import json
import re
import socket
import subprocess
from contextlib import contextmanager

import pytest

from ncip_simulated import item, message_1, user
from running import COMMAND, Line
from simulated import fetched
from softdock.cli.simulate import ncip
from softdock.kit.simulators.ncip import MANNERS, Transport

pytestmark = pytest.mark.socket


@contextmanager
def simulated(*arguments):
    """The process and what it says when it has started."""
    process = subprocess.Popen([COMMAND, "simulate", *arguments], stdout=subprocess.PIPE, text=True)
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("A reader to try"):
                break
        yield process, "".join(said)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(60)
        process.stdout.close()


def test_interlib_says_where_it_answers_and_who_may_ask_and_ends_in_order():
    with simulated("interlib") as (process, said):
        url, appid, secret = re.search(r"at (\S+)\n.* appid (\S+) with the secret (\S+)\.\n", said).groups()
        token = fetched(f"{url}service/barcode/token?appid={appid}&secret={secret}")

        assert json.loads(token[2])["messagelist"][0]["token"]
        process.terminate()
        assert process.wait(60) == 0


def test_aleph_says_where_its_two_doors_are():
    with simulated("aleph") as (process, said):
        url, port, user, password = re.search(
            r"at (\S+)X and .*\n.*:(\d+)\n.*\n.* user (\S+) with the password (\S+)\.\n", said
        ).groups()

        assert b"<ping>" in fetched(f"{url}X?op=ping")[2]
        with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as connection:
            assert Line(connection).ask(f"9300CN{user}|CO{password}|") == "941"
        process.terminate()
        assert process.wait(60) == 0


def test_the_house_says_where_it_answers_and_lets_nobody_in_without_a_token():
    with simulated("house") as (process, said):
        url, card = re.search(r"at (\S+)\n.*\n.*: (\d+) with", said).groups()
        status, _, body = fetched(f"{url}/readers/{card}")

        assert (status, json.loads(body)["code"]) == (401, 4001)
        process.terminate()
        assert process.wait(60) == 0


def test_a_system_with_ncip_says_who_may_ask_and_answers_in_its_manner():
    with simulated("ncip", "--manner", "version-1", "--transport", "tcp") as (process, said):
        port, patron, number = re.search(
            r"tcp://127.0.0.1:(\d+)\n.*\n.*: (\d+) with .* item (\d+)\.", said
        ).groups()
        with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as connection:
            connection.sendall(message_1("CheckOutItem", user(patron), item(number)))
            with connection.makefile("rb") as answer:
                document = b"".join(answer.readline() for _ in range(3))

        assert document.startswith(b"<?xml")
        assert b"</CheckOutItemResponse></NCIPMessage>\n" in document
        process.terminate()
        assert process.wait(60) == 0


def test_every_manner_and_every_way_of_it_can_be_played():
    manner, transport = (
        next(each for each in ncip.params if each.name == name) for name in ("manner", "transport")
    )

    assert list(manner.type.choices) == list(MANNERS)
    assert list(transport.type.choices) == [each.value for each in Transport]


def test_a_port_that_is_taken_is_in_the_way():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [COMMAND, "simulate", "interlib", "--port", str(port)], capture_output=True, text=True, timeout=60
        )

    assert done.returncode == 3
    assert f"Port {port} cannot be listened on" in done.stderr
