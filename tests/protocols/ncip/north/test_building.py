"""The parts of which answers are made: nothing is sent that is empty."""

import pytest

from softdock.protocols.ncip.north.building import several, text


@pytest.mark.parametrize("value", [None, "", " ", "\u3000\t"])
def test_a_text_that_says_nothing_is_left_out(value):
    """Systems behind SIP2 send blanks where they have nothing to say."""
    assert text("Title", value) is None


def test_a_text_is_told_as_it_is():
    assert text("Title", " 三体 ").text == " 三体 "
    assert [each.text for each in several("Note", ["a", "", "b"])] == ["a", "b"]
