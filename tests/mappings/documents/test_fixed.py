"""Lines whose values stand at fixed places, counted in characters or in bytes."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies import entry, follow_in_every_way, made, places, problems, refusal, value, values
from softdock.mappings.documents.fixed import Fixed, make
from softdock.mappings.documents.protocol import DocumentError


def test_places_count_from_one_and_nothing_is_trimmed():
    format_ = Fixed()
    cursor = format_.parse("0012  张三 20270105\n0034\n")
    second = places(format_, cursor, "lines")[1]

    assert value(format_, cursor, "1:6") == "0012  "
    assert value(format_, cursor, "7:3") == "张三 "
    assert value(format_, cursor, "10:99") == "20270105"
    assert value(format_, second, "5:2") is None
    assert values(format_, cursor, "1:4") == ["0012", "0034"]
    assert format_.line(second) == 2


def test_slices_with_names():
    format_ = made(make, "slices: {card: 1:4, name: 5:4}")
    cursor = format_.parse("0012Chen\n0034Li  \n")

    assert value(format_, cursor, "name") == "Chen"
    assert value(format_, entry(format_, cursor, "lines", "card", "0034"), "name") == "Li  "
    assert "Did you mean name?" in refusal(format_.at("nmae"))


def test_in_bytes_a_chinese_character_takes_two_places():
    format_ = made(make, "slices: {name: 1:6, card: 7:4}\nunit: bytes\ncharset: gbk\ncomment: 注")
    lines = "张三  0012\r\n注释\r\n欧阳修0034\r\n".encode("gbk")

    assert values(format_, format_.parse(lines), "card") == ["0012", "0034"]
    assert values(format_, format_.parse(lines.decode("gbk")), "name") == ["张三  ", "欧阳修"]
    assert value(format_, format_.parse(lines), "1:1") == "\ufffd"
    assert "欧阳修" in format_.text(format_.parse(lines))


def test_header_trailer_comments_and_empty_lines_are_no_rows():
    format_ = made(make, "skip: 1\ntrailer: 1\ncomment: '*'")
    cursor = format_.parse("H20270105\n1\n*x\n\n2\nT2\n")

    assert values(format_, cursor, "1:1") == ["1", "2"]
    assert [format_.line(each) for each in places(format_, cursor, "lines")] == [2, 5]
    assert value(format_, cursor, "count") == "2"


@pytest.mark.parametrize("path", ["", "0:3", "1", "1:0", "1-3", "a:b", "card"])
def test_other_paths_are_refused(path):
    assert "Write it like 1:14" in refusal(Fixed().at(path))


def test_what_is_wrong_with_the_options_is_told_together():
    said = problems(make, "slices: {card: 0:4, name: [1]}\nunit: words\n")

    assert said.count("is no slice") == 2
    assert "There are characters, bytes" in said
    assert "Add charset" in problems(make, "unit: bytes")
    assert "Slices are a table" in problems(make, "slices: 1:4")


def test_what_is_no_text_is_refused():
    for format_ in (Fixed(), Fixed(in_bytes=True, charset="gb18030")):
        with pytest.raises(DocumentError, match="neither bytes nor a text"):
            format_.parse(7)


@given(
    st.text(max_size=60) | st.binary(max_size=60),
    st.text(max_size=6) | st.from_regex(r"[0-9]{1,3}:[0-9]{1,3}"),
)
def test_any_bytes_are_lines_or_refused_and_any_path_can_be_followed(data, path):
    for format_ in (Fixed(), Fixed(in_bytes=True, charset="gb18030")):
        with suppress(DocumentError):
            follow_in_every_way(format_, format_.parse(data), path)
