"""Files in a folder, and nowhere else."""

import fcntl
import os

import pytest
from twisted.internet.defer import Deferred

from softdock.adapters.transports.files import FilesSettings, FilesTransport
from softdock.circulation.errors import AnswerLost, SystemBusy, SystemUnavailable
from softdock.mappings.exchange import FileRequest


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "exchange"
    made.mkdir()
    return made


@pytest.fixture
def files(real, context, folder):
    """Makes a transport for the folder; it is closed at the end."""
    made = []

    def transport(**settings):
        made.append(FilesTransport(FilesSettings.model_validate({"folder": "exchange", **settings}), context))
        return made[-1]

    yield transport
    for each in made:
        real.result_of(each.close())


LOAN = FileRequest("loans.csv", b"R1;B1\r\n", b"patron;item\r\n")


def test_a_line_is_appended_and_a_new_file_begins_with_its_header(real, files, folder):
    transport = files()
    for _ in range(2):
        real.result_of(transport.send(LOAN, changes=True))
    assert (folder / "loans.csv").read_bytes() == b"patron;item\r\nR1;B1\r\nR1;B1\r\n"
    assert (folder / "loans.csv").stat().st_mode & 0o777 == 0o600
    answer = real.result_of(transport.send(FileRequest("loans.csv"), changes=False))
    assert answer.data == (folder / "loans.csv").read_bytes()


def test_a_file_that_is_not_there_is_empty_and_a_folder_that_is_not_is_not(real, files, folder):
    transport = files()
    assert real.result_of(transport.send(FileRequest("none.csv"), changes=False)).data == b""
    real.result_of(transport.probe())
    folder.rmdir()
    for work in (transport.probe(), transport.send(FileRequest("none.csv"), changes=False)):
        with pytest.raises(SystemUnavailable):
            real.result_of(work)


def test_a_name_may_lead_down_into_folders_that_are_there(real, files, folder):
    (folder / "out").mkdir()
    real.result_of(files().send(FileRequest("out/a.csv", b"1\n"), changes=True))
    assert (folder / "out" / "a.csv").read_bytes() == b"1\n"
    with pytest.raises(SystemUnavailable):
        real.result_of(files().send(FileRequest("elsewhere/a.csv", b"1\n"), changes=True))


@pytest.mark.parametrize(
    "name", ["../secret", "/etc/passwd", "a/../../secret", "", ".", "a//b", "a\0b", "a/" * 20 + "b"]
)
@pytest.mark.parametrize("line", [None, b"1\n"])
def test_no_name_leads_out_of_the_folder(real, files, folder, name, line):
    (folder / "a").mkdir()
    (folder.parent / "secret").write_bytes(b"secret")
    with pytest.raises(SystemUnavailable):
        real.result_of(files().send(FileRequest(name, line), changes=bool(line)))
    assert (folder.parent / "secret").read_bytes() == b"secret"


@pytest.mark.parametrize("line", [None, b"1\n"])
def test_no_link_leads_out_of_the_folder(real, files, folder, line):
    (folder.parent / "secret").write_bytes(b"secret")
    (folder / "link").symlink_to(folder.parent / "secret")
    (folder / "up").symlink_to(folder.parent)
    os.mkfifo(folder / "pipe")
    for name in ("link", "up/secret", "pipe"):
        with pytest.raises(SystemUnavailable):
            real.result_of(files().send(FileRequest(name, line), changes=bool(line)))
    assert (folder.parent / "secret").read_bytes() == b"secret"


def test_a_file_that_is_too_long_is_not_taken_in(real, files, folder):
    (folder / "long").write_bytes(bytes(1001))
    transport = files(largest_file=1000)
    with pytest.raises(AnswerLost, match="longer"):
        real.result_of(transport.send(FileRequest("long"), changes=False))
    (folder / "long").write_bytes(bytes(1000))
    assert len(real.result_of(transport.send(FileRequest("long"), changes=False)).data) == 1000


def test_a_file_that_another_program_holds_is_waited_for_and_not_for_ever(real, files, folder):
    transport = files(timeout="100ms")
    with (folder / "loans.csv").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(SystemBusy):
            real.result_of(transport.send(LOAN, changes=True))
    real.turn_until(lambda: transport._slots.busy == 0)
    assert (folder / "loans.csv").read_bytes() == b""
    real.result_of(transport.send(LOAN, changes=True))
    assert (folder / "loans.csv").read_bytes() == b"patron;item\r\nR1;B1\r\n"


def test_what_is_given_up_before_it_is_written_is_not_written(real, files, folder):
    transport = files()
    with (folder / "loans.csv").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        work = Deferred.fromCoroutine(transport.send(LOAN, changes=True))
        work.cancel()
        with pytest.raises(SystemBusy):
            real.result_of(work)
    real.turn_until(lambda: transport._slots.busy == 0)
    assert (folder / "loans.csv").read_bytes() == b""


def test_half_a_line_is_taken_back(real, files, folder, monkeypatch):
    transport = files()
    real.result_of(transport.send(LOAN, changes=True))
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:3]))
    with pytest.raises(SystemUnavailable, match="no room"):
        real.result_of(transport.send(LOAN, changes=True))
    assert (folder / "loans.csv").read_bytes() == b"patron;item\r\nR1;B1\r\n"


def test_a_line_that_may_not_be_on_the_disk_is_a_lost_answer(real, files, monkeypatch, folder):
    (folder / "loans.csv").write_bytes(b"")
    transport = files()
    sync = os.fsync
    calls = []

    def fails_at_last(file):
        calls.append(file)
        if len(calls) > 1:
            raise OSError(5, "Input/output error")
        sync(file)

    monkeypatch.setattr(os, "fsync", fails_at_last)
    with pytest.raises(AnswerLost):
        real.result_of(transport.send(LOAN, changes=True))
