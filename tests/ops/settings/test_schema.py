"""What editors are told of the settings agrees with what SoftDock says of them."""

from importlib.resources import files

import pytest
import yaml
from jsonschema import Draft202012Validator

from softdock.cli.schema import system_schemas
from softdock.mappings.problems import ProblemsFound
from softdock.ops.settings import read_settings
from softdock.ops.settings.schema import settings_schema

GOOD = """\
listen: [{sip2: 127.0.0.1:6001}, {ops: 127.0.0.1:8080}]
libraries:
  CDL:
    name: 成都图书馆
    deadline: 5s
    items: [{prefix: CD, length: 14}, {list: [X1, X2]}, {ask: 1}]
    breaker: {failures: 3}
    downtime: {from: 2026-12-01T02:00, text: {zh: 维护, en: Maintenance}}
    system: {adapter: inhouse, database: memory, without: [hold], sort_bins: {default: "1"}}
accounts:
  - {user: kiosk, password_hash: "${file:kiosk.hash}", library: CDL, allow: [lookup]}
  - {address: 192.0.2.7, library: CDL, fields: {"64": {drop: [BD]}}}
profiles:
  p: {charset: gbk, retries: "${env:RETRIES}", extra_fields: {"64": {PB: {from: patron.birth_date, as: [{date: "%Y"}]}}}}
"""
A_HASH = "$argon2id$v=19$m=1024,t=1,p=1$p4X5KrvkADgS6iBif6xwxA$rWCbYgKHAaBH8T9qkjyd1nPkmXrjUGX+nDagObpbKCQ"


@pytest.fixture(scope="module")
def validator():
    schema = settings_schema(system_schemas())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def read(text):
    return read_settings(text.replace("${file:kiosk.hash}", A_HASH), environment={"RETRIES": "3"})


def of_an_editor(text):
    """`text` as an editor's YAML 1.2 has it: numbers and true or false, and no dates."""
    return yaml.load(text, _Editor)  # noqa: S506 - a safe loader


class _Editor(yaml.SafeLoader):
    pass


_Editor.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def test_the_demo_is_good(validator):
    demo = files("softdock.ops.settings").joinpath("demo.yaml").read_text(encoding="utf-8")

    assert list(validator.iter_errors(of_an_editor(demo))) == []


def test_good_settings_are_good_with_references_to_secrets_in_them(validator):
    read(GOOD)

    assert list(validator.iter_errors(of_an_editor(GOOD))) == []


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ("deadline: 5s", "deadline: 5 sec", "$.libraries.CDL.deadline"),
        ("deadline: 5s", "deadlines: 5s", "$.libraries.CDL"),
        ("{ask: 1}", "{ask: first}", "$.libraries.CDL.items[2].ask"),
        ("library: CDL, allow", "allow", "$.accounts[0]"),
        ("allow: [lookup]", "allow: [look]", "$.accounts[0]"),
        ("charset: gbk", "charset: big5", "$.profiles.p.charset"),
        ('"64": {PB', '"63": {PB', "$.profiles.p.extra_fields"),
        ("database: memory", "databse: memory", "$.libraries.CDL.system"),
        ("adapter: inhouse", "adapter: outhouse", "$.libraries.CDL.system"),
        ("without: [hold]", "without: [flight]", "$.libraries.CDL.system"),
        ("${env:RETRIES}", "${RETRIES}", "$.profiles.p.retries"),
    ],
)
def test_what_is_wrong_is_marked_where_it_stands(validator, right, wrong, place):
    """The same mistakes that check-config tells."""
    assert GOOD.count(right) == 1
    bad = GOOD.replace(right, wrong)

    assert [each.json_path for each in validator.iter_errors(of_an_editor(bad))] == [place]
    if "system" not in place:  # what an adapter takes is the adapter's to tell
        with pytest.raises(ProblemsFound):
            read(bad)


def test_every_key_is_explained_to_whoever_hovers_over_it(validator):
    silent = [
        f"{name}.{key}"
        for name, table in validator.schema["$defs"].items()
        for key, about in table.get("properties", {}).items()
        if not about.get("description")
    ]

    assert silent == []


def test_two_adapters_may_name_their_parts_alike():
    """Each adapter's definitions stay its own."""
    one = {"properties": {"a": {"$ref": "#/$defs/Part"}}, "$defs": {"Part": {"type": "integer"}}}
    other = {"properties": {"a": {"$ref": "#/$defs/Part"}}, "$defs": {"Part": {"type": "string"}}}
    schema = settings_schema({"one": one, "other": other})
    system = Draft202012Validator({"$defs": schema["$defs"], "$ref": "#/$defs/System"})

    assert system.is_valid({"adapter": "one", "a": 1})
    assert system.is_valid({"adapter": "other", "a": "x"})
    assert not system.is_valid({"adapter": "other", "a": 1})
