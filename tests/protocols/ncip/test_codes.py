"""The words of NCIP and those of the vocabulary, both ways."""

import pytest

from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.items import CirculationStatus, FeeType, MediaType, SecurityMarker
from softdock.circulation.patrons import Standing
from softdock.protocols.ncip import codes
from softdock.protocols.ncip.tables.lists import VALUES

LISTED = (
    ("CirculationStatus", codes.CIRCULATION_STATUS),
    ("FiscalTransactionType", codes.FEE_TYPE),
    ("MediumType", codes.MEDIA_TYPE),
    ("RequestType", codes.HOLD_KIND),
    ("RequestScopeType", codes.HOLD_SCOPE),
    ("RequestStatusType", codes.HOLD_STATUS),
    ("BlockOrTrapType", codes.BLOCKS),
)


@pytest.mark.parametrize(("name", "table"), LISTED)
def test_what_is_told_is_a_word_of_the_standard_s_list(name, table):
    assert set(table.values()) <= set(VALUES[name])


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (codes.CIRCULATION_STATUS, CirculationStatus),
        (codes.FEE_TYPE, FeeType),
        (codes.HOLD_KIND, HoldKind),
        (codes.HOLD_SCOPE, HoldScope),
        (codes.HOLD_STATUS, HoldStatus),
        (codes.BLOCKS, Standing),
    ],
)
def test_every_word_of_ours_has_one_there(table, words):
    assert set(table) == set(words)


@pytest.mark.parametrize(
    ("there", "back"),
    [
        (codes.CIRCULATION_STATUS, codes.CIRCULATION_STATUS_OF),
        (codes.SECURITY_MARKER, codes.SECURITY_MARKER_OF),
        (codes.MEDIA_TYPE, codes.MEDIA_TYPE_OF),
        (codes.HOLD_KIND, codes.HOLD_KIND_OF),
        (codes.LANGUAGE, codes.LANGUAGE_OF),
    ],
)
def test_what_is_told_is_understood_as_what_is_told_alike(there, back):
    for text in there.values():
        assert there[back[codes.folded(text)]] == text


@pytest.mark.parametrize(
    ("table", "text", "word"),
    [
        (codes.CIRCULATION_STATUS_OF, "On Loan", CirculationStatus.CHARGED),
        (codes.CIRCULATION_STATUS_OF, "AVAILABLE", CirculationStatus.AVAILABLE),
        (codes.CIRCULATION_STATUS_OF, "Pending  Transfer", CirculationStatus.IN_TRANSIT),
        (codes.MEDIA_TYPE_OF, "CD-ROM", MediaType.CD),
        (codes.SECURITY_MARKER_OF, "Tattle-Tape Security Strip", SecurityMarker.TATTLE_TAPE),
        (codes.FEE_TYPE_OF, "Reservation Charge", FeeType.HOLD),
        (codes.HOLD_KIND_OF, "Page", HoldKind.STACK_RETRIEVAL),
        (codes.HOLD_SCOPE_OF, "1", HoldScope.THIS_COPY),
        (codes.LANGUAGE_OF, "GER", "de"),
        (codes.ELECTRONIC_ADDRESS_OF, "Electronic Mail Address", "email"),
        (codes.PAYMENT_OF, "Credit Card", "02"),
    ],
)
def test_words_of_other_senders_are_understood(table, text, word):
    assert table[codes.folded(text)] == word


def test_every_fee_type_of_the_standard_is_understood():
    assert {codes.folded(each) for each in VALUES["FiscalTransactionType"]} <= set(codes.FEE_TYPE_OF)


def test_what_blocks_a_card_is_of_the_standard_s_list():
    assert {codes.folded(each) for each in VALUES["BlockOrTrapType"]} >= set(codes.BLOCKS_OF)
