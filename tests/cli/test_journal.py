"""The verbs about the journal, as staff types them."""

import csv
import json
import os
import pwd
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from journals import borrow, give_back, lent, processes
from running import COMMAND
from softdock.circulation.identifiers import PatronId, Secret
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    PayFee,
)
from softdock.circulation.outcomes import Done, Paid, Refused, Unknown
from softdock.circulation.reasons import Reason
from softdock.cli import main
from softdock.store.database import Database

CARD = "R0012345"
SETTINGS = "store: sqlite:///store.db\nlibraries: {CDL: {time_zone: Asia/Shanghai}}\n"


class Desk:
    """A folder with settings and a journal, and the command in it."""

    def __init__(self, folder, monkeypatch):
        self.folder = folder
        (folder / "softdock.yaml").write_text(SETTINGS)
        monkeypatch.chdir(folder)
        monkeypatch.setenv("SOFTDOCK_CONFIG", "softdock.yaml")

    def run(self, *arguments):
        return CliRunner().invoke(main, ["journal", *arguments])

    def journal(self):
        return processes(Database.at("sqlite:///store.db", self.folder, "store"))

    def fill(self):
        """A loan, a loan and a return whose answers were lost, the loan being left to staff; two payments, one lost."""
        with self.journal() as world:
            journal = world.begin()

            def asked(operation, number, outcome):
                world.answer(journal, world.claim(journal, operation, number), outcome)

            asked(borrow("CD1", CARD), 1, lent("CD1", CARD))
            asked(borrow("CD2", CARD, pin=Secret("7531")), 2, Unknown())
            asked(give_back("CD3"), 3, Unknown())
            paid = PayFee(PatronId(CARD), Money(1250, "CNY"), payment_type="00", transaction="=4711")
            asked(paid, 4, Done(Paid(PatronId(CARD), transaction="T-1"), note="Thank you, Ms Wang"))
            asked(PayFee(PatronId(CARD), Money(300, "CNY"), payment_type="02"), 5, Unknown())
            world.result_of(journal.list_for_staff(2, "The system cannot tell."))


@pytest.fixture
def desk(tmp_path, monkeypatch):
    return Desk(tmp_path, monkeypatch)


# --- list ---------------------------------------------------------------------------------------------


def test_operations_are_listed_by_the_time_of_their_library(desk):
    desk.fill()
    result = desk.run("list")

    assert result.exit_code == 0
    assert [" ".join(line.split()) for line in result.stdout.splitlines()] == [
        "number operation when library account asked state device heard found",
        "1 boot-1 2026-11-25 20:00:00 CDL kiosk checkout CD1 for R0***45 answered done -",
        "2 boot-2 2026-11-25 20:00:00 CDL kiosk checkout CD2 for R0***45 listed not-done The system cannot tell.",
        "3 boot-3 2026-11-25 20:00:00 CDL kiosk checkin CD3 unknown not-done -",
        "4 boot-4 2026-11-25 20:00:00 CDL kiosk pay-fee 12.50 CNY for R0***45 answered done -",
        "5 boot-5 2026-11-25 20:00:00 CDL kiosk pay-fee 3.00 CNY for R0***45 unknown not-done -",
    ]


def test_a_script_can_tell_whether_something_is_unsettled(desk):
    desk.fill()
    assert desk.run("list").exit_code == 0
    assert desk.run("list", "--unsettled").exit_code == 1
    for number in ("2", "3", "5"):
        desk.run("settle", number, "--as", "stands", "--remark", "seen")

    result = desk.run("list", "--unsettled")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "There are no operations to show.\n")


@pytest.mark.parametrize("verb", ["list", "payments"])
def test_a_library_that_nobody_knows_is_mistyped_and_not_without_operations(desk, verb):
    desk.fill()
    result = desk.run(verb, "--library", "cdl")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "The settings have no library cdl, and nothing was found of it." in result.stderr
    assert desk.run(verb, "--library", "CDL").exit_code == 0


def test_a_library_that_has_left_the_settings_is_found_as_long_as_the_journal_has_it(desk):
    desk.fill()
    (desk.folder / "softdock.yaml").write_text("store: sqlite:///store.db\nlibraries: {}\n")
    assert "boot-5" in desk.run("list", "--library", "CDL").stdout


@pytest.mark.parametrize(("age", "code"), [(5, 0), (3600, 1)])
def test_what_is_under_way_is_a_problem_only_when_it_has_been_for_long(desk, age, code):
    """After a kill, until a server starts, nobody works on it."""
    with desk.journal() as world:
        world.now = datetime.now(UTC) - timedelta(seconds=age)
        world.claim(world.begin(), borrow(), 1)
    result = desk.run("list", "--unsettled")

    assert (result.exit_code, len(result.stdout.splitlines())) == (code, 2)


def test_a_program_gets_one_object_on_a_line_and_no_card(desk):
    desk.fill()
    result = desk.run("list", "--json", "--limit", "2")
    paid, _ = map(json.loads, result.stdout.splitlines())

    assert CARD not in result.stdout
    assert paid == {
        "number": 4, "operation_id": "boot-4", "kind": "pay-fee", "asked": "pay-fee 12.50 CNY for R0***45",
        "library": "CDL", "account": "kiosk", "location": "3F", "system": "CDL", "home": "CDL", "patron": "R0***45",
        "item": None, "amount": "12.50", "currency": "CNY", "state": "answered", "last_word": "done", "answer": "yes",
        "resolution": None, "remark": "", "claimed": "2026-11-25T12:00:00.000Z", "ended": "2026-11-25T12:00:00.000Z",
        "settled": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("since", "count"),
    [("2026-11-25T12:00:00+00:00", 5), ("2026-11-25T12:00:01Z", 0), ("2026-11-24", 5), ("3660d", 5)],
)
def test_a_list_may_begin_at_a_moment_or_so_long_ago(desk, since, count):
    desk.fill()
    assert len(desk.run("list", "--json", "--since", since).stdout.splitlines()) == count


@pytest.mark.parametrize("since", ["yesterday", "5q", "-1d", "99999d"])
def test_what_is_no_moment_is_wrong_usage(desk, since):
    desk.fill()
    assert desk.run("list", "--since", since).exit_code == 2


def test_a_library_sees_its_own(desk):
    desk.fill()
    assert len(desk.run("list", "--json", "--library", "CDL").stdout.splitlines()) == 5
    assert desk.run("list", "--json", "--library", "CQL").stdout == ""


# --- show ---------------------------------------------------------------------------------------------


def test_one_operation_is_shown_with_what_to_do_about_it(desk):
    desk.fill()
    result = desk.run("show", "boot-2")
    told = dict(line.split("  ", 1) for line in result.stdout.splitlines())

    assert result.exit_code == 0
    assert {key: text.strip() for key, text in told.items()} == {
        "operation": "boot-2 (number 2)",
        "asked": "checkout CD2 for R0***45",
        "device": "kiosk at 3F, of CDL",
        "system": "CDL",
        "when": "2026-11-25 20:00:00 +0800",
        "state": "listed",
        "device heard": "that it is not done, and to ask at the desk (if the answer reached it)",
        "system said": "its answer was lost",
        "ended": "2026-11-25 20:00:00 +0800",
        "found": "The system cannot tell.",
        "to do": "Look in the system of CDL whether CD2 is lent to R0***45. If it is not: settle as not-done."
        " If it is, and the patron has taken it along: leave the loan, and settle as stands. If the patron has left"
        " it: take it back there, and settle as undone.",
    }


def test_nothing_personal_is_shown_unless_that_is_asked_for(desk):
    """A screen at a desk is seen by others."""
    desk.fill()
    for number in "12345":
        shown = desk.run("show", number).stdout
        assert CARD not in shown
        assert "Wang" not in shown

    assert CARD in desk.run("show", "2", "--reveal").stdout
    assert "Ms Wang" in desk.run("show", "4", "--reveal").stdout
    assert "7531" not in desk.run("show", "2", "--reveal").stdout, "a PIN is not even kept"


def test_who_was_refused_was_told_why_and_not_sent_to_the_desk(desk):
    with desk.journal() as world:
        journal = world.begin()
        world.answer(journal, world.claim(journal, borrow()), Refused(Reason.ITEM_ON_HOLD))

    shown = desk.run("show", "1").stdout
    assert "that it is not done, and why (if the answer reached it)" in shown
    assert "no (item-on-hold)" in shown


def test_an_operation_that_is_not_there_is_told(desk):
    desk.fill()
    result = desk.run("show", "boot-99")

    assert (result.exit_code, result.stderr) == (1, "Error: The journal has no operation boot-99.\n")


# --- settle -------------------------------------------------------------------------------------------


def test_staff_settles_and_it_is_kept_who_and_why(desk):
    desk.fill()
    result = desk.run("settle", "boot-2", "--as", "undone", "--remark", "Taken\nback.", "--by", "anna")

    assert (result.exit_code, result.stdout) == (0, "Settled as undone: checkout CD2 for R0***45 (boot-2).\n")
    shown = desk.run("show", "2").stdout
    assert "The system cannot tell. By anna: Taken back." in shown
    assert "undone: it was carried out, and was taken back" in shown


def test_who_settles_is_the_user_of_the_machine_unless_somebody_is_named(desk, monkeypatch):
    """The environment could say anybody."""
    monkeypatch.setenv("LOGNAME", "somebody-else")
    desk.fill()
    desk.run("settle", "2", "--as", "stands", "--remark", "seen")

    assert f"By {pwd.getpwuid(os.getuid()).pw_name}: seen" in desk.run("show", "2").stdout


def test_what_has_ended_or_is_under_way_or_is_being_taken_back_is_not_settled(desk):
    desk.fill()
    with desk.journal() as world:
        journal = world.begin()
        world.claim(journal, borrow("CD9"), 9)
        world.answer(journal, world.claim(journal, borrow("CD8"), 10), Unknown())
        world.result_of(journal.undoing(7))

    settle = ("--as", "undone", "--remark", "x")
    sentences = {"1": "the operation was answered", "6": "The operation is under way", "7": "begun to take"}
    for number, sentence in sentences.items():
        result = desk.run("settle", number, *settle)
        assert result.exit_code == 1
        assert sentence in result.stderr
    desk.run("settle", "2", *settle)
    assert "settled as undone" in desk.run("settle", "2", "--as", "stands", "--remark", "x").stderr


@pytest.mark.parametrize(
    "more",
    [("--as", "gone", "--remark", "x"), ("--as", "undone"), ("--as", "undone", "--remark", " "),
     ("--as", "undone", "--remark", "x" * 501), ("--as", "undone", "--remark", "x", "--by", " ")],
)  # fmt: skip
def test_settling_needs_a_word_and_a_remark(desk, more):
    desk.fill()
    assert desk.run("settle", "2", *more).exit_code == 2


# --- payments -----------------------------------------------------------------------------------------


def lines_of(text):
    return [
        (each["line"], each["operation_id"] or each["state"]) for each in csv.DictReader(text.splitlines())
    ]


def test_the_payments_of_a_day_go_into_a_file_of_their_own(desk):
    desk.fill()
    assert desk.run("payments", "--day", "2026-11-25", "-o", "out.csv").exit_code == 0
    written = (desk.folder / "out.csv").read_bytes()

    assert written.startswith(b"\xef\xbb\xbfline,"), "or a spreadsheet would not know it for UTF-8"
    assert b"'=4711" in written
    assert CARD.encode() not in written
    assert lines_of(written.decode("utf-8-sig")) == [
        ("payment", "boot-4"), ("payment", "boot-5"), ("total", "taken"), ("total", "booked"), ("total", "taken"),
        ("total", "not known"),
    ]  # fmt: skip
    assert stat.S_IMODE((desk.folder / "out.csv").stat().st_mode) == 0o600
    assert [each.name for each in desk.folder.glob("*.part")] == []


def test_a_file_that_cannot_be_written_leaves_what_was_there(desk, monkeypatch):
    desk.fill()
    (desk.folder / "out.csv").write_text("yesterday's")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = desk.run("payments", "--day", "2026-11-25", "-o", "out.csv")

    assert (result.exit_code, result.stderr) == (3, "Error: out.csv: No space left on device.\n")
    assert (desk.folder / "out.csv").read_text() == "yesterday's"
    assert [each.name for each in desk.folder.glob("*.part")] == []


@pytest.fixture
def pipe(desk):
    """A named pipe in the folder, and what has come out of it when it is read."""
    os.mkfifo(desk.folder / "pipe")
    descriptor = os.open(desk.folder / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    yield lambda: os.read(descriptor, 65536)
    os.close(descriptor)


def test_a_pipe_or_a_device_gets_the_payments_and_stays_what_it_is(desk, pipe):
    """As root, /dev/null would be gone else."""
    desk.fill()
    assert desk.run("payments", "--day", "2026-11-25", "-o", "pipe").exit_code == 0
    assert pipe().startswith(b"\xef\xbb\xbfline,")
    assert stat.S_ISFIFO((desk.folder / "pipe").stat().st_mode)


def test_a_link_stays_one_and_what_it_leads_to_is_replaced(desk):
    desk.fill()
    (desk.folder / "out.csv").symlink_to("kept.csv")
    assert desk.run("payments", "--day", "2026-11-25", "-o", "out.csv").exit_code == 0
    assert (desk.folder / "out.csv").is_symlink()
    assert (desk.folder / "kept.csv").read_bytes().startswith(b"\xef\xbb\xbfline,")


def test_money_whose_answer_was_lost_stays_on_the_list_however_it_was_settled(desk):
    desk.fill()
    assert lines_of(desk.run("payments", "--lost").stdout)[0] == ("payment", "boot-5")
    desk.run("settle", "5", "--as", "done-now", "--remark", "Booked.")

    assert lines_of(desk.run("payments", "--lost").stdout) == [
        ("payment", "boot-5"), ("total", "taken"), ("total", "booked"),
    ]  # fmt: skip


@pytest.mark.parametrize(("day", "count"), [("2026-11-25", 0), ("2026-11-26", 1)])
def test_a_payment_in_the_night_counts_to_the_day_of_its_library(desk, day, count):
    """20:00 of the 25th in UTC is 4 o'clock of the 26th in Chengdu."""
    with desk.journal() as world:
        world.pass_time(8 * 3600)
        world.claim(world.begin(), PayFee(PatronId(CARD), Money(100, "CNY")), 1)

    found = lines_of(desk.run("payments", "--day", day).stdout)
    assert [each for each in found if each[0] == "payment"] == [("payment", "boot-1")] * count


def test_without_a_day_it_is_today(desk):
    with desk.journal() as world:
        world.claim(world.begin(), PayFee(PatronId(CARD), Money(100, "CNY")), 1)
        world.now = datetime.now(UTC)
        world.claim(world.begin(), PayFee(PatronId(CARD), Money(200, "CNY")), 2)

    assert lines_of(desk.run("payments").stdout)[0] == ("payment", "boot-2")


def test_the_payments_of_one_library_may_be_asked_for(desk):
    desk.fill()
    assert lines_of(desk.run("payments", "--day", "2026-11-25", "--library", "CQL").stdout) == []


def test_the_file_is_utf_8_whatever_the_terminal_takes(desk):
    with desk.journal() as world:
        world.claim(world.begin(), PayFee(PatronId(CARD), Money(100, "CNY"), transaction="流水号"), 1)
    command = [COMMAND, "journal", "payments", "--day", "2026-11-25"]
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    printed = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=60)

    assert "流水号" in printed.stdout.decode("utf-8")


# --- which journal ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (SETTINGS, "There is no journal there yet"),
        ("libraries: {}\n", "names no store"),
        ("store: memory\n", "This is not the URL of a database"),
        ("store: sqlite:///nowhere/store.db\n", "There is no journal there yet"),
        (None, "cannot be read"),
    ],
)
def test_a_journal_that_cannot_be_found_is_told(desk, settings, sentence):
    path = desk.folder / "softdock.yaml"
    path.unlink()
    if settings is not None:
        path.write_text(settings)
    for verb in (("list",), ("show", "1"), ("payments",)):
        result = desk.run(*verb)
        assert result.exit_code == 3
        assert sentence in result.stderr
    assert not (desk.folder / "store.db").exists(), "to look for one makes none"


def test_a_file_that_is_no_database_is_told(desk):
    (desk.folder / "store.db").write_text("not a database" * 100)
    result = desk.run("list")

    assert result.exit_code == 3
    assert result.stderr.startswith("Error: The journal cannot be used.")


def test_without_settings_it_is_the_journal_of_the_demo(desk, monkeypatch):
    monkeypatch.delenv("SOFTDOCK_CONFIG")
    monkeypatch.setenv("XDG_STATE_HOME", str(desk.folder))
    (desk.folder / "softdock").mkdir()
    desk.fill()
    Path("store.db").rename("softdock/store.db")

    assert len(desk.run("list", "--json").stdout.splitlines()) == 5
