"""What was met before is parsed at once; whatever else there is leaves nothing behind."""

from collections.abc import Iterator
from threading import current_thread, main_thread

import pytest
from lxml import etree

from softdock.protocols.ncip.codec import parsers


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """What is parsed in the thread that asks; nothing was met so far."""
    monkeypatch.setattr(parsers, "_met", set())
    parsed_here: list[bytes] = []
    parse = etree.fromstring

    def watched(data: bytes, parser: etree.XMLParser) -> etree._Element:
        if current_thread() is main_thread():
            parsed_here.append(data)
            assert parser is parsers._PARSER
        else:
            assert parser is not parsers._PARSER, "it would bring its names along"
        return parse(data, parser)

    monkeypatch.setattr(parsers.etree, "fromstring", watched)
    return parsed_here


def test_a_document_like_one_before_is_parsed_where_it_is_met(here: list[bytes]):
    assert parsers.parsed("<a b='1'>x</a>").text == "x"
    assert here == []
    assert parsers.parsed("<a b='1'>y &amp; z</a>").text == "y & z"
    assert len(here) == 1


@pytest.mark.parametrize(
    "text",
    [
        "<a b='1'><c/></a>",
        "<a d='1'></a>",
        "<a b='2'></a>",
        "<a b='1'><?e f?></a>",
        "<a b='1' xmlns:g='h'></a>",
    ],
)
def test_whatever_was_not_met_is_parsed_elsewhere(here: list[bytes], text: str):
    parsers.parsed("<a b='1'>x</a>")
    assert parsers.parsed(text).tag == "a"
    assert here == []


@pytest.mark.parametrize("text", ["<a b='1'>&name;</a>", "<a b='1'></name>"])
def test_names_in_what_is_wrong_are_not_kept_either(here: list[bytes], text: str):
    parsers.parsed("<a b='1'>x</a>")
    for _ in range(2):
        with pytest.raises(etree.XMLSyntaxError):
            parsers.parsed(text)
    assert here == []


@pytest.mark.parametrize(
    "text",
    [
        "<a b='>' c{}='1'/>",
        "<a x='\"' b=\">\" c{}='1'/>",
        "<a " + "b" * parsers.LONGEST_MET + "='{}'/>",
    ],
)
def test_a_tag_that_cannot_be_told_whole_is_never_met(here: list[bytes], text: str):
    for number in (1, 2, 2):
        parsers.parsed(text.format(number))
    assert here == []


def test_what_is_remembered_is_bounded(here: list[bytes]):
    for number in range(parsers.MOST_MET // 1000 + 1):
        inside = "".join(f"<a{number}_{each}/>" for each in range(1000))
        parsers.parsed(f"<a>{inside}</a>")
    assert len(parsers._met) <= parsers.MOST_MET
    parsers.parsed(f"<a>{inside}</a>")
    assert here == []


def test_a_root_outlives_the_thread_that_parsed_it(here: list[bytes]):
    roots = [parsers.parsed(f"<a><b{number}>{number}</b{number}></a>") for number in range(50)]
    assert [each[0].tag for each in roots] == [f"b{number}" for number in range(50)]
    assert [each.findtext("*") for each in roots] == [str(number) for number in range(50)]
