"""Which requests are known again, and which never."""

from dataclasses import replace

import pytest

from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.frames import Frame
from softdock.protocols.sip2.north import fingerprint
from terminals import a_terminal

NOW = "20260101    120000"
CHECKOUT = m.Checkout(
    sc_renewal_policy=True, transaction_date=NOW, patron_identifier="R1", item_identifier="I1"
)
FRAME = Frame(b"11YN...", b"1", True)


def mark(message=CHECKOUT, frame=FRAME, terminal=None):
    return fingerprint(message, frame, terminal or a_terminal())


def test_the_same_text_under_the_same_number_from_the_same_account_is_the_same():
    assert mark() == mark(terminal=a_terminal())
    assert mark().tries == 4, "the first and three retries"


@pytest.mark.parametrize(
    "other",
    [
        mark(frame=Frame(b"11YN...", b"2", True)),
        mark(frame=Frame(b"11YN..!", b"1", True)),
        mark(terminal=a_terminal(name="another")),
    ],
)
def test_what_differs_in_anything_is_another(other):
    assert other is not None
    assert other.digest != mark().digest


@pytest.mark.parametrize("frame", [None, Frame(b"11", None, True), Frame(b"11", b"1", False)])
def test_without_number_or_checksum_nothing_is_known_again(frame):
    assert mark(frame=frame) is None


@pytest.mark.parametrize(
    ("stamp", "known"),
    [
        ("20260101    115501", True),
        ("20260101    120459", True),
        ("20260101   Z120001", True),
        ("20260101   H200001", True),
        ("20260101    115459", False),
        ("20260101    120501", False),
        ("20250101    120000", False),
        ("20260101   H120000", False),
        ("19700101    000000", False),
        ("00000000    000000", False),
        (" " * 18, False),
    ],
)
def test_a_clock_that_does_not_tell_the_time_makes_nothing_known(stamp, known):
    """Some kiosks send one date for ever, and legitimately the same bytes with it."""
    assert (mark(replace(CHECKOUT, transaction_date=stamp)) is not None) == known


def test_a_profile_that_never_believes_checksums_knows_nothing_again():
    """The session says so: its frames have no error detection then."""
    dialect = Dialect(language="en", retries=0)
    assert mark(terminal=a_terminal(dialect)).tries == 1
