"""What a trace shows of a line, and what it never shows."""

from dataclasses import replace
from typing import get_type_hints

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from sip2_strategies import messages, texts, wire_bytes
from sip2_wire import MESSAGES, sealed
from softdock.circulation.identifiers import masked
from softdock.protocols.sip2 import fields
from softdock.protocols.sip2.charsets import PYTHON_CODECS, Charset
from softdock.protocols.sip2.codec import encode
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.layouts import LAYOUTS
from softdock.protocols.sip2.tracing import HARMLESS, IDENTIFIERS, PERSONAL, SECRETS, traced

UTF_8 = Dialect()
PIN = "8024617395"
NAME = "Zhuge_Kongming"
BIRTHDAY = "PB19810423"


def test_a_checkout_shows_what_is_lent_and_not_to_whom():
    line = sealed(b"11YN20260101    120000" + b" " * 18 + b"AOCDL|AAR0012345|ABCD0001|AC|AD1234|BON|")
    assert traced(line, UTF_8, masked) == (
        "11YN20260101    120000" + " " * 18 + "AOCDL|AAR0***45|ABCD0001|AC|AD***|BON|AY1AZ(right)"
    )


def test_unmasked_shows_whom_and_still_no_password():
    line = b"9300CNkiosk|COsecret|CP3F|"
    assert traced(line, UTF_8, None) == "9300CNkiosk|CO***|CP3F|"
    line = f"63001{' ' * 28}AOCDL|AAR0012345|ACterminal|AD1234|".encode()
    assert traced(line, UTF_8, None).endswith("AOCDL|AAR0012345|AC***|AD***|")


def test_a_checksum_is_told_as_right_or_wrong_but_not_in_digits():
    """Its digits are a sum over the PIN as well."""
    assert traced(sealed(b"9900802.00"), UTF_8, masked) == "9900802.00AY1AZ(right)"
    assert traced(sealed(b"9900802.00", digits="0000"), UTF_8, masked) == "9900802.00AY1AZ(wrong)"
    assert traced(b"9900802.00AY7", UTF_8, masked) == "9900802.00AY7"


@pytest.mark.parametrize(
    "line", [b"", b"login: ", b"my password", b"1234", b"05 is unknown", b"\x16\x03\x01\x02", b"\xff\xfb\x01"]
)
def test_what_is_no_message_is_only_counted(line):
    """It may be a password at a prompt, or a browser."""
    for unmasked in (False, True):
        assert traced(line, UTF_8, None if unmasked else masked) == f"({len(line)} bytes that are no message)"


def test_what_stands_before_the_message_is_only_counted():
    assert traced(b"\x00secret 9900802.00", UTF_8, masked) == "(8 bytes)9900802.00"


@pytest.mark.parametrize("body", ["17AOCDL|AAR0012345|AD1234|", "63001AAR0012345|AD1234|AOCDL|"])
def test_fields_that_stand_in_the_fixed_part_are_not_shown_with_it(body):
    """A device that leaves the fixed part out must not have its patrons shown for that."""
    told = traced(body.encode(), UTF_8, masked)
    assert "odd characters)|" in told
    assert "R0012345" not in told
    assert "1234" not in told


def test_a_lost_delimiter_does_not_show_the_field_behind_it():
    """Bytes of Latin-1 read as GB18030 swallow the delimiter; the PIN behind it is none of the title's."""
    line = b"1801000120260101    120000" + "AJcafé|AD1234|".encode("latin-1")
    told = traced(line, Dialect(charset=Charset("gb18030")), None)
    assert "1234" not in told
    assert told.endswith("|AD***|")


@pytest.mark.parametrize("delimiter", "^;~/")
def test_a_device_with_another_delimiter_shows_no_more_for_that(delimiter):
    """The profile is wrong, so all fields seem to be one."""
    line = f"63001{' ' * 28}AOCDL|AAR0012345|AD1234|AC|".replace("|", delimiter).encode()
    assert traced(line, UTF_8, masked).endswith("AOCDL***")
    assert traced(line, UTF_8, None).endswith(f"AOCDL{delimiter}AAR0012345***")


def test_a_delimiter_within_a_character_is_none():
    """The second byte of 東 in GB18030 is the delimiter."""
    line = b"1801000120260101    120000" + "AB1|AJ東方紅|".encode("gb18030")
    assert traced(line, Dialect(charset=Charset("gb18030")), masked).endswith("AB1|AJ東方紅|")


def test_a_line_can_do_nothing_to_the_terminal_that_shows_it():
    line = b"1801000120260101    120000AJ\x1b[2J\x07|"
    assert traced(line, UTF_8, masked).endswith("AJ\\x1b[2J\\x07|")


def test_every_field_of_the_standard_stands_in_one_list():
    """A new one is hidden until somebody has thought about it."""
    known = {
        kind.id
        for hint in vars(fields).values()
        for kind in getattr(hint, "__metadata__", ())
        if isinstance(kind, fields.FieldKind)
    }
    lists = [SECRETS, IDENTIFIERS, PERSONAL, HARMLESS]
    assert set().union(*lists) == known
    assert sum(map(len, lists)) == len(known)


@pytest.mark.parametrize("golden", MESSAGES, ids=lambda each: each.name)
def test_the_fixed_part_of_every_message_of_the_standard_is_shown(golden):
    told = traced(golden.wire, UTF_8, masked)
    end = 2 + LAYOUTS[golden.code].fixed_width
    assert told[:end] == golden.text[:end]


def with_secrets(message):
    """`message` with a PIN in every password, and names, cards and birthdays wherever they may stand."""
    changes = {}
    hints = get_type_hints(type(message), include_extras=True)
    for kind, name in message.layout.variable:
        secret = PIN if kind.id in SECRETS else NAME if kind.id in PERSONAL | IDENTIFIERS else None
        if secret is not None:
            changes[name] = (secret, secret) if kind.repeats else secret
    assert changes.keys() <= hints.keys()
    return replace(message, **changes, other=(*message.other, ("PB", BIRTHDAY), ("XD", NAME)))


ANY_MESSAGE = st.sampled_from(sorted(PYTHON_CODECS)).flatmap(
    lambda charset: st.tuples(
        st.just(charset),
        st.sampled_from(list(LAYOUTS.values())).flatmap(lambda layout: messages(layout.cls, charset)),
    )
)
DIALECTS = st.builds(
    lambda charset, delimiter: Dialect(charset=Charset(charset), delimiter=delimiter),
    st.sampled_from(sorted(PYTHON_CODECS)),
    st.sampled_from("|^"),
)


@given(ANY_MESSAGE, st.sampled_from(sorted(PYTHON_CODECS)), st.booleans(), st.sampled_from([None, "1"]))
def test_no_secret_of_a_message_survives_in_whatever_charset_it_is_read(written, read_as, unmasked, sequence):
    """Nor does any part of a name or a card, unless it is asked for."""
    charset, message = written
    line = encode(with_secrets(message), Dialect(charset=Charset(charset)))
    line = sealed(line, sequence) if sequence else line
    told = traced(line, Dialect(charset=Charset(read_as)), None if unmasked else masked)
    assert PIN not in told
    if not unmasked:
        assert NAME not in told
        assert BIRTHDAY not in told


@given(texts(), texts())
def test_nothing_tells_of_the_length_of_a_secret(pin, other):
    """Two PINs, one line."""
    assume(pin and other)
    lines = [sealed(f"63001{' ' * 28}AAR0012345|AD{each}|".encode()) for each in (pin, other)]
    assert traced(lines[0], UTF_8, masked) == traced(lines[1], UTF_8, masked)


@given(st.one_of(st.binary(max_size=300), wire_bytes.map(b"".join)), DIALECTS, st.booleans())
@example(b"9", UTF_8, False)
@example(b"63" + b"|" * 40 + b"AZ", UTF_8, True)
def test_junk_is_shown_in_one_harmless_line(line, dialect, unmasked):
    """It never fails, and what it gives is printable."""
    told = traced(line, dialect, None if unmasked else masked)
    assert told.isprintable()


def test_a_line_made_to_take_long_takes_no_longer():
    """64 KiB of characters whose second byte is the delimiter are joined in one pass."""
    line = b"1801000120260101    120000AJ" + "東".encode("gb18030") * 32_000
    assert traced(line, Dialect(charset=Charset("gb18030")), masked).endswith("AJ" + "東" * 32_000)
