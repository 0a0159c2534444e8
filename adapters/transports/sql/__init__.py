"""Statements and stored procedures of a system's own database.

SQLite, PostgreSQL and MariaDB are proven by tests.  Oracle and SQL Server are not: what is said of them here follows
their documents, and has met no server yet.

Read `transport` first; `settings` is what may be said of a database, `link` is one connection to it, in a thread,
`dialect` is what differs from one kind of database to another, `dialects` and `unproven` are the kinds.
"""

from softdock.adapters.transports.sql.settings import SqlSettings
from softdock.adapters.transports.sql.transport import SqlTransport

__all__ = ["SqlSettings", "SqlTransport"]
