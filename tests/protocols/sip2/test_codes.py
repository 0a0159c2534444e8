"""Lists of codes as one device or one system has them."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.circulation.items import FeeType
from softdock.circulation.patrons import Standing
from softdock.protocols.sip2.codes import STANDARD, CodeList, Codes

MARKS = list(Standing)


@pytest.mark.parametrize("name", [each.name for each in fields(Codes)])
def test_every_code_of_the_standard_comes_back_as_it_went(name):
    found = getattr(STANDARD, name)
    if isinstance(found, CodeList):
        assert all(found.heard[code] == word for word, code in found.told.items())


@given(
    st.lists(st.sampled_from(FeeType), unique=True).flatmap(
        lambda words: st.tuples(
            st.just(words),
            st.lists(
                st.from_regex(r"[0-9]{2}", fullmatch=True),
                unique=True,
                min_size=len(words),
                max_size=len(words),
            ),
        )
    )
)
def test_a_code_that_is_changed_both_ways_comes_back(pair):
    changes = dict(zip(*pair, strict=True))
    codes = STANDARD.fee_type.changed(changes, {code: word for word, code in changes.items()})
    assert all(codes.heard[codes.told[word]] is word for word in changes)


def test_of_codes_for_one_word_the_first_that_fits_is_sent():
    codes = STANDARD.fee_type.known_as(
        {"LONG": FeeType.OVERDUE, "21": FeeType.OVERDUE, "22": FeeType.OVERDUE}, width=2
    )
    assert codes.told[FeeType.OVERDUE] == "21"
    assert {codes.heard[code] for code in ("LONG", "21", "22", "04")} == {FeeType.OVERDUE}


def test_a_list_that_nothing_changes_is_the_same():
    assert STANDARD.fee_type.changed({}, {}) is STANDARD.fee_type
    assert STANDARD.fee_type.known_as({}) is STANDARD.fee_type
    assert STANDARD.patron_status.changed({}) is STANDARD.patron_status


@given(st.frozensets(st.sampled_from(MARKS)))
def test_the_marks_of_a_card_come_back_from_the_fourteen_characters(standing):
    text = STANDARD.patron_status.written(standing)
    assert len(text) == 14
    assert STANDARD.patron_status.read(text) == standing


def test_only_a_y_marks_anything():
    assert STANDARD.patron_status.read("YN10nU        ") == {Standing.CHECKOUT_DENIED}
    assert STANDARD.patron_status.read("") == frozenset()


def test_a_position_may_stand_for_several_marks_or_for_none():
    debts = frozenset({Standing.EXCESSIVE_FINES, Standing.EXCESSIVE_FEES})
    status = STANDARD.patron_status.changed({10: debts, 0: frozenset()})
    assert status.written(frozenset({Standing.EXCESSIVE_FEES})) == " " * 10 + "YY  "
    assert status.read("Y" + " " * 9 + "Y   ") == debts
    assert status.written(frozenset({Standing.CHECKOUT_DENIED})) == " " * 14
