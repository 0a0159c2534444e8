"""Whatever a terminal sends: the session goes on, keeps little, and sends nothing but well-formed messages."""

import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from sip2_strategies import cut, messages, wire_bytes
from sip2_wire import sealed
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.charsets import PYTHON_CODECS, Charset
from softdock.protocols.sip2.codec import decode
from softdock.protocols.sip2.dialect import Dialect, ErrorDetection
from softdock.protocols.sip2.frames import open_frame
from softdock.protocols.sip2.layouts import LAYOUTS
from softdock.protocols.sip2.session import MOST_UNSENT, Request, ServerSession, Signal, Violated

LONGEST_LINE = 600

charsets = st.sampled_from([Charset(name) for name in PYTHON_CODECS])

dialects = st.builds(
    Dialect,
    charset=charsets,
    fallback_charset=st.none() | charsets,
    terminator=st.sampled_from([b"\r", b"\n", b"\r\n"]),
    delimiter=st.sampled_from("|||^~;"),
    error_detection=st.sampled_from(ErrorDetection),
    lenient=st.booleans(),
    unknown_messages_rejected=st.booleans(),
    field_length=st.sampled_from([255, 0, 3]),
    field_length_in_bytes=st.booleans(),
)


def check_line(line: bytes, dialect: Dialect) -> None:
    """`line` is one message of the library's side."""
    text = dialect.charset.decode(line)
    assert not {unicodedata.category(each) for each in text} & {"Cc", "Zl", "Zp"}
    detection = re.search(rb"(?:AY([0-9]{1,4}))?AZ[0-9A-F]{4}\Z", line)
    if detection is not None:
        assert dialect.error_detection is not ErrorDetection.NEVER
        assert line == sealed(line[: detection.start()], detection[1] and detection[1].decode())
    frame = open_frame(line, dialect.delimiter)
    assert frame.error_detection == (detection is not None)
    message = decode(frame.body, dialect, m.RESPONSES).message
    assert message.layout.absent(message) == frozenset()
    if message.layout.names:
        assert frame.body.endswith(dialect.delimiter.encode()) or not message.layout.required


@settings(max_examples=400)
@given(dialect=dialects, parts=wire_bytes, data=st.data())
def test_anything_may_come_in_and_only_messages_go_out(
    dialect: Dialect, parts: list[bytes], data: st.DataObject
):
    """Any bytes in any segments, any answers, slow and fast: no exception, no growth, no malformed frame."""
    session = ServerSession(dialect, lambda: 0.0, LONGEST_LINE)
    sent = b""
    waiting = 0
    for segment in data.draw(cut(b"".join(parts))):
        session.receive_data(segment)
        waiting += len(segment)
        while True:
            event = session.next_event()
            if isinstance(event, Signal):
                break
            assert isinstance(event, Request | Violated)
            if isinstance(event, Request) and data.draw(st.booleans()):
                session.answer(data.draw(messages(LAYOUTS[m.RESPONSE_TO[event.message.layout.code]].cls)))
        assert session.buffered <= (waiting if session.busy else LONGEST_LINE)
        sent += session.data_to_send()
        if session.busy and data.draw(st.booleans()):
            session.answer(m.AcsStatus())
            sent += session.data_to_send()

    *lines, end = sent.split(dialect.terminator)
    assert end == b""
    for line in lines:
        check_line(line, dialect)


@given(parts=wire_bytes, data=st.data())
def test_segments_make_no_difference(parts: list[bytes], data: st.DataObject):
    """The same bytes give the same requests, violations and answers, whole or cut anywhere."""
    stream = b"".join(parts)

    def events(segments: list[bytes]) -> tuple[list[object], bytes]:
        session = ServerSession(Dialect(), lambda: 0.0, LONGEST_LINE)
        found: list[object] = []
        sent = b""
        for segment in segments:
            session.receive_data(segment)
            while not isinstance(event := session.next_event(), Signal):
                found.append(event)
                if isinstance(event, Request):
                    session.answer(m.AcsStatus())
                sent += session.data_to_send()
        return found, sent + session.data_to_send()

    assert events([stream]) == events(data.draw(cut(stream))) == events([bytes([byte]) for byte in stream])


@given(
    parts=st.lists(
        st.sampled_from([b"kiosk1", b"\r", b"\n", b"\0", b"\xff\xfd\x01", b"93", b"9300CN1|CO2|\r", b"\xe4"])
    )
)
def test_anything_may_be_typed_at_the_prompts(parts: list[bytes]):
    """A login by prompts ends in one, or in SIP2; the prompts are the only things that are no messages."""
    dialect = Dialect(telnet_login=True)
    session = ServerSession(dialect, lambda: 0.0)
    session.receive_data(b"".join(parts))
    while not isinstance(event := session.next_event(), Signal):
        if isinstance(event, Request) and session.busy:
            session.answer(m.LoginResponse() if isinstance(event.message, m.Login) else m.AcsStatus())
    prompts = rb"login: |password: |Invalid login\r\n"
    for line in re.sub(prompts, b"", session.data_to_send()).split(b"\r")[:-1]:
        check_line(line, dialect)


@given(st.integers(1, 5000), st.sampled_from([b"97\r", b"97AZFEF5\n", b"\r\n", b"hello\r", b"99\r"]))
def test_a_flood_of_small_lines_is_bounded(count: int, line: bytes):
    """One segment full of the shortest lines makes no more of them than of its own size."""
    session = ServerSession(Dialect(), lambda: 0.0)
    session.receive_data(line * count)
    while not isinstance(session.next_event(), Signal):
        pass
    assert len(session.data_to_send()) <= max(MOST_UNSENT * 10, len(line) * count)
    assert session.buffered == 0
