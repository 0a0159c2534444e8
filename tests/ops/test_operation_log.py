"""One line for each change of state, and what else an observer writes."""

import io
import json

import pytest

from fake_journal import an_entry
from softdock.circulation.accounts import Account
from softdock.circulation.errors import AnswerLost, SystemUnavailable
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId, Secret
from softdock.circulation.items import Item
from softdock.circulation.journal import Resolution
from softdock.circulation.operations import (
    CancelHold,
    ChangeHold,
    Checkin,
    Checkout,
    EndSession,
    LookupItem,
    LookupPatron,
    Operation,
    PlaceHold,
)
from softdock.circulation.outcomes import Done, Lent, PatronReport, PinCheck, Refused, Returned, Unknown
from softdock.circulation.patrons import Patron
from softdock.circulation.reasons import Reason
from softdock.ops.logging import Level, Log
from softdock.ops.metrics import Metrics
from softdock.ops.observers import Observers
from softdock.ops.operation_log import WARNINGS_A_MINUTE, LogObserver
from softdock.ops.violations import SENTENCES
from softdock.protocols.ncip.transport import Violation as NcipViolation
from softdock.protocols.sip2.errors import Violation

NAME = "王小明"
CARD = PatronId("R0012345")
PIN = Secret("493817")
ITEM = ItemId("CD0000123")
KIOSK = Account("kiosk-3f", LibraryId("CDL"), "三楼")
LENT = Done(Lent(Item(ITEM, title="平凡的世界"), CARD, due=None), note=f"Good day, {NAME}!")


class Written:
    """A log observer, and what it has written."""

    def __init__(self, **options) -> None:
        self.seconds = 0.0
        self._stream = io.BytesIO()
        log = Log(self._stream, now=lambda: 1767268800.5, **options)
        self.observer = LogObserver(log, "k3f9", lambda: self.seconds)

    @property
    def text(self) -> str:
        return self._stream.getvalue().decode()

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.text.splitlines()]


def checkout(**facts) -> Checkout:
    return Checkout(patron=CARD, item=ITEM, pin=PIN, **facts)


def test_a_change_of_state_is_one_line_of_json():
    written = Written()
    written.observer.operation(KIOSK, checkout(), LENT, 0.0012, 17)

    assert written.text == (
        '{"ts":"2026-01-01T12:00:00.500Z","level":"info","event":"operation","operation_id":"k3f9-17",'
        '"kind":"checkout","library":"CDL","account":"kiosk-3f","location":"三楼","patron":"R0***45",'
        '"item":"CD0000123","outcome":"done","ms":1.200}\n'
    )


@pytest.mark.parametrize(
    ("as_json", "told"), [(True, '"operation","worker":2,'), (False, "operation worker=2 ")]
)
def test_a_worker_names_itself_in_the_line_of_an_operation(as_json, told):
    written = Written(as_json=as_json, worker=2)
    written.observer.operation(KIOSK, checkout(), LENT, 0.0012, 17)

    assert told in written.text


def test_an_operation_that_went_to_another_library_names_it():
    written = Written()
    written.observer.operation(KIOSK, checkout(), LENT, 0.0012, 17, LibraryId("CQL"))
    written.observer.operation(KIOSK, checkout(), LENT, 0.0012, 18)

    routed, own = written.lines
    assert (routed["library"], routed["asked"]) == ("CDL", "CQL")
    assert "asked" not in own


def test_a_failure_names_the_library_that_was_asked():
    """And its warnings are paced by themselves: a noisy system hides no other's trouble."""
    written = Written()
    for _ in range(WARNINGS_A_MINUTE + 1):
        written.observer.failure(KIOSK, checkout(), AnswerLost("x"), 17, LibraryId("CQL"))
    written.observer.failure(KIOSK, checkout(), AnswerLost("x"), 18)

    lines = written.lines
    assert len(lines) == WARNINGS_A_MINUTE + 1
    assert (lines[0]["library"], lines[0]["asked"]) == ("CDL", "CQL")
    assert "asked" not in lines[-1]


def test_a_system_that_is_away_is_told_once_and_when_it_is_back():
    """However many probes fail in between."""
    written = Written()
    for state in ("open", "half-open", "open", "half-open", "closed", "open"):
        written.observer.breaker(LibraryId("CQL"), state)

    assert [(each["level"], each["library"]) for each in written.lines] == [
        ("warning", "CQL"),
        ("info", "CQL"),
        ("warning", "CQL"),
    ]


def test_what_became_of_a_lost_answer_is_told_under_the_name_of_the_operation():
    """And its patron is masked; what waits for a person is a warning."""
    written = Written()
    entry = an_entry(PlaceHold(CARD, ITEM), 17, system="CQL")
    written.observer.recovered(entry, Resolution.UNDONE, "It was taken back.")
    written.observer.listed(an_entry(Checkin(ITEM, no_block=True), 18), "Nobody can tell.")

    settled, left = ({**each, "ts": "", "event": ""} for each in written.lines)
    assert settled == {
        "ts": "", "level": "info", "event": "", "operation_id": "boot-17", "kind": "hold", "library": "LIB",
        "asked": "CQL", "account": "kiosk", "location": "1F", "patron": "R0***45", "item": ITEM,
        "resolution": "undone", "remark": "It was taken back.",
    }  # fmt: skip
    assert left == {
        "ts": "", "level": "warning", "event": "", "operation_id": "boot-18", "kind": "checkin",
        "variant": "no-block", "library": "LIB", "account": "kiosk", "location": "1F", "item": ITEM,
        "remark": "Nobody can tell.",
    }  # fmt: skip


def test_a_card_that_was_held_where_an_item_belongs_is_masked_when_it_is_left_to_a_person():
    written = Written()
    written.observer.listed(an_entry(Checkin(ItemId(CARD))), "The system refuses to book it (item-unknown).")

    assert CARD not in written.text


def test_on_the_console_it_is_a_readable_line():
    written = Written(as_json=False)
    written.observer.operation(KIOSK, checkout(), Refused(Reason.CARD_LOST), 0.0012, 17)

    assert written.text == (
        "2026-01-01T12:00:00.500Z info    operation operation_id=k3f9-17 kind=checkout library=CDL"
        " account=kiosk-3f location=三楼 patron=R0***45 item=CD0000123 outcome=refused reason=card-lost"
        " ms=1.200\n"
    )


def test_an_operation_whose_outcome_is_unknown_is_a_warning():
    written = Written(level=Level.WARNING)
    written.observer.operation(KIOSK, checkout(), LENT, 0.1, 1)
    written.observer.operation(KIOSK, checkout(), Unknown(), 8.0, 2)

    (line,) = written.lines
    assert (line["operation_id"], line["level"], line["outcome"]) == ("k3f9-2", "warning", "unknown")


def test_whose_item_came_back_is_told_masked():
    written = Written()
    written.observer.operation(KIOSK, Checkin(ITEM), Done(Returned(Item(ITEM), CARD)), 0.1, 1)

    assert written.lines[0]["patron"] == "R0***45"


@pytest.mark.parametrize(
    ("operation", "variant"),
    [
        (PlaceHold(CARD), None),
        (ChangeHold(CARD), "change"),
        (CancelHold(CARD), "cancel"),
        (Checkin(ITEM, cancel=True), "cancel"),
        (checkout(no_block=True), "no-block"),
    ],
)
def test_what_the_kind_does_not_tell_is_told_beside_it(operation, variant):
    written = Written()
    written.observer.operation(KIOSK, operation, Unknown(), 0.1, 1)

    assert written.lines[0].get("variant") == variant


@pytest.mark.parametrize("operation", [LookupPatron(CARD, PIN), LookupItem(ITEM), EndSession(CARD)])
def test_lookups_are_counted_and_not_logged(operation):
    written, metrics = Written(), Metrics()
    observers = Observers(metrics, written.observer)
    observers.operation(KIOSK, operation, Unknown(), 0.1, 1)

    assert written.text == ""
    assert sum(each.count for each in metrics.operations()) == 1


def test_a_change_of_state_is_counted_and_logged():
    written, metrics = Written(), Metrics()
    Observers(metrics, written.observer).operation(KIOSK, checkout(), LENT, 0.1, 1)

    assert len(written.lines) == 1
    assert sum(each.done for each in metrics.operations()) == 1


@pytest.mark.parametrize("as_json", [True, False])
def test_no_pin_no_password_no_name_is_ever_in_the_log(as_json):
    """Whatever happens to a patron, the log holds nothing that tells who it was."""
    written = Written(as_json=as_json, level=Level.DEBUG)
    observers = Observers(Metrics(), written.observer)
    report = Done(PatronReport(Patron(CARD, name=NAME, address="天府大道1号"), PinCheck.RIGHT))
    operations: list[Operation] = [
        LookupPatron(CARD, PIN),
        checkout(extra=(("PW", "493817"),)),
        checkout(properties=NAME),
        EndSession(CARD, PIN),
    ]
    for operation in operations:
        for outcome in (LENT, report, Refused(Reason.PIN_WRONG, note=NAME, patron=report.result.patron)):
            observers.operation(KIOSK, operation, outcome, 0.1, 1)
        observers.failure(KIOSK, operation, KeyError(NAME), 1)
        observers.failure(KIOSK, operation, SystemUnavailable("/lookup?card=R0012345&pin=493817"), 2)
    observers.session_opened("sip2")
    observers.login("sip2", "kiosk-3f", "192.0.2.7", True)
    observers.violation("bad-checksum", "sip2", "kiosk-3f")

    for secret in (NAME, "493817", "R0012345", "天府大道", "平凡的世界"):
        assert secret not in written.text
    assert "/lookup?card=R0***45&pin=***" in written.text


@pytest.mark.parametrize("text", ["a\r\nb", "a\u2028b", '"},{"', "\x1b[2J", "x" * 5000, "\ud800"])
def test_nothing_that_a_device_sends_breaks_the_line(text):
    for as_json in (True, False):
        written = Written(as_json=as_json)
        account = Account("192.0.2.7", LibraryId("CDL"), location=text)
        written.observer.operation(account, Checkout(PatronId(text), ItemId(text)), Unknown(), 0.1, 1)

        assert len(written.text.splitlines()) == 1
        assert written.text[:-1].isprintable()
        assert len(written.text) < 1000
        if as_json:
            assert written.lines[0]["item"] == text[:80]


def test_locations_that_a_device_makes_up_do_not_fill_the_memory():
    written = Written()
    for number in range(10_000):
        account = Account("a", LibraryId("CDL"), location=f"hall {number}")
        written.observer.operation(account, checkout(), Unknown(), 0.1, number)

    assert len(written.observer._contexts) <= 4096
    assert written.lines[-1]["location"] == "hall 9999"


def test_a_log_that_cannot_be_written_disturbs_nobody():
    stream = io.BytesIO()
    stream.close()
    log = Log(stream)
    observers = Observers(Metrics(), LogObserver(log))
    observers.operation(KIOSK, checkout(), LENT, 0.1, 1)
    observers.failure(KIOSK, checkout(), KeyError("x"), 1)
    observers.login("sip2", "u", "192.0.2.7", False)
    observers.violation("idle-time", "sip2", "u")

    assert log.lines.lost == 4


# --- failures, logins, violations ---------------------------------------------------------------------


def test_a_bug_of_an_adapter_is_logged_with_its_traceback_under_the_operation():
    written = Written()
    try:
        {}["z303"]
    except KeyError as error:
        written.observer.failure(KIOSK, checkout(), error, 17)

    (line,) = written.lines
    assert (line["level"], line["operation_id"], line["error"]) == ("error", "k3f9-17", "bug")
    assert "test_operation_log.py" in line["traceback"]


def test_a_system_that_is_away_is_a_warning_without_a_traceback():
    written = Written()
    written.observer.failure(KIOSK, checkout(), AnswerLost("10.1.2.3:6001: closed"), 17)

    (line,) = written.lines
    assert (line["level"], line["error"]) == ("warning", "answer-lost")
    assert line["text"] == "AnswerLost: 10.1.2.3:6001: closed"
    assert "traceback" not in line


def test_a_system_that_is_away_all_day_does_not_fill_the_log():
    written = Written()
    for number in range(1000):
        written.observer.failure(KIOSK, checkout(), SystemUnavailable(), number)
    written.observer.failure(KIOSK, checkout(), KeyError(), 1000)
    written.seconds = 60.0
    written.observer.failure(KIOSK, checkout(), SystemUnavailable(), 1001)

    assert len(written.lines) == WARNINGS_A_MINUTE + 2
    assert written.lines[-2]["error"] == "bug"
    assert written.lines[-1]["left_out"] == 1000 - WARNINGS_A_MINUTE


def test_a_violation_is_logged_once_for_each_device_and_kind():
    written = Written()
    for _ in range(5):
        written.observer.violation("bad-checksum", "sip2 127.0.0.1:6001", "kiosk-3f")
        written.observer.violation("bad-checksum", "sip2 127.0.0.1:6001", "kiosk-4f")
        written.observer.violation("fixed-part", "sip2 127.0.0.1:6001", "kiosk-3f")

    assert [(each["violation"], each["terminal"]) for each in written.lines] == [
        ("bad-checksum", "kiosk-3f"),
        ("bad-checksum", "kiosk-4f"),
        ("fixed-part", "kiosk-3f"),
    ]
    assert "wrong checksum" in written.lines[0]["event"]


def test_a_port_scan_does_not_fill_the_log():
    written = Written()
    for number in range(1000):
        written.observer.violation("not-a-message", "sip2", f"192.0.2.{number}")
    written.seconds = 60.0
    written.observer.violation("not-a-message", "sip2", "192.0.2.999")

    assert len(written.lines) == WARNINGS_A_MINUTE + 1
    assert written.lines[-1]["left_out"] == 1000 - WARNINGS_A_MINUTE


def test_every_violation_of_every_protocol_has_a_sentence():
    assert {each.value for each in (*Violation, *NcipViolation)} <= set(SENTENCES)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())


def test_a_refused_login_is_logged_with_its_address_and_its_user_masked():
    """Who guesses is to be found; the user may be the password, typed where the user belongs."""
    written = Written()
    written.observer.login("sip2", "x" * 500, "192.0.2.7", False)
    written.observer.login("sip2", "kiosk-3f", "192.0.2.7", True)

    (line,) = written.lines
    assert (line["user"], line["address"]) == ("xx***xx", "192.0.2.7")
    assert line["level"] == "warning"


def test_sessions_are_logged_for_debugging_only():
    for level, count in ((Level.INFO, 0), (Level.DEBUG, 3)):
        written = Written(level=level)
        written.observer.session_opened("sip2")
        written.observer.login("sip2", "kiosk-3f", "192.0.2.7", True)
        written.observer.session_closed("sip2")

        assert len(written.lines) == count


def test_an_observer_follows_the_log_when_it_changes():
    """A reload made it quieter and gave it another form; operations are still named by the same boot."""
    stream = io.BytesIO()
    log = Log(stream, now=lambda: 1767268800.5)
    observer = LogObserver(log, "k3f9", lambda: 0.0)
    checkout = Checkout(CARD, ITEM)
    observer.operation(KIOSK, checkout, LENT, 0.001, 1)
    log.change(as_json=False, level=Level.WARNING)
    observer.follow()
    observer.operation(KIOSK, checkout, LENT, 0.001, 2)
    observer.operation(KIOSK, checkout, Unknown(), 0.001, 3)
    first, second = stream.getvalue().decode().splitlines()
    assert json.loads(first)["operation_id"] == "k3f9-1"
    assert "warning operation operation_id=k3f9-3 kind=checkout" in second


def test_a_database_that_comes_back_is_told_once():
    """After what was told when it was away."""
    stream = io.BytesIO()
    observer = LogObserver(Log(stream), "boot")
    for outcome in ("committed", "away", "away", "committed", "committed"):
        observer.transaction("CDL", "circulation", outcome, 0.01, 0.0, 1)
    told = [json.loads(line)["event"] for line in stream.getvalue().decode().splitlines()]
    assert [each.startswith("The database is away") for each in told] == [True, True, False]
    assert told[-1] == "The database is back."
