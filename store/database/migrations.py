"""Bringing a database to the shape that the code expects.

A schema is a folder of numbered revisions, each with an `upgrade` in alembic's language.  They are applied when a
database is opened, in one transaction that locks out every other process, so that two of them may start at once.
There is no way back but a backup: a database that a later version has written is refused.
"""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError

from softdock.store.database.backends import Database
from softdock.store.database.errors import DatabaseAway, DatabaseNewer
from softdock.store.database.sessions import Connection, Session


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of one part of SoftDock, as they came about."""

    name: str
    """Also the beginning of the name of the table that tells the revision of a database."""
    revisions: Path
    """The folder of the revisions."""

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
    scripts = _scripts(schema)
    newest = scripts.get_current_head() or ""

    def upgrade(connection: Connection) -> str | None:
        found = _context(connection, schema).get_current_revision()
        if found != newest:
            _upgrade(connection, schema, scripts, found, newest)
        return found

    try:
        database.create()
    except OSError as error:
        raise DatabaseAway(f"{type(error).__name__}: {error}") from error
    session = Session(database, writes=True)
    try:
        with _alembic:
            found = session.transact(upgrade)
    finally:
        session.close()
    return found, newest


def _scripts(schema: Schema) -> ScriptDirectory:
    return ScriptDirectory(str(schema.revisions), version_locations=[str(schema.revisions)])


def _context(connection: Connection, schema: Schema) -> MigrationContext:
    return MigrationContext.configure(
        connection.core, opts={"version_table": schema.version_table, "transactional_ddl": False}
    )


def _upgrade(
    connection: Connection, schema: Schema, scripts: ScriptDirectory, found: str | None, newest: str
) -> None:
    try:
        steps = list(scripts.iterate_revisions(newest, found or "base"))
    except ResolutionError:
        raise DatabaseNewer(found or "", newest) from None
    context = _context(connection, schema)
    with Operations.context(context):
        for step in reversed(steps):
            step.module.upgrade()
    context.stamp(scripts, newest)
