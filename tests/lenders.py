"""Kiosks that lend and return without a pause, all at once, from one thread; a witness hears what they are told."""

import random
import socket
import time
from collections import Counter
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector

from running import HASH_OF_KIOSK, Line
from softdock.circulation.locale.en import WORDING
from softdock.circulation.reasons import Reason

LENT, HAS_IT, UNAVAILABLE, UNKNOWN = (
    WORDING[reason]
    for reason in (
        Reason.ITEM_LENT_TO_ANOTHER,
        Reason.ALREADY_LENT,
        Reason.SYSTEM_UNAVAILABLE,
        Reason.OUTCOME_UNKNOWN,
    )
)
"""What kiosks are told instead of a yes: another has it, nothing was done, nobody knows whether it was."""

LIBRARY = "CDL"
PIN = "2468"
STAMP = "20260101    120000"
PATIENCE = 20
ITEMS_EACH = 12
CONTESTED = 0.2
"""The share of wishes for an item that everybody wants, as long as there are any."""


def patron(number):
    return f"L{number:04}"


def own_items(kiosk):
    """The items that only this kiosk touches."""
    return [f"K{kiosk:03}{number:03}" for number in range(ITEMS_EACH)]


def contested_items(count):
    """The items that all kiosks want to lend."""
    return [f"C{number:05}" for number in range(count)]


def holdings(kiosks, contested, **policy):
    """What the library begins with: a patron for each kiosk."""
    items = [item for kiosk in range(kiosks) for item in own_items(kiosk)] + contested_items(contested)
    return {
        "library": {"id": LIBRARY},
        "patrons": [{"id": patron(number), "pin": PIN, "name": f"读者{number}"} for number in range(kiosks)],
        "items": [{"id": item, "title": f"Volume {item}"} for item in items],
        "policies": {"default": {"loan_days": 30, "renewals": 9, "max_loans": 10_000, **policy}},
    }


def settings(database, **library):
    """SoftDock with its books in `database`, for `running.softdock` with the file `holdings_json` beside it."""
    system = {"adapter": "inhouse", "database": database, "import": "holdings.json"}
    if database != "memory":
        system["pin_key"] = "a key of tests, and of nothing else"
    return {
        "profiles": {"english": {"language": "en"}},
        "listen": [{"sip2": "127.0.0.1:0", "profile": "english"}, {"ops": "127.0.0.1:0"}],
        "libraries": {LIBRARY: {"system": system, **library}},
        "accounts": [{"user": "kiosk", "password_hash": HASH_OF_KIOSK, "library": LIBRARY, "location": "3F"}],
    }


class Kiosk:
    """One connection, its items and its patron; one wish at a time."""

    def __init__(self, number, port, dice, contested):
        self.patron = patron(number)
        self.line = connected(port)
        self._dice = dice
        self._own = dict.fromkeys(own_items(number))
        self._contested = list(contested)
        dice.shuffle(self._contested)
        self.asked_at = 0.0
        self.wish = None
        """The item, and to whom it is to be lent; none between an answer and the next wish."""

    def choose(self):
        """The next wish: an item, and to whom it is to be lent (None: taken back)."""
        if self._contested and self._dice.random() < CONTESTED:
            self.wish = self._contested.pop(), self.patron
        else:
            item = self._dice.choice(list(self._own))
            self.wish = item, None if self._own[item] else self.patron
        return self.wish

    def say(self):
        """Tell SoftDock of the wish; it is not there any more, perhaps."""
        item, borrower = self.wish
        with suppress(OSError):
            self.line.say(return_of(item) if borrower is None else loan_of(item, borrower))

    def hears(self):
        """The answer to the wish: done or not, or None if nobody knows; and its text.  None if the connection ended."""
        try:
            answer = self.line.hear()
        except OSError:
            answer = ""
        if not answer:
            return None
        item, borrower = self.wish
        self.wish = None
        assert answer[:2] == ("10" if borrower is None else "12"), answer
        assert f"|AB{item}|" in answer, answer
        text = answer.partition("|AF")[2].partition("|")[0]
        done = None if text == UNKNOWN else answer[2] == "1"
        if item in self._own and (done is not False or text == HAS_IT):
            self._own[item] = borrower  # of which nobody could say before that it was not taken back
        return item, borrower, done, text

    def comes_back(self, port):
        """The connection ended before an answer; nobody knows what came of the wish, which is returned."""
        self.line.socket.close()
        self.line = connected(port)
        (item, borrower), self.wish = self.wish, None
        if item in self._own:
            self._own[item] = borrower
        return item, borrower

    def knows(self, loans):
        """After a restart: where its items are."""
        self._own = {item: loans.get(item) for item in self._own}


def connected(port):
    """A device that is logged in."""
    line = Line(socket.create_connection(("127.0.0.1", port), PATIENCE))
    assert line.ask("9300CNkiosk|COkiosk|CP3F|") == "941"
    return line


def loan_of(item, borrower):
    return f"11NN{STAMP}{' ' * 18}AO{LIBRARY}|AA{borrower}|AB{item}|AC|AD{PIN}|"


def return_of(item):
    return f"09N{STAMP}{STAMP}AP3F|AO{LIBRARY}|AB{item}|AC|"


def lookup_of(item):
    return f"17{STAMP}AO{LIBRARY}|AB{item}|"


def loans_of(borrower, first, last):
    return f"63001{STAMP}  Y       AO{LIBRARY}|AA{borrower}|AC|AD{PIN}|BP{first}|BQ{last}|"


class Kiosks:
    """All kiosks of one round, spread over the `ports` of one or more SoftDocks."""

    def __init__(self, number, ports, seed, witness, contested=(), loans=None):
        dice = random.Random(seed)
        self._witness = witness
        self._selector = DefaultSelector()
        self._kiosks = [
            Kiosk(each, ports[each % len(ports)], random.Random(dice.random()), contested)
            for each in range(number)
        ]
        self.refusals = Counter()
        """How often anything but a yes was heard, by its text."""
        self.slowest = 0.0
        """Seconds that an answer took at most."""
        self.done = 0
        """How often yes was heard."""
        for kiosk in self._kiosks:
            kiosk.knows(loans or {})
            self._selector.register(kiosk.line.socket, EVENT_READ, kiosk)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for kiosk in self._kiosks:
            kiosk.line.socket.close()
        self._selector.close()

    def lend(self, answers, *, may_end=False, back_at=None):
        """Every kiosk asks, and asks again when it is answered, until so many answers were heard; the rest stay open.

        With `may_end` kiosks whose connection ends are out of it, and their wishes stay open for good.  Those that
        may come `back_at` a port connect again instead: SoftDock hangs up where nothing may be told.
        """
        for kiosk in self._kiosks:
            if kiosk.wish is None:
                self._ask(kiosk)
        while answers > 0:
            ready = self._selector.select(PATIENCE)
            assert ready, "nothing heard"
            for key, _ in ready:
                kiosk = key.data
                if not self._hear(kiosk):
                    assert may_end or back_at, "the connection has ended"
                    self._selector.unregister(kiosk.line.socket)
                    if not back_at:
                        continue
                    self._come_back(kiosk, back_at)
                answers -= 1
                if answers <= 0:
                    return
                self._ask(kiosk)

    def finish(self):
        """Hear what is still to come.  Of a SoftDock that was killed, that is what had left it before."""
        for kiosk in self._kiosks:
            if kiosk.wish is not None:
                self._hear(kiosk)

    def _come_back(self, kiosk, port):
        self._witness.told(*kiosk.comes_back(port), None)
        self._selector.register(kiosk.line.socket, EVENT_READ, kiosk)

    def _ask(self, kiosk):
        self._witness.asked(*kiosk.choose())
        kiosk.asked_at = time.monotonic()
        kiosk.say()

    def _hear(self, kiosk):
        heard = kiosk.hears()
        if heard is None:
            return False
        self.slowest = max(self.slowest, time.monotonic() - kiosk.asked_at)
        item, borrower, done, text = heard
        self._witness.told(item, borrower, done)
        if done:
            self.done += 1
        else:
            self.refusals[text] += 1
        return True
