"""Every message of the standard, read and written, in both roles."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sip2_strategies import cut, messages
from sip2_wire import MESSAGES, Golden, sealed
from softdock.protocols.sip2.charsets import PYTHON_CODECS, Charset
from softdock.protocols.sip2.codec import decode, encode
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.frames import LineBuffer, open_frame, seal
from softdock.protocols.sip2.layouts import LAYOUTS, Message

DIALECTS = {name: Dialect(charset=Charset(name), field_length=0) for name in PYTHON_CODECS}

every_golden = pytest.mark.parametrize("golden", MESSAGES, ids=lambda golden: golden.name)
every_message = pytest.mark.parametrize("cls", [layout.cls for layout in LAYOUTS.values()])


def received(segments: Iterable[bytes], dialect: Dialect = DIALECTS["utf-8"]) -> list[Message]:
    """The messages in a stream of bytes, whichever role they are meant for."""
    buffer = LineBuffer(8192)
    found = []
    for segment in segments:
        buffer.feed(segment)
        while (line := buffer.next_line()) is not None:
            found.append(decode(open_frame(line, dialect.delimiter).body, dialect).message)
    return found


def test_every_message_has_its_golden_bytes():
    """Whoever adds a message writes it down byte by byte."""
    assert sorted(golden.code for golden in MESSAGES) == sorted(LAYOUTS)


@every_golden
def test_the_golden_bytes_use_every_field(golden: Golden):
    """A field that no test has seen on the wire may be anything."""
    layout = golden.message.layout

    assert not [name for name in layout.names.values() if getattr(golden.message, name) in (None, ())]


@every_golden
def test_the_golden_bytes_are_read(golden: Golden):
    """The table's bytes make the table's record."""
    reading = decode(golden.wire, DIALECTS["utf-8"])

    assert reading.message == golden.message
    assert reading.strangeness is None


@every_golden
def test_the_golden_bytes_are_written(golden: Golden):
    """The table's record makes the table's bytes, in each charset that has the characters."""
    for charset in ("utf-8", "gbk", "gb18030"):
        written = encode(golden.message, DIALECTS[charset])
        assert written == golden.text.encode(charset)
        assert decode(written, DIALECTS[charset]).message == golden.message


@every_golden
@pytest.mark.parametrize("sequence", ["7", None], ids=["AY", "no AY"])
@pytest.mark.parametrize("detection", [True, False], ids=["AZ", "no AZ"])
@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"], ids=["CR", "LF", "CRLF"])
def test_a_message_arrives_however_it_is_delivered(
    golden: Golden, sequence: str | None, detection: bool, end: bytes
):
    """Whole, byte by byte, with junk in front and behind, and several in one segment."""
    whole = seal(golden.wire, sequence and sequence.encode(), detection) + end
    assert not detection or whole == sealed(golden.wire, sequence) + end

    assert received([whole]) == [golden.message]
    assert received(whole[at : at + 1] for at in range(len(whole))) == [golden.message]
    assert received([b"\n\0 \xff\xfb\x01" + whole]) == [golden.message]
    assert received([whole + b"\n\r\n"]) == [golden.message]
    assert received([whole * 3]) == [golden.message] * 3
    if golden.message.layout.names and (detection or not sequence):
        assert received([whole.removesuffix(end) + b"||| " + end]) == [golden.message]


@every_golden
def test_fields_may_come_in_any_order(golden: Golden):
    """Backwards, with the order among repeats kept."""
    width = golden.message.layout.fixed_width + 2
    fields = golden.text[width:].split("|")[:-1]
    backwards = sorted(fields, key=lambda field: field[:2], reverse=True)
    wire = "|".join([golden.text[:width] + "".join(backwards[:1]), *backwards[1:]])

    assert decode(wire.encode(), DIALECTS["utf-8"]).message == golden.message


@every_golden
def test_fields_that_the_standard_does_not_know_are_kept(golden: Golden):
    """Vendor fields in their order, behind the others when written again."""
    body = golden.wire + "FA1|FB中|FA2|".encode()
    message = decode(body, DIALECTS["utf-8"]).message

    assert message.other == (("FA", "1"), ("FB", "中"), ("FA", "2"))
    assert encode(message, DIALECTS["utf-8"]) == body


@every_message
@settings(max_examples=40)
@given(charset=st.sampled_from(list(PYTHON_CODECS)), data=st.data())
def test_what_is_written_is_read(cls: type[Message], charset: str, data: st.DataObject):
    """Any message in any charset, through a network that cuts where it likes."""
    message = data.draw(messages(cls, charset))
    dialect = DIALECTS[charset]
    sequence, detection = data.draw(st.sampled_from([(b"0", True), (None, True), (None, False)]))
    whole = seal(encode(message, dialect), sequence, detection) + b"\r"

    assert received(data.draw(cut(whole * 2)), dialect) == [message, message]
