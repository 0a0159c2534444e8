"""Thousands of changes, hundreds of connections, two SoftDocks on one journal, and faults of every kind in between.

In the end, when the recovery has settled what it can, the system's books say of every change what its device heard
last, or it is on the list of the staff.  The seed decides what devices wish and which faults they meet; in what order
the processes come to it is theirs.  Other runs:

    FAULT_SEED="7 8 9" FAULT_ANSWERS=20000 FAULT_SYSTEMS="NCIP on a stream" pytest tests/server/test_random_faults.py
"""

import os
import random
import socket
import sqlite3
from collections import Counter
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from selectors import EVENT_READ, DefaultSelector
from threading import Timer

import pytest

from bookkeepers import LENT, LENT_FORM, Bookkeeper
from journal_tables import wait_until_recovered
from lenders import connected
from ncip_keepers import NcipBookkeeper
from running import HASH_OF_KIOSK, softdock
from state_changes import FEE, LIBRARY

pytestmark = pytest.mark.socket

SEEDS = [int(each) for each in os.environ.get("FAULT_SEED", "5").split()]
ANSWERS = int(os.environ.get("FAULT_ANSWERS", "2500"))
DEVICES = 200
PATIENCE = 20
"""Seconds in which every device must hear something, if only the end of its connection."""
TRIES = 3
KILLS, HANGS = 4, 2
LATENESS, HANG = 0.2, 1.0
"""Seconds after which the system still carries something out; all less than `settle_after`."""
SETTLE_AFTER = "6s"

YES, NO, NOTHING = "yes", "no", "nothing"


# --- the system -----------------------------------------------------------------------------------------


class Faulty:
    """Stands before a bookkeeper, and loses every tenth answer in one way or another."""

    def __init__(self, seed, **how):
        super().__init__(**how)
        self._dice = random.Random(seed)
        self.shown = Counter()
        """How often each fault was shown."""

    def _meet(self, request):
        if not self._changes(request):
            return super()._meet(request)
        with self._lock:
            is_faulty = self._dice.random() < 0.1
            fault = (
                self._dice.choice(("undone", "undone, hung up", "late", "silent", "hung up"))
                if is_faulty
                else ""
            )
            self.shown[fault] += 1
        if fault == "late":
            Timer(LATENESS, super()._meet, [request]).start()
            return None
        answer = None if fault.startswith("undone") else super()._meet(request)
        if "hung up" in fault:
            raise ConnectionAbortedError
        return None if fault else answer

    def _written(self, request, data):
        if not self._changes(request):
            return data
        with self._lock:
            spoilt = self._dice.choice(["half", "damaged", "garbage"]) if self._dice.random() < 0.03 else ""
            self.shown[spoilt] += bool(spoilt)
        if spoilt == "half":
            return data[: len(data) // 2]
        damaged = data.replace(b"AZ", b"AZ0").replace(b"Response>", b"Respons3>")
        return {"": data, "damaged": damaged, "garbage": b"\xff\x80?|AB\r"}[spoilt]


class FaultySystem(Faulty, Bookkeeper):
    """Speaks SIP2, and tells since when an item is lent."""

    undoes = True

    @property
    def place(self):
        lent = {"from": LENT, "as": [{"date": LENT_FORM}]}
        profile = {"lists_without_pin": True, "answers": {"18": {"read": {"item.lent": lent}}}}
        return {"adapter": "sip2", "address": self.address, "profile": profile}


class FaultyResponder(Faulty, NcipBookkeeper):
    """Speaks NCIP.  Since when an item is lent has no place there: most loans are not undone, but listed."""

    undoes = False

    @property
    def place(self):
        return {"adapter": "ncip", "profile": "standard", **super().place}


SYSTEMS = {
    "SIP2": FaultySystem,
    "NCIP": FaultyResponder,
    "NCIP on a stream": lambda seed: FaultyResponder(seed, stream=True),
}
KINDS = os.environ.get("FAULT_SYSTEMS", "SIP2,NCIP").split(",")


# --- the devices ----------------------------------------------------------------------------------------


@dataclass
class Wish:
    """One change: what it is about, what the books say of that before, and what after it."""

    kind: str
    key: tuple
    before: object
    after: object
    request: str
    sequence: int
    heard: str = NOTHING


@dataclass
class Device:
    """One kiosk with one patron; it asks one thing at a time, and repeats what was not answered."""

    number: int
    line: object = None
    wish: Wish | None = None
    tries: int = 0
    item: str | None = None
    """What it has in hand, and may go on with."""
    loan: object = None
    sequence: int = 0
    is_deaf: bool = False
    """What it is answered is lost on the way, until it connects again."""


@dataclass
class Street:
    """All devices, and what each of them heard last of what it wished."""

    dice: random.Random
    ports: list
    system: Faulty
    lives: dict = field(default_factory=dict)
    """By what it is about: the wishes, in their order."""
    answers: int = 0
    told: Counter = field(default_factory=Counter)

    def __post_init__(self):
        self._numbers = count()
        self._selector = DefaultSelector()
        self._devices = [Device(number) for number in range(DEVICES)]
        self._contested = [f"C{number:03}" for number in range(ANSWERS // 50)]

    def __enter__(self):
        for each in self._devices:
            self._connect(each)
            self._ask(each)
        return self

    def __exit__(self, *_):
        for each in self._devices:
            if each.line is not None:
                each.line.socket.close()
        self._selector.close()

    def go_on(self, answers):
        """Until so many wishes have come to an end."""
        until = self.answers + answers
        while self.answers < until:
            ready = self._selector.select(PATIENCE)
            assert ready, "nobody hears anything"
            for key, _ in ready:
                self._hear(key.data)

    def come_to_rest(self):
        """Every wish comes to an end, and nobody has another one."""
        self._contested = None
        while any(each.wish is not None for each in self._devices):
            ready = self._selector.select(PATIENCE)
            assert ready, "somebody hears nothing"
            for key, _ in ready:
                self._hear(key.data)

    # --- one device -------------------------------------------------------------------------------------

    def _connect(self, device):
        """Somewhere; one of the processes may just have been killed."""
        for port in self.dice.sample(self.ports, len(self.ports)) * 50:
            with suppress(OSError, AssertionError):
                device.line = connected(port)
                self._selector.register(device.line.socket, EVENT_READ, device)
                return
        raise AssertionError("nobody listens")

    def _disconnect(self, device):
        self._selector.unregister(device.line.socket)
        device.line.socket.close()
        device.line, device.is_deaf = None, False

    def _ask(self, device):
        device.wish, device.tries = self._wish(device), 0
        self.lives.setdefault(device.wish.key, []).append(device.wish)
        self._say(device)

    def _say(self, device):
        device.tries += 1
        with suppress(OSError):
            device.line.say(device.wish.request, device.wish.sequence)
            if (
                self.dice.random() < 0.04
            ):  # SoftDock deals with this to the end, but the device hears nothing of it
                device.is_deaf = True
                device.line.socket.shutdown(socket.SHUT_WR)

    def _hear(self, device):
        try:
            answer = device.line.hear()
        except OSError:
            answer = ""
        if answer and device.is_deaf:
            return
        wish = device.wish
        if not answer:
            self._disconnect(device)
            self._connect(device)
            if wish is not None and device.tries < TRIES:
                self._say(device)
                return
        if wish is None:
            return
        if answer:
            wish.heard = YES if answer[2] in "1Y" else NO
        self.answers += 1
        self.told[wish.heard] += 1
        device.wish = None
        self._learn(device, wish)
        if self._contested is not None:
            self._ask(device)

    def _learn(self, device, wish):
        """It goes on with an item only as long as it hears yes."""
        if wish.key[0] == "loan" and not wish.key[1].startswith("C"):
            device.item, device.loan = (wish.key[1], wish.after) if wish.heard == YES else (None, None)

    # --- wishes -----------------------------------------------------------------------------------------

    def _wish(self, device):
        number, stamp = next(self._numbers), f"{datetime.now(UTC):%Y%m%d   Z%H%M%S}"
        device.sequence = (device.sequence + 1) % 10
        kind, key, before, after, request = self._choice(device, number)
        return Wish(kind, key, before, after, request.replace("@", stamp), device.sequence)

    def _choice(self, device, number):
        roll, card = self.dice.random(), f"D{device.number:03}"
        if roll < 0.05:
            card = f"F{number:05}"
            with self.system._lock:
                self.system.books.fees[card] = FEE
            request = f"37@0400CNYBV5.00|AO{LIBRARY}|AA{card}|BKT{number}|"
            return "pay-fee", ("fee", card), FEE, None, request
        if roll < 0.1:
            card, item = f"H{number:05}", f"W{number:05}"
            request = f"15+@BS3F|AO{LIBRARY}|AA{card}|AB{item}|AC|"
            return "hold", ("hold", card), None, (item, "3F"), request
        if roll < 0.15 and self._contested:
            return self._loan(
                card, self._contested[0] if self.dice.random() < 0.8 else self._contested.pop(0)
            )
        if device.item is None:
            return self._loan(card, f"I{number:05}")
        item, loan = device.item, device.loan
        if loan is None:
            return self._loan(card, item)
        if self.dice.random() < 0.3:
            request = f"29NN@@AO{LIBRARY}|AA{card}|AB{item}|AC|"
            return "renew", ("loan", item), loan, (card, loan[1] + 1), request
        return "checkin", ("loan", item), loan, None, f"09N@@AP3F|AO{LIBRARY}|AB{item}|AC|"

    @staticmethod
    def _loan(card, item):
        return "checkout", ("loan", item), None, (card, 0), f"11NN@@AO{LIBRARY}|AA{card}|AB{item}|AC|"


# --- the check ------------------------------------------------------------------------------------------


def is_carried_out(entry):
    """Whether it has changed the books for good."""
    answered = entry.state == "answered" and entry.last_word == "done"
    return answered or entry.resolution in ("stands", "done-now")


class Auditor:
    """Compares the books, the journal and what devices heard last."""

    def __init__(self, books, entries):
        self._books = books
        self._entries = {}
        for each in entries:
            about = {"pay-fee": "fee", "hold": "hold"}.get(each.kind, "loan")
            key = (about, each.item if about == "loan" else each.patron)
            self._entries.setdefault(key, []).append(each)

    def complaint(self, key, wishes):
        """What is wrong about `key`, of which there were these wishes; None if nothing is."""
        value, entries = self._value(key), self._entries.get(key, [])
        if any(each.listed for each in entries):
            return None
        check = self._about_one_of_many if key[1].startswith("C") else self._about_the_last
        if check(value, wishes, entries):
            return None
        said = [(each.kind, each.heard) for each in wishes[-4:]]
        kept = [
            (each.kind, each.state, each.last_word, each.resolution, each.remark) for each in entries[-4:]
        ]
        return f"{key}: the books say {value}; heard {said}; journal {kept}"

    def _value(self, key):
        about, name = key
        books = self._books
        return {"loan": books.loans, "hold": books.holds, "fee": books.fees}[about].get(name)

    @staticmethod
    def _about_the_last(value, wishes, entries):
        """All but the last were answered with yes."""
        last, tries = wishes[-1], entries
        for _ in wishes[:-1]:
            done = next((number for number, each in enumerate(tries) if is_carried_out(each)), None)
            if done is None:
                return False
            tries = tries[done + 1 :]
        if last.heard == YES:
            return value == last.after
        if value == last.before:
            refused = not tries or (tries[-1].state == "answered" and tries[-1].last_word != "done")
            return last.kind != "checkin" or refused
        if value != last.after or not tries:
            return False
        stands = {"renew": {"stands"}, "checkin": {"stands", "done-now"}}.get(last.kind, set())
        if any(each.resolution in stands for each in tries):
            return True
        # The process was killed, or the answer was lost, before the device could be told.
        return last.heard == NOTHING and tries[-1].state == "answered" and tries[-1].last_word == "done"

    @staticmethod
    def _about_one_of_many(value, wishes, entries):
        """Many have tried to borrow it, each once."""
        got = [each.after for each in wishes if each.heard == YES]
        if got:
            return got == [value]
        told_nobody = any(each.heard == NOTHING and each.after == value for each in wishes)
        is_kept = any(each.state == "answered" and each.last_word == "done" for each in entries)
        return value is None or (told_nobody and is_kept)


# --- the run --------------------------------------------------------------------------------------------


def settings(store, system):
    library = {
        "system": {"connections": 40, "timeout": "500ms", **system.place},
        "time_zone": "UTC",
        "deadline": "1s",
        "breaker": {"failures": 1000},
        "recovery": {"settle_after": SETTLE_AFTER},
    }
    return {
        "store": f"sqlite:///{store}",
        "profiles": {"patient": {"retries": 30}},
        "listen": [{"sip2": "127.0.0.1:0", "profile": "patient", "limits": {"per_address": 1000}}],
        "libraries": {LIBRARY: library},
        "accounts": [{"user": "kiosk", "password_hash": HASH_OF_KIOSK, "library": LIBRARY}],
    }


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_happens_nobody_is_misled(tmp_path, kind, seed, record_property):
    store, numbers, dice = tmp_path / "store.db", count(), random.Random(seed)
    with SYSTEMS[kind](seed).serving() as system, ExitStack() as stack:

        def begin():
            folder = tmp_path / f"softdock-{next(numbers)}"
            folder.mkdir()
            return stack.enter_context(softdock(folder, settings(store, system)))

        running = [begin(), begin()]
        ports = [each.ports[0] for each in running]
        faults = ["kill"] * KILLS + ["hang"] * HANGS
        dice.shuffle(faults)
        with Street(dice, ports, system) as street:
            for fault in faults:
                street.go_on(dice.randrange(ANSWERS // len(faults)) + DEVICES // 2)
                if fault == "hang":
                    system._goes_on.clear()
                    Timer(HANG, system._goes_on.set).start()
                    continue
                which = dice.randrange(2)
                running[which].kill()
                street.go_on(DEVICES // 2)
                running[which] = begin()
                ports[which] = running[which].ports[0]
            street.go_on(max(ANSWERS - street.answers, DEVICES))
            street.come_to_rest()
        for each in running:
            assert each.terminate() == 0
        last = begin()
        entries = wait_until_recovered(last, store)
        assert last.terminate() == 0
        auditor = Auditor(system.books, entries)
        complaints = [auditor.complaint(key, wishes) for key, wishes in street.lives.items()]
    found = [each for each in complaints if each]
    ends = Counter("listed" if each.listed else each.resolution or each.state for each in entries)
    for name, counts in {"told": street.told, "journal": ends, "faults": system.shown}.items():
        record_property(name, dict(counts))
    assert not found, f"seed {seed}, {ANSWERS} answers:\n" + "\n".join(found)
    assert street.told[YES] > ANSWERS / 2
    assert all(ends[each] for each in ("answered", "not-done", "done-now", "listed"))
    assert ends["undone"] or not system.undoes
    with closing(sqlite3.connect(store)) as connection:
        assert connection.execute("SELECT count(DISTINCT owner) FROM entry").fetchone()[0] > 1
