"""The JSON schema of a whole file of settings, for editors: what `softdock schema settings` prints.

It is made of the models, and says of a file what can be said without the machine it is for: keys, forms and closed
lists.  What must fit together, and files that must be there, are for `softdock check-config`.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from softdock.ops.settings.root import Settings

Schema: TypeAlias = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_REFERENCE = "Reference"
_IN_DEFS = "#/$defs/"


def settings_schema(systems: Mapping[str, Schema]) -> Schema:
    """The schema of the settings; `systems` has the schema of each adapter's own keys, by the adapter's name."""
    made = Settings.model_json_schema()
    definitions: Schema = made.pop("$defs")
    said = definitions["System"]["properties"]["adapter"]["description"]
    for name, own in systems.items():
        definitions |= _system(name, own, said)
    definitions["System"] = {
        "description": definitions["System"]["description"],
        "anyOf": [{"$ref": f"{_IN_DEFS}{_name_of(name)}"} for name in systems],
    }
    definitions = {name: _with_references(each) for name, each in sorted(definitions.items())}
    definitions[_REFERENCE] = {
        "type": "string",
        "pattern": r"\$\{(env|file):[^{}]+\}",
        "description": "A secret by reference: ${env:NAME} or ${file:path}.",
    }
    made = _with_references(made) | {"title": "Settings of SoftDock"}
    return {"$schema": DIALECT, **made, "$defs": definitions}


def _name_of(adapter: str) -> str:
    return f"System-{adapter}"


def _system(name: str, own: Schema, said: str) -> Schema:
    """The definitions for the system of one adapter, under names that no other has."""
    inner = own.get("$defs", {})
    renamed = {f"{_IN_DEFS}{each}": f"{_IN_DEFS}{_name_of(name)}.{each}" for each in inner}
    table: Schema = _referring(own, renamed)
    table.pop("$defs", None)
    table["properties"] = {"adapter": {"const": name, "description": said}, **table.get("properties", {})}
    table["required"] = ["adapter", *table.get("required", ())]
    made = {_name_of(name): table}
    for each, schema in inner.items():
        made[f"{_name_of(name)}.{each}"] = _referring(schema, renamed)
    return made


def _referring(schema: Any, renamed: Mapping[str, str]) -> Any:
    """`schema` with its references to definitions under their new names."""
    if isinstance(schema, list):
        return [_referring(each, renamed) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: renamed.get(each, each) if key == "$ref" else _referring(each, renamed)
        for key, each in schema.items()
    }


_TABLES = ("properties", "patternProperties")
_SINGLE = ("items", "additionalProperties")
_ABOUT = ("description", "default")


def _with_references(schema: Any) -> Any:
    """`schema` such that wherever a single value stands a reference to a secret may stand as well."""
    if not isinstance(schema, dict):
        return schema
    if _is_value(schema):
        about = {key: schema[key] for key in _ABOUT if key in schema}
        kept = {key: each for key, each in schema.items() if key not in _ABOUT}
        return {**about, "anyOf": [kept, {"$ref": f"{_IN_DEFS}{_REFERENCE}"}]}
    made = dict(schema)
    for key in made.keys() & {*_TABLES}:
        made[key] = {name: _with_references(each) for name, each in schema[key].items()}
    for key in made.keys() & {*_SINGLE}:
        made[key] = _with_references(schema[key])
    for key in made.keys() & {"anyOf", "oneOf"}:
        made[key] = [_with_references(each) for each in schema[key]]
    return made


def _is_value(schema: Schema) -> bool:
    """Whether `schema` is of one value that a reference would not satisfy as it is."""
    kind = schema.get("type")
    return (
        "enum" in schema
        or kind in {"integer", "number", "boolean"}
        or (kind == "string" and "pattern" in schema)
    )
