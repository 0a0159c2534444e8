"""Applying revisions, which is what alembic is there for.  Imported when there are any to apply."""

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError

from softdock.store.database.errors import DatabaseNewer
from softdock.store.database.migrations import Schema
from softdock.store.database.sessions import Connection


def upgrade(connection: Connection, schema: Schema, found: str | None) -> None:
    """Apply the revisions of `schema` that come behind the one that was `found`.  Raises DatabaseNewer."""
    scripts = ScriptDirectory(str(schema.revisions), version_locations=[str(schema.revisions)])
    try:
        steps = list(scripts.iterate_revisions(schema.newest, found or "base"))
    except ResolutionError:
        raise DatabaseNewer(found or "", schema.newest) from None
    context = MigrationContext.configure(
        connection.core, opts={"version_table": schema.version_table, "transactional_ddl": False}
    )
    with Operations.context(context):
        for step in reversed(steps):
            step.module.upgrade()
    context.stamp(scripts, schema.newest)
