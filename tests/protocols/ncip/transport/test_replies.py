"""Replies are whole, however their bytes are cut, and bounded."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncip_responders import HEAD, ok
from softdock.circulation.identifiers import Secret
from softdock.protocols.ncip.transport.replies import (
    MOST_OF_A_HEAD,
    HttpReplies,
    NoReply,
    Reply,
    StreamReplies,
    basic,
    post_head,
)

CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"2\r\n<b\r\n2\r\n/>\r\n0\r\n\r\n"
)


def fed(replies, data, cuts=()):
    """The reply in `data`, which comes in the pieces that `cuts` make."""
    found = []
    edges = [0, *sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]
    for start, end in pairwise(edges):
        if start < end and (reply := replies.receive_data(data[start:end])) is not None:
            found.append(reply)
    assert len(found) <= 1
    return found[0] if found else None


@pytest.fixture
def http():
    replies = HttpReplies(HEAD, 1000)
    replies.ask(b"<a/>")
    return replies


@pytest.fixture
def stream():
    replies = StreamReplies(1000)
    replies.ask(b"<a/>")
    return replies


def test_a_document_is_posted_with_its_length():
    sent = HttpReplies(post_head("lib.test:8082", "/ncip/x", {"X-API-Key": "k"})).ask(b"<a/>")

    head, _, body = sent.partition(b"\r\n\r\n")
    assert head.split(b"\r\n")[:2] == [b"POST /ncip/x HTTP/1.1", b"Host: lib.test:8082"]
    assert b"X-API-Key: k" in head
    assert b"Content-Length: 4" in head
    assert body == b"<a/>"


@pytest.mark.parametrize("value", ["a\r\nB: c", "a\nb", "a\rb", "a\0b"])
def test_nothing_slips_a_second_header_into_the_head(value):
    with pytest.raises(ValueError, match="one line"):
        post_head("lib.test", "/ncip", {"X-API-Key": value})


def test_credentials_are_written_as_basic_wants_it():
    assert basic("Aladdin", Secret("open sesame")) == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


@given(
    st.sampled_from([ok(), CHUNKED, b"HTTP/1.1 100 Continue\r\n\r\n" + ok()]), st.lists(st.integers(0, 300))
)
def test_a_response_is_the_same_however_it_is_cut(response, cuts):
    replies = HttpReplies(HEAD)
    replies.ask(b"<a/>")

    reply = fed(replies, response, cuts)

    assert reply is not None
    assert (reply.document, reply.status, replies.stays) == (b"<b/>", 200, True)


def test_the_charset_of_the_header_comes_along(http):
    assert fed(http, ok()) == Reply(b"<b/>", "utf-8", 200)


def test_a_status_comes_along_whatever_the_body_is(http):
    page = b"<html>no</html>"
    response = b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"

    assert fed(http, response % (len(page), page)) == Reply(page, "", 502)


def test_a_body_without_length_ends_with_the_connection(http):
    assert fed(http, b"HTTP/1.0 200 OK\r\n\r\n<b/>") is None

    assert http.receive_end() == Reply(b"<b/>")
    assert not http.stays


@pytest.mark.parametrize("response", [ok()[:-1], CHUNKED[:-5], b"", b"HTTP/1.1 200 OK\r\n"])
def test_half_a_reply_is_none(http, response):
    assert fed(http, response) is None
    assert http.receive_end() is None


@pytest.mark.parametrize(
    "response", [ok(b"<b/>", "Connection: close"), ok(version="1.0"), ok() + ok(), ok() + b"junk"]
)
def test_a_connection_that_is_ending_or_out_of_step_is_not_asked_again(http, response):
    assert fed(http, response).document == b"<b/>"
    assert not http.stays


@pytest.mark.parametrize(
    "response",
    [
        b"220 smtp.test ESMTP\r\n",
        ok(b"x" * 1001),
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * MOST_OF_A_HEAD + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n<b/>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_no_reply_or_too_long_is_refused(http, response):
    with pytest.raises(NoReply):
        http.receive_data(response)


def test_what_nobody_asked_for_is_no_reply():
    with pytest.raises(NoReply):
        HttpReplies(HEAD).receive_data(ok())
    with pytest.raises(NoReply):
        StreamReplies().receive_data(b"<b/>")


# --- on a stream ----------------------------------------------------------------------------------------

DOCUMENT = b'<?xml version="1.0"?>\n<a:M xmlns:a="urn:a"><!-- </a:M> --><a:M/></a:M>'


@given(
    st.sampled_from([DOCUMENT, DOCUMENT.decode().encode("utf-16"), b"\r\n" + DOCUMENT]),
    st.lists(st.integers(0, 300)),
)
def test_a_document_on_a_stream_is_the_same_however_it_is_cut(document, cuts):
    replies = StreamReplies()
    replies.ask(b"<a/>")

    reply = fed(replies, document, cuts)

    assert reply is not None
    assert reply.document == document.removeprefix(b"\r\n")
    assert replies.receive_data(b"\n") is None, "blanks between documents spoil nothing"
    assert replies.stays


def test_a_question_on_a_stream_is_a_line():
    assert StreamReplies().ask(b"<a/>") == b"<a/>\n"
    assert StreamReplies().ask(b"<a/>\n") == b"<a/>\n"


def test_a_stream_on_which_more_came_than_was_asked_for_is_not_asked_again(stream):
    assert fed(stream, b"<b/><c/>").document == b"<b/>"
    assert not stream.stays


@pytest.mark.parametrize("reply", [b"hello\n", b"<b>" + b"x" * 1000])
def test_what_is_no_document_on_a_stream_is_refused(stream, reply):
    with pytest.raises(NoReply):
        stream.receive_data(reply)


def test_a_stream_that_ends_within_a_document_gave_no_reply(stream):
    assert stream.receive_data(b"<b>") is None
    assert stream.receive_end() is None
