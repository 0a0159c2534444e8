"""Regular expressions in linear time."""

import pytest

from softdock.mappings.regular import Expression, ExpressionError


def test_an_expression_is_found_anywhere_unless_it_is_tied_down():
    assert Expression("b+").found("abbc") == "bb"
    assert Expression("^b+").found("abbc") is None


def test_a_group_that_took_no_part_is_empty():
    assert Expression("(a)?b").found("b", 1) == ""


def test_groups_are_known_by_number_and_name():
    expression = Expression("(?P<code>R\\d+) (.*)")
    assert (expression.groups, expression.named) == (2, {"code": 1})
    assert expression.found("R00108 ok", "code") == "R00108"


@pytest.mark.parametrize("pattern", ["(", "a{1001}", "(?=a)", "\ud800", "((((a{300}){300}){300}){300})"])
def test_what_is_no_expression_is_told_in_words(pattern):
    with pytest.raises(ExpressionError) as caught:
        Expression(pattern)
    assert caught.value.sentence


def test_what_would_blow_up_elsewhere_takes_linear_time_here():
    """Seconds would become centuries with backtracking: there, this test would not end."""
    assert Expression("^(a+)+$").found("a" * 60_000 + "b") is None
