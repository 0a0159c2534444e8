"""Charsets, delimiters and lengths: between the bytes of a frame and a message."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sip2_strategies import messages
from sip2_wire import MESSAGES, REQUESTS
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.charsets import PYTHON_CODECS, Charset
from softdock.protocols.sip2.codec import decode, encode, layout_of
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.errors import LocalProtocolError, RemoteProtocolError, Violation
from softdock.protocols.sip2.layouts import LAYOUTS, Message

DATE = "20260101    120000"
UTF8, GBK, GB18030, LATIN1 = (Charset(name) for name in ("utf-8", "gbk", "gb18030", "latin-1"))
ENDING_IN_THE_DELIMITER = "東億珅媩纜"
"""In GBK and GB18030 their second byte is 0x7C."""


def violation(body: bytes, dialect: Dialect | None = None) -> Violation:
    with pytest.raises(RemoteProtocolError) as caught:
        decode(body, dialect or Dialect())
    return caught.value.violation


# --- codes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"50", Violation.UNKNOWN_MESSAGE),
        (b"00" + b" " * 20, Violation.UNKNOWN_MESSAGE),
        (b"9", Violation.NOT_A_MESSAGE),
        (b"", Violation.NOT_A_MESSAGE),
        (b"1.1 200 OK", Violation.NOT_A_MESSAGE),
        (b"9\xff", Violation.NOT_A_MESSAGE),
        (b"9900802.0", Violation.FIXED_PART),
        ("23中01                  AOLIB1|AAR0001|".encode(), Violation.FIXED_PART),
    ],
)
def test_what_is_no_message_is_named(body: bytes, what: Violation):
    """The session answers some of these, and ignores others."""
    assert violation(body) is what


def test_a_role_reads_its_own_messages_only():
    """A terminal that sends a response is not answered, whatever its fixed part looks like."""
    assert layout_of(b"12") is LAYOUTS["12"]
    for body in (b"12", b"941", b"96"):
        with pytest.raises(RemoteProtocolError) as caught:
            decode(body, Dialect(), m.REQUESTS)
        assert caught.value.violation is Violation.UNKNOWN_MESSAGE


# --- decode first, split afterwards -------------------------------------------------------------------


@pytest.mark.parametrize("charset", [GBK, GB18030], ids=["gbk", "gb18030"])
@pytest.mark.parametrize("name", [*ENDING_IN_THE_DELIMITER, ENDING_IN_THE_DELIMITER, "王珅", "珅"])
def test_characters_that_end_in_the_delimiter_are_whole(charset: Charset, name: str):
    """A rare given name does not end its own field."""
    assert b"|" in charset.encode(name)
    dialect = Dialect(charset=charset, fallback_charset=UTF8)
    response = m.PatronStatusResponse(
        institution_id="LIB1", patron_identifier="R0001", personal_name=name, screen_message=(name, name)
    )
    reading = decode(encode(response, dialect), dialect)

    assert reading.message == response
    assert reading.strangeness is None


def test_a_decomposed_name_arrives_as_it_was_sent():
    """What is received is not changed: an identifier has to match."""
    body = f"01N{DATE}AOLIB1|ALe\u0301|AAR0001|AC|".encode()

    assert decode(body, Dialect()).message.blocked_card_message == "e\u0301"


@pytest.mark.parametrize("charset", PYTHON_CODECS)
def test_plain_ascii_is_read_in_every_charset(charset: str):
    """Most requests have nothing else."""
    for golden in REQUESTS:
        if golden.text.isascii():
            assert decode(golden.wire, Dialect(charset=Charset(charset))).message == golden.message


def test_bad_bytes_are_replaced_and_reported():
    """The checksum was right, so the request is acted on; a bad byte in a PIN makes it a wrong PIN."""
    body = f"63019{DATE}          AOLIB1|AAR0001|AD12".encode() + b"\xff\xfe34|"
    reading = decode(body, Dialect())

    assert reading.message.patron_identifier == "R0001"
    assert reading.message.patron_password == "12\ufffd\ufffd34"
    assert reading.strangeness is Violation.BAD_BYTES


# --- the wrong charset on a port ----------------------------------------------------------------------


def block(text: str, charset: str) -> bytes:
    return f"01N{DATE}AOLIB1|AL{text}|AAR0001|AC|".encode(charset)


@pytest.mark.parametrize(
    ("port", "fallback", "device"),
    [
        pytest.param("gbk", "utf-8", "utf-8", id="a UTF-8 device on a GBK port"),
        pytest.param("gb18030", "utf-8", "utf-8", id="a UTF-8 device on a GB18030 port"),
        pytest.param("utf-8", "gbk", "gbk", id="a GBK device on a UTF-8 port"),
        pytest.param("utf-8", "gb18030", "gb18030", id="a GB18030 device on a UTF-8 port"),
        pytest.param("utf-8", "latin-1", "latin-1", id="a Latin-1 device on a UTF-8 port"),
    ],
)
@pytest.mark.parametrize("text", ["明", "卡遗忘在机器上", "图书馆a", "é"])
def test_a_device_on_a_port_of_another_charset_is_understood(
    port: str, fallback: str, device: str, text: str
):
    """The bytes are read in the other charset; text that survives by chance may be read in the port's."""
    if device == "latin-1":
        text = "é"
    dialect = Dialect(charset=Charset(port), fallback_charset=Charset(fallback))
    reading = decode(block(text, device), dialect)

    assert reading.message.patron_identifier == "R0001"
    assert reading.message.institution_id == "LIB1"
    if reading.strangeness is None:
        Charset(port).decode(block(text, device))
    else:
        assert reading.strangeness is Violation.CHARSET_MISMATCH
        assert reading.message.blocked_card_message == text


def test_a_character_that_ends_in_the_delimiter_is_whole_in_the_other_charset_too():
    """A GBK device on a UTF-8 port: decoded first and split afterwards, as on its own port."""
    dialect = Dialect(charset=UTF8, fallback_charset=GBK)
    reading = decode(block("王珅", "gbk"), dialect)

    assert reading.strangeness is Violation.CHARSET_MISMATCH
    assert (reading.message.blocked_card_message, reading.message.patron_identifier) == ("王珅", "R0001")


def test_a_character_cut_in_the_middle_does_not_swallow_the_patron():
    """A GBK device that cuts its text by bytes leaves half a character in front of the delimiter."""
    body = f"01N{DATE}AOLIB1|AL".encode() + "卡".encode("gbk")[:1] + b"|AAR0001|AC|"
    for fallback in (None, UTF8):
        reading = decode(body, Dialect(charset=GBK, fallback_charset=fallback))
        assert reading.message.patron_identifier in ("R0001", None)
    assert decode(body, Dialect(charset=GBK, fallback_charset=LATIN1)).message.patron_identifier == "R0001"


def test_a_swallowed_field_that_is_only_required_is_found_too():
    """On a GBK port a UTF-8 text swallows the terminal password behind it, and no patron is missing for that."""
    body = f"23019{DATE}AAR0001|AO图书馆|ACkiosk|AD1234|".encode()
    assert "ACkiosk" not in GBK.decode_with_replacement(body).split("|")
    reading = decode(body, Dialect(charset=GBK, fallback_charset=UTF8))

    assert reading.strangeness is Violation.CHARSET_MISMATCH
    assert (reading.message.institution_id, reading.message.terminal_password) == ("图书馆", "kiosk")


def test_a_field_that_was_never_sent_is_no_reason_to_guess():
    """猫 in GBK is è in UTF-8: a message that is only incomplete keeps the port's charset."""
    body = f"63019{DATE}          AAR0001|AL猫|".encode("gbk")
    assert body.decode("utf-8")
    reading = decode(body, Dialect(charset=GBK, fallback_charset=UTF8))

    assert reading.strangeness is None
    assert reading.message.other == (("AL", "猫"),)


def test_no_identifier_is_guessed():
    """A patron that is not plain ASCII in another charset than the port's is nobody."""
    body = f"01N{DATE}AOLIB1|AA读者一号|AC|".encode("gbk")
    reading = decode(body, Dialect(charset=UTF8, fallback_charset=GBK))

    assert reading.strangeness is Violation.BAD_BYTES
    assert "\ufffd" in reading.message.patron_identifier


def test_a_guess_is_clean_and_complete_or_not_made():
    """Neither charset fits, or the patron is missing in both: the message stays as it was read."""
    garbage = f"01N{DATE}AOLIB1|AL".encode() + b"\xff\xfe\x81|AAR0001|AC|"
    assert decode(garbage, Dialect(charset=UTF8, fallback_charset=GBK)).strangeness is Violation.BAD_BYTES

    nobody = f"01N{DATE}AOLIB1|AL明|AC|".encode()
    reading = decode(nobody, Dialect(charset=GBK, fallback_charset=UTF8))
    assert reading.message.patron_identifier is None
    assert reading.strangeness is None


# --- what may not leave -------------------------------------------------------------------------------


def fields_of(wire: bytes, dialect: Dialect, width: int) -> list[str]:
    *fields, end = dialect.charset.decode(wire)[width:].split(dialect.delimiter)
    assert end == ""
    return fields


@settings(max_examples=50)
@pytest.mark.parametrize("charset", PYTHON_CODECS)
@given(data=st.data())
def test_nothing_leaves_that_would_break_a_message(charset: str, data: st.DataObject):
    """No delimiter, CR, LF, NUL or control character inside a value, whatever the value, the charset and the profile."""
    dialect = Dialect(
        charset=Charset(charset),
        delimiter=data.draw(st.sampled_from("|^~;")),
        delimiter_replacement=data.draw(st.sampled_from(["/", "", "｜", "|", "\r", "&#124;", "é"])),
        field_length=data.draw(st.sampled_from([0, 1, 5, 255])),
        field_length_in_bytes=data.draw(st.booleans()),
    )
    value = st.text() | st.text(st.sampled_from("|^~;\r\n\0\x1b\x85\u2028｜\u037e東é\u0301王 "))
    response = m.PatronStatusResponse(
        patron_status=data.draw(value),
        language=data.draw(value),
        institution_id=data.draw(value),
        patron_identifier=data.draw(value),
        personal_name=data.draw(value),
        screen_message=tuple(data.draw(st.lists(value, max_size=2))),
        other=tuple(data.draw(st.lists(st.tuples(st.just("XX"), value), max_size=2))),
    )
    wire = encode(response, dialect)
    text = dialect.charset.decode(wire)

    assert not {unicodedata.category(each) for each in text} & {"Cc", "Cs", "Zl", "Zp"}
    assert text[:37].isascii()
    sent = fields_of(wire, dialect, 37)
    assert [field[:2] for field in sent if field[:2] != "AF"] == ["AO", "AA", "AE"] + ["XX"] * len(
        response.other
    )
    for field in sent:
        value = field[2:]
        assert unicodedata.is_normalized("NFC", value)
        size = len(dialect.charset.encode(value)) if dialect.field_length_in_bytes else len(value)
        assert not dialect.field_length or field[:2] == "AA" or size <= dialect.field_length


@pytest.mark.parametrize(
    ("delimiter", "replacement", "charset", "sent"),
    [
        pytest.param("|", "/", "utf-8", "War/Peace", id="the default"),
        pytest.param("|", "｜", "utf-8", "War｜Peace", id="full width"),
        pytest.param("|", "｜", "gbk", "War｜Peace", id="full width in GBK"),
        pytest.param(
            "|", "｜", "ascii", "War Peace", id="full width, which ASCII would make the delimiter again"
        ),
        pytest.param("|", "", "utf-8", "WarPeace", id="nothing"),
        pytest.param("^", "/", "utf-8", "War|Peace", id="another delimiter"),
    ],
)
def test_the_delimiter_is_replaced_in_values(delimiter: str, replacement: str, charset: str, sent: str):
    """By what the profile says, as far as the charset can."""
    dialect = Dialect(charset=Charset(charset), delimiter=delimiter, delimiter_replacement=replacement)
    response = m.ItemInformationResponse(item_identifier="B1", title_identifier="War|Peace")

    assert f"AJ{sent}" in fields_of(encode(response, dialect), dialect, 26)


def test_text_leaves_composed_and_transliterated():
    """What the device can not show becomes what it can."""
    response = m.LoginResponse(ok=True, other=(("AF", "Jose\u0301 Dvořák 王"),))

    assert encode(response, Dialect()) == "941AFJosé Dvořák 王|".encode()
    assert encode(response, Dialect(charset=LATIN1)) == "941AFJosé Dvorák Wang|".encode("latin-1")
    assert encode(response, Dialect(charset=Charset("ascii"))) == b"941AFJose Dvorak Wang|"


def test_the_fixed_part_keeps_its_width():
    """A language code that was echoed can not shift the fields behind it, nor end the message."""
    for language in ("a|b", "\r\n0", "中文字", "0\u2028é"):
        wire = encode(m.PatronStatusResponse(language=language, transaction_date=DATE), Dialect())
        assert len(wire) == 37 + len(b"AO|AA|AE|")
        assert wire.count(b"|") == 3
        assert wire.isascii()
        assert b"\r" not in wire
    assert encode(m.ScStatus(protocol_version="2\r0|"), Dialect()) == b"9900002 0 "


@pytest.mark.parametrize("delimiter", "!^~;.+-*/:")
@settings(max_examples=20)
@given(data=st.data())
def test_every_delimiter_of_a_profile_serves(delimiter: str, data: st.DataObject):
    """Also those that have a meaning in the fixed part: the version is 2.00 whatever ends a field."""
    dialect = Dialect(delimiter=delimiter, delimiter_replacement=" ")
    for golden in MESSAGES:
        expected = golden.message
        sent = decode(encode(expected, dialect), dialect).message
        assert sent == replace_delimiter(expected, delimiter)
    message = data.draw(messages(m.ScStatus))
    if message.protocol_version.isalnum() and message.status_code.isalnum():
        clean = replace(message, other=())
        assert decode(encode(clean, dialect), dialect).message == clean


def replace_delimiter(message: Message, delimiter: str) -> Message:
    """`message` with a blank for every delimiter in a field with an identifier."""
    changes: dict[str, object] = {}
    for name in message.layout.names.values():
        value = getattr(message, name)
        if isinstance(value, str):
            changes[name] = value.replace(delimiter, " ")
        elif value is not None:
            changes[name] = tuple(each.replace(delimiter, " ") for each in value)
    return replace(message, **changes)


# --- lengths ------------------------------------------------------------------------------------------


def test_a_long_value_is_cut_at_the_paper_s_length():
    """255 characters, or bytes if the profile says so; a title may be cut, and an identifier is not."""
    title = "图" * 300
    response = m.ItemInformationResponse(item_identifier="B" * 300, title_identifier=title)

    def sent(**profile: object) -> list[str]:
        dialect = Dialect(charset=GBK, **profile)
        return fields_of(encode(response, dialect), dialect, 26)

    assert sent() == ["AB" + "B" * 300, "AJ" + "图" * 255]
    assert sent(field_length_in_bytes=True) == ["AB" + "B" * 300, "AJ" + "图" * 127]
    assert sent(field_length=0) == ["AB" + "B" * 300, "AJ" + title]


def test_long_text_for_people_goes_on_in_the_next_field():
    """Nothing that a patron should read is lost."""
    text = "请到服务台办理。" * 50
    dialect = Dialect(field_length_in_bytes=True)
    response = m.EndSessionResponse(
        institution_id="", patron_identifier="", screen_message=(text, "short"), print_line=("x" * 256,)
    )
    fields = fields_of(encode(response, dialect), dialect, 21)
    screen = [field[2:] for field in fields if field.startswith("AF")]

    assert "".join(screen) == text + "short"
    assert all(len(line.encode()) <= 255 for line in screen)
    assert [field[2:] for field in fields if field.startswith("AG")] == ["x" * 255, "x"]


def test_text_that_ends_in_blanks_begins_no_empty_field():
    """The blank between two fields is not sent."""
    dialect = Dialect(field_length=5)
    response = m.LoginResponse(ok=True, other=(("AF", "hello   "), ("AF", "hello world")))

    assert encode(response, dialect) == b"941AFhello|AFhello|AFworld|"


def test_a_limit_below_one_character_ends():
    """A profile that allows one byte can not carry Chinese, and does not try for ever."""
    dialect = Dialect(field_length=1, field_length_in_bytes=True)

    assert encode(m.LoginResponse(ok=True, other=(("AF", "中文"),)), dialect) == b"941AF|"


# --- our own faults -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(m.AcsStatus(timeout_period="ten"), id="text for a number"),
        pytest.param(m.AcsStatus(timeout_period=1.5), id="a fraction"),
        pytest.param(m.PatronStatusResponse(patron_status=None), id="nothing for a code"),
        pytest.param(m.PatronStatusResponse(language=19), id="a number for a code"),
        pytest.param(m.PatronStatusResponse(personal_name=5), id="a number for a field"),
        pytest.param(m.PatronStatusResponse(screen_message=(None,)), id="nothing for a line"),
        pytest.param(m.PatronStatusResponse(screen_message=7), id="no lines"),
        pytest.param(m.LoginResponse(other=(("XX", None),)), id="nothing for a vendor field"),
        pytest.param(m.LoginResponse(other=("XX1",)), id="no pair"),
        pytest.param(m.LoginResponse(other=(("X", "1"),)), id="an identifier of one character"),
        pytest.param(m.LoginResponse(other=(("X|", "1"),)), id="a delimiter in an identifier"),
        pytest.param(m.LoginResponse(other=(("é1", "1"),)), id="an identifier that is not ASCII"),
    ],
)
def test_what_can_not_be_written_is_our_own_fault(message: Message):
    """LocalProtocolError, and no other exception, tells the caller."""
    with pytest.raises(LocalProtocolError):
        encode(message, Dialect())
