"""Rules: what they write, and each mistake with its exact message."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.circulation.items import Item, ItemId, MediaType
from softdock.circulation.money import Money
from softdock.circulation.patrons import Patron, PatronId
from softdock.mappings.converters import DECLARED
from softdock.mappings.language import VERBS, compile_rule, rule_schema
from softdock.mappings.positions import placed, read_yaml
from softdock.mappings.problems import ProblemsFound
from softdock.mappings.records import RecordShape
from softdock.mappings.shapes import Found, Kind

SHAPE = RecordShape({"patron": Patron, "item": Item})
SOURCE = SimpleNamespace(
    patron=Patron(
        PatronId("R01"),
        name="  Zhang San ",
        birth_date=date(1990, 1, 5),
        balance=Money(1250, "CNY"),
        loan_limit=0,
        extra={"internet": "yes", "birthday": "05/01/1990", "level": "3", "blank": "  ", "empty": ""},
    ),
    item=Item(
        ItemId("C9"), media_type=MediaType.CD, magnetic=False, due=datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
    ),
)
NOBODY = SimpleNamespace(patron=None, item=None)


def rule(text, zone=None):
    reading = read_yaml(text, "softdock.yaml")
    assert reading.problems == []
    return compile_rule(reading.root, SHAPE, zone)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("{is: SoftDock}", "SoftDock"),
        ('{is: ""}', ""),
        ("{from: patron.id}", "R01"),
        ("{from: patron.name}", "  Zhang San "),
        ("{from: patron.name, as: [trim, upper]}", "ZHANG SAN"),
        ("{from: patron.name, as: []}", "  Zhang San "),
        ('{from: patron.birth_date, as: [{date: "%Y%m%d"}]}', "19900105"),
        ('{from: patron.birth_date, as: [{date: "%y%m%d"}]}', "900105"),
        ('{from: patron.birth_date, as: [{date: "%Y年%m月%d日"}, lower]}', "1990年01月05日"),
        ('{from: patron.extra.birthday, as: [{date: "%d/%m/%Y"}, {date: "%Y%m%d"}]}', "19900105"),
        ('{from: patron.extra.internet, as: [{date: "%d/%m/%Y"}, {date: "%Y%m%d"}]}', None),
        ("{from: patron.balance}", "12.50"),
        ("{from: patron.balance.currency}", "CNY"),
        ("{from: patron.loan_limit}", "0"),
        ("{from: patron.extra.level, as: [number]}", "3"),
        ("{from: patron.extra.internet, as: [number]}", None),
        ("{from: patron.extra.internet, as: [number], default: none}", "none"),
        ("{from: patron.extra.absent}", None),
        ("{from: patron.extra.empty}", None),
        ("{from: patron.extra.empty, default: x}", "x"),
        ("{from: patron.extra.blank, as: [trim], default: x}", "x"),
        ("{from: patron.extra.internet, codes: {yes: Y, no: N}}", "Y"),
        ("{from: patron.extra.level, codes: {yes: Y, no: N}}", None),
        ("{from: patron.extra.level, codes: {yes: Y, no: N}, default: U}", "U"),
        ('{from: patron.extra.internet, codes: {yes: ""}}', ""),
        ("{from: patron.loan_limit, codes: {0: none}}", "none"),
        ("{from: patron.balance, codes: {12.50: rich}}", "rich"),
        ("{from: item.media_type}", "cd"),
        ("{from: item.media_type, codes: {cd: '006', book: '001'}}", "006"),
        (
            "{from: patron.extra.birthday, as: [{date: {patterns: iso, none: 05/01/1990}}, {date: epoch}], default: x}",
            "x",
        ),
        ('{from: patron.extra.birthday, as: [{split: "/"}, {split: "-"}]}', "05-01-1990"),
        ("{from: patron.balance, as: [{money: {unit: minor}}]}", "1250"),
        ("{from: item.magnetic, codes: {true: Y, false: N}}", "N"),
        ("{from: item.magnetic, codes: {true: Y}}", None),
        ("{from: item.due, as: [{date: '%Y-%m-%d %H:%M'}]}", "2026-03-02 00:30"),
    ],
)
def test_a_rule_writes(text, written):
    compiled = rule(text, ZoneInfo("Asia/Shanghai"))
    assert compiled(SOURCE) == written


@pytest.mark.parametrize(
    "text",
    [
        "{from: patron.name}",
        "{from: item.magnetic, codes: {true: Y, false: N}}",
        "{from: patron.birth_date, as: [{date: '%Y'}]}",
    ],
)
def test_where_there_is_no_patron_or_item_the_field_is_left_out(text):
    assert rule(text)(NOBODY) is None
    assert rule(text[:-1] + ", default: x}")(NOBODY) == "x"


def test_what_is_written_carries_no_places():
    """A text out of the settings goes to thousands of devices: it is a plain one."""
    assert type(rule("{is: x}")(SOURCE)) is str
    assert type(rule("{from: patron.extra.absent, default: x}")(SOURCE)) is str


@pytest.mark.parametrize(
    ("text", "place", "sentence", "remedy"),
    [
        ("patron.name", "5  PB", "This is not a rule.", "Write it like {from: patron.name}."),
        ("{}", "5  PB", "This rule does not say what to write.", "Write from and a path, or is and a text."),
        ("{form: patron.name}", "6  PB.form", '"form" is not a verb of a rule.', "Did you mean from?"),
        (
            "{is: x, zzz: y}",
            "13  PB.zzz",
            '"zzz" is not a verb of a rule.',
            "The verbs are from, is, as, codes, default.",
        ),
        (
            "{is: x, from: patron.name}",
            "13  PB.from",
            '"from" has nothing to do beside is, which is a fixed text.',
            "Leave from or is out.",
        ),
        ("{is: [x]}", "10  PB.is", 'Behind "is" belongs one text.', ""),
        ('{is: "a\\nb"}', "10  PB.is", "A line break or tab cannot be sent in a field.", "Leave it out."),
        ("{from: [x]}", "12  PB.from", "A path is one text.", "Write it like from: patron.name."),
        (
            "{from: patron.birthdate}",
            "12  PB.from",
            '"patron.birthdate" leads nowhere.',
            "Did you mean patron.birth_date?",
        ),
        (
            "{from: patron.standing}",
            "12  PB.from",
            '"patron.standing" holds several values.',
            "A rule takes paths to a single one.",
        ),
        (
            "{from: patron.birth_date}",
            "12  PB.from",
            '"patron.birth_date" is a date, and what is written is a text.',
            'Say how it is written: as: [{date: "%Y%m%d"}].',
        ),
        (
            "{from: item.magnetic}",
            "12  PB.from",
            '"item.magnetic" is a yes or no, and what is written is a text.',
            'Say how it is written: codes: {true: "Y", false: "N"}.',
        ),
        (
            "{from: patron.birth_date, as: [birth_date_of_id]}",
            "36  PB.as[0]",
            "birth_date_of_id cannot write a date: the rest of the number is gone.",
            'Say how it is written: as: [{date: "%Y%m%d"}].',
        ),
        (
            '{from: patron.name, as: [{split: ","}]}',
            "12  PB.from",
            '"patron.name" is a list of texts, and what is written is a text.',
            """Say what stands between its texts: as: [{split: ","}].""",
        ),
        (
            '{from: patron.name, as: [{split: ","}], codes: {a: b}}',
            "52  PB.codes",
            "Codes stand for texts, and this is a list of texts.",
            """Say what stands between its texts: as: [{split: ","}].""",
        ),
        (
            "{from: patron.name, as: trim}",
            "29  PB.as",
            "The converters are a list.",
            "Write it like as: [trim].",
        ),
        (
            '{from: patron.birth_date, as: [{dat: "%Y%m%d"}]}',
            "36  PB.as[0]",
            '"dat" is not a converter.',
            "Did you mean date?",
        ),
        (
            "{from: patron.name, as: [zzz]}",
            "30  PB.as[0]",
            '"zzz" is not a converter.',
            f"The converters are {', '.join(DECLARED)}.",
        ),
        (
            "{from: patron.name, as: [[trim]]}",
            "30  PB.as[0]",
            "This is not a converter.",
            'Write it like trim or {date: "%Y%m%d"}.',
        ),
        (
            "{from: patron.birth_date, as: [date]}",
            "36  PB.as[0]",
            "date needs to be told more.",
            'Write {date: "%Y%m%d"}.',
        ),
        ("{from: patron.name, as: [{trim: 3}]}", "30  PB.as[0]", "trim stands alone.", "Write trim."),
        (
            "{from: patron.birth_date, as: [{date: YYYYMMDD}]}",
            "43  PB.as[0].date",
            '"YYYYMMDD" is not a pattern for dates.',
            'Write it with %Y %m %d %H %M %S, %y for a year in two digits, and %% for a percent sign: "%Y%m%d".',
        ),
        (
            "{from: patron.birth_date, as: [{date: []}]}",
            "43  PB.as[0].date",
            "There is no pattern in this list.",
            'Write {date: "%Y%m%d"}.',
        ),
        (
            "{from: patron.birth_date, as: [{date: [[a]]}]}",
            "43  PB.as[0].date",
            "A pattern for dates is a text.",
            'Write {date: "%Y%m%d"}.',
        ),
        (
            "{from: patron.birth_date, as: [trim]}",
            "36  PB.as[0]",
            "trim does not take a date, which it is given here.",
            'Say how it is written: as: [{date: "%Y%m%d"}].',
        ),
        (
            '{from: patron.loan_limit, as: [{date: "%Y%m%d"}]}',
            "36  PB.as[0]",
            "date does not take a whole number, which it is given here.",
            "",
        ),
        (
            '{from: patron.name, as: [trim, {date: "%Y%m%d"}]}',
            "36  PB.as[1]",
            "This turns a text into a date, and what is written is a text.",
            'Add how it is written: as: [{date: "%d/%m/%Y"}, {date: "%Y%m%d"}].',
        ),
        (
            '{from: patron.name, as: [{date: "%y%m%d"}, {date: "%Y%m%d"}]}',
            "30  PB.as[0]",
            "This pattern cannot read a text: a year in two digits does not tell its century.",
            "It can only write a date.",
        ),
        (
            "{from: patron.birth_date, codes: {x: y}}",
            "38  PB.codes",
            "Codes stand for texts, and this is a date.",
            'Say how it is written: as: [{date: "%Y%m%d"}].',
        ),
        (
            "{from: patron.name, codes: {}}",
            "32  PB.codes",
            "Codes are a table of values and texts.",
            'Write it like {book: "001"}.',
        ),
        (
            "{from: item.media_type, codes: {bok: x}}",
            "37  PB.codes.bok",
            '"bok" is not a value of item.media_type.',
            "Did you mean book?",
        ),
        (
            "{from: item.magnetic, codes: {Y: x}}",
            "35  PB.codes.Y",
            '"Y" is not a value of item.magnetic.',
            "Its values are true, false.",
        ),
        (
            '{from: patron.name, codes: {"": x}}',
            '33  PB.codes.""',
            "An empty value counts as absent.",
            "Write default.",
        ),
        ("{from: patron.name, codes: {a: [b]}}", "36  PB.codes.a", 'Behind "codes" belongs one text.', ""),
        ("{from: patron.name, default: {}}", "34  PB.default", 'Behind "default" belongs one text.', ""),
    ],
)
def test_each_kind_of_mistake_is_told_with_place_and_remedy(text, place, sentence, remedy):
    root = read_yaml(f"PB: {text}\n", "f.yaml").root
    with pytest.raises(ProblemsFound) as caught:
        compile_rule(root["PB"], SHAPE)
    (problem,) = caught.value.problems
    assert (str(problem.place), problem.sentence, problem.remedy) == (f"f.yaml:1:{place}", sentence, remedy)


def test_all_mistakes_of_a_rule_are_told_in_the_order_of_the_file():
    with pytest.raises(ProblemsFound) as caught:
        rule("{codes: {bok: [x]}, from: item.media_type, defalt: x, default: []}")
    assert [each.place.path for each in caught.value.problems] == [
        "codes.bok",
        "codes.bok",
        "defalt",
        "default",
    ]


def test_a_shape_of_another_source_will_do():
    """The language knows no records: an XML reply, or a dict as here, is one more shape."""

    @dataclass
    class Keys:
        asked: list = field(default_factory=list)

        def at(self, path):
            self.asked.append(path)
            return Found(Kind.TEXT, lambda source: source.get(path))

    shape = Keys()
    compiled = compile_rule(placed({"from": "z303/z303-name", "as": ["trim"]}), shape)
    assert compiled({"z303/z303-name": " x "}) == "x"
    assert shape.asked == ["z303/z303-name"]


def test_every_verb_and_converter_is_explained():
    schema = rule_schema()
    assert set(schema["properties"]) == set(VERBS)
    assert all(each["description"] for each in schema["properties"].values())
    assert all(each.description for each in DECLARED.values())


_PATHS = st.sampled_from([*SHAPE.paths(), "patron.extra.internet", "patron", "patron.x", ""])
_WORDS = (
    st.sampled_from([*VERBS, *DECLARED, "%Y%m%d", "%y", "%", "true", "book", "x", ""])
    | _PATHS
    | st.text(max_size=4)
)
_PIECES = st.recursive(
    _WORDS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(_WORDS, inside, max_size=3),
    max_leaves=6,
)
_CHAINS = st.lists(st.sampled_from(list(DECLARED)) | st.fixed_dictionaries({"date": _PIECES}), max_size=3)
_RULES = st.fixed_dictionaries(
    {},
    optional={"from": _PATHS, "is": _PIECES, "as": _CHAINS | _PIECES, "codes": _PIECES, "default": _PIECES},
)


@given(_RULES | _PIECES)
def test_any_tree_is_compiled_or_complained_of_and_what_is_compiled_never_fails(value):
    """No rule whatever raises anything but its problems; a compiled one gives a text or nothing."""
    try:
        compiled = compile_rule(placed(value), SHAPE, ZoneInfo("Asia/Shanghai"))
    except ProblemsFound as found:
        compiled = None
        told = found.problems
    if compiled is None:
        assert told
        assert all(each.sentence for each in told)
        return
    assert isinstance(compiled(SOURCE), str | None)
    assert isinstance(compiled(NOBODY), str | None)
