"""What libraries claim as their own, as an operator writes it, and what is wrong with it."""

import pytest

from softdock.ops.settings import Problem, ProblemsFound, read_settings, settings_from

HEAD = """\
listen: [{sip2: "127.0.0.1:6001"}]
libraries:
"""


def settings(*libraries, **circumstances):
    """Settings with these libraries, one a line, from line 3 on."""
    lines = [
        f"  {name}: {{system: {{adapter: inhouse}}, {keys}}}"
        for name, keys in zip("ABC", libraries, strict=False)
    ]
    return read_settings(HEAD + "\n".join(lines), "softdock.yaml", **circumstances)


def problem(*libraries, **circumstances) -> Problem:
    with pytest.raises(ProblemsFound) as caught:
        settings(*libraries, **circumstances)
    (found,) = caught.value.problems
    return found


def rules(keys, **circumstances):
    return settings(f"isil: CN-1, items: {keys}", **circumstances).libraries["A"].items


def test_each_kind_of_rule_arrives(tmp_path):
    (tmp_path / "owned.txt").write_text("\ufeffX1\r\n\n  X2 \n", encoding="utf-8")
    both, listed, inline, isil, ask = rules(
        '[{prefix: CD, length: 14}, {list: owned.txt}, {list: ["007", 8]}, {isil: ":"}, {ask: 2}]',
        directory=tmp_path,
    )
    assert (both.prefix, both.length) == ("CD", 14)
    assert listed.listed == {"X1", "X2"}
    assert inline.listed == {"007", "8"}, "what was written stays text"
    assert (isil.isil, ask.ask) == (":", 2)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("{}", "This rule says nothing."),
        ("{prefix: CD, ask: 1}", "These do not go together in one rule."),
        ('{list: [a], isil: ":"}', "These do not go together in one rule."),
        ("{length: 0}", '"0" is out of range.'),
        ("{prefix: ''}", "An empty text cannot stand here."),
        ("{list: []}", "There is not one identifier in this list."),
        ("{list: absent.txt}", '"absent.txt" cannot be read.'),
        ("{list: empty.txt}", "There is not one identifier in this list."),
        ("{list: latin.txt}", '"latin.txt" is not UTF-8 text.'),
        ("{list: ['" + "1" * 65 + "']}", "Something in this list is no identifier."),
        ("{list: {}}", "A table cannot stand here."),
        ("{perfix: CD, ask: 1}", '"perfix" is not a key here.'),
    ],
)
def test_what_is_no_rule_is_told(tmp_path, rule, sentence):
    (tmp_path / "empty.txt").write_text("\n")
    (tmp_path / "latin.txt").write_bytes(b"\xe9\n")
    found = problem(f"isil: CN-1, items: [{rule}]", directory=tmp_path)
    assert (found.place.line, found.sentence) == (3, sentence)
    assert found.place.path.startswith("libraries.A.items[0]")


def test_a_list_is_read_no_further_than_it_may_be_long(tmp_path, monkeypatch):
    monkeypatch.setattr("softdock.ops.settings.ownership.LARGEST_LIST", 10)
    (tmp_path / "long.txt").write_text("12345\n" * 2)
    assert "longer than 10 bytes" in problem("items: [{list: long.txt}]", directory=tmp_path).sentence


@pytest.mark.parametrize(
    "keys",
    [
        "items: [{length: 14}]",
        "patrons: [{prefix: R, length: 8}]",
        'isil: CN-1, items: [{isil: ":"}]',
    ],
)
def test_what_two_libraries_claim_alike_is_told_with_both_places(keys):
    found = problem(keys, keys)
    assert found.place.line == 4
    assert found.sentence == "These identifiers are claimed by A already."
    assert found.remedy.startswith("That rule is in line 3;")


def test_an_identifier_on_two_lists_is_told_by_name(tmp_path):
    (tmp_path / "owned.txt").write_text("X1\nX2\n")
    found = problem("items: [{list: owned.txt}]", "items: [{ask: 1}, {list: [X2, X3]}]", directory=tmp_path)
    assert (found.place.line, found.place.path) == (4, "libraries.B.items[1].list")
    assert found.sentence == '"X2" in this list is claimed by A already.'
    assert found.remedy.startswith("That rule is in line 3;")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("items: [{prefix: CD}]", "patrons: [{prefix: CD}]"),
        ("items: [{prefix: CD}]", "items: [{prefix: CDX}]"),
        ("items: [{prefix: CD}]", "items: [{prefix: CD, length: 14}]"),
        ("items: [{list: [X]}]", "patrons: [{list: [X]}]"),
        ("items: [{prefix: CD}, {prefix: CD}]", "items: []"),
        ("items: [{ask: 1}]", "items: [{ask: 1}]"),
        ('isil: CN-1, items: [{isil: ":"}]', 'isil: CN-2, items: [{isil: ":"}]'),
    ],
)
def test_what_is_told_apart_is_no_problem(one, other):
    """The more specific rule wins, cards are no items, and several libraries may be asked."""
    assert len(settings(one, other).libraries) == 2


def test_a_rule_by_isil_needs_one():
    found = problem('items: [{isil: ":"}]')
    assert found.place.path == "libraries.A.items[0].isil"
    assert found.remedy == "Give A an isil."


def test_a_breaker_whose_pauses_shrink_is_told():
    found = problem("breaker: {pause: 2m}")
    assert found.sentence == "The longest pause is shorter than the first."
    breaker = settings("breaker: {failures: 3, pause: 1s, longest: 5m}").libraries["A"].breaker
    assert (breaker.failures, breaker.pause, breaker.longest) == (3, 1, 300)


def test_rules_can_be_made_of_plain_values():
    made = settings_from(
        {
            "listen": [{"sip2": "127.0.0.1:0"}],
            "libraries": {"A": {"system": {"adapter": "inhouse"}, "items": [{"length": 8}, {"list": ["1"]}]}},
        }
    )
    assert [each.length for each in made.libraries["A"].items] == [8, None]
