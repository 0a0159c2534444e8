"""Bringing a database to the shape that the code expects.

A schema is a folder of numbered revisions, each with an `upgrade` in alembic's language.  They are applied when a
database is opened, in one transaction that locks out every other process, so that two of them may start at once.
There is no way back but a backup: a database that a later version has written is refused.
"""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import sqlalchemy as sa

from softdock.store.database.backends import Database
from softdock.store.database.errors import DatabaseAway, DatabaseNewer
from softdock.store.database.sessions import Connection, Session


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of one part of SoftDock, as they came about."""

    name: str
    """Also the beginning of the name of the table that tells the revision of a database."""
    revisions: Path
    """The folder of the revisions, each in a file whose name begins with it: 0001_books.py."""

    @property
    def newest(self) -> str:
        """The revision that the code expects."""
        return max(path.name.partition("_")[0] for path in self.revisions.glob("[0-9]*_*.py"))

    @property
    def version_table(self) -> str:
        """Where a database keeps the revision that it has."""
        return f"{self.name}_version"


_alembic = Lock()
"""Held while alembic runs: what its revisions import, `op`, exists once for all threads."""


def migrate(database: Database, schema: Schema) -> tuple[str | None, str]:
    """Bring `database` to the newest revision of `schema`; the revisions before (None: it was empty) and after.

    A file that is not there is made: this is the only way in which one comes about.

    Raises DatabaseNewer, DatabaseAway, DatabaseBusy.
    """
    newest = schema.newest

    def brought_up(connection: Connection) -> str | None:
        found = _revision(connection, schema)
        if found != newest:
            from softdock.store.database.upgrading import upgrade  # noqa: PLC0415 - alembic is large, and seldom needed

            upgrade(connection, schema, found)
        return found

    try:
        database.create()
    except OSError as error:
        raise DatabaseAway(f"{type(error).__name__}: {error}") from error
    session = Session(database, writes=True)
    try:
        with _alembic:
            found = session.transact(brought_up)
    finally:
        session.close()
    return found, newest


def revision_known(connection: Connection, schema: Schema) -> str | None:
    """The revision that the database has, None if it has none yet; for who only reads, and brings nothing up to date.

    Raises DatabaseNewer.
    """
    found = _revision(connection, schema)
    if found is not None and found > schema.newest:
        raise DatabaseNewer(found, schema.newest)
    return found


def _revision(connection: Connection, schema: Schema) -> str | None:
    """The one that the database has; None if it has none yet."""
    if not sa.inspect(connection.core).has_table(schema.version_table):
        return None
    table = sa.table(schema.version_table, sa.column("version_num", sa.Text))
    revision: str | None = connection.core.execute(sa.select(table.c.version_num)).scalar()
    return revision
