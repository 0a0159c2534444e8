"""The other yardstick: a bare program that commits one small row for each line it hears, and answers it.

It does what nothing can do without that says yes only when it is durable: one INSERT, one commit, on a connection of its
own, in the thread that answers.  What counts is how long its commits took, in that thread, not how fast it answers: the
line `P` asks for the median of all since it was last asked, in microseconds.  So commits are measured as a lone kiosk
causes them, with a round trip between one and the next, in which processor and disk may go to sleep.  `R 0.5` asks for
the median of commits without a pause, for half a second.

    python bare_commits.py PORT sqlite:////folder/file.db
    python bare_commits.py PORT 'postgresql+psycopg://user@/database?host=/folder'

SQLite writes ahead (WAL) and syncs at each commit (synchronous=FULL).  With psycopg's autocommit a commit is one round
trip to PostgreSQL, which syncs before it answers.
"""

import socket
import sqlite3
import sys
import time
from collections.abc import Callable
from statistics import median

MADE = "CREATE TABLE IF NOT EXISTS bare_commits (number INTEGER PRIMARY KEY, line TEXT NOT NULL)"
A_LINE = "11NN" + "a line as long as any other, " * 4

Commit = Callable[[int, str], None]


def sqlite_commits(path: str) -> Commit:
    """Commits into a file."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute(MADE)

    def commit(number: int, line: str) -> None:
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO bare_commits VALUES (?, ?)", (number, line))
        database.execute("COMMIT")

    return commit


def postgresql_commits(url: str) -> Commit:
    """Commits into a database of a cluster."""
    import psycopg  # noqa: PLC0415 - only this one needs it

    database = psycopg.connect(url, autocommit=True)
    database.execute(MADE)

    def commit(number: int, line: str) -> None:
        database.execute("INSERT INTO bare_commits VALUES (%s, %s)", (number, line))

    return commit


def main() -> None:
    """Serve one connection after the other, until told to stop."""
    port, url = int(sys.argv[1]), sys.argv[2]
    scheme, _, rest = url.partition(":///")
    commit = sqlite_commits(rest) if scheme == "sqlite" else postgresql_commits(url.replace("+psycopg", ""))
    asked_for: list[float] = []
    number = 0

    def seconds(line: str) -> float:
        nonlocal number
        number += 1
        began = time.perf_counter()
        commit(number, line)
        return time.perf_counter() - began

    def in_a_row(length: float) -> list[float]:
        took, end = [], time.perf_counter() + length
        while time.perf_counter() < end:
            took.append(seconds(A_LINE))
        return took

    with socket.create_server(("127.0.0.1", port)) as listener:
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with connection:
                while line := connection.recv(4096):
                    answer = line
                    if line[:1] == b"R":
                        answer = _told(in_a_row(float(line[1:])))
                    elif line[:1] == b"P":
                        answer = _told(asked_for)
                        asked_for.clear()
                    else:
                        asked_for.append(seconds(line.decode("ascii")))
                    connection.sendall(answer)


def _told(took: list[float]) -> bytes:
    return b"%d\r" % (median(took) * 1e6)


if __name__ == "__main__":
    main()
