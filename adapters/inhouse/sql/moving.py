"""Books that move: a file into a database, a database into a file, a copy of a database; for commands, without a reactor."""

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from softdock.adapters.inhouse.importing import EmptyBooks, KnownBooks, read_stock
from softdock.adapters.inhouse.pins import PinSeal
from softdock.adapters.inhouse.snapshot import House
from softdock.adapters.inhouse.sql import schema as t
from softdock.adapters.inhouse.sql.giving_out import give_out
from softdock.adapters.inhouse.sql.known import SqlKnownBooks
from softdock.adapters.inhouse.sql.storage import adopt_mark, library_in, must_be_of, prepare
from softdock.adapters.inhouse.sql.taking_in import take_in
from softdock.adapters.inhouse.storage import Taken
from softdock.adapters.inhouse.streaming import NotJson, parts_of
from softdock.circulation.identifiers import LibraryId
from softdock.store.database import Connection, Database, Session, Sqlite, migrate

SHARE_OF_OTHERS = 0.25
"""For how long others may write, by how long a portion of an import took."""

LEAST_FOR_OTHERS = 0.004
"""Seconds: twice as long as there is between two tries of somebody who waits."""


class NoLibrary(LookupError):
    """Nothing says whose books these are."""


def import_file(
    path: Path, database: Database, house: House, key: str | None, now: Callable[[], datetime]
) -> Taken:
    """Take the file at `path` into the books in `database`, which are made if there are none.

    If `house` has no identifier, it is the library whose books are there, else the one that the file names.  Without the
    `key` of the PINs the file may hold no PIN in clear.  Raises ImportFileError before anything of the file is in the
    books; NoLibrary, WrongBooks, DatabaseNewer, DatabaseAway, DatabaseBusy, CommitLost.
    """
    if key is not None:
        house = replace(house, pins=PinSeal(key))
    mark = None if key is None else house.pins.mark
    with closing(Session(database, writes=True)) as session:
        known: KnownBooks = EmptyBooks(mark)
        there = None if database.is_new else library_in(database, session)
        if not house.library:
            house = replace(house, library=there or _library_of(path))
        if there is not None:
            prepare(database, session, house, mark)
            known = SqlKnownBooks(session)
        stock = read_stock(path, house, now(), known, may_seal=key is not None)
        prepare(database, session, house, mark)
        if stock.pin_key_mark is not None:
            session.transact(lambda books: adopt_mark(books, stock.pin_key_mark))
        return take_in(session, stock, house, now, _pause if database.wait_to_begin else None)


def _library_of(path: Path) -> LibraryId:
    """The identifier that the file at `path` gives its library.  Raises NoLibrary."""
    with suppress(OSError, NotJson), path.open("rb") as file:
        for part in parts_of(file):
            if part.name == "library" and isinstance(part.value, dict) and part.value.get("id"):
                return LibraryId(str(part.value["id"]))
    raise NoLibrary


def _pause(seconds: float) -> None:
    """Let others write, where the database does not queue them."""
    time.sleep(max(LEAST_FOR_OTHERS, seconds * SHARE_OF_OTHERS))


def export_file(path: Path | None, database: Database, house: House, write: Callable[[str], object]) -> None:
    """Give the books in `database` out: into the file at `path`, which is whole or not there; else by `write`.

    Raises WrongBooks, if `house` has an identifier and the books are another's; DatabaseNewer, DatabaseAway,
    DatabaseBusy, OSError.
    """
    migrate(database, t.SCHEMA)
    with closing(Session(database, writes=False)) as session:
        if house.library:
            session.transact(lambda books: must_be_of(books, house))
        if path is None:
            session.transact(lambda books: give_out(books, house.zone, write))
            return
        # For our own eyes from the start, and of nobody else's making: another export may be under way.
        descriptor, name = tempfile.mkstemp(".part", f"{path.name}.", path.parent)
        os.close(descriptor)
        part = Path(name)

        def into_file(books: Connection) -> None:
            with part.open("w", encoding="utf-8") as file:
                give_out(books, house.zone, file.write)
                file.flush()
                os.fsync(file.fileno())

        try:
            session.transact(into_file)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def back_up(path: Path, database: Sqlite) -> None:
    """Copy the books as they are at this moment into a new file at `path`, while others go on using them.

    Raises FileExistsError, OSError, DatabaseAway.
    """
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(Session(database, writes=True)) as session:  # into the new file; the database is only read
        try:
            session.outside(lambda books: books.core.exec_driver_sql("VACUUM INTO ?", (str(path),)))
            with path.open("rb") as file:
                os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
