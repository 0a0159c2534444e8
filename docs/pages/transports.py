"""The settings of adapter folders: those of each transport, from its model."""

from typing import Final

from softdock.adapters.declarative.settings import DeclarativeSettings
from softdock.adapters.transports.registry import TRANSPORTS, transport_kind
from softdock.docs.pages.settings import Schema, form, resolved, shown_default
from softdock.docs.pages.text import Language, Words, code, table
from softdock.mappings.written import AsWritten

WORDS = Words("transports")

FOLDER: Final = "folder"
"""The settings that each folder has."""


def folder(language: Language) -> str:
    """The keys that a library may write for any folder."""
    return _table(FOLDER, DeclarativeSettings.model_json_schema(schema_generator=AsWritten), language)


def transports(language: Language) -> str:
    """A heading and a table for each transport."""
    parts = []
    for name in TRANSPORTS:
        schema = transport_kind(name).settings.model_json_schema(schema_generator=AsWritten)
        parts += [f"## {code(name)}", WORDS.say(f"[{name}]", language, schema.get("description"))]
        parts.append(_table(name, schema, language))
    return "\n\n".join(parts)


def _table(name: str, schema: Schema, language: Language) -> str:
    heads = language.choose("key|written as|default|what it says", "键|写法|默认值|含义").split("|")
    schema = resolved(schema, schema.get("$defs", {}))
    rows = []
    for key, about in schema["properties"].items():
        required = key in schema.get("required", ())
        default = language.choose("*required*", "*必填*") if required else shown_default(about)
        said = WORDS.say(f"{name} {key}", language, about.get("description", ""))
        rows.append([code(key), form(about, language), default, said])
    return table(heads, rows)
