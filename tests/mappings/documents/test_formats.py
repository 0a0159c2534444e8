"""All formats together: each is known by its name and says what it can be told."""

import pytest

from softdock.mappings.documents.formats import FORMATS
from softdock.mappings.positions import Table, Text
from softdock.mappings.problems import NOWHERE


@pytest.mark.parametrize("declared", FORMATS.values(), ids=FORMATS)
def test_a_format_is_made_without_options_and_has_the_name_of_its_declaration(declared):
    made = declared.make(None, NOWHERE)

    assert not isinstance(made, list)
    assert made.name == declared.name


@pytest.mark.parametrize("declared", FORMATS.values(), ids=FORMATS)
def test_each_option_that_is_described_is_known_and_no_other_is(declared):
    for option in [*declared.options, "no-such-option"]:
        problems = declared.make(Table([(Text(option), Text("x"))]), NOWHERE)
        unknown = isinstance(problems, list) and any("is not an option" in each.sentence for each in problems)
        assert unknown == (option == "no-such-option")


@pytest.mark.parametrize("declared", FORMATS.values(), ids=FORMATS)
def test_what_is_said_of_it_are_sentences(declared):
    for said in (declared.description, *declared.options.values()):
        assert said[0].isupper()
        assert said.endswith(".")
