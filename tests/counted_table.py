"""A table for tests of databases: names, each once."""

from contextlib import closing

import sqlalchemy as sa

from softdock.store.database import Session, Statement

names = sa.Table("names", sa.MetaData(), sa.Column("name", sa.Text, primary_key=True))
INSERT = Statement(sa.insert(names).values(name=sa.bindparam("name")), "name")
ALL = Statement(sa.select(names.c.name).order_by(names.c.name))


def create(database):
    """Make the table, and the file for it."""
    database.create()
    with closing(Session(database, writes=True)) as session:
        session.transact(lambda connection: connection.say("CREATE TABLE names (name TEXT PRIMARY KEY)"))


def insert(name):
    """The work of inserting `name`."""
    return lambda connection: connection.run(INSERT, name)


def committed(database):
    """What somebody else finds in the table."""
    with closing(Session(database, writes=False)) as session:
        return [name for (name,) in session.transact(lambda connection: connection.rows(ALL))]
