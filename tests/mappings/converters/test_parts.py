"""Taking texts apart."""

import pytest

from converting import converter, wrong
from softdock.mappings.shapes import ABSENT, Kind


@pytest.mark.parametrize(
    ("name", "argument", "text", "value"),
    [
        ("split", ",", "B001,B002,B003", ("B001", "B002", "B003")),
        ("split", "||", "a||b|||c", ("a", "b", "|c")),
        ("split", {"at": ",", "take": 2}, "a,b,c", "b"),
        ("split", {"at": ",", "take": -1}, "a,b,c", "c"),
        ("split", {"at": ",", "take": 2}, "a,,c", ABSENT),
        ("split", {"at": ",", "take": 4}, "a,b,c", None),
        ("split", ",", "", ABSENT),
        ("lines", None, "TEST\r\nJohn Smith\rStreet 123\n\n", ("TEST", "John Smith", "Street 123")),
        ("lines", "2", "TEST\nJohn Smith\nStreet 123", "John Smith"),
        ("lines", "2", "TEST\n\nStreet 123", ABSENT),
        ("lines", None, "\r\n", ABSENT),
        (
            "match",
            "^Waiting in position (\\d+) in queue",
            "Waiting in position 3 in queue; current due date 15/08/2012",
            "3",
        ),
        (
            "match",
            "queue; current due date (?P<value>.*)$",
            "position 3 in queue; current due date 15/08/2012",
            "15/08/2012",
        ),
        ("match", "\\d{14}", "at 20120808120533!", "20120808120533"),
        ("match", "^([^;]*);Requested$", "On Shelf", None),
        ("match", "^([^;]*);Requested$", ";Requested", ABSENT),
        ("match", "成功", "续借成功!", "成功"),
        ("match", ".", "\ud800", None),
        ("url_tail", None, "https://ils.example.org/iii/sierra-api/v6/patrons/1234567", "1234567"),
        ("url_tail", None, "/circulationActions/cash/LIB85037%20%20?view=full#x", "LIB85037%20%20"),
        ("url_tail", None, "patrons/17/", "17"),
        ("url_tail", None, "1234567", "1234567"),
        ("url_tail", None, "///", None),
    ],
)
def test_a_text_is_taken_apart(name, argument, text, value):
    assert converter(name, argument).read(text) == value


def test_the_tail_of_an_address_is_decoded_by_the_next_converter():
    """ALEPH names a transaction by an address whose last part is padded with blanks."""
    tail = converter("url_tail").read("https://a.test/cash/LIB85037%20%20%20201508")
    assert converter("percent").read(tail) == "LIB85037   201508"


def test_a_list_is_written_with_its_separator_unless_a_text_holds_it():
    split = converter("split", ",")
    assert split.kind is Kind.LIST
    assert split.write(("a", "b")) == "a,b"
    assert split.write(("a,b",)) is None
    assert converter("lines").write(("a", "b\nc")) is None


def test_a_match_is_written_through_its_template():
    match = converter("match", {"pattern": "^id:(.+)$", "write": "id:{value}"})
    assert match.write("R01") == "id:R01"
    assert match.write("") is None
    assert converter("match", {"pattern": "^id:(\\d+)$", "write": "id:{value}"}).write("R01") is None


def test_what_takes_one_of_several_says_that_it_cannot_write():
    assert converter("split", {"at": ",", "take": 1}).cannot_write == "the other parts are gone"
    assert converter("match", "(a)").cannot_write == "the pattern does not say what stands around the value"


@pytest.mark.parametrize(
    ("name", "argument", "sentence", "path"),
    [
        ("split", {"take": 2}, 'split needs "at".', "split"),
        ("split", "", "An empty text is everywhere.", "split"),
        ("split", {"at": ",", "take": "first"}, '"first" is no place.', "split.take"),
        ("match", "(a", "This is not a pattern: missing ): (a.", "match"),
        ("match", "(a)\\1", "This is not a pattern: invalid escape sequence: \\1.", "match"),
        ("match", "(a)(b)", "This pattern has 2 groups, and none is named value.", "match"),
        ("match", {"pattern": "(a)", "write": "a"}, "{value} stands for the value, once.", "match.write"),
        ("match", "(((a{500}){500}){500})", None, "match"),
        ("match", "x" * 256, "This has 256 characters.", "match"),
    ],
)
def test_a_wrong_argument_is_told_at_load(name, argument, sentence, path):
    complaint = wrong(name, argument)
    assert complaint[0] == path
    assert sentence is None or complaint[1] == sentence
    assert complaint[2]
