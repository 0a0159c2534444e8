"""Everything that is wrong with an adapter's files is told at once, each with the rule that it breaks."""

import pytest

from softdock.adapters.declarative.vocabulary import VOCABULARY
from softdock.mappings.files.folder import load_as_far, load_folder
from softdock.mappings.files.maps import compile_adapter, compile_as_far
from softdock.mappings.problems import RULE_IDS, ProblemsFound

ADAPTER = """\
adapter: 1
settings:
  library: {description: Which library}
back_ends:
  main: {transport: http}
"""
LOOKUP = """\
map: 1
operation: lookup-patron
request: {get: "/patron"}
reply:
  format: json
  fields:
    patron.name: name
"""


@pytest.fixture
def folder(tmp_path):
    """An adapter with one map, nothing wrong with it."""
    (tmp_path / "adapter.yaml").write_text(ADAPTER, encoding="utf-8")
    (tmp_path / "lookup-patron.yaml").write_text(LOOKUP, encoding="utf-8")
    return tmp_path


def found_in(folder):
    loaded, problems = load_as_far(folder, lambda _: None)
    if loaded is None:
        return problems
    return [*problems, *compile_as_far(loaded, VOCABULARY)[1]]


def changed(folder, old, new, file="lookup-patron.yaml"):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_nothing_is_wrong_with_a_good_folder(folder):
    assert found_in(folder) == []


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("yaml", "name: name", "name: *name"),
        ("grammar", "reply:", "reply:\n  formt: json"),
        ("operation", "lookup-patron", "lookup-patrons"),
        ("back-end", "request:", "back_end: other\nrequest:"),
        ("setting", "name: name", "name: {setting: branch}"),
        ("verb", "name: name", "name: {form: name}"),
        ("path", "name: name", "name: '[['"),
        ("kind", "patron.name: name", "patron.expires: until"),
        ("converter", "name: name", "name: {from: name, as: [trimm]}"),
        ("codes", "name: name", "name: {from: name, codes: names}"),
        ("condition", "name: name", "name: {from: name, when: {presents: name}}"),
        ("field", "patron.name", "patron.nam"),
        ("list", "patron.name: name", "patron.loans: {fields: {item.id: barcode}}"),
        ("lookup", "name: name", "name: {from: name, lookup: {at: names}}"),
        ("signing", "name: name", "name: {digest: md6, over: [name]}"),
        ("failure", "  fields:", "  fail: [{present: error}]\n  fields:"),
        ("format", "json", "jason"),
        ("request", '{get: "/patron"}', "{gets: /patron}"),
        ("kept", "name: name", "name: {kept: token}"),
        ("redact", "name: name", "name: password"),
        (
            "step",
            "operation: lookup-patron\n",
            "operation: lookup-patron\nsteps: [{request: {get: /more}}]\n",
        ),
        ("pages", 'request: {get: "/patron"}', "steps: [{request: {get: /patron}, pages: {keep: page}}]"),
    ],
)
def test_a_problem_says_which_rule_it_breaks(folder, rule, old, new):
    changed(folder, "adapter: 1", "adapter: 1\nredact: [password]", "adapter.yaml")
    changed(folder, old, new)

    assert rule in {each.rule for each in found_in(folder)}
    assert rule in RULE_IDS


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("inheritance", "adapter: 1", "adapter: 1\nlike: ../nowhere/"),
        ("inheritance", "adapter: 1", "adapter: 1\nlike: ./"),
        ("grammar", "transport: http", "transports: http"),
        ("back-end", "back_ends:\n  main: {transport: http}\n", ""),
        ("session", "back_ends:", "sessions: {one: {request: {get: /a}, reply: {}}, two: {request: {get: /a}, reply: {}}}\nback_ends:"),
    ],
)  # fmt: skip
def test_the_adapter_file_is_held_to_rules_as_well(folder, rule, old, new):
    changed(folder, old, new, "adapter.yaml")

    problems = found_in(folder)

    assert {each.rule for each in problems} & {rule, "file"}
    assert all(each.rule in RULE_IDS for each in problems)


def test_maps_are_looked_at_although_the_adapter_file_is_wrong(folder):
    """And what they miss of it is not told: that would be the same thing twice."""
    changed(
        folder,
        "library: {description: Which library}",
        "library: {descriptoin: Which library}",
        "adapter.yaml",
    )
    changed(folder, "name: name", "name: {setting: library}\n    patron.nam: name")

    assert [(each.place.line, each.rule) for each in found_in(folder)] == [(3, "grammar"), (8, "field")]


def test_one_wrong_key_does_not_hide_what_is_wrong_with_the_rules_beside_it(folder):
    changed(folder, "request:", "reqest: {}\nrequest:")
    changed(folder, "name: name", "nam: name")

    assert [(each.place.line, each.rule) for each in found_in(folder)] == [(3, "grammar"), (8, "field")]


def test_a_wrong_step_is_told_where_it_stands(folder):
    """Steps are a table of their names, and are read as a list."""
    changed(
        folder,
        'request: {get: "/patron"}\nreply:',
        "steps:\n  ask:\n    request: {get: /patron}\n    sfae: true\nother:",
    )

    places = {(each.place.line, each.rule) for each in found_in(folder)}

    assert (6, "grammar") in places


def test_maps_that_nothing_is_wrong_with_are_there(folder):
    """So that their examples can be run although another map has to be mended."""
    (folder / "lookup-item.yaml").write_text(LOOKUP.replace("lookup-patron", "lookup-item"), encoding="utf-8")
    loaded = load_folder(folder, lambda _: None)

    compiled, problems = compile_as_far(loaded, VOCABULARY)

    assert [*compiled.maps] == ["lookup-patron"]
    assert [each.rule for each in problems] == ["field"]
    with pytest.raises(ProblemsFound):
        compile_adapter(loaded, VOCABULARY)
