"""Plain text, as a whole or by its lines."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies import follow_in_every_way, made, places, refusal, value, values
from softdock.mappings.documents.protocol import DocumentError
from softdock.mappings.documents.text import PlainText, make

TEXT = PlainText()


def test_the_whole_text_and_its_lines():
    cursor = TEXT.parse(" ok \r\nreader 0012\r\n")

    assert value(TEXT, cursor, "text") == " ok \r\nreader 0012\r\n"
    assert value(TEXT, cursor, "line[1]") == " ok "
    assert value(TEXT, cursor, "line[last]") == "reader 0012"
    assert value(TEXT, cursor, "line[3]") is None
    assert value(TEXT, TEXT.parse(""), "line[last]") is None
    assert value(TEXT, cursor, "count") == "2"


def test_each_line_is_a_text():
    cursor = TEXT.parse("a\nb\n")
    second = places(TEXT, cursor, "lines")[1]

    assert (value(TEXT, second, "text"), value(TEXT, second, "line[1]"), TEXT.line(second)) == ("b", "a", 2)
    assert values(TEXT, cursor, "text") == ["a", "b"]
    assert values(TEXT, cursor, "line[1]") == ["a"]
    assert TEXT.text(second) == "a\nb\n"


def test_the_map_may_name_the_charset():
    format_ = made(make, "charset: gb2312")

    assert value(format_, format_.parse("续借成功".encode("gbk")), "text") == "续借成功"


@pytest.mark.parametrize("path", ["", "line", "line[0]", "line[-1]", "name"])
def test_other_paths_are_refused(path):
    assert "Write text, line[1]" in refusal(TEXT.at(path))


@given(
    st.text(max_size=40) | st.binary(max_size=40),
    st.sampled_from(["text", "lines", "line[1]", "line[last]", "x"]),
)
def test_any_bytes_are_a_text_or_refused(data, path):
    with suppress(DocumentError):
        follow_in_every_way(TEXT, TEXT.parse(data), path)
