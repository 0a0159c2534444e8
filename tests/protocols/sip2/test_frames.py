"""Cutting the stream into frames, and error detection around them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip2_strategies import cut
from sip2_wire import sealed
from softdock.protocols.sip2.errors import RemoteProtocolError, Violation
from softdock.protocols.sip2.frames import Frame, LineBuffer, checksum, open_frame, seal

# A Patron Status Response to Wang Xiaoming, without his PIN ever having been right:
XIAOMING = (
    "24"  # Patron Status Response
    "              "  # nothing is denied
    "019"  # Chinese
    "20260101    120000"  # noon of New Year
    "AOLIB1|AAR0001|"  # institution, patron
    "AE王小明|"  # name
    "BLY|"  # valid patron
)


def lines(buffer: LineBuffer) -> list[bytes]:
    found = []
    while (line := buffer.next_line()) is not None:
        found.append(line)
    return found


def violation(line: bytes, **how: object) -> Violation:
    with pytest.raises(RemoteProtocolError) as caught:
        open_frame(line, **how)
    return caught.value.violation


# --- checksums ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "sequence", "whole"),
    [
        pytest.param(b"941", b"0", b"941AY0AZFDFD", id="login accepted"),
        pytest.param(b"9900802.00", b"1", b"9900802.00AY1AZFCA0", id="status of the terminal"),
        pytest.param(b"97", None, b"97AZFEF5", id="97 has no sequence number"),
        pytest.param(b"96", None, b"96AZFEF6", id="96 has no sequence number"),
        pytest.param(XIAOMING.encode("utf-8"), b"7", XIAOMING.encode("utf-8") + b"AY7AZEBEB", id="UTF-8"),
        pytest.param(
            XIAOMING.encode("gb18030"), b"7", XIAOMING.encode("gb18030") + b"AY7AZED2E", id="GB18030"
        ),
        pytest.param(
            b"9300CNLoginUserID|COLoginPassword|CPLocationCode|",
            b"5",
            b"9300CNLoginUserID|COLoginPassword|CPLocationCode|AY5AZEC7B",
            id="the login that goes round in the literature with EC78",
        ),
    ],
)
def test_checksums_worked_out_by_hand_are_written_and_read(body: bytes, sequence: bytes | None, whole: bytes):
    """The checksum is over the bytes on the wire, so the charset changes it."""
    assert seal(body, sequence, True) == whole
    assert open_frame(whole) == Frame(body, sequence, True)
    assert checksum(whole[:-4]) == int(whole[-4:], 16)


def test_a_small_checksum_has_four_digits():
    """Some servers send three, and their clients lose their way."""
    body = b"\xff" * 256 + b"\x10"  # with AZ, the sum is 0x10000 - 0x55

    assert seal(body, None, True) == body + b"AZ0055"


@given(st.binary(), st.sampled_from([None, b"0", b"9", b"10"]))
def test_what_is_sealed_opens(text: bytes, sequence: bytes | None):
    """Whatever the content, our own error detection is right by our own reading."""
    body = b"99" + text + b"|"

    assert open_frame(seal(body, sequence, True)) == Frame(body, sequence, True)
    assert seal(body, sequence, True) == sealed(body, sequence and sequence.decode())


# --- error detection of others ------------------------------------------------------------------------

LOGIN = b"9300CNkiosk1|COsecret|"


@pytest.mark.parametrize(
    ("line", "sequence"),
    [
        pytest.param(sealed(LOGIN, "3"), b"3", id="as the standard has it"),
        pytest.param(sealed(LOGIN, "3")[:-4] + sealed(LOGIN, "3")[-4:].lower(), b"3", id="lower case"),
        pytest.param(sealed(LOGIN, "3") + b"|||", b"3", id="empty fields behind it"),
        pytest.param(sealed(LOGIN, "3") + b" ", b"3", id="a blank behind it"),
        pytest.param(sealed(LOGIN, "3") + b"|  \x00", b"3", id="all sorts behind it"),
        pytest.param(sealed(LOGIN + b"AY3|", None), b"3", id="a delimiter behind AY"),
        pytest.param(sealed(LOGIN, None), None, id="AZ without AY"),
        pytest.param(sealed(LOGIN + b"AY", None), None, id="AY without a number"),
        pytest.param(sealed(LOGIN, "10"), b"10", id="a counter that runs on to 10"),
        pytest.param(sealed(LOGIN, "1234"), b"1234", id="and further"),
    ],
)
def test_error_detection_is_found_in_every_form_it_is_sent_in(line: bytes, sequence: bytes | None):
    """Whatever a terminal makes of AY and AZ, a right checksum is seen, and the message in front is whole."""
    frame = open_frame(line)

    assert (frame.sequence, frame.error_detection) == (sequence, True)
    assert frame.body.rstrip(b"|") == LOGIN.rstrip(b"|")


def test_a_checksum_without_leading_zeros_is_read():
    """A program that prints the checksum without padding sends three digits now and then."""
    body = b"9300CN" + b"z" * 505 + b"|CO|"  # long enough for a large sum, and so for a small checksum
    whole = sealed(body)

    assert whole[-4:].startswith(b"0")
    assert open_frame(whole[:-4] + whole[-4:].lstrip(b"0")) == Frame(body, b"1", True)


@pytest.mark.parametrize("digits", ["0000", "FFFF", "GGGG", "12", ""])
@pytest.mark.parametrize("sequence", ["1", None])
def test_a_wrong_checksum_is_the_senders_fault(digits: str, sequence: str | None):
    """Nothing is done for a message that was damaged on the way, not even if the checksum itself was."""
    assert violation(sealed(LOGIN, sequence, digits=digits)) is Violation.BAD_CHECKSUM
    assert violation(sealed(b"9900802.00", sequence, digits=digits)) is Violation.BAD_CHECKSUM
    if sequence:
        assert violation(sealed(b"9900802.00", sequence, digits=digits) + b"||") is Violation.BAD_CHECKSUM
    assert violation(sealed(LOGIN, sequence, digits=digits) + b"||") is Violation.BAD_CHECKSUM


@given(st.data())
def test_a_message_damaged_in_one_byte_never_passes_as_checked(data: st.DataObject):
    """One wrong byte, wherever it is: the checksum does not fit, or no checksum is seen."""
    whole = sealed(LOGIN + b"CPhall|")
    at = data.draw(st.integers(2, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))
    damaged = whole[:at] + bytes([byte]) + whole[at + 1 :]
    try:
        frame = open_frame(damaged)
    except RemoteProtocolError:
        return
    # No AZ is left; or a digit of the checksum is the same in lower case.
    assert not frame.error_detection or damaged.lower() == whole.lower()


def test_a_device_that_computes_wrongly_can_be_believed():
    """With error detection off by profile, AY and AZ are taken off and not checked."""
    assert open_frame(sealed(LOGIN, "3", digits="ABCD"), verify=False) == Frame(LOGIN, b"3", True)
    assert open_frame(sealed(LOGIN, None, digits="AB"), verify=False) == Frame(LOGIN, None, True)


def test_without_error_detection_all_of_the_line_is_the_message():
    """No AY, no AZ: nothing is taken off."""
    for line in (LOGIN, LOGIN + b"||", b"97", b"9900802.00", b"63001" + b" " * 28):
        assert open_frame(line) == Frame(line, None, False)


def test_a_sequence_number_without_checksum_is_taken_off():
    """AY alone is no error detection, but the answer repeats it."""
    assert open_frame(LOGIN + b"AY4") == Frame(LOGIN, b"4", False)
    assert open_frame(LOGIN + b"AY4||") == Frame(LOGIN, b"4", False)
    assert open_frame(b"9900802.00AY4") == Frame(b"9900802.00", b"4", False)


@pytest.mark.parametrize(
    "value",
    ["MAY1", "MAY2026", "TOPAZ1", "TOPAZ", "Z123", "Y1", "AZ12", "AY1", "AY1AZ1234", "BROADWAY", "AZ", "AY"],
)
@pytest.mark.parametrize("end", ["|", "||", "| "])
def test_a_value_that_looks_like_error_detection_is_a_value(value: str, end: str):
    """The patron MAY1 is not the patron M, and the barcode TOPAZ1 has no wrong checksum."""
    line = f"6300120260101    120000          AOLIB1|AA{value}{end}".encode()

    assert open_frame(line) == Frame(line, None, False)
    assert open_frame(sealed(line)) == Frame(line, b"1", True)
    frame = open_frame(sealed(line, None))
    assert (frame.body.rstrip(b"| "), frame.sequence) == (line.rstrip(b"| "), None)
    assert frame.error_detection


def test_the_only_value_of_a_message_may_look_like_error_detection_too():
    """The user MAY1 logs in without a password."""
    assert open_frame(b"9300CNMAY1|") == Frame(b"9300CNMAY1|", None, False)
    assert open_frame(sealed(b"9300CNMAY1|", None)) == Frame(b"9300CNMAY1|", None, True)
    assert open_frame(sealed(b"9300CNMAY1|", "2")) == Frame(b"9300CNMAY1|", b"2", True)


def test_a_last_field_without_delimiter_keeps_its_end():
    """Some terminals do not close the last field; with right error detection behind it, that is found too."""
    for value in (b"MAY1", b"TOPAZ12", b"R0001"):
        body = b"17" + b" " * 18 + b"AOLIB1|AB" + value
        assert open_frame(body) == Frame(body, None, False)
        assert open_frame(sealed(body, "2")) == Frame(body, b"2", True)
        assert open_frame(sealed(body, "10")) == Frame(body, b"10", True)
        assert open_frame(sealed(body, "2") + b"|||") == Frame(body, b"2", True)
    assert open_frame(sealed(body, None)) == Frame(body, None, True)


def test_what_looks_like_error_detection_in_the_middle_is_a_value():
    """Only the end of a message is looked at."""
    body = b"17" + b" " * 18 + b"AJAY1AZ0000|ABAY2AZ1111|AOLIB1|"

    assert open_frame(body) == Frame(body, None, False)
    assert open_frame(sealed(body)) == Frame(body, b"1", True)


def test_other_delimiters_close_values_too():
    """Where the profile says ^, a ^ behind the checksum is junk."""
    body = b"9300CNMAY1^"

    assert open_frame(body, "^") == Frame(body, None, False)
    assert open_frame(sealed(body) + b"^^^", "^") == Frame(body, b"1", True)


# --- junk in front ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "junk",
    [
        pytest.param(b" ", id="blank"),
        pytest.param(b"\x00\x00", id="NULs"),
        pytest.param(b"\xff\xfb\x01", id="telnet WILL ECHO"),
        pytest.param(b"\xff\xfd\x03\xff\xfb\x18\xff\xfb\x1f", id="telnet, what a client says first"),
        pytest.param(b"\xff\xfa\x1f\x00\x30\x00\x31\xff\xf0", id="telnet window size, with digits in it"),
        pytest.param(b" \x00\xff\xfb\x30 \xff\xf1", id="telnet among blanks, an option that is a digit"),
        pytest.param(b"\xef\xbb\xbf", id="byte order mark"),
        pytest.param(b"|||", id="empty fields"),
        pytest.param(b"AT&V", id="letters"),
    ],
)
def test_junk_in_front_of_a_message_is_dropped(junk: bytes):
    """What stands before the first digit is no part of the message, nor of its checksum."""
    assert open_frame(junk + sealed(LOGIN)) == Frame(LOGIN, b"1", True)
    assert open_frame(junk + LOGIN) == Frame(LOGIN, None, False)


def test_junk_is_forgiven_within_reason():
    """64 bytes, and no message is looked for behind the 65th."""
    assert open_frame(b"x" * 64 + LOGIN) == Frame(LOGIN, None, False)
    assert violation(b"x" * 65 + LOGIN) is Violation.NOT_A_MESSAGE


@pytest.mark.parametrize("line", [b"", b"hello", b"\xff\xfb", b"\x16\x03\xff", b"|||"])
def test_a_line_without_a_digit_is_no_message(line: bytes):
    """A port scanner's greeting has no message code."""
    assert violation(line) is Violation.NOT_A_MESSAGE


# --- lines --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\n\r", b"\r\r\n", b"\r\n\r\n", b"\r\x00", b"\r \n"])
def test_cr_lf_and_crlf_end_a_line(end: bytes):
    """All three are in use, and what is blank between two messages is nothing."""
    buffer = LineBuffer(100)
    buffer.feed(end.join([b"97", b"9900802.00", b"96"]) + end)

    assert [line.strip(b"\x00") for line in lines(buffer)] == [b"97", b"9900802.00", b"96"]
    assert len(buffer) <= 1  # a NUL may begin the next line


@given(
    st.lists(st.binary(min_size=1, max_size=30).filter(lambda line: not set(line) & set(b"\r\n"))), st.data()
)
def test_lines_do_not_depend_on_segments(content: list[bytes], data: st.DataObject):
    """Byte by byte, all at once or anything between: the same lines in the same order."""
    ends = data.draw(
        st.lists(st.sampled_from([b"\r", b"\n", b"\r\n"]), min_size=len(content), max_size=len(content))
    )
    stream = b"".join(line + end for line, end in zip(content, ends, strict=True))
    buffer = LineBuffer(30)
    found = []
    for segment in data.draw(cut(stream)):
        buffer.feed(segment)
        found += lines(buffer)

    assert found == [line for line in content if line.strip(b"\x00\t\v\f ")]


@pytest.mark.parametrize("pieces", [1, 3, 1000])
def test_the_longest_line_is_allowed_and_one_byte_more_is_not(pieces: int):
    """The limit counts the bytes of the message without its end, however it arrives."""

    def feed(data: bytes) -> None:
        for at in range(0, len(data), pieces):
            buffer.feed(data[at : at + pieces])

    buffer = LineBuffer(20)
    feed(b"9" * 20 + b"\r" + b"97\r")
    assert lines(buffer) == [b"9" * 20, b"97"]

    feed(b"9" * 21 + b"\r" + b"97\r")
    with pytest.raises(RemoteProtocolError) as caught:
        buffer.next_line()
    assert caught.value.violation is Violation.LINE_TOO_LONG
    assert lines(buffer) == [b"97"]


def test_an_unfinished_line_of_the_longest_length_may_still_end():
    """The limit is passed by a byte that is there, not by one that may come."""
    buffer = LineBuffer(20)
    buffer.feed(b"9" * 20)
    assert buffer.next_line() is None
    buffer.feed(b"\n")
    assert buffer.next_line() == b"9" * 20


@pytest.mark.parametrize("size", [1, 7, 20, 21, 22, 500])
def test_a_line_without_end_is_complained_of_once_and_never_kept(size: int):
    """However long it goes on and in whatever pieces; the message behind its end is read."""
    buffer = LineBuffer(20)
    complaints = 0
    for _ in range(2000 // size):
        buffer.feed(b"9" * size)
        for _ in range(3):
            try:
                assert buffer.next_line() is None
            except RemoteProtocolError:
                complaints += 1
        assert len(buffer) <= 20
    buffer.feed(b"999\r97\r")

    assert complaints == 1
    assert lines(buffer) == [b"97"]

    buffer.feed(b"9" * 21)
    with pytest.raises(RemoteProtocolError):
        buffer.next_line()


def test_a_buffer_knows_how_much_waits():
    """The listener stops reading from a terminal by this number."""
    buffer = LineBuffer(100)
    buffer.feed(b"97\r99")
    assert len(buffer) == 5
    assert buffer.next_line() == b"97"
    assert len(buffer) == 2
    buffer.feed(b"00")
    assert len(buffer) == 4
    assert buffer.next_line() is None
    assert len(buffer) == 4
    buffer.feed(b"802.00\r")
    assert buffer.next_line() == b"9900802.00"
    assert buffer.next_line() is None
    assert len(buffer) == 0
