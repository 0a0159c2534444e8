"""A database is brought to the newest revision when it is opened, and left alone if it is newer."""

from contextlib import closing
from threading import Thread

import pytest

from softdock.store.database import DatabaseNewer, Schema, Session, migrate

FIRST = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "1", None
def upgrade():
    op.create_table("things", sa.Column("name", sa.Text, primary_key=True))
"""
SECOND = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "2", "1"
def upgrade():
    op.add_column("things", sa.Column("colour", sa.Text))
    {then}
"""


@pytest.fixture
def schema(tmp_path):
    """With the first revision; `write` brings the second."""
    folder = tmp_path / "revisions"
    folder.mkdir()
    (folder / "1_things.py").write_text(FIRST)
    return Schema("test", folder)


def write_second(schema, then=""):
    (schema.revisions / "2_colours.py").write_text(SECOND.format(then=then))


def rows(database, text):
    with closing(Session(database, writes=True)) as session:
        return session.transact(lambda connection: connection.core.exec_driver_sql(text).fetchall())


def test_an_empty_database_gets_everything_and_a_second_look_nothing(database, schema):
    write_second(schema)
    assert migrate(database, schema) == (None, "2")
    assert migrate(database, schema) == ("2", "2")
    assert rows(database, "SELECT name, colour FROM things") == []


def test_what_an_earlier_version_wrote_is_kept(database, schema):
    migrate(database, schema)
    with closing(Session(database, writes=True)) as session:
        session.transact(lambda connection: connection.say("INSERT INTO things VALUES ('a')"))
    write_second(schema)
    assert migrate(database, schema) == ("1", "2")
    assert rows(database, "SELECT name, colour FROM things") == [("a", None)]


def test_a_revision_that_fails_leaves_the_database_as_it_was(database, schema):
    """Tables and all, so that a corrected version can begin where this one stopped."""
    migrate(database, schema)
    write_second(schema, then='raise KeyError("no")')
    with pytest.raises(KeyError):
        migrate(database, schema)
    assert rows(database, "SELECT * FROM test_version") == [("1",)]
    write_second(schema)
    assert migrate(database, schema) == ("1", "2")


def test_a_newer_database_is_refused_in_a_sentence_and_left_alone(database, schema, tmp_path):
    write_second(schema)
    migrate(database, schema)
    (schema.revisions / "2_colours.py").unlink()
    with pytest.raises(DatabaseNewer, match="newer SoftDock") as refused:
        migrate(database, schema)
    assert (refused.value.found, refused.value.known) == ("2", "1")
    assert rows(database, "SELECT * FROM test_version") == [("2",)]


def test_two_schemas_share_a_database(database, schema, tmp_path):
    folder = tmp_path / "others"
    folder.mkdir()
    (folder / "1_others.py").write_text(FIRST.replace("things", "others"))
    migrate(database, schema)
    assert migrate(database, Schema("other", folder)) == (None, "1")


def test_several_may_open_a_new_database_at_once(database, schema):
    write_second(schema)
    found = []
    openers = [Thread(target=lambda: found.append(migrate(database, schema)[1])) for _ in range(4)]
    for each in openers:
        each.start()
    for each in openers:
        each.join(30)
    assert found == ["2"] * 4
