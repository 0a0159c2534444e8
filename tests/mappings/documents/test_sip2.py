"""Messages in the manner of SIP2, with fields that repeat."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies import follow_in_every_way, places, present, problems, refusal, value, values
from softdock.mappings.documents.protocol import DocumentError
from softdock.mappings.documents.sip2 import Sip2, make
from softdock.mappings.exchange import Fields

SIP2 = Sip2()

PATRON = Fields(
    code="64",
    fixed="Y  0012",
    fields=(
        ("AA", "R1"),
        ("AS", "B1"),
        ("AS", "B2"),
        ("AF", "first"),
        ("AF", ""),
        ("AF", "成功"),
        ("xk", "01"),
    ),
)


@pytest.fixture
def patron():
    return SIP2.parse(PATRON)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("AA", "R1"),
        ("AF", "first"),
        ("AF[1]", "first"),
        ("AF[2]", ""),
        ("AF[last]", "成功"),
        ("AF[4]", None),
        ("AE", None),
        ("AE[last]", None),
        ("xk", "01"),
        ("XK", None),
        ("code", "64"),
        ("fixed", "Y  0012"),
        ("fixed[0]", "Y"),
        ("fixed[0:3]", "Y  "),
        ("fixed[5:9]", "12"),
        ("fixed[7]", None),
        (".", None),
    ],
)
def test_paths(patron, path, text):
    assert value(SIP2, patron, path) == text


def test_a_field_that_is_empty_is_there(patron):
    assert present(SIP2, patron, "AF[2]")
    assert not present(SIP2, patron, "AE")


def test_fields_that_repeat_are_walked_and_taken_together(patron):
    assert [value(SIP2, each, ".") for each in places(SIP2, patron, "AS")] == ["B1", "B2"]
    assert value(SIP2, places(SIP2, patron, "AS")[0], "AA") == "R1"
    assert values(SIP2, patron, "AF") == ["first", "", "成功"]
    assert values(SIP2, patron, "AF[last]") == ["成功"]
    assert values(SIP2, patron, "AE[last]") == []
    assert places(SIP2, patron, "AE") == []


def test_the_root_is_the_code_of_the_message(patron):
    assert SIP2.root(patron) == "64"
    assert SIP2.text(patron) == "R1\nB1\nB2\nfirst\n\n成功\n01"
    assert SIP2.line(patron) == 0


@pytest.mark.parametrize(
    "path", ["", "A", "AFX", "AF[0]", "AF[-1]", "AF[x]", "fixed[", "fixed[:3]", "A|", "中文"]
)
def test_other_paths_are_refused(path):
    for ask in (SIP2.at, SIP2.presence, SIP2.all, SIP2.each):
        assert "Write" in refusal(ask(path))


def test_what_a_message_does_not_have():
    assert "no tables" in refusal(SIP2.table("AF", ""))
    assert "no places" in refusal(SIP2.each("AS", keyed=True))
    assert "longer than" in refusal(SIP2.at("a" * 501))
    assert "no options" in problems(make, "charset: gbk")
    with pytest.raises(DocumentError, match="no message"):
        SIP2.parse(b"64")


def test_too_many_fields_are_not_walked():
    many = SIP2.parse(Fields("64", "", [("AS", "x")] * 10_001))

    with pytest.raises(DocumentError, match="more than 10000 places"):
        places(SIP2, many, "AS")


@given(st.text(max_size=8) | st.from_regex(r"(AF|AS|fixed)\[?[0-9:last]{0,6}\]?", fullmatch=True))
def test_any_path_is_refused_or_can_be_followed(path):
    follow_in_every_way(SIP2, SIP2.parse(PATRON), path)
