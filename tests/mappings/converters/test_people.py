"""Names, numbers of people, and hiding them."""

from datetime import date

import pytest

from converting import converter, wrong
from softdock.mappings.shapes import ABSENT, Kind


@pytest.mark.parametrize(
    ("argument", "text", "shown"),
    [
        (None, "Hansen, Kari", "Kari Hansen"),
        (None, "Smith,John  A. ", "John A. Smith"),
        (None, "van der Berg, Jan", "Jan van der Berg"),
        (None, "Musterfrau", "Musterfrau"),
        (None, "Musterfrau,", "Musterfrau"),
        (None, "张, 三", "张三"),
        (None, "张三", "张三"),
        ({"order": "given-family"}, "Kari, Hansen", "Kari Hansen"),
        ({"order": "given-family"}, "三,张", "张三"),
        ({"separator": " "}, "Zhang San", "San Zhang"),
        ("given-family", " Kari   Hansen ", "Kari Hansen"),
        (None, " , ", ABSENT),
    ],
)
def test_a_name_is_shown_given_name_first_and_chinese_ones_family_name_first(argument, text, shown):
    assert converter("person_name", argument).read(text) == shown


def test_a_name_is_written_with_its_last_word_as_family_name():
    name = converter("person_name")
    assert name.write("Kari Hansen") == "Hansen, Kari"
    assert name.write("张三") == "张三"


@pytest.mark.parametrize(
    ("argument", "text", "shown"),
    [
        ({"first": 6, "last": 4}, "11010519491231002X", "110105********002X"),
        ({"first": 1}, "张三", "张*"),
        ("4", "R01", "***"),
        (None, "secret", "******"),
        (None, "", ABSENT),
    ],
)
def test_what_names_people_is_masked(argument, text, shown):
    made = converter("masked", argument)
    assert made.read(text) == shown
    assert made.cannot_write


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002X",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 11010519491231002ｘ ",
    ],
)
def test_a_resident_number_is_normalised(text):
    assert converter("resident_id").read(text) == "11010519491231002X"
    assert converter("birth_date_of_id").read(text) == date(1949, 12, 31)
    assert converter("sex_of_id").read(text) == "2"


@pytest.mark.parametrize("text", ["810000199408230021", "830000199201300022", "440524188001010014"])
def test_check_character_and_date_decide_and_no_list_of_places_does(text):
    """Residence permits of Hong Kong and Taiwan residents, which published checkers refuse, and an old person."""
    assert converter("resident_id").read(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "110105194912310021",  # its check character is X
        "11010519491331000X",  # no month 13
        "11010519490229002X",  # 1949 was no leap year
        "1101051949123100",
        "110105491231002",  # 15 digits, unless they are allowed
        "1101051949123100X2",
        "R01",
        "",
    ],
)
def test_what_is_no_resident_number_is_not_read(text):
    assert converter("resident_id").read(text) is None
    assert converter("birth_date_of_id").read(text) is None
    assert converter("sex_of_id").read(text) is None


def test_an_old_number_becomes_a_new_one_where_that_is_allowed():
    allowed = {"accept_15": True}
    assert converter("resident_id", allowed).read("110105491231002") == "11010519491231002X"
    assert converter("birth_date_of_id", allowed).read("110105491231002") == date(1949, 12, 31)
    assert converter("sex_of_id", allowed).read("110105491231001") == "1"
    assert converter("resident_id", allowed).read("110105491331002") is None
    assert converter("birth_date_of_id").kind is Kind.DATE


@pytest.mark.parametrize(
    ("name", "argument", "complaint"),
    [
        ("resident_id", {"accept_18": True}, ("resident_id.accept_18", '"accept_18" says nothing to resident_id.', "Did you mean accept_15?")),
        ("resident_id", {"accept_15": "yes"}, ("resident_id.accept_15", '"yes" is neither true nor false.', "Write true or false.")),
        ("masked", "x", ("masked", '"x" is not a whole number.', "Write digits, for a number from 0 to 9999.")),
        ("person_name", "last-first", ("person_name", '"last-first" is not an order.', "Choose one of family-given, given-family.")),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_told_with_place_and_remedy(name, argument, complaint):
    assert wrong(name, argument) == complaint
