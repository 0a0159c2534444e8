"""The requests the generator sends are well formed, and each kind of wrong answer is caught."""

import pytest

from softdock.benchmarks import wire
from softdock.benchmarks.wire import Answer, Exchange

DATE = wire.stamp(1_767_323_045.0)
PATRON, PIN, ITEM, TITLE = b"P0000001", b"1234", b"B000000001", b"Collected Bench Marks, volume 1"

EXCHANGES = {
    "93": wire.login(b"bench", b"secret", b"B1", 0),
    "99": wire.status(1),
    "23": wire.patron_status(PATRON, PIN, 2),
    "63": wire.patron_information(PATRON, PIN, 3, summary=wire.CHARGED_ITEMS, loans=2),
    "17": wire.item_information(ITEM, TITLE, 4, lent=True),
    "11": wire.checkout(PATRON, PIN, ITEM, TITLE, 5),
    "09": wire.checkin(ITEM, b"B1", 6),
    "29": wire.renewal(PATRON, PIN, ITEM, TITLE, 7),
}

NOW = b"20260102    030405"
BODIES = {
    "93": b"941",
    "99": b"98YYYYNN300003" + NOW + b"2.00AOBENCH|AMBench|BXYYYYYYYYYYYYYYYY|",
    "23": b"24              001" + NOW + b"AOBENCH|AAP0000001|AE\xe7\x8e\x8b|BLY|CQY|",
    "63": b"64              001" + NOW + b"000000000002000000000000AOBENCH|AAP0000001|AEReader|BLY|CQY|",
    "17": b"18040001" + NOW + b"ABB000000001|AJCollected Bench Marks, volume 1|",
    "11": b"121NUY"
    + NOW
    + b"AOBENCH|AAP0000001|ABB000000001|AJCollected Bench Marks, volume 1|AH2026-02-01|",
    "09": b"101YUN" + NOW + b"AOBENCH|ABB000000001|AQB1|",
    "29": b"301YUN"
    + NOW
    + b"AOBENCH|AAP0000001|ABB000000001|AJCollected Bench Marks, volume 1|AH2026-02-01|",
}


def signed(body: bytes, sequence: int) -> bytes:
    text = body + b"AY%dAZ" % sequence
    return text + b"%04X\r" % (-sum(text) % 65536)


def right(kind: str) -> tuple[bytes, Answer]:
    answer = EXCHANGES[kind].answer
    return signed(BODIES[kind], int(answer.sequence[2:3])), answer


# The worked examples of the standard's arithmetic: the sum and the digits add up to zero.
@pytest.mark.parametrize(
    ("text", "digits"),
    [(b"97AZ", b"FEF5"), (b"96AZ", b"FEF6"), (b"941AY0AZ", b"FDFD"), (b"9900802.00AY1AZ", b"FCA0")],
)
def test_checksum_of_known_messages(text: bytes, digits: bytes) -> None:
    assert wire.checksum(text) == digits


@pytest.mark.parametrize("size", [0, 1, 249, 250, 251, 256, 257, 300, 70_000])
@pytest.mark.parametrize("byte", [0, 1, 0x41, 0xFF])
def test_byte_sum_is_exact_at_any_length(size: int, byte: int) -> None:
    assert wire.byte_sum(bytes([byte]) * size) == byte * size


def test_checksum_is_padded_with_zeros() -> None:
    text = b"\xff" * 256 + b"\xf0"  # 0xFFF0: what is missing to 0x10000 is 0x0010
    assert wire.checksum(text) == b"0010"


@pytest.mark.parametrize("exchange", EXCHANGES.values(), ids=EXCHANGES.keys())
def test_requests_end_in_sequence_checksum_and_cr(exchange: Exchange) -> None:
    line = wire.render(exchange.request, DATE)
    assert line.endswith(b"\r")
    assert line.count(b"\r") == 1
    assert line[-10:-5] == exchange.answer.sequence
    assert (sum(line[:-5]) + int(line[-5:-1], 16)) % 65536 == 0


def test_fixed_fields_have_the_widths_of_the_standard() -> None:
    widths = {"93": 2, "99": 8, "23": 21, "63": 31, "17": 18, "11": 38, "09": 37, "29": 38}
    for kind, exchange in EXCHANGES.items():
        line = wire.render(exchange.request, DATE)
        assert line[:2] == kind.encode("ascii")
        first_field = line[2 + widths[kind] :][:2]
        assert first_field in {b"AO", b"AP", b"CN", b"AY"}, kind


def test_transaction_dates_are_filled_in_when_sent() -> None:
    day, time = DATE.texts[1][:8], DATE.texts[1][12:]
    assert DATE.texts[1] == day + b"    " + time
    assert len(DATE.texts[1]) == 18
    line = wire.render(EXCHANGES["09"].request, DATE)
    assert line[3:39] == DATE.texts[1] * 2
    later = wire.render(EXCHANGES["09"].request, wire.stamp(1_767_323_046.0))
    assert later[:39] != line[:39]
    assert later[39:-5] == line[39:-5]


def test_sequence_numbers_go_round() -> None:
    assert wire.status(9).answer.sequence == b"AY9AZ"
    assert wire.status(10).answer.sequence == b"AY0AZ"


@pytest.mark.parametrize("kind", BODIES)
def test_a_right_answer_passes(kind: str) -> None:
    line, answer = right(kind)
    assert wire.passes(line, answer)
    assert wire.faults(line, answer) == []


def test_a_long_answer_passes() -> None:
    answer = EXCHANGES["23"].answer
    line = signed(BODIES["23"] + b"AF" + "读者须知".encode() * 40 + b"|", 2)
    assert len(line) > wire.ADLER_IS_EXACT_UP_TO
    assert wire.passes(line, answer)


def spoilt(kind: str, old: bytes, new: bytes) -> tuple[bytes, Answer]:
    body = BODIES[kind].replace(old, new, 1)
    assert body != BODIES[kind]
    answer = EXCHANGES[kind].answer
    return signed(body, int(answer.sequence[2:3])), answer


@pytest.mark.parametrize(
    ("kind", "old", "new", "told"),
    [
        ("93", b"941", b"940", "flags"),
        ("99", b"98Y", b"98N", "flags"),
        ("99", b"2.00", b"1.00", "at 32"),
        ("99", b"AOBENCH", b"AOOTHER", "AOBENCH"),
        ("99", b"BXYYY", b"BXYNY", "BXYYY"),
        ("23", b"24 ", b"24Y", "flags"),
        ("23", b"24 ", b"26 ", "code"),
        ("23", b"AAP0000001", b"AAP0000002", "AAP0000001"),
        ("23", b"AAP0000001|", b"AAP00000010|", "AAP0000001"),
        ("23", b"BLY", b"BLN", "BLY"),
        ("23", b"CQY", b"CQN", "CQY"),
        ("23", b"CQY|", b"", "CQY"),
        ("63", b"64 ", b"24 ", "code"),
        ("63", b"0002", b"0003", "at 45"),
        ("63", b"0002", b"    ", "at 45"),
        ("63", b"AAP0000001", b"AAP0000009", "AAP0000001"),
        ("17", b"1804", b"1803", "flags"),
        ("17", b"ABB000000001", b"ABB000000002", "ABB000000001"),
        ("17", b"volume 1|", b"volume 2|", "volume 1"),
        ("11", b"121", b"120", "flags"),
        ("11", b"121N", b"121Y", "flags"),
        ("11", b"AAP0000001", b"AAP0000002", "AAP0000001"),
        ("11", b"ABB000000001", b"ABB000000002", "ABB000000001"),
        ("09", b"101", b"100", "flags"),
        ("09", b"ABB000000001", b"ABB000000002", "ABB000000001"),
        ("29", b"301Y", b"301N", "flags"),
        ("29", b"301Y", b"300N", "flags"),
        ("29", b"301Y", b"121Y", "code"),
    ],
)
def test_a_wrong_answer_is_caught(kind: str, old: bytes, new: bytes, told: str) -> None:
    line, answer = spoilt(kind, old, new)
    assert not wire.passes(line, answer)
    (fault,) = [fault for fault in wire.faults(line, answer) if told in fault]
    assert fault


@pytest.mark.parametrize("kind", BODIES)
def test_a_wrong_sequence_number_is_caught(kind: str) -> None:
    answer = EXCHANGES[kind].answer
    line = signed(BODIES[kind], (int(answer.sequence[2:3]) + 1) % 10)
    assert not wire.passes(line, answer)
    assert [fault for fault in wire.faults(line, answer) if "AY" in fault]


@pytest.mark.parametrize("kind", BODIES)
def test_any_changed_byte_is_caught(kind: str) -> None:
    line, answer = right(kind)
    for place in range(len(line)):
        spoilt_line = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
        assert not wire.passes(spoilt_line, answer)
        assert wire.faults(spoilt_line, answer)


SOUND = signed(BODIES["23"], 2)
assert not SOUND[-5:-1].isdigit(), "lower case must be another text"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(SOUND[:-5] + SOUND[-5:-1].lower() + b"\r", id="checksum in lower case"),
        pytest.param(SOUND[:-5] + b"\r", id="checksum missing"),
        pytest.param(SOUND[:-10] + b"\r", id="no error detection"),
        pytest.param(SOUND + SOUND, id="twice"),
        pytest.param(SOUND[:-1] + b"\n", id="LF"),
        pytest.param(SOUND + b"\n", id="CRLF"),
        pytest.param(b"\n" + SOUND, id="LF before"),
        pytest.param(b"96AZFEF6\r", id="asked to resend"),
        pytest.param(b"\r", id="empty line"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_damaged_line_is_caught(line: bytes) -> None:
    answer = EXCHANGES["23"].answer
    assert wire.passes(SOUND, answer)
    assert not wire.passes(line, answer)
    assert wire.faults(line, answer)
