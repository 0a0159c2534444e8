"""Keeping loaded books from one transaction to the next.

A patron comes with several items, one after the other: what was loaded for the first is of use for the next.  It still
stands if the last transaction on this connection was the one that left it, and was committed, and if nobody else has
written since, which the marks of transactions tell.
"""

from datetime import datetime
from typing import NamedTuple

from softdock.adapters.inhouse.policies import PolicyBook
from softdock.adapters.inhouse.snapshot import House
from softdock.adapters.inhouse.sql.loading import LoadedBooks
from softdock.store.database import Connection

MOST = 10_000
"""Cards, copies and titles that are kept, with what was looked for in vain; beyond them all is loaded anew."""


class _Kept(NamedTuple):
    books: LoadedBooks
    mark: int | None
    """Of the next transaction, if nobody else has written by then."""
    commits: int
    """How many transactions of the connection had been committed once theirs was."""


def books_for(connection: Connection, house: House, policies: PolicyBook, now: datetime) -> LoadedBooks:
    """Books within the present transaction."""
    kept, connection.kept = connection.kept, None
    if (
        isinstance(kept, _Kept)
        and connection.mark is not None
        and (connection.mark, connection.commits) == (kept.mark, kept.commits)
    ):
        books = kept.books
        if books.house is house and books.policies is policies and len(books) <= MOST:
            books.now = now
            return books
    return LoadedBooks(connection, house, policies, now)


def keep(connection: Connection, books: LoadedBooks) -> None:
    """Keep `books` for the next transaction, provided that this one is committed: nothing can fail any more but that."""
    connection.kept = _Kept(books, connection.next_mark, connection.commits + 1)
