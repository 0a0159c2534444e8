from dataclasses import fields

import pytest

from softdock.circulation.items import CirculationStatus, FeeType, MediaType, SecurityMarker
from softdock.circulation.patrons import Standing
from softdock.protocols.ncip.crosswalk import STANDARD, Words
from softdock.protocols.ncip.value_lists import folded

LISTS = [each.name for each in fields(STANDARD)]

LOST = {
    "circulation_status": {CirculationStatus.CHARGED_NOT_RECALLABLE: CirculationStatus.CHARGED},
    "fee_type": {
        FeeType.OTHER: FeeType.ADMINISTRATIVE,
        FeeType.DAMAGE: FeeType.REPLACEMENT,
        FeeType.PROCESSING: FeeType.ADMINISTRATIVE,
        FeeType.COMPUTER_ACCESS: FeeType.ADMINISTRATIVE,
    },
}


@pytest.mark.parametrize("name", sorted(LOST))
def test_of_a_list_that_loses_words_it_is_known_which(name: str) -> None:
    assert getattr(STANDARD, name).lossy == LOST[name]


@pytest.mark.parametrize(
    "name", ["security_marker", "media_type", "hold_kind", "payment", "language", "address", "routing"]
)
def test_the_other_lists_bring_every_word_back(name: str) -> None:
    assert getattr(STANDARD, name).lossy == {}


def test_the_causes_of_a_block_come_back_as_the_block() -> None:
    assert set(STANDARD.block.lossy.values()) == {Standing.CHECKOUT_DENIED, Standing.RENEWAL_DENIED}


@pytest.mark.parametrize("name", LISTS)
def test_what_is_heard_is_written_folded(name: str) -> None:
    assert all(text == folded(text) for text in getattr(STANDARD, name).heard)


def test_neither_capitals_nor_blanks_matter() -> None:
    assert STANDARD.media_type.hear(" compact  DISC (cd) ") is MediaType.CD


def test_an_unlisted_text_means_what_the_list_says_of_others() -> None:
    assert STANDARD.circulation_status.hear("Gone Fishing") is CirculationStatus.OTHER
    assert STANDARD.hold_kind.hear("Gone Fishing") is None


def test_no_text_means_nothing() -> None:
    assert STANDARD.circulation_status.hear("") is None


def test_a_word_without_a_text_is_not_told() -> None:
    assert STANDARD.security_marker.tell(SecurityMarker.WHISPER_TAPE) is None


def test_an_agreement_changes_single_words_both_ways() -> None:
    changed = STANDARD.circulation_status.changed(
        {CirculationStatus.LOST: "Long Overdue"}, {"Aged": CirculationStatus.LOST}
    )
    assert changed.tell(CirculationStatus.LOST) == "Long Overdue"
    assert changed.hear("long overdue") is CirculationStatus.LOST
    assert changed.hear("AGED") is CirculationStatus.LOST
    assert changed.hear("On Loan") is CirculationStatus.CHARGED


def test_a_list_that_nothing_changes_is_the_same() -> None:
    words: Words[CirculationStatus] = STANDARD.circulation_status
    assert words.changed({}, {}) is words
