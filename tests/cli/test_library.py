"""The verbs that move books, as an operator types them."""

import errno
import json
import os
import stat
import subprocess

import pytest
from click.testing import CliRunner

from running import COMMAND, a_demo
from softdock.adapters.inhouse.adapter import DEMO
from softdock.cli import main

KEY = "a key of tests, and of nothing else"


@pytest.fixture
def softdock(tmp_path, monkeypatch):
    """Runs a command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pin.key").write_text(KEY + "\n", encoding="utf-8")

    def run(*arguments):
        return CliRunner().invoke(main, [str(each) for each in arguments])

    return run


def test_books_move_in_and_out_and_again(softdock, tmp_path):
    books = ("--database", "sqlite:///books.db")
    first = softdock("library", "import", DEMO, *books, "--pin-key-file", "pin.key")
    assert (first.exit_code, first.output) == (
        0, "New: 14 patrons, 32 items, 5 loans, 3 holds. Brought up to date: 0 patrons, 0 items.\n",
    )  # fmt: skip
    again = softdock("library", "import", DEMO, *books, "--pin-key-file", "pin.key")
    assert again.output.startswith(
        "New: 0 patrons, 0 items, 0 loans, 0 holds. Brought up to date: 14 patrons"
    )
    assert softdock("library", "export", "out.json", *books).exit_code == 0
    printed = softdock("library", "export", "-", *books).output
    assert printed == (tmp_path / "out.json").read_text(encoding="utf-8")
    assert len(json.loads(printed)["loans"]) == 5


def test_an_export_into_a_pipe_or_a_device_leaves_it_what_it_is(softdock, tmp_path):
    """As root, /dev/null would be gone else."""
    books = ("--database", "sqlite:///books.db")
    softdock("library", "import", DEMO, *books, "--pin-key-file", "pin.key")
    os.mkfifo(tmp_path / "pipe")
    descriptor = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert softdock("library", "export", "pipe", *books).exit_code == 0
    assert os.read(descriptor, 65536).startswith(b"{")
    os.close(descriptor)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_an_export_is_utf_8_whatever_the_terminal_takes(softdock, tmp_path):
    """In GBK, say: then it could not have been imported again."""
    books = ("--database", "sqlite:///books.db")
    softdock("library", "import", DEMO, *books, "--pin-key-file", "pin.key")
    command = [COMMAND, "library", "export", "-", *books]
    environment = {**os.environ, "PYTHONIOENCODING": "gbk"}
    printed = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=60)
    assert "三体" in printed.stdout.decode("utf-8")


def test_the_settings_know_the_books(softdock, tmp_path):
    system = {"adapter": "inhouse", "database": "sqlite:///books.db", "pin_key": "${file:pin.key}"}
    (tmp_path / "softdock.yaml").write_text(json.dumps(a_demo(libraries={"CDL": {"system": system}})))
    assert softdock("library", "import", DEMO, "-c", "softdock.yaml").exit_code == 0
    assert (tmp_path / "books.db").exists()
    exported = softdock("library", "export", "-", "-c", "softdock.yaml", "--library", "CDL")
    assert json.loads(exported.output)["library"]["id"] == "CDL"
    unknown = softdock("library", "export", "-", "-c", "softdock.yaml", "--library", "CQL")
    assert (unknown.exit_code, "there are: CDL" in unknown.output) == (2, True)


def test_a_system_of_the_settings_that_is_not_good_is_told_by_its_place(softdock, tmp_path):
    """And a key that is too short for one is not shown."""
    system = {"adapter": "inhouse", "database": "sqlite:///books.db", "pin_key": "zu kurz", "raeders": "3"}
    (tmp_path / "softdock.yaml").write_text(json.dumps(a_demo(libraries={"CDL": {"system": system}})))
    result = softdock("library", "export", "-", "-c", "softdock.yaml")
    assert result.exit_code == 1
    for said in (
        "libraries.CDL.system.pin_key\n  This must have 16 characters or more.",
        "libraries.CDL.system.raeders\n  This key is not known.",
        "Error: The settings are not good.",
    ):
        assert said in result.output
    assert "zu kurz" not in result.output


def test_a_backup_is_a_database_that_can_take_the_place_of_the_books(softdock, tmp_path):
    books = ("--database", "sqlite:///books.db")
    softdock("library", "import", DEMO, *books, "--pin-key-file", "pin.key")
    assert softdock("library", "backup", "safe.db", *books).exit_code == 0
    before = softdock("library", "export", "-", *books).output
    for each in tmp_path.glob("books.db*"):
        each.unlink()
    (tmp_path / "safe.db").rename(tmp_path / "books.db")
    assert softdock("library", "export", "-", *books).output == before
    second = softdock("library", "backup", "books.db", *books)
    assert (second.exit_code, "there already" in second.output) == (3, True)


def test_every_mistake_in_a_file_is_told_and_the_books_stay(softdock, tmp_path):
    (tmp_path / "bad.json").write_text(
        '{"patrons": [{"nmae": "x"}], "loans": [{"item": "I", "patron": "R"}]}'
    )
    result = softdock("library", "import", "bad.json", "--database", "sqlite:///books.db", "--library", "CDL")
    assert result.exit_code == 1
    for said in (
        "bad.json: patrons[0].id: This is required.",
        "patrons[0].nmae",
        "loans[0].item",
        "loans[0].patron",
    ):
        assert said in result.output
    assert "4 problems found" in result.output
    assert not (tmp_path / "books.db").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("import", DEMO), 2, "Name the books"),
        (("import", DEMO, "--database", "mysql://x"), 2, "Only SQLite and PostgreSQL"),
        (("import", DEMO, "--database", "sqlite:///x.db", "--time-zone", "Mars/Base"), 2, "not a time zone"),
        (("import", DEMO, "--database", "sqlite:///x.db", "--pin-key-file", "no.key"), 3, "cannot be read"),
        (("import", "no.json", "--database", "sqlite:///x.db"), 3, "no.json cannot be read: no such file"),
        (("import", ".", "--database", "sqlite:///x.db"), 3, "cannot be read: is a directory."),
        (
            ("import", DEMO, "--database", "sqlite:////no/folder/x.db", "--pin-key-file", "pin.key"),
            3,
            "cannot be used",
        ),
        (("export", "-", "--database", "sqlite:///x.db"), 3, "no database there"),
        (("backup", "x", "--database", "postgresql://x@/y?host=/nowhere"), 2, "pg_dump"),
        (("export", "-", "--database", "postgresql://x@/y?host=/nowhere"), 3, "cannot be used"),
    ],
)
def test_what_is_in_the_way_is_told_in_a_sentence(softdock, arguments, code, said):
    result = softdock("library", *arguments)
    assert (result.exit_code, said in result.output) == (code, True), result.output
    assert "Traceback" not in result.output


def test_a_file_that_cannot_be_written_is_named(softdock, monkeypatch):
    """The error of a write knows no file."""

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    books = ("--database", "sqlite:///books.db")
    assert softdock("library", "import", DEMO, *books, "--pin-key-file", "pin.key").exit_code == 0
    monkeypatch.setattr("os.fsync", full)
    result = softdock("library", "export", "out.json", *books)
    assert (result.exit_code, result.output) == (3, "Error: out.json: No space left on device.\n")


def test_a_file_without_a_library_for_a_new_database_needs_one_named(softdock, tmp_path):
    (tmp_path / "any.json").write_text('{"items": [{"id": "I1"}]}')
    assert softdock("library", "import", "any.json", "--database", "sqlite:///x.db").exit_code == 2
    assert (
        softdock("library", "import", "any.json", "--database", "sqlite:///x.db", "--library", "L").exit_code
        == 0
    )


def test_a_key_that_is_too_short_is_refused(softdock, tmp_path):
    (tmp_path / "short.key").write_text("1234")
    result = softdock(
        "library", "import", DEMO, "--database", "sqlite:///x.db", "--pin-key-file", "short.key"
    )
    assert (result.exit_code, "16 characters" in result.output) == (1, True)
