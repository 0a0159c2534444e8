"""No map, however broken, raises anything but its problems; and what is compiled reads any reply, or says why not."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from softdock.adapters.declarative.vocabulary import VOCABULARY
from softdock.mappings.converters import DECLARED
from softdock.mappings.documents.formats import FORMATS
from softdock.mappings.files.grammar import AdapterFile, MapFile, PagesPart, ReplyPart, SessionPart, StepPart
from softdock.mappings.problems import ProblemsFound
from softdock.mappings.requests import files, http, sip2, sql
from softdock.mappings.rules.conditions import ASKED, WHOLE
from softdock.mappings.rules.verbs import ENTRIES, MODIFIERS, SOURCES
from written_maps import compiled, read

SECRET = "tell-nobody"
_MODELS = (AdapterFile, MapFile, PagesPart, ReplyPart, SessionPart, StepPart)
_KEYS = [
    *SOURCES, *MODIFIERS, *ENTRIES, *WHOLE, *ASKED, *FORMATS, *DECLARED, *http.KEYS, *sql.KEYS, *sip2.KEYS, *files.KEYS,
    *(key for model in _MODELS for key in model.model_fields), "type", "as_text", "table", "reason", "error", "fine",
]  # fmt: skip
_TEXTS = [
    "", "1", "a", "a/b", "a.b", "//a", "@id", "[*]", "@", "$.a", "true", "false", "patron.id", "item.id", "key", "json",
    "xml", "text", "rows", "sip2", "utf-8", "idna", "undefined", "rot13", "utf-16", "md5", "declined", "unavailable",
    "malformed", "/p/{a}", "/读者", "%Y%m%d", "99", "AA", "5xx", "(", ".*", "é\u0301", "\ud83d", "x" * 600,
]  # fmt: skip
WORDS = st.sampled_from([*_KEYS, *_TEXTS]) | st.text(max_size=3)
TREES = st.recursive(
    WORDS | st.integers(-1, 999) | st.booleans(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(WORDS, inside, max_size=4),
    max_leaves=10,
)


def tables(keys, values=TREES):
    return st.dictionaries(st.sampled_from(list(keys)), values, max_size=4)


RULES = tables([*SOURCES, *MODIFIERS]) | st.sampled_from(_TEXTS) | TREES
CONDITIONS = tables([*WHOLE, *ASKED, "from", "count"]) | TREES
FAILURES = st.lists(
    st.fixed_dictionaries(
        {"when": CONDITIONS},
        optional={
            "reason": st.sampled_from(["declined", "x"]) | RULES,
            "error": st.sampled_from(["busy", "x"]),
            "fine": TREES,
            "note": RULES,
        },
    )
    | TREES,
    max_size=3,
)
_NAMES = VOCABULARY.operations["lookup-patron"].target.names
LISTS = st.fixed_dictionaries(
    {"each": st.sampled_from(_TEXTS) | TREES},
    optional={"keyed": TREES, "where": CONDITIONS, "fields": st.dictionaries(st.sampled_from(["item.id", "due", "x"]), RULES, max_size=2)},
)  # fmt: skip
FIELDS = st.dictionaries(st.sampled_from(_NAMES), RULES | LISTS, max_size=4)
REPLIES = st.fixed_dictionaries(
    {"format": st.sampled_from([*FORMATS]) | TREES},
    optional={"fail": FAILURES, "success": CONDITIONS, "at": TREES, "keep": TREES, "fields": FIELDS, "inside": TREES, "note": RULES},
)  # fmt: skip
REQUESTS = (
    tables([*http.METHODS, *http.KEYS, "get"])
    | st.fixed_dictionaries({"get": st.sampled_from(["/p", "/p/{a}", "/读者"])}, optional={
        "path": st.dictionaries(st.sampled_from(["a"]), RULES), "query": tables(["a", "b"], RULES), "headers": tables(["X-A", "a b", "é"], RULES),
        "form": tables(["a"], RULES), "json": TREES | RULES, "xml": TREES, "soap": TREES, "text": RULES, "charset": TREES, "namespaces": TREES,
        "content_type": TREES,
    })
    | st.fixed_dictionaries({"sql": st.just("SELECT :a")}, optional={"parameters": tables(["a", "b"], RULES)})
    | st.fixed_dictionaries({"call": TREES}, optional={"in": TREES, "out": TREES})
    | st.fixed_dictionaries({"sip2": st.just("99")}, optional={"fields": tables(["AA", "x"], RULES), "fixed": TREES, "answer": TREES})
    | st.fixed_dictionaries({"append": st.just("f.csv"), "columns": tables(["a", "é"], RULES)}, optional={"charset": TREES, "header": TREES, "separator": TREES})
)  # fmt: skip
MAPS = st.fixed_dictionaries(
    {"request": REQUESTS, "reply": REPLIES}, optional={"fields": FIELDS, "effect": TREES, "examples": TREES}
) | tables([*MapFile.model_fields])
ADAPTER = {
    "settings": {"key": {"secret": "true"}, "a": {"default": "b"}},
    "codes": {"a": {"x": "y"}},
    "redact": ["idcard"],
}


def adapter(transport):
    return {**ADAPTER, "back_ends": {"main": {"transport": transport}}}


@settings(max_examples=300, deadline=None)
@given(MAPS, st.sampled_from(["http", "sql", "sip2", "files"]))
def test_any_map_is_compiled_or_complained_of(written, transport):
    try:
        compiled({"lookup-patron": written}, adapter(transport), {"key": SECRET})
    except ProblemsFound as found:
        told = found.problems
    else:
        return
    assert told
    assert all(each.sentence for each in told)
    assert not any(SECRET in str(each) for each in told)


@settings(max_examples=150, deadline=None)
@given(tables([*AdapterFile.model_fields]))
def test_any_adapter_file_is_compiled_or_complained_of(written):
    try:
        compiled({}, written)
    except ProblemsFound as found:
        told = found.problems
    else:
        return
    assert told


TREE_OF_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "a", "1", "\ud800", "<a/>"]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from("ab"), inside, max_size=3),
    max_leaves=8,
)
DATA = (
    st.binary(max_size=40)
    | TREE_OF_JSON.map(lambda value: json.dumps(value).encode())
    | st.lists(st.sampled_from(["<a>", "</a>", "<b id='1'/>", "x", "&#0;", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "&b;", "<a"]), max_size=9)
    .map(lambda parts: f"<a>{''.join(parts)}</a>".encode())
)  # fmt: skip


PATHS = st.sampled_from(["a", "b", "id"])
SOUND = st.recursive(
    st.fixed_dictionaries(
        {"from": PATHS},
        optional={
            "as": st.lists(st.sampled_from([name for name, each in DECLARED.items() if not each.needs_argument]), max_size=2),
            "codes": st.dictionaries(st.sampled_from(["x", "1", "*"]), st.sampled_from(["", "y"]), min_size=1),
            "default": st.just("d"),
            "required": st.booleans(),
            "when": st.fixed_dictionaries({"from": PATHS}, optional={key: st.sampled_from(["1", "x", "."]) for key in ASKED}),
        },
    )
    | st.fixed_dictionaries({"all": PATHS}, optional={"with": st.just(",")})
    | st.fixed_dictionaries({"count": PATHS}, optional={"where": st.fixed_dictionaries({"present": PATHS})})
    | st.fixed_dictionaries({"sum": PATHS, "of": st.just({"from": "b", "as": ["money"]})}),
    lambda inside: st.fixed_dictionaries({"first_of": st.lists(inside, min_size=1, max_size=3)})
    | st.fixed_dictionaries({"join": st.lists(inside, min_size=1, max_size=3)})
    | st.fixed_dictionaries({"digest": st.sampled_from(["md5", "sm3"]), "over": st.lists(inside, min_size=1, max_size=2)}),
    max_leaves=4,
)  # fmt: skip
WHENS = (
    st.fixed_dictionaries({"present": PATHS})
    | st.fixed_dictionaries({"status": st.sampled_from(["404", "5xx"])})
    | st.fixed_dictionaries({"text": st.just("x")})
    | st.fixed_dictionaries({"from": PATHS, "equals": st.sampled_from(["1", ["x", "a"]])})
)
SOUND_REPLIES = st.fixed_dictionaries(
    {"format": st.sampled_from(["xml", "json"])},
    optional={
        "fail": st.lists(st.fixed_dictionaries({"when": WHENS, "error": st.sampled_from(["busy", "failed", "malformed"])})
        | st.fixed_dictionaries({"when": WHENS, "reason": st.just("declined"), "note": SOUND}), max_size=2),
        "success": WHENS,
        "at": PATHS,
        "keep": st.dictionaries(st.just("k"), SOUND, max_size=1),
        "inside": st.fixed_dictionaries({"from": PATHS, "format": st.sampled_from(["xml", "json", "text"]), "fields": st.just({"patron.email": {"is": "x"}})}),
        "fields": st.dictionaries(st.sampled_from(["patron.name", "patron.extra.x", "note"]), SOUND, max_size=3),
    },
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(SOUND_REPLIES | REPLIES, st.lists(DATA, min_size=1, max_size=3), st.sampled_from([200, 404, 500]))
def test_whatever_is_compiled_reads_any_reply_or_says_why_not(written, replies, status):
    """The look-up comes to an outcome, of which a reply that does not fit is one."""
    try:
        made = compiled({"lookup-patron": {"request": {"get": "/"}, "reply": written}}, ADAPTER)
    except ProblemsFound:
        return
    for data in replies:
        assert read(made, data, status)["outcome"] in ("done", "refused", "error")


GOOD = {
    "format": "xml",
    "fail": [{"when": {"present": "error"}, "reason": "declined", "note": "error"}],
    "fields": {
        "patron.name": {"from": "a/b", "as": ["trim"]},
        "patron.expires": {"from": "a", "as": [{"date": "%Y%m%d"}]},
        "patron.balance": {"sum": "//b", "of": {"from": ".", "as": ["money"]}},
        "patron.counts.loans": {"count": "a"},
        "patron.loans": {"each": "//a", "fields": {"item.id": "b", "due": {"from": "@id", "as": [{"date": "iso"}]}}},
        "patron.email": {"join": ["a", {"from": "b", "codes": {"*": "x"}}], "required": "true"},
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", ["xml", "json"])
@settings(max_examples=200, deadline=None)
@given(data=DATA, status=st.sampled_from([200, 500]))
def test_a_good_map_reads_any_reply_or_says_why_not(kind, data, status):
    text = json.dumps(GOOD | {"format": kind})
    made = made_of(text if kind == "xml" else text.replace("//", "").replace("a/b", "a.b").replace('"@id"', '"a"').replace('"."', '"@"'))  # fmt: skip
    assert read(made, data, status)["outcome"] in ("done", "refused", "error")


_MADE = {}


def made_of(text):
    if text not in _MADE:
        _MADE[text] = compiled({"lookup-patron": {"request": {"get": "/"}, "reply": json.loads(text)}})
    return _MADE[text]
