"""Where a document on a stream ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.protocols.ncip.transport.roots import (
    LONGEST_NAME,
    NoDocument,
    RootFinder,
    Width,
    blanks_before,
    thinned,
    width_of,
)

V1 = "<!DOCTYPE NCIPMessage PUBLIC '-//NISO//NCIP DTD Version 1//EN' \"http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd\">"

DOCUMENTS = {
    "empty": "<NCIPMessage/>",
    "empty with a blank": "<NCIPMessage />",
    "attributes": "<NCIPMessage a='1' b=\"2\"/>",
    "of version 2": '<?xml version="1.0"?><ns1:NCIPMessage xmlns:ns1="http://www.niso.org/2008/ncip"><ns1:LookupUser/></ns1:NCIPMessage>',
    "of version 1": f'<?xml version="1.0"?>\r\n{V1}\r\n<NCIPMessage><LookupUser></LookupUser></NCIPMessage>',
    "for versions": "<NCIPVersionMessage><LookupVersion/></NCIPVersionMessage>",
    "blanks in the end tag": "<a>\n</a\r\n >",
    "no blank before the slash": "<a b='c'/>",
    "the end in a comment": "<a><!-- </a> --></a>",
    "the end in a comment before": "<!-- <a/> </a> --><a></a>",
    "the end in CDATA": "<a><![CDATA[</a>]]></a>",
    "CDATA with brackets": "<a><![CDATA[]] ></a>]]]></a>",
    "the end in an instruction": "<a><?x </a>?></a>",
    "the end in an attribute": "<a b=\"</a>\" c='/>'></a>",
    "the root within itself": "<a><a><a/></a ></a>",
    "a longer name": "<a><ab></ab><a:b></a:b><a.b/><a-b/></a>",
    "an end that is none": "<a></ab></a>",
    "another prefix": "<a:b><c:b></c:b></a:b>",
    "not ASCII": "<a>图书馆 ü 😀</a>",
    "a name that is not ASCII": "<书><书/></书>",
    "letters whose second byte is ASCII": "<a>㰀㸀⼀</a>",
    "declarations": "<!DOCTYPE a [<!ENTITY b '>]'><!-- ]> ' --><?x ]>?><!ELEMENT a ANY>]><a>&b;</a>",
    "a document type in lower case": "<!doctype a><a/>",
    "tags in a wrong order": "<a><b><c></b></c></a>",
    "a bare ampersand": "<a> & &; &#xZ; < </a>",
    "a quote that is not closed": '<a><b c="></a>',
    "deep": "<a>" * 5000 + "</a>" * 5000,
}

ENCODINGS = {
    "UTF-8": lambda text: text.encode(),
    "UTF-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "GB18030": lambda text: text.encode("gb18030"),
    "UTF-16, little": lambda text: text.encode("utf-16-le"),
    "UTF-16, big": lambda text: text.encode("utf-16-be"),
    "UTF-16, little, with a mark": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "UTF-16, big, with a mark": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
}


def end_of(data, *sizes):
    """Where the document in `data` ends, which comes in pieces of these sizes and then byte by byte."""
    finder = RootFinder(width_of(data))
    at = 0
    for size in [*sizes, *[1] * len(data)]:
        if (end := finder.feed(data[at : at + size])) is not None:
            return end
        at += size
    return None


@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("text", DOCUMENTS.values(), ids=DOCUMENTS)
def test_the_end_is_found_however_the_bytes_arrive(text, encode):
    """Whole, with another one behind, and byte by byte; and not a byte too early."""
    document = encode(text)
    assert end_of(document, len(document)) == len(document)
    assert end_of(document + b"\r\n" + document, 10**6) == len(document)
    if len(document) < 1000:
        assert end_of(document) == len(document)
        assert end_of(document[:-1]) is None


@given(
    st.sampled_from(sorted(DOCUMENTS.keys() - {"deep"})),
    st.sampled_from(sorted(ENCODINGS)),
    st.lists(st.integers(1, 20), max_size=40),
)
def test_pieces_of_any_sizes_make_no_difference(text, encoding, sizes):
    document = ENCODINGS[encoding](DOCUMENTS[text])
    assert end_of(document + b"<next/>" * 3, *sizes, 10**6) == len(document)


@pytest.mark.parametrize(
    "data",
    [
        b"hello",
        b"</a>",
        b"<>",
        b"< a/>",
        b"<!ELEMENT a ANY>",
        b"<![CDATA[a]]>",
        b"\0\0",
        b"\x16\x03\x01",
        b"<" + b"a" * (LONGEST_NAME + 1),
        b"<?x?>hello",
        b"<!-- -->]",
    ],
)
def test_what_begins_no_document_is_not_read_on(data):
    with pytest.raises(NoDocument):
        end_of(data + b" " * 20)


@pytest.mark.parametrize(
    "data", [b"<", b"<a", b"<!", b"<!-", b"<!DOCTYP", b"<?xml", b"\xef\xbb", b"<!-- a --", b"<a b='>"]
)
def test_what_may_become_one_is(data):
    assert end_of(data) is None


def test_entities_cost_nothing():
    """Nobody expands them here."""
    bomb = (
        "<!DOCTYPE a ["
        + "".join(f"<!ENTITY x{n + 1} '{f'&x{n};' * 10}'>" for n in range(9))
        + "]><a>&x9;</a>"
    )
    assert end_of(bomb.encode(), len(bomb)) == len(bomb)


class Counted(bytearray):
    """Bytes that count how many of them are searched."""

    searched = 0

    def find(self, sub, start):
        Counted.searched += len(self) - start
        return super().find(sub, start)


@pytest.mark.parametrize(
    "filler", [b"<!--" + b"-" * 4000, b"<?" + b"?" * 4000, b"<a b='" + b"x" * 4000, b"<a></a" + b" " * 4000]
)
def test_no_byte_is_looked_at_again_and_again(filler):
    """A peer that sends byte by byte costs no more than its bytes."""
    finder = RootFinder(Width.BYTES)
    finder.raw = finder._text = Counted()
    Counted.searched = 0
    for at in range(len(filler)):
        finder.feed(filler[at : at + 1])
    assert Counted.searched < 5 * len(filler)
    assert finder._at > 3900


def test_a_unit_becomes_a_byte():
    assert thinned("<图>".encode("utf-16-le"), Width.UTF_16_LE) == b"<\xff>"
    assert thinned("<a>".encode("utf-16-be"), Width.UTF_16_BE) == b"<a>"


@pytest.mark.parametrize(
    ("data", "blanks"),
    [
        (b"", 0),
        (b"\n", 0),
        (b"\n\n", 1),
        (b"\r\n <", 3),
        (b"\n\0<\0", 2),
        (b"\0\n\0<", 2),
        (b"\0 \0\n\0<\0a", 4),
        (b"a", 0),
    ],
)
def test_blanks_between_documents_are_passed_over_in_any_width(data, blanks):
    assert blanks_before(data) == blanks
