"""CSV and what systems write instead of it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies import entry, follow_in_every_way, made, places, present, problems, refusal, value, values
from softdock.mappings.documents.delimited import Delimited, make
from softdock.mappings.documents.protocol import DocumentError

CSV = Delimited()

READERS = 'Card,Name,Note\n001," Chen, Mei ","says ""hi""\nthere"\n002,Li,\n\n003\n'


@pytest.fixture
def readers():
    return CSV.parse(READERS.encode())


def test_columns_by_their_names_and_numbers(readers):
    assert value(CSV, readers, "name") == " Chen, Mei "
    assert value(CSV, readers, "CARD") == "001"
    assert value(CSV, readers, "3") == 'says "hi"\nthere'
    assert value(CSV, readers, "column[1]") == "001"
    assert value(CSV, readers, "4") is None
    assert value(CSV, readers, "phone") is None
    assert value(CSV, CSV.parse(b""), "card") is None


def test_rows_know_their_lines_and_what_they_lack(readers):
    rows = places(CSV, readers, "rows")

    assert [CSV.line(each) for each in rows] == [2, 4, 6]
    assert [present(CSV, each, "note") for each in rows] == [True, True, False]
    assert value(CSV, rows[1], "note") == ""
    assert values(CSV, readers, "card") == ["001", "002", "003"]
    assert value(CSV, readers, "count") == "3"
    assert value(CSV, entry(CSV, readers, "rows", "card", "002"), "name") == "Li"
    assert CSV.text(readers) == READERS


def test_a_name_that_occurs_twice_is_the_first_column():
    assert value(CSV, CSV.parse("a,a\n1,2\n"), "a") == "1"


def test_everything_may_be_otherwise():
    format_ = made(
        make,
        "separator: '|'\nquote: none\ncolumns: [card, 姓名]\nskip: 1\ntrailer: 1\ncomment: '#'\ncharset: gbk\n",
    )
    cursor = format_.parse('READERS|20270105\r\n1|"张\r\n#2|x\r\n3|李"\r\nTOTAL|2\r\n'.encode("gbk"))

    assert values(format_, cursor, "姓名") == ['"张', '李"']
    assert [format_.line(each) for each in places(format_, cursor, "rows")] == [2, 4]


def test_columns_that_the_map_names_win_over_a_header():
    format_ = made(make, "header: yes\ncolumns: [a, b]\nseparator: tab")
    cursor = format_.parse("x\ty\n1\t2\n")

    assert (value(format_, cursor, "b"), value(format_, cursor, "count")) == ("2", "1")


def test_a_column_that_cannot_be_is_refused():
    named, nameless = made(make, "columns: [card, name]"), made(make, "header: no")

    assert "Did you mean name?" in refusal(named.at("nam"))
    assert "Write 1 for the first" in refusal(nameless.at("name"))
    assert "has a name" in refusal(CSV.at(" "))
    assert value(nameless, nameless.parse("x,y"), "2") == "y"


def test_what_is_wrong_with_the_options_is_told_together():
    said = problems(
        make, "separator: ';;'\nquote: ''\nheader: maybe\nskip: few\ncolumns: [{a: b}]\ntrailer: [1]\n"
    )

    for part in (
        "or tab",
        "or none",
        "There are yes, no",
        "Write skip: 1",
        "belong texts",
        "belongs one text",
    ):
        assert part in said


@pytest.mark.parametrize("text", ['a,b\n1,"secret\n', 'a\n"secret"x\n', "a\n" + "s" * 200_000])
def test_what_is_not_delimited_so_is_told_by_its_line(text):
    with pytest.raises(DocumentError, match="begins on line 2") as caught:
        CSV.parse(text)

    assert "secret" not in caught.value.sentence


def test_too_large():
    with pytest.raises(DocumentError, match="longer than 4194304"):
        CSV.parse(b"a," * 3_000_000)


@given(st.text(max_size=60) | st.binary(max_size=60), st.text(max_size=6))
def test_any_bytes_are_rows_or_refused_and_any_path_can_be_followed(data, path):
    with suppress(DocumentError):
        follow_in_every_way(CSV, CSV.parse(data), path)
