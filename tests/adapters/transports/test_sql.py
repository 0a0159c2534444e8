"""Statements and procedures on databases of all kinds that are proven."""

import sqlite3
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from twisted.internet.defer import Deferred

from softdock.adapters.base import AdapterSettingsError
from softdock.adapters.transports.sql import SqlSettings, SqlTransport
from softdock.circulation.errors import AnswerLost, SystemBusy, SystemUnavailable
from softdock.mappings.exchange import SqlRequest

TABLE = [
    "DROP TABLE IF EXISTS loan",
    "CREATE TABLE loan (item VARCHAR(20) PRIMARY KEY, patron CHAR(8) NOT NULL, fee DECIMAL(8, 2), due TIMESTAMP NULL)",
    "INSERT INTO loan VALUES ('B1', 'R0012345', 1.50, '2026-01-31 23:59:00')",
]
LEND = SqlRequest(
    ["INSERT INTO loan (item, patron) VALUES (:item, :patron)"], {"item": "B2", "patron": "R2"}, changes=True
)
LOANS = SqlRequest(["SELECT item FROM loan ORDER BY item"])


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def ils(request, tmp_path):
    """The URL of a database of each kind, with the table `loan`; and what runs a statement in it beside us."""
    if request.param == "sqlite":

        def run(text):
            with sqlite3.connect(tmp_path / "ils.db") as line:
                return line.execute(text).fetchall()

        url = "sqlite:///ils.db"
    elif request.param == "postgres":
        cluster = request.getfixturevalue("postgres")
        name = cluster.database()
        url = cluster.url(name)

        def run(text):
            return [tuple(row.split("|")) for row in cluster.sql(text, name).splitlines()]

    else:
        server = request.getfixturevalue("mariadb")
        url = server.url()

        def run(text):
            return server.sql(text, database="ils")

    for each in TABLE:
        run(each)
    return url, run


@pytest.fixture
def on(real, context):
    """Makes a transport to the database at a URL."""
    made = []

    def transport(url, **settings):
        made.append(SqlTransport(SqlSettings.model_validate({"url": url, **settings}), context))
        return made[-1]

    yield transport
    for each in made:
        real.result_of(each.close())


def items(real, transport):
    return [row["item"] for row in real.result_of(transport.send(LOANS, changes=False)).data.rows]


def test_rows_come_by_small_names_and_as_the_database_has_them(real, on, ils):
    request = SqlRequest(
        ["SELECT item AS ITEM, patron, fee, due FROM loan WHERE item = :item"], {"item": "B1"}
    )
    (row,) = real.result_of(on(ils[0]).send(request, changes=False)).data.rows

    assert (row["item"], row["patron"]) == ("B1", "R0012345")
    if ils[0].startswith("sqlite"):  # which keeps no such types
        assert (row["fee"], row["due"]) == (1.5, "2026-01-31 23:59:00")
    else:
        assert (row["fee"], row["due"]) == (Decimal("1.50"), datetime(2026, 1, 31, 23, 59))  # noqa: DTZ001


def test_what_is_bound_is_never_a_statement(real, on, ils):
    evil = "B1' OR '1'='1"
    request = SqlRequest(["SELECT item FROM loan WHERE item = :item"], {"item": evil})
    assert real.result_of(on(ils[0]).send(request, changes=False)).data.rows == []


def test_several_statements_are_one_transaction(real, on, ils):
    transport = on(ils[0])
    request = replace(
        LEND,
        statements=[
            *LEND.statements,
            "SELECT patron FROM loan WHERE item = :item",
            "UPDATE loan SET fee = 0",
        ],
    )
    found = real.result_of(transport.send(request, changes=True)).data
    assert (found.changed, [dict(row) for row in found.rows]) in [
        (2, [{"patron": "R2"}]),
        (2, [{"patron": "R2      "}]),  # PostgreSQL fills up, and nobody takes the blanks away
    ]
    assert items(real, transport) == ["B1", "B2"]

    again = replace(LEND, statements=["DELETE FROM loan", *LEND.statements, *LEND.statements])
    refused = real.result_of(transport.send(again, changes=True))
    assert (refused.failed, bool(refused.data.error), bool(refused.data.message)) == (
        "unavailable",
        True,
        True,
    )
    assert items(real, transport) == ["B1", "B2"]


def test_what_may_not_change_anything_does_not(real, on, ils):
    transport = on(ils[0])
    assert real.result_of(transport.send(replace(LEND, changes=False), changes=False)).failed == "unavailable"
    assert items(real, transport) == ["B1"]
    real.result_of(transport.send(LEND, changes=True))
    assert items(real, transport) == ["B1", "B2"]


def test_an_error_quotes_nothing_of_the_request(real, on, ils):
    request = replace(LEND, parameters={"item": "B1", "patron": "R0099999"})
    answer = real.result_of(on(ils[0]).send(request, changes=True))
    assert "B1" not in repr(answer) and "R00" not in repr(answer)
    assert answer.data.error


def test_a_parameter_without_a_value_is_found_before_anything_is_said(real, on, ils):
    transport = on(ils[0])
    with pytest.raises(SystemUnavailable, match="names patron, which has no value"):
        real.result_of(transport.send(replace(LEND, parameters={"item": "B2"}), changes=True))
    assert transport.connections.opened_total == 0


def test_too_much_is_not_taken_in(real, on, ils):
    many = SqlRequest(["SELECT a.item FROM loan a CROSS JOIN loan b CROSS JOIN loan c"])
    transport = on(ils[0], most_rows=7)
    real.result_of(transport.send(LEND, changes=True))
    with pytest.raises(AnswerLost, match="longer than it may be"):
        real.result_of(transport.send(many, changes=False))
    assert items(real, transport) == ["B1", "B2"]

    long = SqlRequest(["SELECT :long AS text_"], {"long": "x" * 2000})
    with pytest.raises(AnswerLost, match="longer than it may be"):
        real.result_of(on(ils[0], largest_answer=1000).send(long, changes=False))


SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "postgresql+psycopg": "SELECT pg_sleep(60)",
    "mariadb": "SELECT SLEEP(60) FROM loan",
}


def test_a_statement_that_takes_too_long_is_ended_in_the_database(real, on, ils):
    transport = on(ils[0], timeout="200ms")
    request = SqlRequest([*LEND.statements, SLOW[ils[0].split(":")[0]]], LEND.parameters, changes=True)
    with pytest.raises(AnswerLost, match="in time"):
        real.result_of(transport.send(request, changes=True))
    real.turn_until(lambda: transport.connections.busy == 0)
    assert items(real, transport) == ["B1"]
    assert transport.connections.lost_total == 1


def test_what_is_given_up_while_it_is_under_way_is_not_committed(real, on, ils):
    transport = on(ils[0], timeout="500ms")
    request = SqlRequest([*LEND.statements, SLOW[ils[0].split(":")[0]]], LEND.parameters, changes=True)
    work = Deferred.fromCoroutine(transport.send(request, changes=True))
    real.turn_until(lambda: transport.connections.open == 1 and transport._idle == {})
    link = next(iter(transport._links))
    real.turn_until(lambda: link._connection is not None)
    found = []
    work.addErrback(found.append)
    work.cancel()
    assert found[0].type in (AnswerLost, SystemUnavailable)
    assert transport.connections.busy == 1, "the thread is not free yet"
    real.turn_until(lambda: transport.connections.busy == 0)
    assert items(real, transport) == ["B1"]


def test_requests_wait_for_a_connection_and_one_given_up_is_not_begun(real, on, ils):
    transport = on(ils[0], connections=1, waiting=1)
    first = Deferred.fromCoroutine(transport.send(LOANS, changes=False))
    second = Deferred.fromCoroutine(transport.send(LEND, changes=True))
    with pytest.raises(SystemBusy):
        real.result_of(transport.send(LOANS, changes=False))
    second.cancel()
    with pytest.raises(SystemBusy):
        real.result_of(second)
    real.result_of(first)
    assert items(real, transport) == ["B1"]
    assert (transport.connections.open, transport.connections.opened_total) == (1, 1)


def test_a_probe_says_whether_the_database_answers(real, on, ils):
    transport = on(ils[0], idle="0s")
    real.result_of(transport.probe())
    assert transport.connections.open == 0


def test_a_connection_that_died_is_replaced_before_anything_is_asked(real, on, ils):
    url, run = ils
    if url.startswith("sqlite"):
        pytest.skip("a file has no connections to lose")
    transport = on(url)
    assert items(real, transport) == ["B1"]
    if url.startswith("postgres"):
        run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
    else:
        for number, user in run("SELECT id, user FROM information_schema.processlist"):
            if user == "softdock":
                run(f"KILL {number}")
    real.result_of(transport.send(LEND, changes=True))
    assert items(real, transport) == ["B1", "B2"]
    assert transport.connections.opened_total == 2


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///missing.db",
        "postgresql://softdock@/ils?host=/nowhere",
        "mariadb://softdock@127.0.0.1:1/ils",
    ],
)
def test_where_no_database_is_nothing_was_sent(real, on, url, tmp_path):
    transport = on(url, password="hidden")
    with pytest.raises(SystemUnavailable) as caught:
        real.result_of(transport.send(LEND, changes=True))
    assert "hidden" not in str(caught.value)
    assert transport.connections.failed_total == 1
    assert not (tmp_path / "missing.db").exists()


def test_a_commit_that_is_not_confirmed_is_a_lost_answer(real, on, ils, monkeypatch):
    transport = on(ils[0])

    def cut_off(connection):
        connection.connection.dbapi_connection.close()
        connection.exec_driver_sql("COMMIT")

    monkeypatch.setattr(transport._dialect, "commit", cut_off)
    with pytest.raises(AnswerLost, match="commit was not confirmed"):
        real.result_of(transport.send(LEND, changes=True))
    assert transport.connections.open == 0


# --- procedures -------------------------------------------------------------------------------------------

LENDING = {
    "postgresql+psycopg": """CREATE PROCEDURE lend(item text, OUT result numeric, OUT due timestamp, patron text, OUT said text)
        LANGUAGE plpgsql AS $$ BEGIN
          INSERT INTO loan VALUES (item, patron); result := 1; due := '2026-01-31'; said := '借阅成功';
        END $$""",
    "mariadb": """CREATE OR REPLACE PROCEDURE lend(item TEXT, OUT result INT, OUT due DATETIME, patron TEXT, OUT said TEXT)
        BEGIN INSERT INTO loan (item, patron) VALUES (item, patron);
          SELECT 'a row' AS seen; SET result = 1, due = '2026-01-31', said = '借阅成功'; END""",
}
CALL = SqlRequest(
    (),
    LEND.parameters,
    call="lend",
    arguments=["item", "result", "due", "patron", "said"],
    out={"said": "text", "result": "number", "due": "date"},
    changes=True,
)


def test_a_procedure_gives_its_out_parameters(real, on, ils):
    url, run = ils
    transport = on(url)
    if url.startswith("sqlite"):
        with pytest.raises(SystemUnavailable, match="no procedures"):
            real.result_of(transport.send(CALL, changes=True))
        return
    run(LENDING[url.split(":")[0]])
    found = real.result_of(transport.send(CALL, changes=True)).data
    assert found.out == {"result": 1, "due": datetime(2026, 1, 31), "said": "借阅成功"}  # noqa: DTZ001
    assert items(real, transport) == ["B1", "B2"]
    # It might have committed before it failed, unless the map knows better.
    assert real.result_of(transport.send(CALL, changes=True)).failed == "failed"
    assert real.result_of(transport.send(replace(CALL, changes=False), changes=False)).failed == "unavailable"


@pytest.mark.parametrize(
    "wrong",
    [
        {"call": "lend(); DROP TABLE loan"},
        {"parameters": {"item": "B2"}},
        {"out": {"said": "text", "result": "money", "due": "date"}},
        {"out": {"said": "text", "result": "number", "due": "date", "more": "text"}},
    ],
    ids=["no name", "no value", "no type", "no such parameter"],
)
def test_a_call_that_is_none_is_found_before_anything_is_said(real, on, wrong, tmp_path):
    sqlite3.connect(tmp_path / "ils.db").close()
    transport = on("sqlite:///ils.db")
    with pytest.raises(SystemUnavailable):
        real.result_of(transport.send(replace(CALL, **wrong), changes=True))
    assert transport.connections.opened_total == 0


# --- kinds that are peculiar ------------------------------------------------------------------------------


def test_what_cannot_be_rolled_back_is_not_called_undone(real, on, mariadb):
    """A table of MyISAM keeps what was written."""
    mariadb.sql(
        "DROP TABLE IF EXISTS loan",
        "CREATE TABLE loan (item VARCHAR(20) PRIMARY KEY, patron CHAR(8)) ENGINE = MyISAM",
        database="ils",
    )
    twice = replace(LEND, statements=[*LEND.statements, *LEND.statements])
    with pytest.raises(AnswerLost):
        real.result_of(on(mariadb.url()).send(twice, changes=True))


def test_who_is_kept_from_writing_for_long_is_told_that_it_is_busy(real, on, tmp_path):
    with sqlite3.connect(tmp_path / "ils.db", isolation_level=None) as other:
        for each in TABLE:
            other.execute(each)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SystemBusy):
            real.result_of(on("sqlite:///ils.db", timeout="100ms").send(LEND, changes=True))
        other.execute("ROLLBACK")
    other.close()


def test_a_driver_that_is_missing_is_named_with_what_brings_it_along(on):
    with pytest.raises(AdapterSettingsError, match=r"softdock\[oracle\]"):
        on("oracle://softdock@ils.example/ils")
