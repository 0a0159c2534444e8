"""A connection over plain TCP: documents one after the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.protocols.ncip.transport import (
    Answered,
    Peer,
    Received,
    SessionLimits,
    Signal,
    StreamSession,
    Transport,
)
from softdock.protocols.ncip.transport.refusals import INVALID_SYNTAX, NOT_AUTHENTICATED, TEMPORARY_FAILURE


class Stream:
    """A session, and what its peer hears.  What it receives is answered at once, unless `answers` is False."""

    def __init__(self, *, answers=True, body=1000):
        self.session = StreamSession(Peer("10.0.0.1", True, ("partner.test",)), SessionLimits(body=body))
        self.received = []
        self.violations = []
        self.answers = answers

    def says(self, data):
        self.session.receive_data(data)
        return self.goes_on()

    def says_no_more(self):
        self.session.receive_end()
        return self.goes_on()

    def goes_on(self):
        while not isinstance(event := self.session.next_event(), Signal):
            if isinstance(event, Received):
                self.received.append(event)
                if self.answers:
                    self.session.answer(Answered(b"<answer/>"))
            else:
                self.violations.append(event.value)
        return self.session.data_to_send()

    @property
    def documents(self):
        return [each.document for each in self.received]


def test_a_document_is_answered_when_its_root_closes():
    """The answer ends with a newline, because some read line by line."""
    peer = Stream()
    assert peer.says(b"<NCIPMessage><LookupUser/></NCIPMessage") == b""
    assert peer.says(b">") == b"<answer/>\n"
    assert peer.documents == [b"<NCIPMessage><LookupUser/></NCIPMessage>"]
    assert not peer.session.closing


def test_an_answer_that_ends_with_a_newline_gets_no_second_one():
    peer = Stream(answers=False)
    peer.says(b"<a/>")
    peer.session.answer(Answered(b"<1/>\n"))
    assert peer.goes_on() == b"<1/>\n"


def test_the_way_knows_the_connection_and_no_credentials():
    peer = Stream()
    peer.says(b"<a/>")
    way = peer.received[0].way
    assert (way.address, way.secure, way.certificate) == ("10.0.0.1", True, ("partner.test",))
    assert way.transport is Transport.TCP
    assert (way.path_account, way.basic, way.token) == ("", None, None)
    assert peer.received[0].charset == ""


CONVERSATION = (
    b"<a/>\n"
    b"\xef\xbb\xbf<b></b>"
    + "\r\n<c>图</c>\r\n".encode("utf-16-le")
    + "\ufeff<d/>\n".encode("utf-16-be")
    + b"<e/>"
)


@given(st.lists(st.integers(1, 30), max_size=30))
def test_documents_follow_each_other_in_any_encoding_and_in_any_pieces(sizes):
    peer, rest, answers = Stream(), CONVERSATION, b""
    for size in [*sizes, len(CONVERSATION)]:
        answers += peer.says(rest[:size])
        rest = rest[size:]
    assert peer.documents == [
        b"<a/>",
        b"\xef\xbb\xbf<b></b>",
        "<c>图</c>".encode("utf-16-le"),
        "\ufeff<d/>".encode("utf-16-be"),
        b"<e/>",
    ]
    assert answers == b"<answer/>\n" * 5
    assert not peer.session.receiving


def test_a_second_document_waits_for_the_first_answer():
    peer = Stream(answers=False)
    assert peer.says(b"<a/><b/>") == b""
    assert peer.documents == [b"<a/>"]
    assert peer.session.busy and peer.session.buffered == 4
    peer.session.answer(Answered(b"<1/>"))
    assert peer.goes_on() == b"<1/>\n"
    assert peer.documents == [b"<a/>", b"<b/>"]


def test_a_peer_that_closes_its_side_hears_what_it_asked_for():
    """Some send one document, close their side and wait."""
    peer = Stream(answers=False)
    peer.says(b"<a/>\n")
    peer.says_no_more()
    assert not peer.session.closing
    peer.session.answer(Answered(b"<1/>"))
    assert peer.goes_on() == b"<1/>\n"
    assert peer.session.closing


def test_half_a_document_is_never_done():
    """The peer hears that it cannot be read, and whoever is behind never sees it."""
    peer = Stream()
    assert peer.says(b"<a><b/>") == b""
    assert peer.says_no_more() == INVALID_SYNTAX
    assert peer.violations == ["not-a-document"]
    assert peer.documents == []
    assert peer.session.closing


@pytest.mark.parametrize("data", [b"hello\r\n", b"\0\0\0\0", b"</a>", b"<a/>hello", "你好".encode()])
def test_what_is_no_document_ends_the_connection(data):
    """Nobody can tell where the next one would begin."""
    peer = Stream()
    assert peer.says(data).endswith(INVALID_SYNTAX)
    assert peer.violations == ["not-a-document"]
    assert peer.session.closing
    assert peer.says(b"<a/>") == b""


@pytest.mark.parametrize("data", [b"", b"\n", b"\r\n \t", "\n".encode("utf-16-le")])
def test_blanks_are_no_document(data):
    peer = Stream()
    assert peer.says(data) + peer.says_no_more() == b""
    assert not peer.session.receiving
    assert peer.session.closing and peer.violations == []


def test_a_document_without_an_end_is_cut_off_while_it_comes():
    peer = Stream(body=100)
    assert peer.says(b"<a>" + b" " * 97) == b""
    assert peer.says(b" ") == INVALID_SYNTAX
    assert peer.violations == ["too-large"]
    assert peer.session.buffered == 0


def test_a_document_that_is_too_large_when_it_ends_is_not_looked_at():
    peer = Stream(body=100)
    assert peer.says(b"<a>" + b" " * 100 + b"</a>") == INVALID_SYNTAX
    assert peer.documents == []
    assert peer.violations == ["too-large"]


def test_small_documents_one_after_the_other_are_never_too_large():
    peer = Stream(body=100)
    assert peer.says(b"<a/>\n" * 100) == b"<answer/>\n" * 100


def test_who_is_not_let_in_is_hung_up_on():
    peer = Stream(answers=False)
    peer.says(b"<a/><b/>")
    peer.session.answer(Answered(b"", 401))
    assert peer.goes_on() == NOT_AUTHENTICATED
    assert peer.session.closing and len(peer.received) == 1


def test_who_comes_when_there_is_too_much_to_do_hears_so_in_ncip():
    peer = Stream(answers=False)
    peer.says(b"<a/>")
    peer.session.overloaded()
    assert peer.goes_on() == TEMPORARY_FAILURE
    assert not peer.session.closing


@pytest.mark.parametrize(("slow", "document"), [(True, INVALID_SYNTAX), (False, TEMPORARY_FAILURE)])
def test_a_document_that_does_not_come_to_its_end_is_given_up(slow, document):
    peer = Stream()
    peer.says(b"<a>")
    assert peer.session.receiving and not peer.session.in_head
    peer.session.refuse(slow=slow)
    assert peer.goes_on() == document
    assert peer.session.closing


@given(st.binary(max_size=300))
def test_nothing_that_arrives_is_an_error_of_ours(data):
    peer = Stream()
    peer.says(data)
    peer.says_no_more()
    assert peer.session.closing
