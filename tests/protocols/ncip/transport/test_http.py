"""A connection over HTTP: what arrives, in whichever pieces, and what is sent back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncip_over_http import DATE, Http, a_chunked_post, a_post, head_of, status_of
from softdock.protocols.ncip.transport import Answered, Signal


def test_a_document_is_answered():
    peer = Http()
    assert peer.says(a_post(b"<NCIPMessage/>")) == (
        b"HTTP/1.1 200 OK\r\n"
        b"Content-Type: application/xml; charset=utf-8\r\n"
        b"Cache-Control: no-store\r\n"
        b"X-Content-Type-Options: nosniff\r\n"
        b"Date: " + DATE + b"\r\n"
        b"Content-Length: 9\r\n"
        b"\r\n"
        b"<answer/>"
    )
    assert peer.documents == [b"<NCIPMessage/>"]
    assert not peer.session.closing


def test_a_connection_is_used_again_and_again():
    peer = Http()
    for number in range(3):
        assert status_of(peer.says(a_post(b"<a>%d</a>" % number))) == 200
    assert peer.documents == [b"<a>0</a>", b"<a>1</a>", b"<a>2</a>"]


def test_the_same_head_again_goes_with_another_body():
    """A head that was read before is not read again, and is known by every byte of it."""
    peer = Http()
    peer.says(a_post(b"<a/>", target="/ncip/x"))
    peer.says(a_post(b"<b/>", target="/ncip/x"))
    peer.says(a_post(b"<b/>", target="/ncip/y"))
    peer.says(a_post(b"<b/>", target="/ncip/x"))
    assert peer.documents == [b"<a/>", b"<b/>", b"<b/>", b"<b/>"]
    assert [each.way.path_account for each in peer.received] == ["x", "x", "y", "x"]


@pytest.mark.parametrize(
    ("version", "connection", "told"),
    [
        ("1.1", None, None),
        ("1.1", "close", "close"),
        ("1.0", None, "close"),
        ("1.0", "keep-alive", "keep-alive"),
    ],
)
def test_the_answer_says_whether_the_connection_stays(version, connection, told):
    peer = Http()
    lines = [f"Connection: {connection}"] if connection else []
    answer = peer.says(
        a_post(b"<a/>", *lines, version=version, host=None if version == "1.0" else "lib.test")
    )
    assert (f"Connection: {told}" in head_of(answer)) if told else ("Connection" not in head_of(answer))
    assert peer.session.closing is (told == "close")


def test_after_the_last_answer_nothing_more_is_begun():
    peer = Http()
    answer = peer.says(a_post(b"<a/>", "Connection: close") + a_post(b"<b/>"))
    assert answer.count(b"HTTP/1.1 200") == 1
    assert peer.documents == [b"<a/>"]


CONVERSATION = (
    a_post(b"<a/>")
    + a_chunked_post(b"<b>", b"\r\n", b"</b>", trailers=b"X: y\r\n")
    + b"\r\n"
    + a_post(b"")
    + a_post(b"xml=%3Cc/%3E", kind="application/x-www-form-urlencoded")
    + a_post(b"<d/>", "Connection: close")
)


@given(st.lists(st.integers(1, 200), max_size=30))
def test_however_the_bytes_arrive_the_same_is_answered(sizes):
    """Whole, byte by byte, or in any pieces."""
    peer, rest, answers = Http(), CONVERSATION, b""
    for size in [*sizes, len(CONVERSATION)]:
        answers += peer.says(rest[:size])
        rest = rest[size:]
    assert peer.documents == [b"<a/>", b"<b>\r\n</b>", b"", b"<c/>", b"<d/>"]
    assert answers.count(b"HTTP/1.1 200") == 5
    assert peer.session.closing


def test_byte_by_byte_is_the_same():
    peer = Http()
    answers = b"".join(peer.says(CONVERSATION[at : at + 1]) for at in range(len(CONVERSATION)))
    assert answers == Http().says(CONVERSATION)


@given(st.binary(max_size=400))
def test_nothing_that_arrives_is_an_error_of_ours(data):
    peer = Http(body=200, head=300)
    peer.says(data)
    peer.says_no_more()
    assert peer.session.closing


@given(st.data())
def test_a_request_that_was_damaged_is_no_error_of_ours(data):
    written = bytearray(CONVERSATION)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(written) - 1))
        written[at] = data.draw(st.sampled_from(list(b"\r\n :;%&=\0\x7f\xff0a/")))
    peer = Http()
    answers = peer.says(bytes(written)) + peer.says_no_more()
    assert answers.count(b"HTTP/1.1 200") == len(peer.received)
    assert peer.session.closing


# --- one request at a time ------------------------------------------------------------------------------


def test_a_second_request_waits_for_the_first_answer():
    peer = Http(answers=False)
    assert peer.says(a_post(b"<a/>") + a_post(b"<b/>")) == b""
    assert peer.documents == [b"<a/>"]
    assert peer.session.next_event() is Signal.BUSY
    assert peer.session.buffered == len(a_post(b"<b/>"))
    peer.session.answer(Answered(b"<1/>"))
    assert peer.goes_on().endswith(b"<1/>")
    assert peer.documents == [b"<a/>", b"<b/>"]


def test_what_is_asked_before_the_input_ends_is_answered():
    peer = Http(answers=False)
    peer.says(a_post(b"<a/>") + a_post(b"<b/>"))
    peer.says_no_more()
    for _ in range(2):
        assert not peer.session.closing
        peer.session.answer(Answered(b"<1/>"))
        assert status_of(peer.goes_on()) == 200
    assert peer.session.closing


@pytest.mark.parametrize("missing", [1, 10, len(a_post(b"<b/>")) - 1])
def test_half_a_request_is_never_done(missing):
    """The connection was cut before the end: nobody knows what the rest would have said."""
    peer = Http()
    peer.says(a_post(b"<b/>")[:-missing])
    assert status_of(peer.says_no_more()) == 400
    assert peer.documents == []


def test_a_connection_that_says_nothing_ends_without_a_word():
    peer = Http()
    assert peer.says_no_more() == b""
    assert peer.session.closing


# --- limits ---------------------------------------------------------------------------------------------


def test_a_body_that_is_too_large_is_refused_before_it_comes():
    peer = Http(body=100)
    answer = peer.says(a_post(b"", length=101))
    assert status_of(answer) == 413
    assert peer.violations == ["too-large"]
    assert peer.says(b"a" * 101) == b""
    assert peer.session.buffered == 0
    assert status_of(Http(body=100).says(a_post(b"a" * 100))) == 200


def test_a_body_in_chunks_that_is_too_large_is_cut_off_while_it_comes():
    peer = Http(body=100)
    assert peer.says(a_chunked_post(b"a" * 100).removesuffix(b"0\r\n\r\n")) == b""
    assert status_of(peer.says(b"1\r\n")) == 413
    assert peer.session.closing


def test_a_head_without_an_end_is_cut_off():
    peer = Http(head=500)
    assert peer.says(b"POST /ncip HTTP/1.1\r\n" + b"X: a\r\n" * 70) == b""
    assert status_of(peer.says(b"X: a\r\n" * 10)) == 431
    assert status_of(Http(head=500).says(b"POST /" + b"a" * 500)) == 414
    assert status_of(Http(head=500).says(a_post(b"", "X: " + "a" * 500))) == 431


@pytest.mark.parametrize(
    "beginning", [b"\x16\x03\x01\x02\x00", b"GET /ncip HTTP/1.1\n", b"\0", b"<NCIPMessage>\n</NCIPMessage>"]
)
def test_what_cannot_become_http_is_not_waited_for(beginning):
    assert status_of(Http().says(beginning)) == 400


def test_empty_lines_before_a_request_are_passed_over():
    """Some programs end a body with one that they do not count."""
    peer = Http()
    assert status_of(peer.says(b"\r\n\r\n" + a_post(b"<a/>") + b"\r\n")) == 200
    assert peer.session.receiving is False
    assert status_of(peer.says(a_post(b"<b/>"))) == 200


@pytest.mark.parametrize("lines", [b"\n", b"\r\n\n", b"\r\n\r\r\n", b"\r\n\r"])
def test_but_only_lines_that_end_as_they_have_to(lines):
    assert status_of(Http().says(lines + a_post(b"<a/>"))) == 400


def test_any_number_of_empty_lines_costs_no_more_than_its_bytes():
    """They are passed over together; half of one waits for its other half."""
    peer = Http()
    assert peer.says(b"\r\n" * 500_000 + b"\r") == b""
    assert peer.session.buffered == 1
    assert status_of(peer.says(b"\n" + a_post(b"<a/>"))) == 200


# --- what is not served ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND"])
def test_other_methods_hear_which_one_there_is(method):
    peer = Http()
    answer = peer.says(f"{method} /ncip HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    assert status_of(answer) == 405
    assert "Allow: POST" in head_of(answer)
    assert b"NCIP" in answer.partition(b"\r\n\r\n")[2]
    assert peer.violations == ["not-served"]


def test_an_answer_to_head_has_no_body():
    answer = Http().says(b"HEAD /ncip HTTP/1.1\r\nHost: a\r\n\r\n")
    assert status_of(answer) == 405
    assert answer.endswith(b"\r\n\r\n")


def test_connect_is_a_method_as_any_other():
    assert status_of(Http().says(b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n")) == 404


@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_a_post_says_how_long_it_is(version):
    assert status_of(Http().says(a_post(b"", length="none", version=version))) == 411


def test_refusals_tell_nothing_of_us():
    """No program, no version, no path of ours."""
    answer = Http().says(b"nonsense\r\n\r\n").lower()
    assert not any(each in answer for each in (b"softdock", b"python", b"twisted", b"server:", b"traceback"))


def test_a_body_is_asked_for_where_that_is_expected():
    """Curl waits for it with a large one; who does not wait is not asked."""
    peer = Http()
    request = a_post(b"<a/>", "Expect: 100-continue")
    assert peer.says(request[:-4]) == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert peer.says(b"<a") == b""
    assert status_of(peer.says(b"/>")) == 200
    assert status_of(peer.says(request)) == 200


def test_a_body_that_will_be_refused_is_not_asked_for():
    assert status_of(Http(body=10).says(a_post(b"", "Expect: 100-continue", length=11))) == 413
    assert status_of(Http().says(a_post(b"", "Expect: 100-continue", target="/other", length=4))) == 404


# --- what the middle says --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "header"), [(401, "WWW-Authenticate: Basic"), (403, "Content-Type: text/plain")]
)
def test_who_is_not_let_in_hears_so_and_may_try_again(status, header):
    peer = Http(answers=False)
    peer.says(a_post(b"<a/>"))
    peer.session.answer(Answered(b"", status))
    answer = peer.goes_on()
    assert status_of(answer) == status
    assert header in head_of(answer)
    assert not peer.session.closing


def test_who_comes_when_there_is_too_much_to_do_is_asked_to_come_again():
    peer = Http(answers=False)
    peer.says(a_post(b"<a/>"))
    peer.session.overloaded()
    answer = peer.goes_on()
    assert status_of(answer) == 503
    assert "Retry-After: 1" in head_of(answer)
    assert not peer.session.closing


@pytest.mark.parametrize(("slow", "status"), [(True, 408), (False, 503)])
def test_a_request_that_does_not_come_to_its_end_is_given_up(slow, status):
    peer = Http()
    peer.says(a_post(b"<a/>")[:-1])
    assert peer.session.receiving and not peer.session.in_head
    peer.session.refuse(slow=slow)
    assert status_of(peer.goes_on()) == status
    assert peer.says(b">") == b""
    assert peer.documents == []


def test_it_is_known_whether_the_head_or_the_body_is_waited_for():
    peer = Http()
    assert not peer.session.receiving
    peer.says(b"POST /ncip HTTP/1.1\r\n")
    assert peer.session.receiving and peer.session.in_head


def test_heads_that_were_seen_before_are_kept_within_the_size_of_one():
    http = Http(head=2_000)

    for number in range(200):
        document = b"<NCIPMessage/>" + b" " * (number % 50)
        answer = http.says(a_post(document, f"X-Padding: {'x' * (number % 7)}"))
        assert status_of(answer) == 200
        assert http.documents[-1] == document
        assert sum(map(len, http.session._known)) <= 2_000

    assert len(http.session._known) > 1
