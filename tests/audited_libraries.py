"""Libraries whose books a test reads and compares with the journal: embedded ones, and those of systems far away."""

import shutil
import sqlite3
from contextlib import closing, contextmanager

from bookkeepers import LENT, LENT_FORM, Bookkeeper
from ncip_keepers import NcipBookkeeper
from running import softdock
from state_changes import BY_KIND, CHANGES, LIBRARY, books_before, books_in_tables

IN_HOUSE = "in-house"
TELLS, CANNOT_UNDO, CANNOT_TELL = "tells", "cannot undo", "cannot tell"
"""Systems that speak SIP2."""
NCIP, NCIP_1 = "NCIP, in-house", "NCIP 1 on a stream, in-house"
NCIP_TELLS, NCIP_STREAM, NCIP_CANNOT_TELL = "NCIP, tells", "NCIP on a stream, tells", "NCIP, cannot tell"
"""Systems that speak NCIP: a SoftDock with embedded books, and others."""

EMBEDDED = {
    "adapter": "inhouse",
    "database": "sqlite:///books.db",
    "import": "holdings.json",
    "pin_key": "a key of tests, and of nothing else",
}

_LENT_FIELD = {"from": LENT, "as": [{"date": LENT_FORM}]}
PROFILES = {
    TELLS: {"lists_without_pin": True, "answers": {"18": {"read": {"item.lent": _LENT_FIELD}}}},
    CANNOT_TELL: {},
    NCIP: "softdock",
    NCIP_1: {"like": "softdock", "version": "1.0"},
    NCIP_TELLS: "standard",
    NCIP_STREAM: "standard",
    NCIP_CANNOT_TELL: {"like": "standard", "lists_tell_all": False},
}
PROFILES[CANNOT_UNDO] = PROFILES[TELLS] | {"undo": {"loan": "none", "hold": "none"}}


class EmbeddedLibrary:
    """A library whose books SoftDock keeps itself."""

    without = frozenset()
    """The kinds of change that its system is never asked for."""

    def __init__(self, folder, books_file):
        shutil.copy(books_file, folder / "books.db")
        self._file = folder / "books.db"
        self.system = {key: value for key, value in EMBEDDED.items() if key != "import"}

    @property
    def books(self):
        with closing(sqlite3.connect(self._file, timeout=30)) as connection:
            return books_in_tables(connection)


class FarLibrary:
    """A library whose system speaks SIP2."""

    without = frozenset()

    def __init__(self, keeper, profile):
        self.keeper = keeper
        self.system = {
            "adapter": "sip2",
            "address": keeper.address,
            "profile": profile,
            "connections": len(CHANGES),
            "keep_alive": "0s",
        }

    @property
    def books(self):
        return self.keeper.books


class NcipLibrary:
    """A library whose system speaks NCIP; its books are those of `holder`."""

    def __init__(self, holder, place, profile):
        self._holder = holder
        self.keeper = holder if isinstance(holder, NcipBookkeeper) else None
        self.without = {"update-item"}
        if self.keeper is not None and not self.keeper.tells:
            self.without.add("renew-all")  # nobody knows of a loan that could be renewed
        self.system = {"adapter": "ncip", "profile": profile, "connections": len(CHANGES), **place}

    @property
    def books(self):
        return self._holder.books


@contextmanager
def a_library(kind, folder, books_file):
    """A library of that kind, with the books in which everything has been done that is to be undone."""
    if kind == IN_HOUSE:
        yield EmbeddedLibrary(folder, books_file)
        return
    if kind in (NCIP, NCIP_1):
        with _a_softdock(folder / "behind", books_file) as (holder, running):
            _, http, stream = running.ports
            url, address = f"http://127.0.0.1:{http}/ncip", f"127.0.0.1:{stream}"
            yield NcipLibrary(holder, {"url": url} if kind == NCIP else {"address": address}, PROFILES[kind])
        return
    books = books_before()
    books.loans.pop(BY_KIND["checkout:cancel"].item)
    books.loans[BY_KIND["checkin:cancel"].item] = (BY_KIND["checkin:cancel"].patron, 0)
    if kind in (NCIP_TELLS, NCIP_STREAM, NCIP_CANNOT_TELL):
        keeper = NcipBookkeeper(books, tells=kind != NCIP_CANNOT_TELL, stream=kind == NCIP_STREAM)
        with keeper.serving():
            yield NcipLibrary(keeper, keeper.place, PROFILES[kind])
        return
    with Bookkeeper(books, tells=kind != CANNOT_TELL).serving() as keeper:
        yield FarLibrary(keeper, PROFILES[kind])


@contextmanager
def _a_softdock(folder, books_file):
    """One with the books, to which another one is a partner."""
    folder.mkdir()
    holder = EmbeddedLibrary(folder, books_file)
    listen = [{"sip2": "127.0.0.1:0"}, {"ncip": "127.0.0.1:0"}, {"ncip-tcp": "127.0.0.1:0"}]
    settings = {
        "listen": listen,
        "profiles": {"open": {"ncip": {"show_borrower": True}}},
        "libraries": {LIBRARY: {"system": holder.system, "time_zone": "UTC"}},
        "accounts": [{"agency": LIBRARY, "library": LIBRARY, "profile": "open"}],
    }
    with softdock(folder, settings) as running:
        yield holder, running
