"""A JSON file is read entry by entry, and comes to what a reader of the whole would make of it."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.adapters.inhouse import streaming
from softdock.adapters.inhouse.streaming import NotJson, parts_of

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
documents = st.dictionaries(st.text(), values, max_size=6)


def whole(text):
    """What the parts come to, put together again."""
    document = {}
    for part in parts_of(io.BytesIO(text.encode())):
        if part.place is None:
            document[part.name] = part.value
        elif part.place < 0:
            document[part.name] = []
        else:
            assert part.place == len(document[part.name])
            document[part.name].append(part.value)
    return document


@given(documents, st.sampled_from([None, 1, "\t"]), st.booleans(), st.integers(1, 30))
def test_the_parts_come_to_the_whole(document, indent, ascii_only, portion):
    """However it is laid out, and wherever the reading stops in between."""
    text = (
        json.dumps(document, indent=indent, ensure_ascii=ascii_only)
        .encode("utf-8", "surrogatepass")
        .decode("utf-8", "replace")
    )
    before, streaming.PORTION = streaming.PORTION, portion
    try:
        assert whole(text) == json.loads(text)
    finally:
        streaming.PORTION = before


@given(st.text(alphabet='{}[]:,"\\ \n01e.-truenalsx三', max_size=40))
def test_what_is_no_json_is_refused_and_nothing_else_happens(text):
    try:
        expected = json.loads(text)
    except (ValueError, RecursionError):
        expected = None
    try:
        found = whole(text)
    except NotJson:
        found = None
    assert found == (expected if isinstance(expected, dict) else None)


@pytest.mark.parametrize("text", ["[]", "", "id;title"])
def test_a_file_of_another_form_is_told_which_is_due(text):
    """A list is JSON, too."""
    with pytest.raises(NotJson, match="must hold one table"):
        whole(text)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{"a": [\n  1,\n  x]}', 3, 3),
        ('{"a": 1\n "b": 2}', 2, 2),
        ('{"a": 1}\n\n}', 3, 1),
        ('{"a": "x', 1, 7),
        ('{"a": [1 2]}', 1, 10),
    ],
)
def test_a_fault_is_told_by_line_and_column(text, line, column):
    with pytest.raises(NotJson, match=f"line {line} column {column}"):
        whole(text)


def test_the_place_is_right_far_into_a_long_file():
    text = '{"a": [\n' + "1,\n" * 200_000 + "x]}"
    with pytest.raises(NotJson, match="line 200002 column 1"):
        whole(text)


@pytest.mark.parametrize(
    "text", ['{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", '{"a": ' + "9" * 10_000 + "}"]
)
def test_what_would_harm_the_reader_is_refused(text):
    with pytest.raises(NotJson):
        whole(text)


def test_an_entry_has_a_longest_length(monkeypatch):
    monkeypatch.setattr(streaming, "LONGEST", 1000)
    monkeypatch.setattr(streaming, "PORTION", 100)
    assert whole('{"a": "' + "x" * 900 + '"}')
    with pytest.raises(NotJson):
        whole('{"a": "' + "x" * 5000 + '"}')


@pytest.mark.parametrize("text", [r'{"a": "\ud83d"}', r'{"a": [{"b": {"\uDE00": 1}}]}', r'{"\ud800": 1}'])
def test_half_a_character_is_refused_and_both_halves_are_one(text):
    """No database stores half of one: it was found out in the midst of an import."""
    with pytest.raises(NotJson, match="half a character"):
        whole(text)
    assert whole(r'{"a": "\ud83d\ude00 \u4e09"}') == {"a": "😀 三"}


def test_what_is_not_utf_8_is_told():
    with pytest.raises(NotJson, match="UTF-8"):
        list(parts_of(io.BytesIO('{"a": "成都"}'.encode("gb18030"))))


def test_a_byte_order_mark_is_no_fault():
    assert [part.value for part in parts_of(io.BytesIO(b'\xef\xbb\xbf{"a": 1}'))] == [1]
