"""Bodies in chunks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncip_over_http import Http, a_chunked_post, status_of
from softdock.protocols.ncip.transport.chunks import AROUND, LINE, Chunks
from softdock.protocols.ncip.transport.refusals import Refusal


def taken(data, limit=1000):
    """The body in `data`, and what remains of that."""
    chunks = Chunks(limit)
    rest = chunks.feed(data)
    assert chunks.complete
    return bytes(chunks.body), rest


def refusal_of(data, limit=1000):
    chunks = Chunks(limit)
    with pytest.raises(Refusal) as refused:
        chunks.feed(data)
    return int(refused.value.status)


def test_chunks_become_one_body_and_what_follows_is_left():
    assert taken(b"5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\nPOST") == (b"hello, world", b"POST")


def test_sizes_are_hexadecimal_and_may_have_zeros_before_them():
    assert taken(b"000A\r\n0123456789\r\n000\r\n\r\n") == (b"0123456789", b"")


def test_extensions_and_trailers_are_passed_over():
    assert taken(b'5;name="a;b"\r\nhello\r\n0;last\r\nX: a\r\nContent-Length: 99\r\n\r\n') == (b"hello", b"")


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=6), st.data())
def test_however_it_is_cut_it_is_the_same_body(parts, data):
    written = (
        a_chunked_post(*parts, trailers=b"X: a\r\n", extension=b";e").partition(b"\r\n\r\n")[2] + b"NEXT"
    )
    chunks, rest = Chunks(1000), b""
    while written:
        size = data.draw(st.integers(1, 20))
        rest += chunks.feed(written[:size]) if not chunks.complete else written[:size]
        written = written[size:]
    assert (bytes(chunks.body), rest) == (b"".join(parts), b"NEXT")


BROKEN = {
    "no size": b"\r\n",
    "no number": b"five\r\nhello\r\n",
    "a sign": b"+5\r\nhello\r\n",
    "a minus": b"-5\r\nhello\r\n",
    "0x": b"0x5\r\nhello\r\n",
    "an underscore": b"1_0\r\n",
    "a blank before the size": b" 5\r\nhello\r\n",
    "a blank behind the size": b"5 \r\nhello\r\n",
    "a bare LF behind the size": b"5\nhello\r\n",
    "a bare CR in the line": b"5\rX\r\nhello\r\n",
    "a bare LF behind an extension": b"5;a\nhello\r\n",
    "a bare LF behind the data": b"5\r\nhello\n0\r\n\r\n",
    "a chunk that is longer": b"5\r\nhello, world\r\n0\r\n\r\n",
    "a chunk that is shorter": b"6\r\nhello\r\n0\r\n\r\n",
    "NUL in an extension": b"5;\0\r\nhello\r\n",
    "a trailer that is none": b"0\r\nhello\r\n\r\n",
    "a folded trailer": b"0\r\nX: a\r\n b\r\n\r\n",
    "a bare LF at the end": b"0\r\n\n",
    "a trailer with a bare LF": b"0\r\nX: a\n\r\n",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_chunks_that_readers_understand_differently_are_refused(data):
    assert refusal_of(data) == 400


def test_a_body_in_chunks_is_bounded_before_it_has_come():
    assert refusal_of(b"3e9\r\n") == 413
    assert refusal_of(b"3e8\r\n" + b"a" * 1000 + b"\r\n1\r\n") == 413
    assert refusal_of(b"f" * 17 + b"\r\n") == 413
    assert refusal_of(b"f" * 200 + b"\r\n") == 413


def test_what_is_around_the_chunks_is_bounded_too():
    """Extensions, trailers, and very many small chunks cost us something as well."""
    assert refusal_of(b"5;" + b"a" * LINE) == 413
    assert refusal_of(b"0\r\nX: " + b"a" * LINE + b"\r\n\r\n") == 413
    assert refusal_of(b"0\r\n" + b"X: a\r\n" * (AROUND // 6 + 1)) == 413
    assert refusal_of(b"1\r\na\r\n" * (AROUND // 5 + 1), limit=10**6) == 413


def test_a_document_sent_character_by_character_is_served():
    peer = Http()
    document = b"<NCIPMessage/>" * 200
    answer = peer.says(a_chunked_post(*(document[at : at + 1] for at in range(len(document)))))
    assert status_of(answer) == 200
    assert peer.documents == [document]
