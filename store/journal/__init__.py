"""The journal in a database that all processes share: implements `circulation.journal.Journal`.

    journal = SqlJournal(database, threads, this_process("web-1", worker=0), reactor, watcher)
    await journal.start()
    granted = await journal.claim(claim, until)          # durable when it returns
    told = await journal.answer(granted.number, outcome, until)

* `schema` is the tables; `rows` one entry as it is stored, and the statements on it.
* `encoding` writes operations and outcomes as versioned JSON, and reads them again.
* `ledger` is what has to be known to decide about a claim, kept in memory from one transaction to the next: pure.
* `owners` tells which processes live.
* `names` keeps by which names partners know holds, in the same database and the same transactions.
* `journal` puts it together on the threads of a database.
* `listing` is what commands ask of it, without a reactor.

Read `ledger`, then `journal`.
"""

from softdock.store.journal.journal import SqlJournal
from softdock.store.journal.owners import Owner, this_process
from softdock.store.journal.schema import LOCK, SCHEMA

__all__ = ["LOCK", "SCHEMA", "Owner", "SqlJournal", "this_process"]
