"""Every verb and every condition: what it makes of a reply, and what is said of a wrong one."""

import pytest

from softdock.mappings.problems import ProblemsFound
from softdock.mappings.rules.conditions import ASKED, WHOLE
from softdock.mappings.rules.verbs import MODIFIERS, SOURCES
from written_maps import compiled, lookup, read

XML = """<r ok="1"><name> Li </name><empty/><state>5</state><day>20261231</day>
<fee code="1"><sum>1.50</sum></fee><fee code="2"><sum>2.25</sum></fee><kind id="1">late</kind><kind id="2">lost</kind>
<phone>1</phone><phone>2</phone></r>"""
ADAPTER = {
    "settings": {"branch": {"default": "B1"}, "password": {"default": "", "secret": "true"}},
    "codes": {"states": {"5": "adult", "*": "other"}},
    "redact": ["idcard"],
}

GOOD = [
    ("from", "name", " Li "),
    ("from", {"from": "@ok"}, "1"),
    ("from", {"from": "absent"}, None),
    ("is", {"is": "x"}, "x"),
    ("setting", {"setting": "branch"}, "B1"),
    ("asked", {"asked": "patron.id"}, "R1"),
    ("kept", {"kept": "state"}, "5"),
    ("first_of", {"first_of": ["absent", "empty", "state"]}, "5"),
    ("first_of", {"first_of": ["absent"], "default": "d"}, "d"),
    ("first_of", {"first_of": ["absent", "name"], "as": ["trim"]}, "Li"),
    ("join", {"join": ["state", "absent", "@ok"], "with": "-"}, "5-1"),
    ("join", {"join": ["absent"]}, None),
    ("all", {"all": "phone", "with": "/"}, "1/2"),
    ("all", {"all": "absent"}, None),
    ("count", {"count": "fee"}, "2"),
    ("where", {"count": "fee", "where": {"from": "@code", "equals": "2"}}, "1"),
    ("sum", {"sum": "fee", "of": {"from": "sum", "as": ["money"]}}, "3.75"),
    ("of", {"sum": "absent", "of": {"from": "sum", "as": ["money"]}}, None),
    (
        "sum",
        {"sum": "fee", "of": {"from": "sum", "as": ["money"]}, "where": {"from": "@code", "equals": "1"}},
        "1.50",
    ),
    ("digest", {"digest": "md5", "over": [{"is": "a"}, {"is": "b"}]}, "187ef4436122d1cc2f40dc2b92f0eba0"),
    ("over", {"digest": "md5", "over": [{"is": "ab"}]}, "187ef4436122d1cc2f40dc2b92f0eba0"),
    ("write", {"digest": "md5", "over": [{"is": "ab"}], "write": "HEX"}, "187EF4436122D1CC2F40DC2B92F0EBA0"),
    ("key", {"digest": "md5", "over": [{"is": "ab"}], "key": {"is": "k"}}, "3c09015047adcf83a96f5fdfa75fde59"),
    ("charset", {"digest": "md5", "over": [{"is": "读"}], "charset": "gbk"}, "0d2abb5534b927187b8c23de9e0ae1de"),
    ("when", {"from": "name", "when": {"present": "absent"}}, None),
    ("as", {"from": "name", "as": "trim"}, "Li"),
    ("codes", {"from": "state", "codes": {"5": "five"}}, "five"),
    ("codes", {"from": "state", "codes": "states"}, "adult"),
    ("codes", {"from": "@ok", "codes": "states"}, "other"),
    ("codes", {"from": "state", "codes": {"5": ""}, "default": "d"}, "d"),
    ("codes", {"from": "state", "codes": {"6": "six"}}, None),
    ("default", {"from": "empty", "default": "d"}, "d"),
    ("lookup", {"from": "fee/@code", "lookup": {"in": "kind", "key": "@id"}}, "late"),
    ("lookup", {"from": "state", "lookup": {"in": "kind", "key": "@id"}}, None),
    ("take", {"from": "@ok", "lookup": {"in": "fee", "key": "@code", "take": "sum"}}, "1.50"),
    ("with", {"join": [{"is": "a"}, {"is": "b"}], "with": ", "}, "a, b"),
]  # fmt: skip


def said(rule, **adapter):
    reply = {"format": "xml", "keep": {"state": "state"}, "fields": {"patron.name": rule}}
    steps = [
        {"request": {"get": "/"}, "reply": {"format": "xml", "keep": {"state": "state"}}},
        {"request": {"get": "/"}, "reply": reply},
    ]
    return compiled({"lookup-patron": {"steps": steps}}, ADAPTER | adapter)


@pytest.mark.parametrize(("verb", "rule", "value"), GOOD)
def test_a_verb_makes_a_text(verb, rule, value):
    told = read(said(rule), XML, **{"patron.id": "R1"})
    assert told.get("fields", {}).get("patron.name") == value


ELSEWHERE = {
    "minus_when",
    "less",
    "required",
    "parameter",
    "parameters",
    "body",
    "sign",
    "encrypt",
    "mode",
    "iv",
}
"""Verbs that are shown below, or that only requests have: see tests of requests and of sealing."""


def test_every_verb_of_replies_has_its_example():
    assert {verb for verb, _, _ in GOOD} | ELSEWHERE >= {*SOURCES, *MODIFIERS}


def test_what_is_required_and_missing_does_not_fit_and_says_where():
    told = read(said({"from": "absent", "required": "true"}), XML)
    assert (told["outcome"], told["error"]) == ("error", "malformed")


@pytest.mark.parametrize(("code", "amount"), [("1", "-1.5"), ("2", "1.5")])
def test_an_amount_is_taken_with_the_other_sign_where_that_is_said(code, amount):
    rule = {"from": "fee/sum", "as": ["money"], "minus_when": {"from": "fee/@code", "equals": code}}
    reply = {"format": "xml", "fields": {"patron.balance": rule}}
    assert float(read(lookup(reply), XML)["fields"]["patron.balance"]) == float(amount)


@pytest.mark.parametrize(
    ("debt", "credit", "balance"),
    [("fee/sum", "fee[@code='2']/sum", "-0.75"), ("absent", "fee/sum", "-1.50"), ("fee/sum", "absent", "1.50"), ("absent", "absent", None)],
)  # fmt: skip
def test_an_amount_is_taken_off_another(debt, credit, balance):
    rule = {"from": debt, "as": ["money"], "less": {"from": credit, "as": ["money"]}}
    reply = {"format": "xml", "fields": {"patron.balance": rule}}
    assert read(lookup(reply), XML).get("fields", {}).get("patron.balance") == balance


@pytest.mark.parametrize(
    ("rule", "sentence", "remedy"),
    [
        ({"from": "a", "less": "b"}, "Only amounts and numbers are reckoned with.", "Leave less out."),
        ({"form": "name"}, '"form" is not a verb of a rule.', "Did you mean from?"),
        ({}, "This rule does not say where its value comes from.", "Write from and a path."),
        ({"from": "a", "is": "b"}, "from and is both say where the value comes from.", "Keep one of them, or list both under first_of."),
        ({"is": "x", "as": ["trim"]}, '"as" has nothing to do beside is, which is a fixed text.', "Leave as or is out."),
        ({"setting": "brunch"}, 'There is no setting named "brunch".', "Did you mean branch?"),
        ({"setting": "password"}, '"password" is a secret, which no reply shows.', "Take something else."),
        ({"asked": "patron.idd"}, '"patron.idd" is not known here.', "Did you mean patron.id?"),
        ({"kept": "stat"}, 'No earlier step keeps "stat".', "Did you mean state?"),
        ({"from": "x/idcard"}, '"idcard" never leaves the adapter.', "It stands under redact: of the adapter."),
        ({"join": "a"}, "Behind join belongs a list of 1 to 64 rules.", "Write it like join: [a, b]."),
        ({"sum": "fee"}, "This sum does not say what it adds.", "Write of and a rule, such as {from: fee, as: [money]}."),
        ({"digest": "md6", "over": ["a"]}, "This is not the name of a hash.", None),
        ({"digest": "md5"}, "This digest does not say over what.", "Write over and a list of rules."),
        ({"digest": "md5", "over": ["a"], "charset": "undefined"}, "This charset is not known.", "Write utf-8, gbk or gb18030."),
        ({"from": "a", "codes": "stats"}, 'There is no table of codes named "stats".', "Did you mean states?"),
        ({"from": "a", "codes": {}}, "Codes are a table of texts and values, or its name.", "Write it like {B: book}."),
        ({"from": "a", "as": ["lines"], "codes": {"a": "b"}}, "Codes stand for texts, and this is a list of texts.", ""),
        ({"from": "a", "as": [{"date": "iso"}]}, "This is a date, and a text belongs here.", None),
        ({"from": "a", "minus_when": {"present": "b"}}, "Only amounts and numbers are reckoned with.", "Leave minus_when out."),
        ({"from": "a", "required": "yes"}, "Behind required belongs true or false.", ""),
        ({"from": "a", "lookup": {"key": "b"}}, "lookup names a table of the reply by its path.", None),
        ({"from": "a["}, '"a[" is not a path of XPath 1.0.', "Write it like z303/z303-name or loan/@id."),
        (["a"], "This is not a rule.", "Write a path, or a table such as {from: patron.name}."),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_told_with_its_remedy(rule, sentence, remedy):
    with pytest.raises(ProblemsFound) as found:
        said(rule)
    told = {each.sentence: each.remedy for each in found.value.problems}
    assert sentence in told
    assert remedy is None or told[sentence] == remedy


# --- conditions --------------------------------------------------------------------------------------------

HOLD = [
    ({"present": "empty"}, True),
    ({"present": "absent"}, False),
    ({"absent": "absent"}, True),
    ({"status": "200"}, True),
    ({"status": ["404", "2xx"]}, True),
    ({"status": "4xx"}, False),
    ({"root": "r"}, True),
    ({"root": ["a", "b"]}, False),
    ({"text": "lost"}, True),
    ({"text": ["no", "none"]}, False),
    ({"header": "X-Any"}, False),
    ({"from": "state"}, True),
    ({"from": "empty"}, False),
    ({"from": "state", "equals": ["4", "5"]}, True),
    ({"from": "absent", "equals": "5"}, False),
    ({"from": "state", "differs": "4"}, True),
    ({"from": "absent", "differs": "4"}, False),
    ({"from": "name", "contains": "L"}, True),
    ({"from": "name", "matches": "^ L.$"}, False),
    ({"from": "name", "matches": "L."}, True),
    ({"from": "state", "over": "4.5"}, True),
    ({"from": "state", "over": "5"}, False),
    ({"from": "state", "under": "5.1"}, True),
    ({"from": "name", "under": "5"}, False),
    ({"count": "fee", "over": "1"}, True),
    ({"all": [{"present": "name"}, {"present": "absent"}]}, False),
    ({"any": [{"present": "name"}, {"present": "absent"}]}, True),
    ({"not": {"present": "name"}}, False),
    ([{"present": "name"}, {"status": "200"}], True),
    ({"all": [{"present": "name"}], "status": "404"}, False),
    ({"any": [{"present": "name"}], "from": "state", "equals": "4"}, False),
    ({"all": "phone", "with": "+", "equals": "1+2"}, True),
    ({"from": "day", "as": [{"date": "%Y%m%d"}], "past": "true"}, False),
    ({"from": "day", "as": [{"date": "%Y%m%d"}], "past": "false"}, True),
    ({"from": "absent", "as": [{"date": "%Y%m%d"}], "past": "false"}, False),
]


@pytest.mark.parametrize(("condition", "holds"), HOLD)
def test_a_condition_holds_or_not(condition, holds):
    reply = {"format": "xml", "fields": {"patron.name": {"is": "x", "when": condition}}}
    assert ("fields" in read(lookup(reply), XML)) is holds


def test_every_condition_has_its_example():
    told = {key for each, _ in HOLD for key in (each if isinstance(each, dict) else {})}
    assert told >= {*WHOLE, *ASKED}


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ({}, "This is not a condition."),
        ("present", "This is not a condition."),
        ({"presnt": "a"}, '"presnt" is not part of a condition.'),
        ({"equals": "a"}, "This condition does not say of what."),
        ({"status": "20"}, '"20" is not an HTTP status.'),
        ({"from": "a", "over": "x"}, "Behind over belongs one number."),
        ({"from": "a", "matches": "("}, None),
        ({"any": {"present": "a"}}, "Behind any belongs a list of conditions."),
        ({"all": [{"present": "a"}], "equal": "b"}, '"equal" is not part of a condition.'),
        ({"from": "a", "equals": [["b"]]}, "One text belongs here, or a list of texts."),
    ],
)
def test_a_wrong_condition_is_told(condition, sentence):
    with pytest.raises(ProblemsFound) as found:
        lookup({"format": "xml", "fields": {"patron.name": {"is": "x", "when": condition}}})
    assert sentence is None or sentence in [each.sentence for each in found.value.problems]


@pytest.mark.parametrize("condition", [{"status": "404"}, {"header": "x"}, {"root": "r"}, {"text": "x"}])
def test_where_there_is_no_reply_none_is_asked(condition):
    with pytest.raises(ProblemsFound) as found:
        compiled({"lookup-patron": {"steps": [{"when": condition, "request": {"get": "/"}}]}})
    assert any("is asked of a reply, and there is none here." in str(each) for each in found.value.problems)


# --- failures, and documents inside of documents -----------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "status", "told"),
    [
        ("<r><a/></r>", 200, {"outcome": "refused", "reason": "patron-unknown", "note": "n"}),
        ("<r><b/><a/></r>", 200, {"outcome": "done"}),
        ("<r/>", 200, {"outcome": "refused", "reason": "declined"}),
        ("<r><ok>1</ok></r>", 500, {"outcome": "done"}),
        ("junk", 503, {"outcome": "error", "error": "busy"}),
        ("junk", 404, {"outcome": "error", "error": "malformed"}),
    ],
)
def test_the_first_rule_that_holds_decides(data, status, told):
    fail = [
        {"when": {"status": "503"}, "error": "busy"},
        {"when": {"present": "b"}, "fine": "true"},
        {"when": {"present": "a"}, "reason": "patron-unknown", "note": {"is": "n"}},
    ]
    made = lookup({"format": "xml", "fail": fail, "success": {"from": "ok", "equals": "1"}})
    got = read(made, data, status)
    assert {key: got.get(key) for key in told} == told


def test_a_document_inside_of_a_text_is_read_as_one():
    inside = {"from": "a", "format": "json", "fail": [{"when": {"present": "no"}, "reason": "declined"}], "fields": {"patron.name": "b.c"}}  # fmt: skip
    made = lookup({"format": "xml", "inside": inside})
    assert read(made, '<r><a>{"b": {"c": "x"}}</a></r>')["fields"] == {"patron.name": "x"}
    assert read(made, '<r><a>{"no": 1}</a></r>')["reason"] == "declined"
    assert read(made, "<r/>")["error"] == read(made, "<r><a>{</a></r>")["error"] == "malformed"


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        ({"inside": {"from": "a", "format": "json", "feilds": {}}}, '"feilds" is not known in a reply.'),
        ({"inside": "a"}, "A document inside of a text says where the text is, and how it is read."),
        ({"at": ["a"]}, "Behind at belongs one text."),
        ({"fail": [{"when": {"present": "a"}, "fine": "false"}]}, "Behind fine belongs true."),
        ({"fail": [{"when": {"present": "a"}}]}, "A failure has a reason or an error, one of them."),
        ({"fail": [{"when": {"present": "a"}, "error": "bussy"}]}, '"bussy" is not known here.'),
    ],
)
def test_a_wrong_reply_is_told(reply, sentence):
    with pytest.raises(ProblemsFound) as found:
        lookup({"format": "xml", **reply})
    assert sentence in [each.sentence for each in found.value.problems]
