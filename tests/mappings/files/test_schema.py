"""The JSON schemas of adapter files, as an editor uses them."""

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

import softdock
from map_folders import ADAPTER, LOOKUP
from softdock.adapters.declarative.vocabulary import VOCABULARY
from softdock.mappings.files.schema import adapter_schema, map_schema

ADAPTER_SCHEMA = Draft202012Validator(adapter_schema(VOCABULARY))
MAP_SCHEMA = Draft202012Validator(map_schema(VOCABULARY))
FOLDERS = Path(softdock.__path__[0]) / "mappings" / "builtin"
FILES = sorted(each for each in FOLDERS.glob("*/*.yaml") if (each.parent / "adapter.yaml").exists())


def plain(value):
    """What an editor makes of YAML: keys are texts."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def faults(text, schema=MAP_SCHEMA):
    return [each.message for each in schema.iter_errors(plain(yaml.safe_load(text)))]


@pytest.mark.parametrize("schema", [ADAPTER_SCHEMA, MAP_SCHEMA])
def test_it_is_a_schema_of_its_draft(schema):
    Draft202012Validator.check_schema(schema.schema)
    assert schema.schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_there_are_files_to_hold_it_to():
    assert FILES


# Dialects of SIP2 lie beside the maps of some vendors.
@pytest.mark.parametrize(
    "path",
    [each for each in FILES if each.name != "sip2.yaml"],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_the_adapters_that_come_along_fit(path):
    schema = ADAPTER_SCHEMA if path.name == "adapter.yaml" else MAP_SCHEMA

    assert faults(path.read_text(encoding="utf-8"), schema) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\nreply:", "\nrply: {}\nreply:"),
        ("lookup-patron", "lookup-patrons"),
        ("patron.name:", "patron.nam:"),
        ("as: [trim]", "as: [{trimm: 3}]"),
        ("as: [trim]", "az: [trim]"),
        ("as: [money]", 'as: [{money: {sgin: "+"}}]'),
        ("present: error", "presents: error"),
        ("patron-unknown", "patron-unknwon"),
        ("format: json", "format: jsno"),
        ("get: /patron", "fetch: /patron"),
        ("each: loans", "every: loans"),
        ("item.id: barcode", "item.barcode: barcode"),
        ("expect:", "expects:"),
    ],
)
def test_what_is_wrong_in_a_map_does_not_fit(old, new):
    assert old in LOOKUP
    assert faults(LOOKUP) == []
    assert faults(LOOKUP.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("settings:", "setings:"),
        ("transport:", "transprt:"),
        ("secret: true", "secret: 3"),
        ("adapter: 1", "adapter: 2"),
    ],
)
def test_what_is_wrong_in_an_adapter_file_does_not_fit(old, new):
    assert faults(ADAPTER, ADAPTER_SCHEMA) == []
    assert faults(ADAPTER.replace(old, new), ADAPTER_SCHEMA)


def test_fields_are_those_of_the_operation_in_steps_too():
    steps = (
        "map: 1\noperation: checkin\nsteps:\n  one: {request: {get: /a}, reply: {fields: {item.title: t}}}\n"
    )

    assert faults(steps) == []
    assert faults(steps.replace("item.title", "patron.name"))


def test_a_folder_that_is_like_another_one_says_no_more_than_what_it_changes():
    assert faults("operation: checkin\nsteps: {one: {reply: {fields: {item.title: t}}}}") == []
