"""The head of a request: what would let two readers see different requests is refused."""

import pytest

from ncip_over_http import Http, a_post, status_of
from softdock.protocols.ncip.transport.heads import HEADERS, REQUEST_LINE, read_head
from softdock.protocols.ncip.transport.refusals import Refusal

PLAIN = b"POST /ncip HTTP/1.1\r\nHost: lib.test\r\nContent-Length: 5\r\n\r\n"


def refusal_of(head):
    with pytest.raises(Refusal) as refused:
        read_head(head)
    return int(refused.value.status)


def with_line(line):
    return PLAIN.replace(b"Content-Length: 5\r\n", line)


def test_a_plain_head_is_read():
    head = read_head(PLAIN)
    assert (head.method, head.target, head.length) == (b"POST", b"/ncip", 5)
    assert head.keeps_alive and not head.chunked and not head.old and not head.expects_continue


def test_the_plain_request_that_the_smugglers_below_change_is_served():
    """So that none of them is refused for something else."""
    peer = Http()
    assert status_of(peer.says(PLAIN + b"hello")) == 200
    assert (
        status_of(peer.says(with_line(b"Transfer-Encoding: chunked\r\n") + b"5\r\nhello\r\n0\r\n\r\n")) == 200
    )
    assert peer.documents == [b"hello", b"hello"]


SMUGGLERS = {
    "both lengths": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "both lengths, the other way round": b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    "two lengths": b"Content-Length: 5\r\nContent-Length: 6\r\n",
    "the same length twice": b"Content-Length: 5\r\nContent-Length: 5\r\n",
    "the same length twice, in other letters": b"Content-Length: 5\r\ncontent-length: 5\r\n",
    "a list of lengths": b"Content-Length: 5, 5\r\n",
    "a length with a sign": b"Content-Length: +5\r\n",
    "a negative length": b"Content-Length: -5\r\n",
    "a hexadecimal length": b"Content-Length: 0x5\r\n",
    "a length with an underscore": b"Content-Length: 1_0\r\n",
    "a length in two words": b"Content-Length: 1 0\r\n",
    "no length": b"Content-Length:\r\n",
    "a length that is a word": b"Content-Length: five\r\n",
    "a length in digits of another script": "Content-Length: ５\r\n".encode(),
    "a blank before the colon": b"Content-Length : 5\r\n",
    "a tab before the colon": b"Content-Length\t: 5\r\n",
    "a blank before the colon of the other": b"Transfer-Encoding : chunked\r\nContent-Length: 5\r\n",
    "a folded header": b"X: a\r\n b\r\nContent-Length: 5\r\n",
    "a folded header by tab": b"X: a\r\n\tb\r\nContent-Length: 5\r\n",
    "a folded length": b"Content-Length:\r\n 5\r\n",
    "a folded encoding": b"Transfer-Encoding:\r\n chunked\r\n",
    "a header with a blank before it": b" X: a\r\nContent-Length: 5\r\n",
    "a bare LF": b"X: a\nContent-Length: 5\r\n",
    "a bare CR": b"X: a\rContent-Length: 5\r\n",
    "CR CR LF": b"X: a\r\r\nContent-Length: 5\r\n",
    "NUL in a value": b"X: a\0b\r\nContent-Length: 5\r\n",
    "NUL in a name": b"X\0: a\r\nContent-Length: 5\r\n",
    "NUL behind the length": b"Content-Length: 5\0\r\n",
    "a control character": b"X: a\x01b\r\nContent-Length: 5\r\n",
    "DEL": b"X: a\x7fb\r\nContent-Length: 5\r\n",
    "a vertical tab before the encoding": b"Transfer-Encoding: \x0bchunked\r\n",
    "no name": b": a\r\nContent-Length: 5\r\n",
    "no colon": b"Content-Length 5\r\n",
    "a name in brackets": b"[X]: a\r\nContent-Length: 5\r\n",
    "a name that is not ASCII": "Ä: a\r\nContent-Length: 5\r\n".encode(),
    "an encoding twice": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    "an encoding that only begins so": b"Transfer-Encoding: chunked-not\r\n",
    "two hosts": b"Host: other.test\r\nContent-Length: 5\r\n",
    "two authorizations": b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\nContent-Length: 5\r\n",
    "two types": b"Content-Type: text/xml\r\nContent-Type: text/html\r\nContent-Length: 5\r\n",
    "two keys": b"X-API-Key: a\r\nX-API-Key: b\r\nContent-Length: 5\r\n",
}


@pytest.mark.parametrize("lines", SMUGGLERS.values(), ids=SMUGGLERS)
def test_what_may_be_understood_in_two_ways_is_refused_and_the_connection_ends(lines):
    """The peer hears 400 (501 for an encoding), and nothing behind it is taken for a request."""
    peer = Http()
    answer = peer.says(with_line(lines) + b"0\r\n\r\n" + PLAIN + b"hello")
    assert status_of(answer) in {400, 501}
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"Connection: close" in answer
    assert peer.session.closing
    assert peer.documents == []


@pytest.mark.parametrize(
    "encoding", ["gzip", "gzip, chunked", "identity", "chunked, chunked", "xchunked", "chunked;q=1", ""]
)
def test_any_encoding_but_chunked_is_refused(encoding):
    assert refusal_of(with_line(b"Transfer-Encoding: %s\r\n" % encoding.encode())) in {400, 501}


@pytest.mark.parametrize("written", ["chunked", "Chunked", "CHUNKED", " chunked ", "\tchunked"])
def test_chunked_may_be_written_as_it_likes(written):
    assert read_head(with_line(b"Transfer-Encoding:%s\r\n" % written.encode())).chunked


LINES = {
    "lower case": b"post /ncip HTTP/1.1",
    "no such method": b"FETCH /ncip HTTP/1.1",
    "a method in brackets": b"[POST] /ncip HTTP/1.1",
    "two blanks": b"POST  /ncip HTTP/1.1",
    "two blanks before the version": b"POST /ncip  HTTP/1.1",
    "a tab": b"POST\t/ncip HTTP/1.1",
    "a blank at the end": b"POST /ncip HTTP/1.1 ",
    "a blank at the beginning": b" POST /ncip HTTP/1.1",
    "a blank in the target": b"POST /ncip a HTTP/1.1",
    "no version": b"POST /ncip",
    "HTTP/0.9": b"POST /ncip HTTP/0.9",
    "HTTP/1.2": b"POST /ncip HTTP/1.2",
    "HTTP/1.10": b"POST /ncip HTTP/1.10",
    "HTTP/11": b"POST /ncip HTTP/11",
    "http/1.1": b"POST /ncip http/1.1",
    "ICE": b"POST /ncip ICE/1.0",
    "RTSP": b"POST /ncip RTSP/1.0",
    "a target that is not ASCII": "POST /ncip/ä HTTP/1.1".encode(),
    "a relative target": b"POST ncip HTTP/1.1",
    "TLS": b"\x16\x03\x01\x02\x00\x01",
    "nothing but blanks": b"   ",
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_request_line_that_is_none_is_refused(line):
    assert refusal_of(PLAIN.replace(b"POST /ncip HTTP/1.1", line)) == 400


@pytest.mark.parametrize("version", [b"HTTP/2.0", b"HTTP/3.0"])
def test_a_version_of_tomorrow_is_told_which_one_is_spoken(version):
    assert refusal_of(PLAIN.replace(b"HTTP/1.1", version)) == 505


def test_http_1_1_has_a_host_and_1_0_needs_none():
    """ReShare's client for version 1 sends none."""
    without = PLAIN.replace(b"Host: lib.test\r\n", b"")
    assert refusal_of(without) == 400
    head = read_head(without.replace(b"HTTP/1.1", b"HTTP/1.0"))
    assert head.old and not head.keeps_alive


@pytest.mark.parametrize("host", ["a b", "a/b", "a@b", "a\tb", "<a>"])
def test_a_host_that_is_none_is_refused(host):
    assert refusal_of(PLAIN.replace(b"lib.test", host.encode())) == 400


@pytest.mark.parametrize("host", ["lib.test", "lib.test:8082", "127.0.0.1", "[::1]:8082", ""])
def test_hosts_are_read_as_they_may_be(host):
    assert read_head(PLAIN.replace(b"lib.test", host.encode())).headers[b"host"] == host.encode()


def test_http_1_0_knows_no_chunks():
    assert refusal_of(with_line(b"Transfer-Encoding: chunked\r\n").replace(b"HTTP/1.1", b"HTTP/1.0")) == 400


@pytest.mark.parametrize(
    ("version", "connection", "keeps_alive"),
    [
        ("1.1", None, True),
        ("1.1", "keep-alive", True),
        ("1.1", "close", False),
        ("1.1", "TE, Close", False),
        ("1.1", "Upgrade, HTTP2-Settings", True),
        ("1.0", None, False),
        ("1.0", "keep-alive", True),
        ("1.0", "Keep-Alive, close", False),
    ],
)
def test_whether_a_connection_stays_is_for_the_peer_to_say(version, connection, keeps_alive):
    lines = [f"Connection: {connection}"] if connection else []
    assert read_head(a_post(b"", *lines, version=version)).keeps_alive is keeps_alive


def test_an_offer_to_speak_another_protocol_is_passed_over():
    """Java's HttpClient offers HTTP/2 so with its first request."""
    head = read_head(
        a_post(b"", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAE")
    )
    assert head.keeps_alive and head.method == b"POST"


def test_only_one_expectation_is_met():
    assert read_head(a_post(b"", "Expect: 100-Continue")).expects_continue
    assert refusal_of(a_post(b"", "Expect: the unexpected")) == 417
    assert not read_head(a_post(b"", "Expect: 100-continue", version="1.0")).expects_continue


def test_request_line_and_headers_are_bounded():
    assert refusal_of(a_post(target="/ncip?" + "a" * REQUEST_LINE)) == 414
    lines = [f"X-{number}: a" for number in range(HEADERS - 3)]
    assert len(read_head(a_post(b"", *lines)).headers) == HEADERS
    assert refusal_of(a_post(b"", *lines, "X-one-more: a")) == 431


def test_a_length_without_end_is_too_large_and_no_error_of_ours():
    assert refusal_of(with_line(b"Content-Length: %s\r\n" % (b"9" * 17))) == 413
    assert refusal_of(with_line(b"Content-Length: %s\r\n" % (b"9" * 4000))) in {400, 413}


def test_a_length_may_have_zeros_before_it():
    assert read_head(with_line(b"Content-Length: 0005\r\n")).length == 5
