"""JSON as library systems really write it."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies import entry, follow_in_every_way, made, places, present, problems, refusal, value, values
from softdock.mappings.documents.json import Json, make
from softdock.mappings.documents.protocol import DocumentError

JSON = Json()

READER = """
{"success": "true", "code": 0, "note": "", "nothing": null, "due-date": "20270105",
 "amounts": {"owed": 10.0, "odd": 1e5, "big": 12345678901234567890123, "minus": -0, "small": 0.10},
 "valid": true, "Barcode": "B", "barcode": "b",
 "loans": [
   {"barcode": "0012", "state": "open", "fee": 10.10, "lib": "A"},
   {"barcode": "0034", "state": "open", "fee": 5.20, "lib": "B"},
   {"barcode": "0056", "state": "closed", "fee": 0, "lib": "A"}
 ],
 "hold": {"barcode": "0078"},
 "names": {"A": "Central", "B": {"name": "Branch"}},
 "shelves": {"Central": {"items": [{"no": 1}, {"no": 2}]}, "Branch": {"items": {"no": 3}}, "Gone": null},
 "messages": [{"text": "ok"}], "empty": [], "one": ["x"], "two": ["x", null, "y"]}
"""


def read(text: str, format_: Json = JSON):
    return format_.parse(text.encode())


@pytest.fixture
def reader():
    return read(READER)


class TestValues:
    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("amounts.owed", "10.0"),
            ("amounts.odd", "1e5"),
            ("amounts.big", "12345678901234567890123"),
            ("amounts.minus", "-0"),
            ("amounts.small", "0.10"),
            ("code", "0"),
            ("valid", "true"),
            ("note", ""),
            ("nothing", None),
            ("missing", None),
            ("note.deeper", None),
            ("loans.barcode", None),
            ('"due-date"', "20270105"),
            ("Barcode", "B"),
            ("barcode", "b"),
            ("loans[1].barcode", "0034"),
            ("messages[0].text", "ok"),
        ],
    )
    def test_a_value_is_exactly_what_was_written(self, reader, path, text):
        assert value(JSON, reader, path) == text

    def test_a_list_of_one_is_its_value_and_any_other_is_none(self, reader):
        assert value(JSON, reader, "one") == "x"
        assert value(JSON, reader, "two") is None
        assert value(JSON, reader, "empty") is None
        assert value(JSON, reader, "messages") is None
        assert value(JSON, reader, "loans[?state=='closed'].barcode") == "0056"

    def test_paths_begin_at_the_cursor_or_at_the_root(self, reader):
        loan = places(JSON, reader, "loans")[1]

        assert value(JSON, loan, "barcode") == "0034"
        assert value(JSON, loan, "$.barcode") == "b"
        assert value(JSON, loan, "$.loans[0].barcode") == "0012"
        assert value(JSON, reader, "@.barcode") == "b"
        assert value(JSON, JSON.parse(b"7"), "$") == "7"

    def test_of_a_name_that_occurs_twice_the_last_counts(self):
        assert value(JSON, read('{"a": 1, "a": 2}'), "a") == "2"

    def test_tabs_and_line_ends_within_a_text_are_read_as_they_are(self):
        assert value(JSON, read('{"a": "x\ty\nz"}'), "a") == "x\ty\nz"

    @pytest.mark.parametrize(
        ("written", "text"),
        [
            (r"\ud840\udc00", "\U00020000"),
            (r"\ud840", "\ufffd"),
            (r"\uDC00x\uD840\u0041", "\ufffdx\ufffdA"),
            (r"\\ud840", r"\ud840"),
        ],
    )
    def test_half_a_character_is_replaced_and_a_whole_one_is_not(self, written, text):
        assert value(JSON, read(f'{{"a": "{written}"}}'), "a") == text

    def test_the_map_may_name_the_charset(self):
        format_ = made(make, "charset: gbk")

        assert value(format_, format_.parse('{"名": "张"}'.encode("gbk"), "utf-8"), '"名"') == "张"
        assert "no charset" in problems(make, "charset: klingon")


class TestComputing:
    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("sum(loans[].fee)", "15.30"),
            ("avg(loans[?state=='open'].fee)", "7.65"),
            ("length(loans)", "3"),
            ("loans[?fee > `5.2`].barcode", "0012"),
            ("loans[?fee == `10.1`].barcode", "0012"),
            ("loans[?fee == `0`].barcode", "0056"),
            ("loans[?fee < `true`].barcode", None),
            ("loans[?barcode > `5`].barcode", None),
            ("max_by(loans, &fee).barcode", "0012"),
            ("min(loans[].fee)", "0"),
            ("sort_by(loans, &fee)[1].barcode", "0034"),
            ("sort(loans[].fee) | [-1]", "10.10"),
            ("contains(loans[].fee, `5.20`)", "true"),
            ("type(amounts.owed)", "number"),
            ("type(loans)", "array"),
            ("type(nothing)", "null"),
            ("abs(`-1.50`)", "1.5"),
            ("floor(loans[0].fee)", "10"),
            ("to_number('007')", "007"),
            ("to_number('x')", None),
            ("to_number(code)", "0"),
            ("to_number(valid)", None),
            ("to_string(amounts.owed)", "10.0"),
            ("to_string(loans)", None),
            ("not_null(nothing, missing, code)", "0"),
            ("join('+', loans[].lib)", "A+B+A"),
            ("loans[?fee != `0`] | length(@)", "2"),
            ("!code", "false"),
        ],
    )
    def test_numbers_compare_and_add_exactly(self, reader, path, text):
        assert value(JSON, reader, path) == text

    def test_a_sum_loses_no_digit(self):
        assert value(JSON, read("[100000000000000000000000000000000000, 0.01]"), "sum(@)") == (
            "100000000000000000000000000000000000.01"
        )

    def test_what_a_function_does_not_take_is_null_and_hinders_no_other_member(self, reader):
        assert (
            value(JSON, reader, "[hold, {state: 'open', barcode: 'x'}][?contains(state, 'op')].barcode")
            == "x"
        )
        assert value(JSON, reader, "sum(names)") is None

    def test_the_path_as_the_library_keeps_it_is_left_alone(self, reader):
        import jmespath  # noqa: PLC0415 - the library itself, beside ours

        assert value(JSON, reader, "loans[?fee == `10.1`].barcode") == "0012"
        assert jmespath.search("[?fee == `10.1`]", [{"fee": 10.1}]) == [{"fee": 10.1}]


class TestPlaces:
    def test_presence(self, reader):
        assert [path for path in ("note", "code", "hold", "one") if not present(JSON, reader, path)] == []
        assert not present(JSON, reader, "nothing")
        assert not present(JSON, reader, "missing")
        assert not present(JSON, reader, "empty")
        assert not present(JSON, reader, "loans[?state=='lost']")

    def test_each_walks_a_list_and_takes_a_single_object_for_a_list_of_one(self, reader):
        assert [value(JSON, each, "barcode") for each in places(JSON, reader, "loans")] == [
            "0012",
            "0034",
            "0056",
        ]
        assert [value(JSON, each, "barcode") for each in places(JSON, reader, "hold")] == ["0078"]
        assert [value(JSON, each, "@") for each in places(JSON, reader, "two")] == ["x", "y"]
        assert [places(JSON, reader, path) for path in ("nothing", "missing", "empty")] == [[], [], []]

    def test_an_object_keyed_by_name_gives_its_values_and_their_names(self, reader):
        shelves = places(JSON, reader, "shelves", keyed=True)

        assert [value(JSON, each, "@key") for each in shelves] == ["Central", "Branch"]
        numbers = [
            (value(JSON, item, "@key"), value(JSON, item, "no"))
            for shelf in shelves
            for item in places(JSON, shelf, "items")
        ]
        assert numbers == [("Central", "1"), ("Central", "2"), ("Branch", "3")]

    def test_an_empty_list_where_an_object_was_meant_is_no_trouble(self, reader):
        assert places(JSON, reader, "empty", keyed=True) == []
        assert value(JSON, places(JSON, reader, "loans", keyed=True)[0], "@key") is None

    def test_an_inner_key_covers_the_outer_one(self):
        cursor = read('{"a": {"b": {"c": 1}}}')
        (inner,) = places(JSON, places(JSON, cursor, "@", keyed=True)[0], "@", keyed=True)

        assert value(JSON, inner, "@key") == "b"

    def test_all_values_of_a_path(self, reader):
        assert values(JSON, reader, "loans[].fee") == ["10.10", "5.20", "0"]
        assert values(JSON, reader, "two") == ["x", "y"]
        assert values(JSON, reader, "code") == ["0"]
        assert values(JSON, reader, "loans") == []

    def test_a_table_is_an_object_or_a_list_with_keys_and_found_from_the_root(self, reader):
        loan = places(JSON, reader, "loans")[1]
        named = entry(JSON, loan, "names", "", "B")
        listed = entry(JSON, loan, "$.loans", "barcode", "0056")

        assert value(JSON, named, "name") == "Branch"
        assert value(JSON, entry(JSON, loan, "names", "", "A"), "@") == "Central"
        assert value(JSON, listed, "state") == "closed"
        assert entry(JSON, loan, "names", "", "C") is None
        assert value(JSON, entry(JSON, loan, "loans", "lib", "A"), "barcode") == "0012"

    def test_root_text_and_line(self, reader):
        assert JSON.root(reader) == ""
        assert JSON.line(reader) == 0
        assert JSON.text(read('{"a": [1.0, true, null, {"b": "x"}]}')) == "1.0\ntrue\nx"


class TestPathsThatAreRefused:
    @pytest.mark.parametrize(
        ("path", "why"),
        [
            ("", "not a path of JMESPath"),
            ("due-date", 'like "due-date"'),
            ("loans[", "not a path of JMESPath"),
            ("a.&b", "not a path of JMESPath"),
            ("loans[?state==`open`]", "state=='open'"),
            ("lenght(loans)", "length()"),
            ("zzz(loans)", "Functions are those"),
            ("length()", "given 0 values and takes 1"),
            ("join(a, b)", "fixed text"),
            ("loans[::0]", "go on by 0"),
            ("a == `NaN`", "beyond all"),
            ("a == `1e999`", "beyond all"),
            ("[@,@][] | " * 7 + "a", "more than 16 times"),
            ("merge({a: @}, {b: @}) | values(@) | [] | " * 7 + "a", "more than 16 times"),
            ("!" * 41 + "a", "within each other"),
            ("(" * 499 + "a", "not a path of JMESPath"),
            ("a" * 501, "longer than 500"),
        ],
    )
    def test_a_path_that_cannot_be_or_costs_too_much_is_refused_at_load(self, path, why):
        assert why in refusal(JSON.at(path))

    def test_all_ways_to_ask_refuse_alike(self):
        for ask in (JSON.at, JSON.presence, JSON.each, JSON.all, lambda path: JSON.table(path, "a")):
            assert "not a path" in refusal(ask("["))
        assert "not a path" in refusal(JSON.table("a", "["))


class TestWhatIsNoReply:
    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "empty"),
            ("  ", "empty"),
            ("<!DOCTYPE html><p>secret", "HTML page or XML"),
            ('{"a": "secret', "line 1, column 7: it breaks off"),
            ('{"a": 1,\n "secret" 2}', "line 2, column 11: it breaks a rule"),
            ('{"secret": NaN}', "NaN is no value"),
            ('{"secret": -Infinity}', "-Infinity is no value"),
            ("9" * 401, "longer than 400 digits"),
            ("1e401", "longer than 400 digits"),
            ("1e99999999999999999999", "longer than 400 digits"),
        ],
    )
    def test_it_is_told_by_its_place_and_not_quoted(self, text, why):
        with pytest.raises(DocumentError, match=why) as caught:
            read(text)

        assert "secret" not in caught.value.sentence


class TestBounds:
    def test_too_large(self):
        with pytest.raises(DocumentError, match="longer than 4194304 bytes"):
            read('"' + "x" * 4 * 1024 * 1024 + '"')

    @pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a":', "}")])
    def test_too_deep(self, begin, end):
        assert read(begin * 64 + "1" + end * 64)
        for text in (begin * 65 + "1" + end * 65, begin * 40_000):
            with pytest.raises(DocumentError, match="more than 64"):
                read(text)

    def test_brackets_within_texts_lie_nowhere(self):
        assert read('["' + "[" * 500 + r"\"" + "{" * 500 + '"]')

    def test_too_many_values(self):
        with pytest.raises(DocumentError, match="more than 50000 values"):
            read("[" + "1," * 50_000 + "1]")
        assert read('"' + "," * 300_000 + '"')

    def test_too_many_places(self):
        many = read("[" + "1," * 10_000 + "1]")

        assert value(JSON, many, "length(@)") == "10001"
        for ask in (places, values):
            with pytest.raises(DocumentError, match="more than 10000 places"):
                ask(JSON, many, "@")
        keyed = read("{" + ",".join(f'"{number}":1' for number in range(10_001)) + "}")
        with pytest.raises(DocumentError, match="more than 10000 places"):
            places(JSON, keyed, "@", keyed=True)

    def test_values_that_are_too_long_together(self):
        with pytest.raises(DocumentError, match="longer than"):
            values(JSON, read('["' + "x" * 3_000_000 + '"]'), "[@[0], @[0]]")


STEPS = "a loans hold * @ $ . .. [ ] [] [? ( ) { } 0 -1 : == < > && || ! | , & '' `1` `0.5` \"a\" sum( length( join( map( @key"
PIECES = st.sampled_from([*STEPS.split(), "to_string(", "merge(", "type(", "values(", " ", "中"])
TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.decimals(allow_nan=False, allow_infinity=False).map(float),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "loans", "hold"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(PIECES, max_size=10).map("".join) | st.text(max_size=20), TREES)
def test_any_path_is_refused_or_can_be_followed(path, tree):
    with suppress(DocumentError):  # of numbers that are too long
        follow_in_every_way(JSON, JSON.parse(json.dumps(tree)), path)


@pytest.mark.parametrize(
    "path", ["loans[].[barcode, fee]", "loans[].{a: barcode}", "*.a", "&a", "map(&fee, loans)", "values(@)"]
)
def test_paths_that_give_other_things_than_values_can_be_followed(reader, path):
    follow_in_every_way(JSON, reader, path)


@given(st.binary(max_size=80) | st.text(max_size=80).map(lambda text: f'["{text}"]'.encode()))
def test_any_bytes_are_a_document_or_refused(data):
    with suppress(DocumentError):
        assert isinstance(JSON.text(JSON.parse(data)), str)


@given(TREES)
def test_what_json_writes_is_read(tree):
    with suppress(DocumentError):
        assert isinstance(JSON.text(JSON.parse(json.dumps(tree))), str)
