"""Statements: compiled once, values bound in their order, keys by the handful."""

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite import pysqlite

from softdock.store.database import KeyedSelect, Statement, upsert

table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Text, primary_key=True), sa.Column("b", sa.BigInteger))
DIALECTS = [pysqlite.dialect(), psycopg.dialect(paramstyle="format")]


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_values_go_where_their_names_are(dialect):
    """Whatever the order in the text; what the statement itself brings is filled in."""
    core = (
        sa.select(table.c.a)
        .where(table.c.b < sa.bindparam("most"), table.c.a > sa.bindparam("after"))
        .limit(7)
    )
    text, bind = Statement(core, "after", "most").on(dialect)
    values = list(bind(["x", 3]))
    assert values[:3] == [3, "x", 7]
    assert text.count("?" if dialect.name == "sqlite" else "%s") == len(values)


def test_a_statement_is_compiled_once_for_each_dialect():
    statement = Statement(sa.select(table))
    assert statement.on(DIALECTS[0]) is statement.on(DIALECTS[0])


@given(st.lists(st.integers(), unique=True, max_size=700))
def test_every_key_is_asked_for_in_few_texts(keys):
    select = KeyedSelect(sa.select(table), table.c.b)
    asked, texts = [], set()
    for statement, values in select.portions(keys):
        text, bind = statement.on(DIALECTS[0])
        assert text.count("?") == len(bind(values))
        asked += values
        texts.add(text)
    assert set(asked) == set(keys)
    assert len(texts) <= len(KeyedSelect.SIZES)
    assert len(asked) <= 4 * len(keys)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_an_upsert_replaces_what_it_is_told_to(dialect):
    replacing, _ = upsert(table, ["a"], ["a", "b"], ["b"]).on(dialect)
    assert "ON CONFLICT (a) DO UPDATE SET b = excluded.b" in replacing
    keeping, _ = upsert(table, ["a"], ["a", "b"], []).on(dialect)
    assert "DO NOTHING" in keeping
