"""`softdock sessions` and `softdock trace`, against an admin socket that says what the test wants."""

import json
import socket
from contextlib import contextmanager
from threading import Thread

import pytest
from click.testing import CliRunner

from softdock.cli import main

pytestmark = pytest.mark.socket

ROW = {
    "number": 7, "listener": "sip2 127.0.0.1:6001", "address": "10.0.0.7", "account": "kiosk", "location": "三楼",
    "profile": "default", "since": 1767268800.0, "idle": 150.0, "requests": 12,
}  # fmt: skip
END = {"end": "That is all."}


@contextmanager
def a_server(path, *lines):
    """Answers one question with `lines`; what was asked is in the list that this gives."""
    asked = []
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()

        def serve():
            connection, _ = listening.accept()
            with connection, connection.makefile("rb") as questions:
                asked.append(json.loads(questions.readline()))
                connection.sendall(b"".join(json.dumps(line).encode() + b"\n" for line in lines))

        thread = Thread(target=serve)
        thread.start()
        yield asked
        thread.join(10)


def softdock(*arguments, **options):
    return CliRunner().invoke(main, list(arguments), **options)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "admin"


def test_sessions_are_shown_as_a_table(path):
    with a_server(path, ROW, ROW | {"number": 12, "account": "", "location": "\x1b[2J"}, END):
        result = softdock("sessions", "list", "--socket", str(path))
    assert result.exit_code == 0
    head, first, second = result.stdout.splitlines()
    assert head.split() == "number listener address account location profile since idle requests".split()
    assert "10.0.0.7" in first
    assert "三楼" in first
    assert "2m30s" in first
    assert first.index("default") + 2 == second.index("default"), "Chinese characters are twice as wide"
    assert "\\x1b[2J" in second
    assert " -  " in second


def test_sessions_are_shown_as_json(path):
    """An object on each line, the time in UTC."""
    with a_server(path, ROW, END):
        result = softdock("sessions", "list", "--json", "--socket", str(path))
    assert json.loads(result.stdout) == ROW | {"since": "2026-01-01T12:00:00Z"}


def test_nobody_connected_is_no_fault(path):
    with a_server(path, END):
        result = softdock("sessions", "list", "--socket", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "No device is connected." in result.stderr


def test_kick_tells_whom_it_has_disconnected(path):
    with a_server(path, {"kicked": 7}, {"kicked": 12}, END) as asked:
        result = softdock("sessions", "kick", "7", "--account", "kiosk", "--socket", str(path))
    assert (result.exit_code, result.stdout) == (0, "Disconnected: 7, 12.\n")
    assert asked == [{"ask": "kick", "numbers": [7], "account": "kiosk", "address": None}]


def test_kick_without_a_match_is_exit_code_1_and_without_a_choice_2(path):
    with a_server(path, END):
        assert softdock("sessions", "kick", "7", "--socket", str(path)).exit_code == 1
    assert softdock("sessions", "kick", "--socket", str(path)).exit_code == 2


def test_a_trace_is_shown_line_by_line_with_everything_else_apart(path):
    """Lines of the wire go to the standard output, what is said about them to the standard error."""
    lines = [
        {"sessions": [7]},
        {"at": "2026-01-01T12:00:00.250Z", "session": 7, "arrow": ">", "text": "9900802.00"},
        {"left_out": 3},
        {"end": "The time is over."},
    ]
    with a_server(path, *lines) as asked:
        result = softdock("trace", "3F", "--minutes", "2", "--unmasked", "--socket", str(path))
    assert result.exit_code == 0
    assert result.stdout == "2026-01-01T12:00:00.250Z 7 > 9900802.00\n"
    assert result.stderr.splitlines() == [
        "Connected now: 7.",
        "Left out, because they were not read in time: 3 lines.",
        "The time is over.",
    ]
    assert asked == [{"ask": "trace", "terminal": "3F", "minutes": 2.0, "unmasked": True}]


def test_a_refusal_is_told_and_exit_code_1(path):
    with a_server(path, {"error": "Not on a Monday."}):
        result = softdock("sessions", "list", "--socket", str(path))
    assert (result.exit_code, result.stderr) == (1, "Error: Not on a Monday.\n")


def test_an_answer_that_breaks_off_is_exit_code_3(path):
    """SoftDock was killed, or has too many who ask."""
    with a_server(path, ROW):
        result = softdock("sessions", "list", "--socket", str(path))
    assert result.exit_code == 3
    assert "broke off its answer" in result.stderr


def test_where_nobody_answers_a_sentence_and_exit_code_3(path, tmp_path):
    """No file, a file that nobody listens at, a path that no socket can have."""
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(path))
    for given, said in (
        (path, "connection refused"),
        (tmp_path / "nowhere", "no such file"),
        (tmp_path / ("x" * 120), "too long"),
    ):
        result = softdock("sessions", "list", "--socket", str(given))
        assert result.exit_code == 3
        assert f"No SoftDock answers at {given}" in result.stderr
        assert said in result.stderr
        assert len(result.stderr.splitlines()) == 1


def test_who_may_not_ask_is_told_who_may(path, monkeypatch):
    def refuse(self, address):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    result = softdock("sessions", "list", "--socket", str(path))
    assert result.exit_code == 3
    assert "Only the user that runs SoftDock may ask it" in result.stderr


def test_the_socket_is_found_by_the_settings(path, tmp_path):
    settings = tmp_path / "softdock.yaml"
    settings.write_text("admin: admin\n")
    with a_server(path, END):
        assert softdock("sessions", "list", "-c", str(settings)).exit_code == 0
    path.unlink()
    with a_server(path, END):
        assert softdock("sessions", "list", env={"SOFTDOCK_CONFIG": str(settings)}).exit_code == 0


def test_settings_without_an_admin_socket_are_told_what_to_add(tmp_path):
    settings = tmp_path / "softdock.yaml"
    settings.write_text("listen: []\n")
    result = softdock("trace", "3F", "-c", str(settings))
    assert result.exit_code == 3
    assert "admin: softdock.sock" in result.stderr
    assert softdock("trace", "3F", "-c", str(tmp_path / "none.yaml")).exit_code == 3


def test_without_settings_the_demo_is_asked(tmp_path, monkeypatch):
    """Where its books lie, there its socket lies."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "softdock").mkdir()
    with a_server(tmp_path / "softdock" / "softdock.sock", END):
        assert softdock("sessions", "list").exit_code == 0
