"""Many rows by one statement: what each kind of database holds afterwards is the same."""

from contextlib import closing

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from softdock.store.database import Bulk, Session, Statement

things = sa.Table(
    "things",
    sa.MetaData(),
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("flag", sa.Boolean),
    sa.Column("mark", sa.LargeBinary),
)
NAMES = ("number", "name", "flag", "mark")
PUT = Bulk(
    things,
    NAMES,
    Statement(sa.insert(things).values({name: sa.bindparam(name) for name in NAMES}), *NAMES),
    lambda rows: sa.insert(things).from_select(NAMES, sa.select(*(rows.c[name] for name in NAMES))),
)
RENAME = Bulk(
    things,
    ("name", "number"),
    Statement(
        sa.update(things).where(things.c.number == sa.bindparam("key")).values(name=sa.bindparam("name")),
        "name",
        "key",
    ),
    lambda rows: sa.update(things).where(things.c.number == rows.c.number).values(name=rows.c.name),
)
ALL = Statement(sa.select(things).order_by(things.c.number))
EMPTY = Statement(sa.delete(things))

texts = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["\0", 'a"b', "\\u0000", "\\", "'; DROP TABLE things; --", "红楼梦", '{"v":1,"is":"\\u0000"}']
)
rows = st.lists(
    st.tuples(
        st.integers(-(2**63), 2**63 - 1),
        st.none() | texts,
        st.none() | st.booleans(),
        st.none() | st.binary(max_size=40),
    ),
    unique_by=lambda row: row[0],
    max_size=8,
)


@given(put=rows, names=st.lists(texts, min_size=8, max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_what_is_put_and_changed_together_is_there_as_it_was_given(database, put, names):
    database.create()
    renamed = [(name, row[0]) for name, row in zip(names, put, strict=False)]
    with closing(Session(database, writes=True)) as session:
        session.transact(lambda connection: things.create(connection.core, checkfirst=True))
        session.transact(lambda connection: connection.run(EMPTY))
        session.transact(lambda connection: connection.run_bulk(PUT, put))
        assert _there(session) == [_as_kept(database, row) for row in sorted(put)]
        session.transact(lambda connection: connection.run_bulk(RENAME, renamed))
        found = {row[0]: row[1] for row in _there(session)}
    assert found == {number: _text(database, name) for name, number in renamed}


def _there(session):
    return [
        (row[0], row[1], None if row[2] is None else bool(row[2]), None if row[3] is None else bytes(row[3]))
        for row in session.transact(lambda connection: connection.rows(ALL))
    ]


def _as_kept(database, row):
    return (row[0], None if row[1] is None else _text(database, row[1]), *row[2:])


def _text(database, text):
    """PostgreSQL has no NUL; where one is written out, as in JSON within the text, it becomes the same."""
    if type(database).__name__ == "Sqlite":
        return text
    return text.replace("\0", "\ufffd").replace("\\u0000", "\\ufffd")
