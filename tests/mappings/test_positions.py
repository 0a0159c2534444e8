"""YAML as texts with places: what is kept, what is refused, and where it says so."""

import copy
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from softdock.mappings.positions import DEEPEST, LARGEST, Series, Table, Text, placed, read_yaml
from softdock.mappings.problems import Place


def tree(text):
    """What `text` says, which must be without fault."""
    reading = read_yaml(text, "f.yaml")
    assert reading.problems == []
    return reading.root


@pytest.mark.parametrize(
    "written", ["00123", "1e5", "no", "null", "~", "true", "0x1F", "2026-12-01", "12:30:45", ".5", "1_000"]
)
def test_every_scalar_stays_the_text_that_was_written(written):
    """A barcode such as 00123 or 1e5, or the word no, is never taken for a number or a truth value."""
    assert tree(f"key: {written}") == {"key": written}


def test_values_and_keys_know_their_line_column_and_path():
    root = tree('profiles:\n  gbk:\n    "64": {PB: [a, {b: c}]}\n')
    entry = root["profiles"]["gbk"]["64"]["PB"][1]["b"]
    assert entry == "c"
    assert entry.place == Place("f.yaml", 3, 24, "profiles.gbk.64.PB[1].b")
    assert root["profiles"].key_place("gbk") == Place("f.yaml", 2, 3, "profiles.gbk")
    assert root["profiles"].key_place("absent") == root["profiles"].place


def test_a_tree_is_made_of_plain_texts_lists_and_tables():
    """Whoever does not care about places, such as an adapter, needs to know nothing of them."""
    root = tree("a: [x, {y: z}]")
    assert json.loads(json.dumps(root)) == {"a": ["x", {"y": "z"}]}
    assert copy.deepcopy(root)["a"][0].place == root["a"][0].place


def test_json_is_read_as_it_is():
    """Programs may write settings as JSON, even with characters beyond the first plane in escapes."""
    value = {"name": "馆 \U0001f4da \t\n", "ports": ["1", "2"], "empty": "", "table": {}}
    assert tree(json.dumps(value)) == value
    assert tree(json.dumps(value, ensure_ascii=False, indent=2)) == value


@pytest.mark.parametrize(
    ("text", "place", "sentence", "remedy"),
    [
        ("", "f.yaml", "The file is empty.", ""),
        ("# only a remark\n", "f.yaml", "The file is empty.", ""),
        ("a: 1\nb: 2\na: 3\n", "f.yaml:3:1  a", '"a" is written twice.', "The first is in line 1."),
        ("a: &x 1", "f.yaml:1:4  a", "&x is an anchor.", "Leave it out; values are not shared."),
        ("a: *x", "f.yaml:1:4  a", "*x repeats another value.", "Write the value out."),
        (
            "a: !!python/object:os.system 1",
            "f.yaml:1:4  a",
            '"tag:yaml.org,2002:python/object:os.system" is a tag.',
            "Leave it out: every value is a text here.",
        ),
        (
            "accounts:\n  - user:\n",
            "f.yaml:2:10  accounts[0].user",
            'There is nothing behind "user".',
            'Write a value, "" for an empty text, or leave it out.',
        ),
        (
            "- a\n-\n",
            "f.yaml:2:2  [1]",
            "There is nothing here.",
            'Write a value, "" for an empty text, or leave it out.',
        ),
        ("{[a]: b}", "f.yaml:1:2", "A key is a text.", "Is a blank missing behind a colon?"),
        ("a\n---\nb", "f.yaml:2:1", "A second document begins here.", "Keep to one per file."),
        (
            "a:\n\tb: c",
            "f.yaml:2:1",
            "This is not YAML: found character '\\t' that cannot start any token.",
            "Indent with blanks, not with tabs.",
        ),
        (
            "{date: %Y%m%d}",
            "f.yaml:1:8",
            "This is not YAML: found character '%' that cannot start any token.",
            "Put the text into quotation marks.",
        ),
        (
            "a: b: c",
            "f.yaml:1:5",
            "This is not YAML: mapping values are not allowed here.",
            'Check the indentation, and put a text that holds ": " into quotation marks.',
        ),
        (
            'a: "b',
            "f.yaml:1:6",
            "This is not YAML: found unexpected end of stream.",
            "Close the quotation mark or bracket.",
        ),
        ("a\x00b", "f.yaml:1:2", "There is a character here that YAML does not allow.", "Remove it."),
        ('a: "\\0"', "f.yaml:1:4  a", "There is a control character in this text.", "Leave it out."),
        ('a: "\\ud800"', "f.yaml:1:4  a", "There is a control character in this text.", "Leave it out."),
        (
            'a: 1\nb: "\\UFFFFFFFF"',
            "f.yaml:2:1  b",
            "Behind this place is an escape that names no character.",
            "Mend it.",
        ),
    ],
)
def test_each_kind_of_mistake_is_told_with_place_and_remedy(text, place, sentence, remedy):
    (problem,) = read_yaml(text, "f.yaml").problems
    assert (str(problem.place), problem.sentence, problem.remedy) == (place, sentence, remedy)


def test_all_mistakes_are_told_and_the_rest_is_still_read():
    reading = read_yaml("a: &x 1\nb: *x\nc: 3\nc: 4\nd:\ne: [1, *x, 3]\n", "f.yaml")
    assert [each.place.line for each in reading.problems] == [1, 2, 4, 5, 6]
    assert reading.root == {"a": "1", "c": "3", "e": ["1", "3"]}
    assert reading.root["e"][1].place.path == "e[2]"


def test_a_refused_key_takes_its_value_along():
    reading = read_yaml("? *x\n: {a: [1, {b: 2}]}\n? {k: v}\n: w\nc: 3\n", "f.yaml")
    assert reading.root == {"c": "3"}
    assert len(reading.problems) == 2


def test_depth_and_size_are_bounded():
    """A file of brackets, or one that is endless, costs an error and nothing else."""
    assert read_yaml("[" * DEEPEST + "]" * DEEPEST, "f").problems == []
    (deep,) = read_yaml("[" * 100_000, "f").problems
    assert deep.sentence == "This lies deeper than 32 levels."
    (long,) = read_yaml("#" * (LARGEST + 1), "f").problems
    assert long.sentence == "The file is longer than 1048576 characters."


def test_python_values_get_paths():
    """Settings made in a test are complained about by path, though they have no lines."""
    root = placed({"a": [1, True, None, "x"], "b": None, 64: {}})
    assert root == {"a": ["1", "true", "x"], "64": {}}
    assert root["a"][1].place == Place("settings", path="a[1]")


_INDICATORS = r"a|b|: |:|- |{|}|[|]|,|? |&x |*x|!!int |!t |'|\"|>-|#|%|@|`|~|<<|=|1|图|\u|\U00110000".split(
    "|"
)
_LINES = ["|", "\n", "\n  ", "---\n", "...\n", "%YAML 1.9\n", "%TAG ! tag:x\n"]
_ODD = ["\t", "\ufeff", "\x85", "\u2028", '"\\ud83d"']
_YAML_PIECES = st.sampled_from([*_INDICATORS, *_LINES, *_ODD])


@given(st.one_of(st.text(), st.lists(_YAML_PIECES, max_size=40).map("".join)))
@example("%YAML 99999999999999999999.1\n---\na")
@example("!<%ff> a")
@example("? ? ? a")
@example("{? *x: y, *x : z}")
def test_no_text_whatever_raises(text):
    """Every text gives a tree of placed values or says what is wrong, and usually not both for nothing."""
    root, problems = read_yaml(text, "f.yaml")
    assert root is not None or problems
    assert all(str(each).startswith("f.yaml") for each in problems)
    nodes = [root] if root is not None else []
    while nodes:
        node = nodes.pop()
        assert isinstance(node, Text | Series | Table)
        assert node.place.line > 0
        if isinstance(node, Table):
            assert all(isinstance(key, Text) for key in node)
            nodes += node.values()
        elif isinstance(node, Series):
            nodes += node
        else:
            node.encode()


@given(
    st.recursive(
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=10),
        lambda inside: (
            st.lists(inside, max_size=4) | st.dictionaries(st.text("ab01", max_size=3), inside, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_what_json_says_is_what_is_read(value):
    """No text, key or order is lost or changed on the way in."""
    assert tree(json.dumps(value)) == value
