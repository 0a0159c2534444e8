"""Rows of databases and OUT parameters, as texts."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies import entry, follow_in_every_way, made, places, present, refusal, value, values
from softdock.mappings.documents.protocol import DocumentError
from softdock.mappings.documents.rows import Rows, make
from softdock.mappings.exchange import Rows as Given

ROWS = Rows()

LOANS = Given(
    rows=(
        {"barcode": "0012  ", "due": date(2027, 1, 5), "fee": Decimal("1.50"), "note": None, "count": 7},
        {
            "barcode": "0034  ",
            "due": datetime.fromisoformat("2027-01-06 23:59"),
            "fee": Decimal("1E+2"),
            "note": "",
            "count": 8,
        },
    ),
    out={"code": 0, "message": "成功".encode("gbk")},
    changed=2,
)


@pytest.fixture
def loans():
    return ROWS.parse(LOANS)


def test_the_root_stands_for_the_first_row(loans):
    assert value(ROWS, loans, "barcode") == "0012  "
    assert value(ROWS, ROWS.parse(Given()), "barcode") is None


@pytest.mark.parametrize("path", ["BARCODE", "Barcode", "row.BARCODE"])
def test_columns_are_found_in_capitals_and_small_letters(loans, path):
    assert value(ROWS, loans, path) == "0012  "


def test_each_value_has_one_text(loans):
    first, second = places(ROWS, loans, "rows")

    assert [value(ROWS, first, path) for path in ("due", "fee", "note")] == ["2027-01-05", "1.50", None]
    assert [value(ROWS, second, path) for path in ("due", "fee", "note")] == [
        "2027-01-06 23:59:00",
        "100",
        "",
    ]
    assert value(ROWS, ROWS.parse(Given(rows=[{"a": True, "b": 12}])), "a") == "true"


def test_out_parameters_and_what_was_changed_are_found_from_any_row(loans):
    row = places(ROWS, loans, "rows")[1]
    format_ = made(make, "charset: gbk")

    assert value(ROWS, row, "out.CODE") == "0"
    assert value(ROWS, row, "changed") == "2"
    assert value(ROWS, row, "out.missing") is None
    assert value(format_, format_.parse(LOANS), "out.message") == "成功"
    with pytest.raises(DocumentError, match="is not UTF-8"):
        value(ROWS, loans, "out.message")


def test_count_is_the_number_of_rows_and_row_count_a_column(loans):
    assert value(ROWS, loans, "count") == "2"
    assert value(ROWS, loans, "row.count") == "7"
    assert values(ROWS, loans, "count") == ["2"]


def test_presence(loans):
    first, second = places(ROWS, loans, "rows")

    assert present(ROWS, loans, "rows")
    assert not present(ROWS, ROWS.parse(Given()), "rows")
    assert not present(ROWS, first, "note")
    assert present(ROWS, second, "note")


def test_all_is_of_all_rows_or_of_one(loans):
    assert values(ROWS, loans, "barcode") == ["0012  ", "0034  "]
    assert values(ROWS, loans, "note") == [""]
    assert values(ROWS, places(ROWS, loans, "rows")[1], "barcode") == ["0034  "]


def test_the_rows_are_a_table(loans):
    found = entry(ROWS, loans, "rows", "BARCODE", "0034  ")

    assert value(ROWS, found, "row.count") == "8"
    assert entry(ROWS, loans, "rows", "note", "None") is None


def test_text_root_and_line(loans):
    format_ = Rows("gb18030")

    assert format_.text(format_.parse(LOANS)).split("\n")[-3:] == ["8", "0", "成功"]
    assert ROWS.root(loans) == ""
    assert [ROWS.line(each) for each in places(ROWS, loans, "rows")] == [0, 0]


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (lambda: ROWS.at("rows"), "Write each: rows"),
        (lambda: ROWS.at("other.name"), "Write a column, out.name, changed, error.code"),
        (lambda: ROWS.at("out."), "Write a column"),
        (lambda: ROWS.at(""), "Write a column"),
        (lambda: ROWS.presence("a.b"), "Write a column"),
        (lambda: ROWS.all("a.b"), "Write a column"),
        (lambda: ROWS.each("loans"), "Write each: rows"),
        (lambda: ROWS.each("rows", keyed=True), "Write each: rows"),
        (lambda: ROWS.table("rows", ""), "key: a column"),
        (lambda: ROWS.table("loans", "id"), "key: a column"),
        (lambda: ROWS.table("rows", "a.b"), "Write a column"),
        (lambda: ROWS.at("a" * 501), "longer than 500"),
    ],
)
def test_other_paths_are_refused(ask, why):
    assert why in refusal(ask())


def test_too_many_rows_are_not_walked():
    many = ROWS.parse(Given(rows=[{"a": 1}] * 10_001))

    for ask in (lambda: places(ROWS, many, "rows"), lambda: values(ROWS, many, "a")):
        with pytest.raises(DocumentError, match="more than 10000 places"):
            ask()


def test_what_is_no_rows_is_refused():
    with pytest.raises(DocumentError, match="no rows"):
        ROWS.parse(b"<a/>")


@given(st.text(max_size=12) | st.sampled_from(["rows", "count", "changed", "out.x", "row.x"]))
def test_any_path_is_refused_or_can_be_followed(path):
    follow_in_every_way(ROWS, ROWS.parse(LOANS), path)


def test_what_a_database_says_of_a_statement_that_it_refused_is_read_by_name():
    document = Rows()
    cursor = document.parse(Given(error="P0001", message="已借出"))
    assert [read(document, cursor, path) for path in ("error.code", "ERROR.MESSAGE")] == ["P0001", "已借出"]
    assert "已借出" in document.text(cursor)
    fine = document.parse(Given())
    assert read(document, fine, "error.code") is None


def read(document, cursor, path):
    found = document.at(path)
    return found.get(cursor)
