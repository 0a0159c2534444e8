"""What is said for a word, in every form in which a file may write it."""

import pytest
from pydantic_core import PydanticCustomError

from softdock.mappings.positions import placed
from softdock.mappings.sayings import MOST_TEXTS, Saying, ambiguous, checked, saying
from softdock.mappings.written import line

KIND = saying(line(most=8))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Lost", Saying("Lost", ("Lost",))),
        (["Lost", "Aged"], Saying("Lost", ("Lost", "Aged"))),
        ([], Saying("", ())),
        ({"told": "Lost"}, Saying("Lost", ())),
        ({"heard": "Aged"}, Saying(None, ("Aged",))),
        ({"heard": ["Aged", "Gone"]}, Saying(None, ("Aged", "Gone"))),
        ({"told": [], "heard": "Aged"}, Saying("", ("Aged",))),
        ({"told": "Lost", "heard": ["Aged"]}, Saying("Lost", ("Aged",))),
    ],
)
def test_every_form_is_read(written, said):
    assert KIND.read(written) == said
    assert KIND.read(placed(written)) == said
    assert KIND.read(said) is said


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "An empty text cannot stand here."),
        ([""], "An empty text cannot stand here."),
        ("a long text", "This has 11 characters."),
        ({"heard": ["Lost", "a\tb"]}, "is more than one line."),
        ({"told": {"a": "b"}}, "A table cannot stand here."),
        ({"told": ["Lost"]}, "A list cannot stand here."),
        ({"tell": "Lost"}, '"tell" is not known here.'),
        ({}, "An empty table says nothing."),
        (["x"] * (MOST_TEXTS + 1), f"These are {MOST_TEXTS + 1} texts."),
    ],
)
def test_what_has_no_form_is_told(written, sentence):
    with pytest.raises(PydanticCustomError) as found:
        KIND.read(written)
    assert sentence in str(found.value)


def test_the_schema_describes_every_form():
    one, several, table = KIND.schema["anyOf"]
    assert (one["type"], several["type"], table["type"]) == ("string", "array", "object")
    assert set(table["properties"]) == {"told", "heard"}


def test_a_text_that_means_two_words_is_told_however_it_is_spelled():
    sayings = {"charged": Saying("Out", ("Out",)), "lost": Saying("Gone", ("Gone", " OUT"))}
    assert ambiguous(sayings, str, lambda text: text.strip().casefold()) == [
        '" OUT" means both charged and lost.'
    ]
    assert ambiguous(sayings, str) == []


def test_everything_that_is_wrong_with_a_list_is_told_at_once():
    sayings = {"charged": Saying("Out", ("Out",)), "lost": Saying("Out", ("Out",)), "missing": Saying("", ())}
    with pytest.raises(PydanticCustomError) as found:
        checked(sayings, named=str, needed={"missing"})
    assert '"Out" means both charged and lost.' in str(found.value)
    assert "There has to be a text for missing" in str(found.value)


def test_a_text_may_be_told_for_two_words_if_it_is_understood_as_one():
    sayings = {"charged": Saying("Out", ("Out",)), "held": Saying("Out", ())}
    assert checked(sayings, named=str) is sayings
