"""Several connections to one SQLite file, and other programs that come and go, do not lose what is committed."""

import subprocess
import sys

from softdock.store.database import Database, Session

ANOTHER_PROGRAM = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
print([item for item, in database.execute("SELECT item FROM shelf")])
database.close()
"""


def seen_by_another_program(path):
    """What stands there, for a program that looks and goes; it tidies up if it believes itself alone."""
    command = [sys.executable, "-c", ANOTHER_PROGRAM, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_what_is_committed_behind_the_visit_of_another_program_is_in_the_file(tmp_path):
    """A second connection of ours once gave up the locks of the first; the visitor then removed the journal in use."""
    database = Database.at("sqlite:///books.db", tmp_path, "books")
    database.create()
    writer, reader = Session(database, writes=True), Session(database, writes=False)
    writer.transact(lambda connection: connection.say("CREATE TABLE shelf (item TEXT)"))
    database.create()  # it is there already, and nothing of it is touched
    reader.transact(lambda connection: None)
    assert seen_by_another_program(database.path) == "[]"
    writer.transact(lambda connection: connection.say("INSERT INTO shelf VALUES ('CD0001')"))
    assert seen_by_another_program(database.path) == "['CD0001']"
    for session in (reader, writer):
        session.close()
