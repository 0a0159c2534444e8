"""Money in minor units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.protocols.ncip.amounts import read_amount, read_number, write_amount
from softdock.protocols.ncip.message import Element


@given(st.sampled_from(["CNY", "JPY", ""]), st.integers(-(10**12), 10**12))
def test_an_amount_is_read_back_as_it_was_written(currency: str, units: int):
    assert read_amount(write_amount("RequiredFeeAmount", currency, units)) == (currency, units)


def test_a_currency_may_be_missing_and_is_written_in_any_case():
    assert read_amount(Element("Amount", children=[Element("MonetaryValue", " +5 ")])) == ("", 5)
    assert read_amount(write_amount("Amount", "usd", 5)) == ("USD", 5)


@pytest.mark.parametrize("text", ["", "12.50", "5 CNY", "１２", "1_000", "--1", "1" * 19])
def test_what_is_no_whole_number_is_none(text: str):
    assert read_number(text) is None
    assert read_amount(Element("Amount", children=[Element("MonetaryValue", text)])) is None
