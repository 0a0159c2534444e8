"""A database: its own few threads, units of work that are committed together, and migrations.

    database = Database.at("sqlite:///books.db", Path("/var/lib/softdock"), lock="inhouse")
    migrate(database, SCHEMA)                                   # DatabaseNewer if it was written by a later version
    threads = DatabaseThreads(database, "CDL", reactor, observer)
    threads.start()
    await threads.write(lend, "CD0001")                         # durable when it returns

* `backends` tells SQLite and PostgreSQL apart: how to connect durably, how to begin, what an error means.
* `statements` are built by SQLAlchemy Core, compiled once, and run on the driver's own cursor.
* `sessions` is one connection, and the transactions on it.
* `turns` lets the processes that write into one SQLite file queue.
* `threads` gathers what waits into one transaction: that is what makes durability cheap.
* `migrations` brings a database to the shape that the code expects; `upgrading` is alembic's part of that.

Read `sessions`, then `threads`.
"""

from softdock.store.database.backends import Database, DatabaseUrlError, Sqlite
from softdock.store.database.errors import (
    CommitLost,
    DatabaseAway,
    DatabaseBusy,
    DatabaseError,
    DatabaseNewer,
)
from softdock.store.database.migrations import Schema, migrate, revision_known
from softdock.store.database.sessions import Connection, Session
from softdock.store.database.statements import Bulk, KeyedSelect, Row, Statement, upsert
from softdock.store.database.threads import DatabaseThreads, UnitOfWork

__all__ = [
    "Bulk",
    "CommitLost",
    "Connection",
    "Database",
    "DatabaseAway",
    "DatabaseBusy",
    "DatabaseError",
    "DatabaseNewer",
    "DatabaseThreads",
    "DatabaseUrlError",
    "KeyedSelect",
    "Row",
    "Schema",
    "Session",
    "Sqlite",
    "Statement",
    "UnitOfWork",
    "migrate",
    "revision_known",
    "upsert",
]
