"""The law of converters, for every converter, over everything that may be said to it and whatever text it meets."""

from datetime import UTC, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from converting import converter, hold_to_the_law
from softdock.mappings.converters import DECLARED, LONGEST, Converter, converter_schema
from softdock.mappings.converters.options import CHARSETS
from softdock.mappings.positions import placed, read_yaml
from softdock.mappings.problems import Problem
from softdock.mappings.shapes import ABSENT

ZONES = st.sampled_from(
    [None, UTC, ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), timezone(timedelta(hours=-5))]
)
ANYTHING = st.text() | st.text(st.characters(max_codepoint=0x10FFFF, exclude_categories=()), max_size=20)


def options(required=None, **optional):
    """Tables with some of the keys; an underscore behind a key tells it from a word of Python."""

    def named(table):
        return {key.rstrip("_"): value for key, value in table.items()}

    return st.fixed_dictionaries(named(required or {}), optional=named(optional))


def some_of(*texts):
    return st.lists(st.sampled_from(texts), min_size=1, unique=True)


def digits_and(characters, most=24):
    return st.text("0123456789" + characters, max_size=most)


_PLACES = st.integers(-5, 5).filter(bool)
_WAYS = st.sampled_from(["decode", "encode"])
_CHARSETS = st.sampled_from(CHARSETS)
_DAYS = st.dates().map(str)
_MARKS = st.sampled_from([".", ",", "'", "\u00a0", " ", "，", ":"])
_WRITTEN_DIRECTIVES = st.sampled_from(
    [
        "%Y",
        "%m",
        "%d",
        "%H",
        "%M",
        "%S",
        "%y",
        "%b",
        "%-d",
        "%-m",
        "%-H",
        "%f",
        "%z",
        "%%",
        "/",
        "-",
        ":",
        " ",
        "T",
        "年",
        "1",
    ]
)
_USUAL_PATTERNS = st.sampled_from(
    [
        "%Y%m%d", "%d/%m/%Y", "%d/%m/%y", "%d/%b/%Y", "%-d.%-m.%Y", "%Y%m%d %H%M", "%Y-%m-%dT%H:%M:%S.%f%z",
        "%Y-%m-%d %H:%M", "%Y%m%d%H%M%S%f", "%Y-%m-%d %-H", "iso", "epoch", "epoch-ms",
    ]
)  # fmt: skip
_PATTERNS = _USUAL_PATTERNS | st.lists(_WRITTEN_DIRECTIVES, min_size=1, max_size=10).map("".join)
_MONTHS = st.sampled_from(
    [
        [f"{month}月" for month in range(1, 13)],
        "led úno bře dub kvě čvn čvc srp zář říj lis pro".split(),
        "January February March April May June July August September October November December".split(),
    ]
)
_DATE_TEXTS = (
    st.tuples(st.datetimes() | st.dates(), _USUAL_PATTERNS).map(lambda pair: pair[0].strftime(pair[1]))
    | st.datetimes(timezones=ZONES).map(lambda moment: moment.isoformat())
    | _DAYS.map(lambda day: f"{day.replace('-', '')} 2400")
    | _DAYS.map(lambda day: f"{day}T24:00:00+0100")
    | st.integers(-(10**14), 10**14).map(str)
    | st.sampled_from(["00000000", "99991231", "0", "05/jan/2015", "29/02/2023", "3月"])
    | digits_and("/-:TZ+. 年", 30)
)
_IDS = (
    st.tuples(digits_and("", 6), st.dates(), st.integers(0, 999), st.sampled_from("0123456789Xxｘ")).map(
        lambda parts: f"{parts[0]:0<6}{parts[1]:%Y%m%d}{parts[2]:03d}{parts[3]}"
    )
    | st.from_regex(r"[1-9]\d{5}\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d)\d{3}", fullmatch=True)
    | st.sampled_from(["11010519491231002x", "110105491231002", "11010519491231002X "])
)
_ID_ARGUMENTS = st.none() | options(accept_15=st.booleans())
_NAMES = st.lists(st.text("Aé张三 ,、b", max_size=6), max_size=4).map(", ".join)
_NUMBERS = digits_and(" +-.,'()−\u00a0DRC", 26) | st.decimals(
    allow_nan=False, allow_infinity=False, places=2
).map(str)

SPACE = {
    "trim": (st.none(), st.text(" \t\u3000aB", max_size=9)),
    "collapse": (st.none(), st.text(" \t\u3000aB", max_size=9)),
    "pad": (
        st.integers(1, 12)
        | options({"width": st.integers(1, 12)}, with_=st.sampled_from("0 x年"), side=st.sampled_from(["left", "right"])),
        st.text("0 x年1", max_size=15),
    ),
    "strip_zeros": (st.none(), digits_and("0000 -a")),
    "digits": (st.none(), digits_and("+ -x１")),
    "half_width": (st.none(), st.text("１Ａ　，aß。", max_size=9)),
    "full_width": (st.none(), st.text("1A ,aß。", max_size=9)),
    "upper": (st.none(), st.text("aßŉıΐ1", max_size=9)),
    "lower": (st.none(), st.text("AİẞΣ1", max_size=9)),
    "substring": (_PLACES | options({"from": _PLACES}, length=st.integers(1, 9)), ANYTHING),
    "replace": (
        st.dictionaries(st.sampled_from(["a", "b", "ab", "元"]), st.sampled_from(["", "a", "aa", "bab", "."]), min_size=1),
        st.text("ab元1", max_size=15),
    ),
    "split": (
        st.sampled_from([",", "^", "||", " - "]) | options({"at": st.sampled_from(["|", "||", "aa", "\n"])}, take=_PLACES),
        st.text("a|,^ -\n", max_size=12),
    ),
    "lines": (st.none() | _PLACES | options(take=_PLACES), st.text("ab\n\r \x85", max_size=12)),
    "match": (
        st.sampled_from(["^a(b*)", "(?P<value>a)(b)", "a|b", "(?i)(A)?b", "^([^;]*);", "x*"])
        | options(
            {"pattern": st.sampled_from(["^a(b*)c$", "^(.*)$", "(a)", "(?P<value>b+)"])},
            write=st.sampled_from(["a{value}c", "{value}", "aa{value}"]),
        ),
        st.text("abc;\n", max_size=9),
    ),
    "url_tail": (st.none(), st.text("ab/?#:%20", max_size=15)),
    "number": (st.none(), digits_and("-+. ")),
    "integer": (st.none() | options(thousands=_MARKS), _NUMBERS),
    "decimal": (st.none() | options(mark=_MARKS, thousands=_MARKS), _NUMBERS),
    "money": (
        st.none()
        | options(
            unit=st.sampled_from(["major", "minor"]),
            decimals=st.integers(0, 4),
            thousands=_MARKS,
            mark=_MARKS,
            debit=st.sampled_from(["negative", "positive"]),
            debits=some_of("D", "DR", "K tíži"),
            credits=some_of("C", "CR", "K dobru"),
        ),
        _NUMBERS | st.tuples(st.sampled_from(["D", "DR ", "C", "CR", "K tíži "]), _NUMBERS).map("".join),
    ),
    "flag": (
        options({"yes": some_of("Y", "1", "true", "")}, no=some_of("N", "0", "false", " ")),
        st.sampled_from(["Y", "1", "true", "", "N", "0", "false", " ", "n"]),
    ),
    "date": (
        _PATTERNS
        | st.lists(_PATTERNS, min_size=1, max_size=3)
        | options(
            {"patterns": _PATTERNS | st.lists(_PATTERNS, min_size=1, max_size=3)},
            none=some_of("00000000", "0", ""),
            unlimited=some_of("99991231", "20991231"),
            months=_MONTHS,
            pivot=st.integers(0, 99),
            end_of_day=st.booleans(),
            zone=st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York"]),
        ),
        _DATE_TEXTS,
    ),
    "person_name": (
        st.none()
        | options(order=st.sampled_from(["family-given", "given-family"]), separator=st.sampled_from([",", " ", "、", ", ", "b"])),
        _NAMES,
    ),
    "masked": (st.none() | st.integers(0, 5) | options(first=st.integers(0, 5), last=st.integers(0, 5)), ANYTHING),
    "resident_id": (_ID_ARGUMENTS, _IDS),
    "birth_date_of_id": (_ID_ARGUMENTS, _IDS),
    "sex_of_id": (_ID_ARGUMENTS, _IDS),
    "percent": (
        st.none() | _CHARSETS | options(charset=_CHARSETS, plus=st.booleans(), way=_WAYS),
        st.text("%AaBbCc09+ 成é", max_size=18) | st.binary(max_size=9).map(lambda data: "".join(f"%{each:02X}" for each in data)),
    ),
    "base64": (
        st.none() | _CHARSETS | options(charset=_CHARSETS, alphabet=st.sampled_from(["usual", "url"]), way=_WAYS),
        st.text("AaBb09+/-_= \n成", max_size=18),
    ),
    "hash": (
        st.sampled_from(["md5", "sha1", "sha256", "sm3"])
        | options({"by": st.sampled_from(["md5", "sm3"])}, form=st.sampled_from(["hex", "HEX", "base64"]), charset=_CHARSETS),
        ANYTHING,
    ),
}  # fmt: skip
"""For each converter: what may be said to it, and texts near to those that it reads."""


def test_every_converter_is_held_to_the_law_here():
    assert set(SPACE) == set(DECLARED)


@pytest.mark.parametrize("name", SPACE)
@given(data=st.data())
def test_a_converter_keeps_the_law(name, data):
    """Whatever is said to it and whatever it reads.  What cannot be said to it is a problem, never an exception."""
    arguments, texts = SPACE[name]
    argument = data.draw(arguments)
    made = DECLARED[name].make(None if argument is None else placed(argument), data.draw(ZONES))
    if isinstance(made, Problem):
        assert made.sentence
        assert made.remedy
        return
    always = name != "match"  # a template may not fit its pattern, which only a value shows
    hold_to_the_law(made, data.draw(texts | ANYTHING), always=always)


_NODES = st.recursive(
    st.text(max_size=5) | st.sampled_from(["", "1", "-1", "%Y", "utf-8", "md5", "true"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300)
@given(name=st.sampled_from(sorted(DECLARED)), data=st.data())
def test_whatever_is_said_to_a_converter_is_used_or_complained_about(name, data):
    declared = DECLARED[name]
    known = st.sampled_from([each.name for each in declared.options] or ["x"])
    argument = data.draw(st.none() | _NODES | st.dictionaries(known, _NODES, max_size=4))
    made = declared.make(None if argument is None else placed(argument), None)
    assert isinstance(made, Converter) or made.sentence


@pytest.mark.parametrize("name", DECLARED)
def test_the_example_of_a_declaration_is_true(name):
    """The reference shows it: what is written under `as` reads the text as the value."""
    declared = DECLARED[name]
    node = read_yaml(declared.written, "example").root
    argument = node[name] if declared.argument else None
    made = declared.make(argument, None)
    text, shown = declared.example
    value = made.read(text)
    assert value is not ABSENT
    assert (
        {True: "yes", False: "no"}.get(value, str(value)) == shown
        if made.kind.name == "FLAG"
        else str(value) == shown
    )
    assert declared.loses != "" or made.exact


@pytest.mark.parametrize("name", DECLARED)
@pytest.mark.parametrize("character", [" ", "0", "a", "成", "\n", "%41", ",", "-", "(", "/", "="])
def test_the_longest_text_is_read_or_refused(name, character):
    """64 kB of anything make no converter raise, nor make much of it."""
    declared = DECLARED[name]
    node = read_yaml(declared.written, "example").root
    made = declared.make(node[name] if declared.argument else None, None)
    text = (character * LONGEST)[:LONGEST]
    value = hold_to_the_law(made, text)
    assert value is None or value is ABSENT or len(str(value)) <= 4 * LONGEST


@pytest.mark.parametrize("name", DECLARED)
def test_the_schema_takes_the_example_and_refuses_a_misspelt_option(name):
    """Editors complete and check by it what we read."""
    declared = DECLARED[name]
    check = Draft202012Validator(converter_schema()).is_valid
    written = yaml.safe_load(
        declared.written.replace("yes:", "'yes':").replace("no:", "'no':")
    )  # texts since YAML 1.2
    assert check(written)
    assert check(name) is not declared.needs_argument
    if declared.short != "texts":  # whose table is free
        assert not check({name: {"no_such_option": 1}})


def test_a_converter_that_needs_no_argument_can_stand_alone():
    for name, declared in DECLARED.items():
        if not declared.needs_argument:
            assert isinstance(converter(name), Converter)
