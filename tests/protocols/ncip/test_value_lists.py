"""Words of the lists, however they are spelled."""

import pytest

from softdock.protocols.ncip.tables.elements import CODED
from softdock.protocols.ncip.tables.lists import SCHEMES, VALUES
from softdock.protocols.ncip.value_lists import known


@pytest.mark.parametrize("spelled", ["Block Check Out", "block check out", " BLOCK\n CHECK  OUT "])
def test_neither_case_nor_blanks_matter(spelled: str):
    assert known("BlockOrTrapType", spelled) == "Block Check Out"


def test_what_the_list_lacks_is_none():
    assert known("RequestType", "Page") is None
    assert known("RequestType", "") is None
    assert known("NoticeType", "Overdue") is None, "this element has no list"


def test_lists_are_of_elements_that_have_coded_values():
    assert set(VALUES) <= CODED
    assert set(SCHEMES) <= CODED


def test_no_word_stands_twice_in_a_list():
    for name, values in VALUES.items():
        assert {known(name, value) for value in values} == set(values)
        assert len({value.casefold() for value in values}) == len(values)
