"""The witness knows what the books may say, and complains of anything else."""

from witness import Witness


def a_witness():
    """Of an item that A was told to have, one that was taken back, and two whose wishes are open."""
    witness = Witness(["lent", "back", "leaving", "coming"])
    for item, borrower in (("lent", "A"), ("back", "A"), ("back", None), ("coming", "A")):
        witness.asked(item, borrower)
        witness.told(item, borrower, True)
    witness.asked("leaving", "A")
    witness.asked("coming", None)
    return witness


def test_what_was_told_must_be_in_the_books_and_what_is_open_may_be():
    for loans in ({"lent": "A", "coming": "A"}, {"lent": "A", "leaving": "A"}, {"lent": "A"}):
        assert a_witness().complaints(loans) == []
    for loans in (
        {},
        {"lent": "B"},
        {"lent": "A", "back": "A"},
        {"lent": "A", "leaving": "B"},
        {"lent": "A", "x": "A"},
    ):
        assert len(a_witness().complaints(loans)) == 1, loans


def test_a_no_changes_nothing_but_one_that_knows_nothing_leaves_both():
    for done, allowed in ((False, [{}]), (None, [{}, {"item": "A"}]), (True, [{"item": "A"}])):
        for loans in ({}, {"item": "A"}):
            witness = Witness(["item"])
            witness.asked("item", "A")
            witness.told("item", "A", done)
            assert (witness.complaints(loans) == []) == (loans in allowed), (done, loans)


def test_an_item_that_all_want_is_with_one_who_was_told_so():
    witness = Witness([], ["item"])
    for borrower in "ABC":
        witness.asked("item", borrower)
    witness.told("item", "A", False)
    assert witness.complaints({"item": "A"}) != []
    assert witness.complaints({"item": "B"}) == witness.complaints({}) == []
    witness.told("item", "B", True)
    assert witness.complaints({"item": "B"}) == []
    assert witness.complaints({"item": "C"}) != []
    witness.told("item", "C", True)
    assert any("at once" in sentence for sentence in witness.complaints({"item": "B"}))


def test_the_books_settle_what_is_open():
    witness = a_witness()
    witness.learn({"lent": "A", "leaving": "A"})
    assert witness.complaints({"lent": "A", "leaving": "A"}) == []
    assert len(witness.complaints({"lent": "A"})) == 1
