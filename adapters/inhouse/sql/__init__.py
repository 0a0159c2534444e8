"""The books on SQL: the second storage of the embedded library, for SQLite and PostgreSQL.

* `schema` has the tables, `revisions` how they came about, `rows` how a record becomes a row and a row a record.
* `loading` puts together what operations can touch: for all that wait at once what is foreseen, and one by one what a
  rule asks for beyond that.
* `writing` brings what was decided into the tables.
* `storage` is the unit of work: load, decide, write; `keeping` hands what was loaded to the next one, `numbers` is the
  counter, `terms` the one row about the library itself, `marks` which journalled operations were done.
* `taking_in` takes an import file of any size in, beside a server that goes on serving; `known` tells what the books
  have already; `giving_out` is the way back.  `moving` is both, and the backup, for commands.

Read `storage` first.
"""
