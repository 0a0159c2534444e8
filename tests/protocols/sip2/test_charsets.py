"""Text: what leaves, what it becomes where it can not, and how it is cut."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.protocols.sip2.charsets import (
    PYTHON_CODECS,
    Charset,
    display_width,
    needs_composing,
    shortened,
    without_controls,
    wrapped,
)

CHARSETS = [Charset(name) for name in PYTHON_CODECS]
any_text = st.text()
every_charset = pytest.mark.parametrize("charset", CHARSETS, ids=PYTHON_CODECS)


def test_an_unknown_charset_is_refused_by_name():
    """And told which there are."""
    with pytest.raises(ValueError, match="'big5' is not one of ascii, latin-1, cp850, utf-8, gbk, gb18030"):
        Charset("big5")


@every_charset
@given(text=any_text)
def test_writable_text_can_be_written_and_comes_back(charset: Charset, text: str):
    """In every charset, for every text, lone surrogates included."""
    writable = charset.writable(text)

    assert charset.decode(charset.encode(writable)) == writable
    assert unicodedata.is_normalized("NFC", writable)


@pytest.mark.parametrize(
    ("charset", "text", "written"),
    [
        pytest.param("ascii", "Dvořák", "Dvorak", id="transliterated"),
        pytest.param("ascii", "王小明", "WangXiaoMing", id="in Latin letters"),
        pytest.param("latin-1", "Dvořák", "Dvorák", id="only what the charset lacks"),
        pytest.param("cp850", "Ærøskøbing ─ 10 €", "Ærøskøbing ─ 10 EUR", id="code page 850"),
        pytest.param("gbk", "王小明 é €", "王小明 é EUR", id="GBK has é"),
        pytest.param("gbk", "\ue000", "?", id="a character of somebody's own has no transliteration"),
        pytest.param("gb18030", "𠮷野家", "𠮷野家", id="GB18030 has everything"),
        pytest.param("utf-8", "e\u0301", "é", id="composed"),
        pytest.param("cp850", "e\u0301", "é", id="composed, and then in the charset"),
        pytest.param("latin-1", "x\u030c", "x", id="a mark that composes with nothing is dropped"),
        pytest.param("gbk", "书\ufe0f\u200d", "书", id="signs that only steer the display are dropped"),
        pytest.param("utf-8", "a\ud800b", "a?b", id="half a surrogate pair"),
    ],
)
def test_what_a_charset_lacks_is_replaced(charset: str, text: str, written: str):
    """By a transliteration where there is one, else by a question mark; the message always leaves."""
    assert Charset(charset).writable(text) == written


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("utf-8", b"ab\xffc", "ab\ufffdc"),
        ("ascii", b"ab\xe9c", "ab\ufffdc"),
        ("gbk", b"\xa1|AB", "\ufffd|AB"),
        ("gbk", b"ab\xff|", "ab\ufffd|"),
        ("gb18030", b"\x81", "\ufffd"),
    ],
)
def test_bad_bytes_are_replaced_and_swallow_nothing(charset: str, data: bytes, text: str):
    """A byte that has no place in the charset does not take the delimiter with it."""
    assert Charset(charset).decode_with_replacement(data) == text
    with pytest.raises(UnicodeDecodeError):
        Charset(charset).decode(data)


@every_charset
@given(data=st.binary())
def test_any_bytes_can_be_read_with_replacement(charset: Charset, data: bytes):
    """Never die on a bad byte."""
    assert isinstance(charset.decode_with_replacement(data), str)


def test_decomposed_text_is_noticed():
    """OpenNCIP sends it, and most devices show it as two characters."""
    assert needs_composing("e\u0301")
    assert not needs_composing("é王")
    assert not needs_composing("e")


@given(any_text, st.sampled_from(["|", "^", "~"]), st.sampled_from(["/", "", "｜", "&#124;"]))
def test_no_control_character_and_no_delimiter_remains(text: str, delimiter: str, replacement: str):
    """Neither ends a message or a field from within a value."""
    clean = without_controls(text, delimiter, replacement)

    assert delimiter not in clean
    assert not {unicodedata.category(each) for each in clean} & {"Cc", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a|b||c", "a/b//c"),
        ("one\r\ntwo\nthree\rfour", "one two three four"),
        ("tab\tnul\0del\x7fnext\x85", "tab nul del next "),
        ("line\u2028paragraph\u2029", "line paragraph "),
        ("full\u3000width and\u00a0hard blanks", "full\u3000width and\u00a0hard blanks"),
    ],
)
def test_controls_become_blanks(text: str, clean: str):
    """A blank keeps words apart; blanks of other widths are no control characters."""
    assert without_controls(text, "|", "/") == clean


# --- cutting ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("Please see the desk.", 0, ["Please see the desk."]),
        ("Please see the desk.", 20, ["Please see the desk."]),
        ("Please see the desk.", 19, ["Please see the", "desk."]),
        ("Please see the desk.", 10, ["Please see", "the desk."]),
        ("Please see the desk.", 6, ["Please", "see", "the", "desk."]),
        ("unbelievable", 5, ["unbel", "ievab", "le"]),
        ("an unbelievable", 5, ["an", "unbel", "ievab", "le"]),
        ("请到服务台办理", 6, ["请到服", "务台办", "理"]),
        ("请到服务台办理", 7, ["请到服", "务台办", "理"]),
        ("请到 A3 服务台", 7, ["请到 A3", "服务台"]),
        ("图书", 1, ["图", "书"]),
        ("e\u0323\u0302e\u0323\u0302e\u0323\u0302", 2, ["e\u0323\u0302e\u0323\u0302", "e\u0323\u0302"]),
        ("", 5, [""]),
    ],
)
def test_long_text_becomes_lines_of_the_printers_width(text: str, columns: int, lines: list[str]):
    """Cut at blanks where there are any, a Chinese character counted as two columns."""
    assert wrapped(text, columns) == lines


@given(
    st.lists(st.sampled_from(["a", "b", " ", "é", "图", "，", "e\u0323\u0302"])).map("".join),
    st.integers(1, 12),
)
def test_lines_lose_nothing_and_fit(text: str, columns: int):
    """All that is not a blank is there, in order; no line is too wide but for a single wide character."""
    lines = wrapped(text, columns)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert display_width(line) <= columns or sum(display_width(each) > 0 for each in line) == 1
        assert line == lines[0] or not unicodedata.combining(line[0])


@every_charset
@given(text=any_text, limit=st.integers(0, 20))
def test_a_cut_keeps_whole_characters(charset: Charset, text: str, limit: int):
    """Counted in characters or in bytes, and never inside a character or between a letter and its accent."""
    text = charset.writable(text)
    by_bytes = shortened(text, limit, charset)
    by_characters = shortened(text, limit)

    assert len(charset.encode(by_bytes)) <= limit
    assert len(by_characters) <= limit
    for cut in (by_bytes, by_characters):
        assert text.startswith(cut)
        assert len(cut) == len(text) or not cut or not unicodedata.combining(text[len(cut)])
    if len(text) <= limit:
        assert by_characters == text


def test_a_cut_in_bytes_takes_as_much_as_fits():
    """255 bytes are 85 characters of Chinese in UTF-8 and 127 in GBK."""
    assert len(shortened("图" * 200, 255, Charset("utf-8"))) == 85
    assert len(shortened("图" * 200, 255, Charset("gbk"))) == 127
    assert shortened("a\u0301bc", 1) == ""
    assert shortened("bca\u0301", 3) == "bc"
