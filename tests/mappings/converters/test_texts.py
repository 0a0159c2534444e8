"""Converters from text to text: what each makes of what systems really send."""

import pytest

from converting import converter, wrong
from softdock.mappings.shapes import ABSENT


@pytest.mark.parametrize(
    ("name", "argument", "text", "value"),
    [
        ("trim", None, "STV000090009    ", "STV000090009"),
        ("trim", None, "　张三 ", "张三"),
        ("collapse", None, "  Smith ,   John\t", "Smith , John"),
        ("pad", "9", "1234", "1234     "),
        ("pad", {"width": 6, "with": "0", "side": "left"}, "10", "000010"),
        ("pad", {"width": 2, "side": "left"}, "123", "123"),
        ("strip_zeros", None, "000010", "10"),
        ("strip_zeros", None, "0000", "0"),
        ("digits", None, "+042 123 456 789", "042123456789"),
        ("digits", None, "１２３4", "4"),
        ("half_width", None, "４４０１０６　Ｘ", "440106 X"),
        ("full_width", None, "440106 X", "４４０１０６　Ｘ"),
        ("upper", None, "r01a", "R01A"),
        ("lower", None, "R01A", "r01a"),
        ("substring", {"from": 7, "length": 8}, "11010519491231002X", "19491231"),
        ("substring", -6, "11010519491231002X", "31002X"),
        ("substring", {"from": -6, "length": 2}, "123", "12"),
        ("replace", {"元": "", "，": ","}, "1，200元", "1,200"),
        ("replace", {"a": "b", "b": "c"}, "ab", "cc"),
    ],
)
def test_a_text_becomes_another(name, argument, text, value):
    assert converter(name, argument).read(text) == value


@pytest.mark.parametrize(
    ("name", "argument", "text"),
    [
        ("trim", None, " \t "),
        ("digits", None, "none"),
        ("replace", {"-": ""}, "--"),
        ("pad", "3", ""),
        ("substring", "2", ""),
    ],
)
def test_where_nothing_is_left_of_a_text_there_is_no_value(name, argument, text):
    """It was read, and says nothing: that is no fault of the system."""
    assert converter(name, argument).read(text) is ABSENT


def test_what_lies_beyond_the_end_cannot_be_read():
    assert converter("substring", 15).read("20120808120533") is None


def test_what_was_filled_up_is_taken_off_again():
    """The other way, down to one character: 000 is a zero, not nothing."""
    zeros = converter("pad", {"width": 3, "with": "0", "side": "left"})
    assert [zeros.write(each) for each in ("007", "000", "1234")] == ["7", "0", "1234"]


def test_replacing_does_not_make_much_of_little():
    long_one = "a" * 1000
    assert converter("replace", {"a": "b" * 100}).read(long_one) is None
    assert converter("replace", {"a": "b" * 50, "b": ""}).read(long_one) is ABSENT


@pytest.mark.parametrize(
    ("name", "argument", "complaint"),
    [
        ("pad", "0", ("pad", '"0" is out of range.', "Write a number from 1 to 9999.")),
        (
            "pad",
            {"with": "0"},
            ("pad", 'pad needs "width".', 'Write {pad: {width: 9, with: "0", side: left}}.'),
        ),
        (
            "pad",
            {"width": 3, "widht": 4},
            ("pad.widht", '"widht" says nothing to pad.', "Did you mean width?"),
        ),
        ("pad", {"width": 3, "with": "ab"}, ("pad.with", "This has 2 characters.", "Shorten it to 1.")),
        (
            "pad",
            {"width": 3, "side": "top"},
            ("pad.side", '"top" is not a side.', "Choose one of left, right."),
        ),
        ("pad", ["3"], ("pad", "A list cannot stand here.", "Write digits, for a number from 1 to 9999.")),
        ("substring", "0", ("substring", '"0" is no place.', "Count from 1, or from the end with -1.")),
        (
            "replace",
            "a",
            ("replace", '"a" is not a table of texts.', 'Write what is replaced and by what: {"/": "-"}.'),
        ),
        (
            "replace",
            {"": "a"},
            ("replace", "An empty text is everywhere.", 'Write what is replaced and by what: {"/": "-"}.'),
        ),
        ("trim", "3", ("trim", "trim stands alone.", "Write trim.")),
    ],
)
def test_a_wrong_argument_is_told_with_place_and_remedy(name, argument, complaint):
    assert wrong(name, argument) == complaint
