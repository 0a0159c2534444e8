"""JSON Schema of `adapter.yaml` and of maps, for editors that check and complete what is typed.

It knows every key, verb, converter, condition, format, operation, field and reason.  What has to be there it does not
insist on, but for the operation of a map: a folder that is like another one says no more than what it changes.  What
only the whole folder shows (paths, kinds, names of settings and tables), `compile_adapter` says.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from softdock.mappings.converters import converter_schema
from softdock.mappings.documents.formats import FORMATS
from softdock.mappings.files.compiled import OperationKind, Vocabulary
from softdock.mappings.files.grammar import DEFINED, NAME_PATTERN, AdapterFile, MapFile, Part
from softdock.mappings.requests import KINDS
from softdock.mappings.requests.files import KEYS as FILE_KEYS
from softdock.mappings.requests.http import KEYS as HTTP_KEYS
from softdock.mappings.requests.sip2 import KEYS as SIP2_KEYS
from softdock.mappings.requests.sql import KEYS as SQL_KEYS
from softdock.mappings.rules.conditions import ASKED, WHOLE
from softdock.mappings.rules.fields import Target
from softdock.mappings.rules.reading import ERRORS
from softdock.mappings.rules.verbs import ENTRIES, wide_rule_schema
from softdock.mappings.written import AsWritten

Schema: TypeAlias = dict[str, Any]

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_SCALAR: Final[Schema] = {"type": ["string", "number", "boolean"]}
"""What YAML may take a text for that is written without quotation marks."""
_TEXT: Final[Schema] = {"type": "string"}
_RULE: Final[Schema] = {"$ref": "#/$defs/rule"}
_RULE_TABLE: Final[Schema] = {"$ref": "#/$defs/rule-table"}
_CONVERTER: Final[Schema] = {"$ref": "#/$defs/converter"}
_CONVERTERS: Final[Schema] = {"anyOf": [{"type": "array", "items": _CONVERTER}, _CONVERTER]}
_CHAIN: Final[Schema] = {
    "type": "string",
    "pattern": f"^(?:{NAME_PATTERN})$",
    "description": "The name of a chain under converters: of adapter.yaml.",
}
_OPEN: Final = "<name>"
_KEYS: Final = {"http": HTTP_KEYS, "sql": SQL_KEYS, "sip2": SIP2_KEYS, "files": FILE_KEYS}


def adapter_schema(vocabulary: Vocabulary) -> Schema:
    """Of `adapter.yaml`."""
    schema = _of(AdapterFile, vocabulary)
    schema["title"] = "An adapter"
    return schema


def map_schema(vocabulary: Vocabulary) -> Schema:
    """Of a map: what there is to be read depends on its operation."""
    schema = _of(MapFile, vocabulary)
    operations = vocabulary.operations.values()
    schema["title"] = "A map"
    schema["required"] = ["operation"]
    schema["properties"]["operation"] = {
        "enum": [each.name for each in operations],
        "description": schema["properties"]["operation"]["description"],
    }
    schema["allOf"] = [_where_for(each) for each in operations]
    for each in operations:
        schema["$defs"][_fields_name(each)] = _fields(each.target)
    return schema


def _of(model: type[Part], vocabulary: Vocabulary) -> Schema:
    made: Schema = _completed(model.model_json_schema(schema_generator=AsWritten))
    made["$schema"] = DRAFT
    made["$defs"] = made.get("$defs", {}) | {
        "converter": {"anyOf": [*converter_schema()["anyOf"], _CHAIN]},
        "converters": _CONVERTERS,
        "rule": {"anyOf": [_TEXT, _RULE_TABLE]},
        "rule-table": _rule_table({}),
        "rules": _rules(),
        "words": _words(),
        "condition": _condition(),
        "format": _format(),
        "failures": _failures(vocabulary.reasons),
        "request": _request(),
    }
    return made


def _completed(schema: Any) -> Any:
    """What pydantic says of a model, as the files are really written."""
    if isinstance(schema, list):
        return [_completed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if DEFINED in schema:
        rest = {key: each for key, each in schema.items() if key not in (DEFINED, "default")}
        return {"$ref": f"#/$defs/{schema[DEFINED]}", **rest}
    if schema.get("type") == "string" and "pattern" not in schema:
        return {**{key: each for key, each in schema.items() if key != "default"}, **_SCALAR}
    made = {
        key: _completed(each)
        for key, each in schema.items()
        if key not in ("required", "default", "properties", "$defs")
    }
    for tables in ("properties", "$defs"):
        if tables in schema:
            made[tables] = {name: _completed(each) for name, each in schema[tables].items()}
    properties = made.get("properties", {})
    _widen(properties, "steps", of_names=True)
    _widen(properties, "examples", of_names=False)
    return made


def _widen(properties: dict[str, Any], key: str, *, of_names: bool) -> None:
    """Let a list be written as a table of names, or its only entry without the list."""
    listed = properties.get(key)
    if not isinstance(listed, dict) or listed.get("type") != "array":
        return
    entry = listed["items"]
    other = {"type": "object", "additionalProperties": entry} if of_names else entry
    about = {name: listed.pop(name) for name in ("description", "title") if name in listed}
    properties[key] = {**about, "anyOf": [listed, other]}


# --- definitions -----------------------------------------------------------------------------------------------


def _rule_table(beside: Mapping[str, Schema]) -> Schema:
    """A rule that is a table, with further keys `beside` the verbs."""
    table: Schema = wide_rule_schema()["anyOf"][1]
    table["properties"]["as"] |= _CONVERTERS
    table["properties"] |= beside
    return table


def _rules() -> Schema:
    return {
        "type": "object",
        "description": "Rules by name; a list of rules repeats the name.",
        "additionalProperties": {"anyOf": [_RULE, {"type": "array", "items": _RULE}]},
    }


def _condition() -> Schema:
    condition = {"$ref": "#/$defs/condition"}
    several = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]}
    types: dict[str, Schema] = {
        "all": {"anyOf": [{"type": "array", "items": condition}, {"type": "string"}]},
        "any": {"type": "array", "items": condition},
        "not": condition,
        "matches": {"type": "string"},
        "over": _SCALAR,
        "under": _SCALAR,
    }
    asked = {
        key: {**types.get(key, several), "description": said} for key, said in {**WHOLE, **ASKED}.items()
    }
    table = {**_rule_table(asked), "minProperties": 1}
    return {"anyOf": [table, {"type": "array", "items": condition}]}


def _format() -> Schema:
    tables = [
        {
            "type": "object",
            "description": each.description,
            "properties": {
                each.name: {
                    "type": "object",
                    "properties": {name: {"description": said} for name, said in each.options.items()},
                    "additionalProperties": False,
                }
            },
            "required": [each.name],
            "additionalProperties": False,
        }
        for each in FORMATS.values()
    ]
    return {"anyOf": [{"enum": list(FORMATS)}, *tables]}


def _failures(reasons: Mapping[str, Any]) -> Schema:
    failure = {
        "type": "object",
        "properties": {
            "when": {"$ref": "#/$defs/condition", "description": "When it is one."},
            "reason": _reason(reasons),
            "error": {"enum": list(ERRORS), "description": "What is wrong with the system."},
            "note": {**_RULE, "description": "The system's own text."},
            "fine": {"type": "boolean", "description": "true: it only looks like a failure."},
        },
        "additionalProperties": False,
    }
    return {"anyOf": [failure, {"type": "array", "items": failure}]}


def _reason(reasons: Mapping[str, Any]) -> Schema:
    """A reason, or a rule that finds one out."""
    said = "Why the patron is refused."
    return {"anyOf": [{"enum": list(reasons)}, _RULE_TABLE], "description": said}


def _request() -> Schema:
    return {"anyOf": [_request_over(transport) for transport in KINDS]}


def _request_over(transport: str) -> Schema:
    rules = {"$ref": "#/$defs/rules"}
    types = {"query": rules, "headers": rules, "form": rules} if transport == "http" else {}
    known = {key: {**types.get(key, {}), "description": said} for key, said in _KEYS[transport].items()}
    return {
        "type": "object",
        "title": f"Over {transport}",
        "properties": known,
        "additionalProperties": False,
    }


# --- what there is to be read ----------------------------------------------------------------------------------


def _fields_name(operation: OperationKind) -> str:
    return f"fields-of-{operation.name}"


def _where_for(operation: OperationKind) -> Schema:
    """What holds of a map for `operation`, wherever it names fields."""
    fields = {"$ref": f"#/$defs/{_fields_name(operation)}"}
    reply = {"properties": {"fields": fields, "inside": {"properties": {"fields": fields}}}}
    step = {"properties": {"reply": reply}}
    steps = {"anyOf": [{"type": "array", "items": step}, {"type": "object", "additionalProperties": step}]}
    return {
        "if": {"properties": {"operation": {"const": operation.name}}, "required": ["operation"]},
        "then": {"properties": {"fields": fields, "reply": reply, "steps": steps}},
    }


def _fields(target: Target) -> Schema:
    names = [*getattr(target.shape, "names", ())]
    closed = {name: _RULE for name in names if not name.endswith(_OPEN)}
    listed = {name: _entries(_fields(each)) for name, each in target.lists.items()}
    words = {name: {"$ref": "#/$defs/words"} for name in target.words}
    opened = {
        f"^{name.removesuffix(_OPEN).replace('.', '[.]')}.+": _RULE for name in names if name.endswith(_OPEN)
    }
    return {
        "type": "object",
        "properties": {**closed, **words, **listed},
        "patternProperties": opened,
        "additionalProperties": False,
    }


def _words() -> Schema:
    """A list of words: one rule or several, each of which may be asked at several places."""
    asked = {key: {**_place(key), "description": said} for key, said in ENTRIES.items() if key != "fields"}
    one = _rule_table(asked)
    return {"anyOf": [_TEXT, one, {"type": "array", "items": {"anyOf": [_TEXT, one]}}]}


def _entries(fields: Schema) -> Schema:
    asked = {key: {**_place(key), "description": said} for key, said in ENTRIES.items()}
    table = {
        "type": "object",
        "properties": {**asked, "fields": {**fields, "description": ENTRIES["fields"]}},
        "additionalProperties": False,
    }
    return {"anyOf": [table, {"type": "array", "items": table}]}


def _place(key: str) -> Schema:
    types: dict[str, Schema] = {
        "each": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]},
        "keyed": {"type": "boolean"},
        "where": {"$ref": "#/$defs/condition"},
        "when": {"$ref": "#/$defs/condition"},
    }
    return types.get(key, {})
