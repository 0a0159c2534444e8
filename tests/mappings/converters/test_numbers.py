"""Numbers, amounts, and what is yes or no: the forms that real systems send."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converting import converter, wrong
from softdock.circulation.money import Money
from softdock.mappings.shapes import Kind


@pytest.mark.parametrize(
    ("argument", "text", "value"),
    [
        (None, "008", 8),
        (None, "0000", 0),
        (None, "   10 ", 10),
        (None, "- 5", -5),
        (None, "5-", -5),
        (None, "+5", 5),
        (None, "−5", -5),
        (None, "-0", 0),
        (None, "1,000", None),
        ({"thousands": ","}, "1,234,567", 1234567),
        ({"thousands": ","}, "1,23", None),
        ({"thousands": ","}, ",123", None),
        ({"thousands": " "}, "1 234", 1234),
        (None, "--5", None),
        (None, "-5-", None),
        (None, "(5)", None),
        (None, "1.0", None),
        (None, "", None),
        (None, "-", None),
        (None, "5 5", None),
        (None, "１", None),
        (None, "9" * 19, None),
    ],
)
def test_a_whole_number_is_read_as_systems_write_it(argument, text, value):
    assert converter("integer", argument).read(text) == value


def test_a_sequence_with_an_implied_decimal_is_one_number():
    """ALEPH writes the sequence of an item as 10, 000010 or 1.0: the same item."""
    without_mark, integer = converter("replace", {".": ""}), converter("integer")
    assert {integer.read(without_mark.read(each)) for each in ("10", "000010", "    1.0", " 1.0")} == {10}


@pytest.mark.parametrize(
    ("argument", "text", "value"),
    [
        (None, "12.50", "12.50"),
        (None, ".5", "0.5"),
        (None, " -007.25 ", "-7.25"),
        (None, "12.", None),
        (None, ".", None),
        (None, "1e5", None),
        (None, "NaN", None),
        (None, "0.0000001", None),
        (None, "0.000000", "0.000000"),
        ({"mark": ",", "thousands": "."}, "1.234,50", "1234.50"),
        ({"mark": ","}, "1.234", None),
        (None, "1" * 19, None),
    ],
)
def test_a_decimal_number_is_read(argument, text, value):
    made = converter("decimal", argument).read(text)
    assert made == (None if value is None else Decimal(value))
    assert made is None or str(made) == value


@pytest.mark.parametrize(
    ("argument", "text", "value"),
    [
        (None, "30.00", "30.00"),
        (None, "(30.00)", "-30.00"),
        ({"debit": "positive"}, "(30.00)", "30.00"),
        ({"debit": "positive"}, "          206.00", "-206.00"),
        (None, "-         120.00", "-120.00"),
        (None, "120.00 -", "-120.00"),
        (None, "       20.00", "20.00"),
        (None, "0.00", "0.00"),
        ({"debit": "positive"}, "0.00", "0.00"),
        (None, "( 5.00 )", "-5.00"),
        (None, "(5.00", None),
        (None, "(-5.00)", None),
        (None, "30.0000", "30.00"),
        (None, "30.005", None),
        ({"unit": "minor"}, "0000000500", "5.00"),
        ({"unit": "minor"}, "5", "0.05"),
        ({"unit": "minor"}, "5.00", None),
        ({"unit": "minor", "decimals": 0}, "300", "300"),
        ({"decimals": 0}, "300", "300"),
        ({"mark": ",", "thousands": "."}, "1.234,5", "1234.50"),
        ({"debits": ["D", "K tíži"], "credits": ["C", "K dobru"]}, "D 60.00", "-60.00"),
        ({"debits": ["D", "K tíži"], "credits": ["C", "K dobru"]}, "103.00 K dobru", "103.00"),
        ({"debits": ["D"], "credits": ["C"], "debit": "positive"}, "60.00D", "60.00"),
        ({"debits": ["D", "DR"]}, "5.00 DR", "-5.00"),
        ({"debits": ["D"]}, "D -60.00", None),
        ({"debits": ["D"]}, "D (60.00)", None),
        ({"debits": ["D"]}, "D", None),
        (None, "owing", None),
        (None, "", None),
    ],
)
def test_an_amount_is_read_with_its_direction(argument, text, value):
    made = converter("money", argument).read(text)
    assert made == (None if value is None else Decimal(value))
    assert made is None or str(made) == str(Decimal(value).quantize(made))


def test_an_amount_is_written_with_all_decimals_of_its_unit():
    assert converter("money").write(Decimal("1234.5")) == "1234.50"
    assert converter("money", {"mark": ","}).write(Decimal(-5)) == "-5,00"
    assert converter("money", {"unit": "minor"}).write(Decimal("12.5")) == "1250"
    assert converter("money", {"unit": "minor", "debit": "positive"}).write(Decimal(12)) == "-1200"
    assert converter("money").write(Decimal("0.005")) is None


def test_money_of_the_vocabulary_is_written_too():
    """It is handed over as it is; its plain text tells how much it is."""
    assert converter("money", {"unit": "minor"}).write(Money(1250, "CNY")) == "1250"
    assert converter("decimal", {"mark": ","}).write(Money(-5, "EUR")) == "-0,05"


@pytest.mark.parametrize(
    ("name", "argument", "complaint"),
    [
        (
            "decimal",
            {"thousands": "."},
            (
                "decimal.thousands",
                "The marks for decimals and for thousands are the same.",
                "Change one of them.",
            ),
        ),
        (
            "decimal",
            {"mark": "ab"},
            ("decimal.mark", "This is no mark within a number.", "Write one sign, or a blank."),
        ),
        (
            "decimal",
            "x",
            ("decimal", "decimal takes a table.", 'Write {decimal: {mark: ",", thousands: "."}}.'),
        ),
        (
            "money",
            {"unit": "minor", "mark": ","},
            ("money.mark", "The minor unit has no decimals.", "Leave mark out, or write unit: major."),
        ),
        ("money", {"unit": "fen"}, ("money.unit", '"fen" is not a unit.', "Choose one of major, minor.")),
        ("money", {"decimals": 5}, ("money.decimals", '"5" is out of range.', "Write a number from 0 to 4.")),
        (
            "money",
            {"debits": ["-"]},
            ("money.debits", "This is no word beside an amount.", "Write words, without blanks around."),
        ),
        (
            "money",
            {"debits": ["D"], "credits": ["D"]},
            ("money.credits", '"D" cannot mean both.', "Leave one of them out."),
        ),
        (
            "money",
            {"debit": "negativ"},
            ("money.debit", '"negativ" is not a sign.', "Did you mean negative?"),
        ),
        (
            "flag",
            {"yes": ["Y"], "no": ["N", "Y"]},
            ("flag.no", '"Y" cannot mean both.', "Leave one of them out."),
        ),
        (
            "flag",
            {"no": ["N"]},
            ("flag", 'flag needs "yes".', 'Write {flag: {yes: [Y, "1"], no: [N, "0"]}}.'),
        ),
        ("flag", {"yes": []}, ("flag.yes", "This list is empty.", "Write a text, or leave the key out.")),
        ("flag", {"yes": ["1", "1"]}, ("flag.yes", '"1" is written twice.', "Leave one of them out.")),
    ],
)
def test_a_wrong_argument_is_told_with_place_and_remedy(name, argument, complaint):
    assert wrong(name, argument) == complaint


def test_yes_and_no_are_what_was_said_and_nothing_else():
    flag = converter("flag", {"yes": ["true", "1", "Y"], "no": ["false", ""]})
    assert [flag.read(each) for each in ("1", "Y", "", "false", "yes", "TRUE")] == [
        True,
        True,
        False,
        False,
        None,
        None,
    ]
    assert (flag.write(True), flag.write(False)) == ("true", "false")
    assert flag.kind is Kind.FLAG
    assert converter("flag", {"yes": "Y"}).write(False) is None
    assert converter("flag", {"yes": "Y", "no": "N"}).exact


@pytest.mark.parametrize("argument", [None, {"debit": "positive"}, {"decimals": 0}, {"decimals": 4}])
@given(text=st.text("0123456789.-() ", max_size=21) | st.decimals(0, 10**6, places=2).map(str))
def test_an_amount_of_the_usual_form_is_read_as_any_other_way(argument, text):
    """The blank in front of it sends it the long way round."""
    read = converter("money", argument).read
    assert read(text) == read(f" {text}")
