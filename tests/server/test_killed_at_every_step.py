"""Killed at every step of every kind of change: books, journal and what the device heard last agree, or staff are told."""

import json
import sys
from contextlib import contextmanager

import pytest

import earlier
import mortal
from audited_libraries import (
    CANNOT_TELL,
    CANNOT_UNDO,
    EMBEDDED,
    IN_HOUSE,
    NCIP,
    NCIP_1,
    NCIP_CANNOT_TELL,
    NCIP_STREAM,
    NCIP_TELLS,
    TELLS,
    a_library,
)
from bookkeepers import Snare
from journal_tables import wait_until_recovered
from lenders import connected
from mortal import ACTED, BEFORE_THE_CLAIM, CLAIMED, KEPT, SENT
from ncip_changes import Devices, Partners
from running import HASH_OF_KIOSK, softdock
from state_changes import BY_KIND, LIBRARY, SET_UP, holdings

pytestmark = pytest.mark.socket

TOLD, LATE = "told", "late"
CASES = [
    *[(IN_HOUSE, step) for step in (BEFORE_THE_CLAIM, CLAIMED, SENT, ACTED, KEPT, TOLD)],
    *[(TELLS, step) for step in (SENT, LATE, ACTED, KEPT)],
    (CANNOT_UNDO, ACTED),
    *[(CANNOT_TELL, step) for step in (SENT, ACTED)],
    *[(NCIP, step) for step in (CLAIMED, SENT, ACTED)],
    (NCIP_1, ACTED),
    *[(NCIP_TELLS, step) for step in (SENT, ACTED)],
    (NCIP_STREAM, LATE),
    (NCIP_CANNOT_TELL, ACTED),
]
DEVICES, PARTNERS = Devices(), Partners()

HAPPENED = {
    "checkin",
    "checkout:cancel",
    "checkin:cancel",
    "checkout no block",
    "checkin no block",
    "renew no block",
}
"""What a device reports, and does not wish: it is booked in any case."""
HARMLESS = {"renew", "renew-all", "block-patron", "enable-patron", "update-item"}
"""What stands, although the device may have heard no."""


def settings(system, settle_after="0s", front=DEVICES):
    library = {
        "system": system,
        "time_zone": "UTC",
        "recovery": {"settle_after": settle_after},
        "deadline": "20s",
    }
    return {
        "store": "sqlite:///store.db",
        "listen": list(front.listen),
        "libraries": {LIBRARY: library},
        "accounts": [
            {"user": "kiosk", "password_hash": HASH_OF_KIOSK, "library": LIBRARY},
            *([{"agency": "X", "library": LIBRARY}] if front is PARTNERS else []),
        ],
    }


@pytest.fixture(scope="module")
def books_file(tmp_path_factory):
    """The books of an embedded library, in which everything has been done that is to be undone."""
    folder = tmp_path_factory.mktemp("before")
    with softdock(folder, settings(EMBEDDED), holdings_json=json.dumps(holdings())) as running:
        device = connected(running.ports[0])
        for kind, request in SET_UP.items():
            assert device.ask(request)[2] == "1", kind
        device.socket.close()
        assert running.terminate() == 0
    return folder / "books.db"


def mortal_at(step, count):
    return lambda path: [sys.executable, mortal.__file__, str(path), step, str(count)]


@contextmanager
def killed_at(step, library, folder, how, count):
    """SoftDock, which will be killed when so many changes are at `step`."""
    keeper = getattr(library, "keeper", None)
    by_the_system = keeper is not None and step in (SENT, LATE, ACTED)
    command = None if by_the_system or step == TOLD else mortal_at(step, count)
    with softdock(folder, how, command=command) as running:
        if by_the_system:
            keeper.snare = Snare(count, running.process.kill, carries_out=step == ACTED, late=step == LATE)
        yield running
        if step == TOLD:
            running.kill()
        running.process.wait(30)


def entry_of(change, found):
    """The entry of `change` among those `found`."""
    item = None if change.kind in ("renew-all", "pay-fee", "block-patron", "enable-patron") else change.item
    mine = [
        each
        for each in found
        if each.patron in (change.patron, None) and each.item == item and each.kind == change.kind.split()[0]
    ]
    assert len(mine) <= 1
    return mine[0] if mine else None


def complaint(front, change, heard, done, entry):
    """What is not as it has to be, if something is: the books against what the device heard, and nobody told of it."""
    if entry is not None and entry.listed:
        return None
    if heard:
        return None if front.is_yes(change, heard) and done else f"heard {heard}, done: {done}"
    if entry is None:
        return "done, and not in the journal" if done else None
    if entry.state == "answered":
        return None if done == (entry.last_word == "done") else f"answered, done: {done}"
    stands = change.kind in HAPPENED | HARMLESS
    allowed = {
        "not-done": not done and change.kind not in HAPPENED,
        "undone": not done,
        "stands": done and stands,
        "done-now": done and change.kind in HAPPENED,
        "returned": not done and change.kind == "checkout",
    }
    return None if allowed[entry.resolution] else f"{entry.resolution} ({entry.remark}), done: {done}"


@pytest.mark.parametrize(("kind", "step"), CASES)
def test_books_and_journal_agree_with_what_was_heard_or_staff_are_told(tmp_path, books_file, kind, step):
    """All changes are on their way at once; then the process is killed, and a new one settles what is left."""
    audit(tmp_path, books_file, kind, step)


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        *[(IN_HOUSE, step) for step in (CLAIMED, ACTED, KEPT, TOLD)],
        *[(TELLS, step) for step in (SENT, ACTED)],
        (NCIP, ACTED),
        (NCIP_STREAM, SENT),
    ],
)
def test_they_agree_as_well_where_partners_have_asked(tmp_path, books_file, kind, step):
    """With the same verdicts: what is recovered does not know by which front it came."""
    audit(tmp_path, books_file, kind, step, front=PARTNERS)


@pytest.mark.parametrize(("kind", "step"), [(IN_HOUSE, CLAIMED), (TELLS, ACTED)])
def test_they_agree_too_if_the_clock_was_set_back_meanwhile(tmp_path, books_file, kind, step):
    """By an hour, between the claim and the recovery."""
    audit(tmp_path, books_file, kind, step, lambda path: [sys.executable, earlier.__file__, str(path)])


def audit(tmp_path, books_file, kind, step, afterwards=None, front=DEVICES):
    """By whom is asked, `front` tells; `afterwards` makes the command of the SoftDock that recovers."""
    with a_library(kind, tmp_path, books_file) as library:
        changes = [each for each in front.changes if each.kind not in library.without]
        how = settings(library.system, "8s" if step == LATE else "0s", front)
        with killed_at(step, library, tmp_path, how, len(changes)) as killed:
            devices = front.connected(killed, changes)
            for device, change in zip(devices, changes, strict=True):
                front.say(device, change)
            heard = [front.hear(device) for device in devices]
            for device in devices:
                device.socket.close()
        assert [bool(each) for each in heard] == [step == TOLD] * len(changes)
        with softdock(tmp_path, how, command=afterwards) as running:
            found = wait_until_recovered(running, tmp_path / "store.db")
            books = library.books
            results = [
                (each, said, each.is_done(books), entry_of(each, found))
                for each, said in zip(changes, heard, strict=True)
            ]
            complaints = {str(each[0]): complaint(front, *each) for each in results}
            assert not any(complaints.values()), {kind: why for kind, why in complaints.items() if why}
            ends = {str(change): end_of(entry) for change, _, _, entry in results}
            certain = {each: end for each, end in expected(kind, step).items() if each in ends}
            assert {each: ends[each] for each in certain} == certain
            assert running.terminate() == 0


def end_of(entry):
    if entry is None:
        return None
    return LISTED if entry.listed else entry.resolution or entry.state


LISTED = "listed"
WISHES = set(BY_KIND) - HAPPENED - HARMLESS
NOT_DONE = dict.fromkeys(WISHES | HARMLESS, "not-done") | dict.fromkeys(HAPPENED, "done-now")
DONE = {
    **dict.fromkeys(HARMLESS | HAPPENED, "stands"),
    **dict.fromkeys(WISHES, LISTED),
    "checkout": "undone",
    "hold": "undone",
}


def expected(kind, step):
    """How entries end, as far as that is certain: whoever can be spared is not bothered."""
    if step in (BEFORE_THE_CLAIM, KEPT, TOLD):
        return dict.fromkeys(BY_KIND, None if step == BEFORE_THE_CLAIM else "answered")
    if kind in (CANNOT_TELL, NCIP_CANNOT_TELL):
        return dict.fromkeys(BY_KIND, LISTED)
    if kind == IN_HOUSE:  # where the step does not tell, either is right
        return {SENT: {}, CLAIMED: NOT_DONE, ACTED: DONE}[step]
    if step in (CLAIMED, SENT):
        return {
            each: NOT_DONE[each]
            for each in ("checkout", "checkin", "hold", "checkout:cancel", "checkin:cancel")
        }
    return {
        "checkout": "undone" if kind == TELLS else LISTED,
        **({"hold": "undone"} if kind in (NCIP, NCIP_1) else {}),  # whose dates are believed
        **dict.fromkeys(("checkin", "checkout:cancel", "checkin:cancel"), "stands"),
        **dict.fromkeys(("pay-fee", "renew"), LISTED),
    }
