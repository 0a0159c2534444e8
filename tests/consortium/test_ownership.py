"""Whose something is: which rule wins, and what an identifier is called where."""

import pytest

from softdock.circulation.identifiers import LibraryId
from softdock.consortium.ownership import Asked, Listed, Marked, Owned, Ownership, Pattern

A, B, C = map(LibraryId, ("A", "B", "C"))


def owner(claims, identifier, asker=A):
    return Ownership(claims).owner(identifier, asker)


@pytest.mark.parametrize(
    ("identifier", "library"),
    [
        ("CD0000001", A),
        ("CQ0000001", B),
        ("CQX000001", C),
        ("01234567890123", B),
        ("0123456789012", None),
        ("X1", C),
        ("CD", A),
        ("", None),
        ("cd0000001", None),
    ],
)
def test_an_identifier_tells_whose_it_is(identifier, library):
    """By the longest prefix, by its length where no prefix fits, by a list before all."""
    claims = {
        A: [Pattern("CD")],
        B: [Pattern("CQ"), Pattern(length=14)],
        C: [Pattern("CQX"), Listed(frozenset({"X1"}))],
    }
    found = owner(claims, identifier)
    assert (found and found.library) == library


@pytest.mark.parametrize(
    ("claims", "identifier"),
    [
        ({A: [Listed(frozenset({"CN-1:5"}))], B: [Marked("CN-1:")]}, "CN-1:5"),
        ({A: [Marked("CN-1:")], B: [Pattern("CN-1:55")]}, "CN-1:555"),
        ({A: [Pattern("CQX")], B: [Pattern("CQ", 6)]}, "CQX123"),
        ({A: [Pattern("CQ", 6)], B: [Pattern("CQ")]}, "CQ1234"),
        ({A: [Pattern("CQ")], B: [Pattern(length=6)]}, "CQ1234"),
    ],
)
def test_the_most_specific_rule_wins(claims, identifier):
    """List, ISIL, longest prefix, the same prefix with a length, length: whatever the order of the settings."""
    for asker in (A, B):
        found = owner(claims, identifier, asker)
        assert found and found.library == A
        found = owner(dict(reversed(claims.items())), identifier, asker)
        assert found and found.library == A


def test_among_equals_it_is_the_library_that_asks_else_the_first():
    claims = {A: [Pattern(length=8)], B: [Pattern(length=8)]}
    assert [owner(claims, "12345678", asker).library for asker in (A, B, C)] == [A, B, A]


def test_both_prefix_and_length_of_one_rule_have_to_fit():
    claims = {B: [Pattern("CQ", 9)]}
    assert owner(claims, "CQ0000001") == (B, "CQ0000001")
    assert owner(claims, "CQ000000") is None
    assert owner(claims, "CD0000001") is None


def test_an_isil_is_taken_off_before_the_system_is_asked():
    claims = {A: [], B: [Marked("CN-500100-CQL:")]}
    assert owner(claims, "CN-500100-CQL:0042") == Owned(B, "0042")
    assert owner(claims, "CN-500100-CQL:") is None, "nothing is left of it"


def test_who_can_be_asked_is_asked_in_order_but_first_the_one_that_asks():
    claims = {A: [Asked(3)], B: [Asked(1)], C: [Asked(2)]}
    ownership = Ownership(claims)
    assert ownership.candidates(A) == [A, B, C]
    assert ownership.candidates(C) == [C, B, A]
    assert ownership.candidates(LibraryId("D")) == [LibraryId("D"), B, C, A]
    assert ownership.owner("1", A) is None


@pytest.mark.parametrize(
    ("claims", "matters"),
    [
        ({A: []}, False),
        ({A: [Pattern("CD")]}, False),
        ({A: [Marked("CN-1:")]}, True),
        ({A: [], B: []}, False),
        ({A: [], B: [Pattern("CD")]}, True),
    ],
)
def test_rules_matter_where_there_is_a_choice_or_a_name_to_change(claims, matters):
    """Elsewhere an operation goes its way without a question."""
    assert Ownership(claims).matters is matters


def test_what_a_system_names_is_named_so_that_it_is_found_again():
    claims = {A: [Pattern("CD")], B: [Pattern("CQ"), Marked("CN-1:")], C: [Marked("CN-2:")]}
    ownership = Ownership(claims)
    assert ownership.named("CQ1", B, A) == "CQ1", "its prefix tells whose it is"
    assert ownership.named("77", B, A) == "CN-1:77"
    assert ownership.named("77", B, B) == "77", "what nobody claims is the library's that asks"
    assert ownership.named("CD1", B, B) == "CN-1:CD1", "it looks like another's"
    assert ownership.named("77", A, B) == "77", "there is no better name"
