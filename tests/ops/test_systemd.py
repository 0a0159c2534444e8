"""What systemd hears, on a datagram socket of its own."""

import os
import socket

import pytest
from twisted.internet.task import Clock

from softdock.ops.systemd import ServiceManager


@pytest.fixture(params=["path", "abstract"])
def systemd(request, tmp_path):
    """A socket that listens as systemd does, and its name as systemd tells it."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    name = str(tmp_path / "notify")
    if request.param == "abstract":
        name = "@" + name
    listening.bind(name.replace("@", "\0"))
    yield listening, name
    listening.close()


def heard(listening):
    """Every message that has come, as its lines."""
    messages = []
    while True:
        try:
            messages.append(listening.recv(4096).decode().split("\n"))
        except BlockingIOError:
            return messages


def test_the_life_of_a_service_is_told(systemd):
    """Ready, reloading with the time of the monotonic clock, ready again, stopping."""
    listening, name = systemd
    manager = ServiceManager(Clock(), {"NOTIFY_SOCKET": name})
    manager.ready("listening on 127.0.0.1:6001")
    manager.reloading()
    manager.ready("listening on 127.0.0.1:6002")
    manager.stopping()
    manager.close()
    first, reload, second, stop = heard(listening)
    assert first == ["READY=1", "STATUS=listening on 127.0.0.1:6001"]
    assert reload[0] == "RELOADING=1"
    assert reload[1].removeprefix("MONOTONIC_USEC=").isdecimal()
    assert second[0] == "READY=1"
    assert stop[0] == "STOPPING=1"


def test_signs_of_life_come_at_half_of_the_time_that_systemd_waits(systemd):
    """From the moment when the service is ready until it has stopped."""
    listening, name = systemd
    clock = Clock()
    manager = ServiceManager(clock, {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "3000000"})
    clock.advance(10)
    assert heard(listening) == []
    manager.ready("")
    clock.pump([1.5, 1.5])
    assert heard(listening)[1:] == [["WATCHDOG=1"]] * 3
    manager.stopping()
    clock.advance(1.5)
    assert heard(listening)[1:] == [["WATCHDOG=1"]]
    manager.close()
    assert clock.getDelayedCalls() == []


@pytest.mark.parametrize(
    "watched",
    [
        {},
        {"WATCHDOG_USEC": "a while"},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "9" * 40},
        {"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": str(os.getppid())},
    ],
)
def test_without_a_watch_on_this_very_process_there_are_no_signs_of_life(systemd, watched):
    listening, name = systemd
    clock = Clock()
    manager = ServiceManager(clock, {"NOTIFY_SOCKET": name, **watched})
    manager.ready("")
    assert len(heard(listening)) == 1
    assert clock.getDelayedCalls() == []
    manager.close()


@pytest.mark.parametrize("name", ["", "relative/path", "/nowhere/at/all"])
def test_nobody_who_listens_is_no_reason_to_fail(name):
    """Started by hand, or by a systemd that has gone."""
    manager = ServiceManager(Clock(), {"NOTIFY_SOCKET": name})
    manager.ready("")
    manager.reloading()
    manager.close()
    manager.stopping()


def test_a_service_that_is_not_alive_gives_no_sign_of_life(systemd):
    """Its reactor turns, but what it is there for does not go on: systemd shall replace it."""
    listening, name = systemd
    clock, alive = Clock(), [True]
    environment = {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "3000000"}
    manager = ServiceManager(clock, environment, alive=lambda: alive[0])
    manager.ready("")
    alive[0] = False
    clock.pump([1.5, 1.5])
    assert heard(listening)[1:] == [["WATCHDOG=1"]]
    alive[0] = True
    clock.advance(1.5)
    assert heard(listening) == [["WATCHDOG=1"]]
    manager.close()
