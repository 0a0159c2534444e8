"""The settings by their paths, from the models; those of the adapters from theirs."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from softdock.cli.schema import system_schemas
from softdock.docs.pages.text import Language, Words, code, listed, table
from softdock.mappings.written import LOCAL_MOMENT, lasting
from softdock.ops.settings import Settings

Schema = dict[str, Any]

WORDS = Words("settings")

_DURATION, _MOMENT = (each.schema["pattern"] for each in (lasting(0, 1), LOCAL_MOMENT))
_PLACEHOLDERS = {
    "libraries": "ID", "profiles": "NAME", "fields": "CODE", "omit": "CODE", "extra_fields": "CODE", "pass_fields": "CODE",
    "texts": "REASON", "CODE": "FIELD",
}  # fmt: skip
"""What stands for a key of one's own below these keys."""


class Section(NamedTuple):
    """A table of the settings: where it stands, its schema, and what is said about it."""

    path: str
    schema: Schema


def sections() -> list[Section]:
    """Every table of the settings in the order of the file, the whole first; without those of adapters."""
    root = Settings.model_json_schema()
    found: list[Section] = []
    _collect("", root, root["$defs"], found)
    return found


def _collect(path: str, schema: Schema, definitions: Schema, found: list[Section]) -> None:
    if any(each.schema is schema for each in found):
        return  # one table that stands in two places is told of once
    found.append(Section(path, schema))
    for key, about in schema.get("properties", {}).items():
        for inner, target in _tables(key, about, definitions):
            _collect(_joined(_shared(path), inner), target, definitions, found)


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _tables(key: str, about: Schema, definitions: Schema) -> Iterator[tuple[str, Schema]]:
    """The tables directly within the value of `key`, each with the rest of its path."""
    for each in [about, *about.get("anyOf", ()), *about.get("oneOf", ())]:
        if "$ref" in each:
            name = each["$ref"].rpartition("/")[2]
            target = definitions[name]
            if "properties" in target:
                yield key + _kind(name), target
    if isinstance(items := about.get("items"), dict):
        yield from _tables(f"{key}[]", items, definitions)
    for each in [about.get("additionalProperties"), *about.get("patternProperties", {}).values()]:
        if isinstance(each, dict):
            inner = f"{key}.{_PLACEHOLDERS.get(key.rpartition('.')[2], 'KEY')}"
            yield from [(inner, each)] if "properties" in each else _tables(inner, each, definitions)


_KINDS = {
    "Sip2Listener": " (sip2)",
    "NcipListener": " (ncip)",
    "NcipLimits": " (ncip)",
    "NcipStreamListener": " (ncip-tcp)",
    "NcipStreamLimits": " (ncip-tcp)",
    "OpsListener": " (ops)",
    "UserAccount": " (user)",
    "AddressAccount": " (address)",
    "PartnerAccount": " (partner)",
}


def _kind(name: str) -> str:
    """What tells one table of a list from another."""
    return _KINDS.get(name, "")


def key_paths() -> list[str]:
    """Every key that the settings have."""
    return [_joined(path, key) for path, schema in sections() for key in schema.get("properties", ())]


def settings(language: Language) -> str:
    """A heading and a table for each section."""
    parts = []
    for path, schema in sections():
        if not schema.get("properties"):
            continue
        about = WORDS.say(f"[{path}]", language, schema.get("description"))
        parts += [f"## {code(path)}" if path else language.choose("## The whole", "## 总览"), about]
        parts.append(_table(path, schema, language))
    return "\n\n".join(parts)


def profile(language: Language) -> str:
    """The keys of a profile alone."""
    return section("profiles.NAME", language)


def section(path: str, language: Language) -> str:
    """The keys of one section alone."""
    (found,) = [each for each in sections() if each.path == path]
    return _table(*found, language)


def inhouse(language: Language) -> str:
    """The keys of the embedded library, beside `adapter`."""
    own = system_schemas()["inhouse"]
    return _table("system (inhouse)", resolved(own, own.get("$defs", {})), language)


def sip2(language: Language) -> str:
    """The keys of a system that speaks SIP2."""
    return _system("sip2", language)


def ncip(language: Language) -> str:
    """The keys of a system that speaks NCIP."""
    return _system("ncip", language)


def _system(adapter: str, language: Language) -> str:
    """The keys of a system beside `adapter`, and those of each table within them but the profile."""
    parts, stands = [], f"system ({adapter})"
    for path, schema in system_sections(adapter):
        if path:
            about = WORDS.say(f"[{stands}.{path}]", language, schema.get("description"))
            parts += [f"## {code(path)}", about]
        parts.append(_table(f"{stands}.{path}" if path else stands, schema, language))
    return "\n\n".join(parts)


def system_sections(adapter: str) -> list[Section]:
    """The tables of a system, by their paths within it; a profile has a page of its own."""
    own = system_schemas()[adapter]
    definitions = own.get("$defs", {})
    within = [
        Section(path, resolved(target, definitions))
        for key, about in own["properties"].items()
        if key != "profile"
        for path, target in _tables(key, about, definitions)
    ]
    return [Section("", resolved(own, definitions)), *within]


def resolved(schema: Schema, definitions: Schema) -> Schema:
    """`schema` with the closed lists in place of references to them."""
    if not isinstance(schema, dict):
        return schema
    target = definitions.get(str(schema.get("$ref", "")).rpartition("/")[2], {})
    if "enum" in target:
        return {**target, **schema, "$ref": None}
    return {key: resolved(each, definitions) for key, each in schema.items()}


def _table(path: str, schema: Schema, language: Language) -> str:
    heads = language.choose("key|written as|default|what it says", "键|写法|默认值|含义").split("|")
    required = schema.get("required", ())
    rows = []
    for key, about in schema["properties"].items():
        said = WORDS.say(_shared(_joined(path, key)), language, about.get("description", ""))
        default = language.choose("*required*", "*必填*") if key in required else shown_default(about)
        rows.append([code(key), form(about, language), default, said])
    return table(heads, rows)


def _shared(path: str) -> str:
    """Both kinds of accounts, and each listener, say their common keys with one sentence."""
    for kind in _KINDS.values():
        path = path.replace(f"[]{kind}", "[]")
    return path


def shown_default(about: Schema) -> str:
    """The default of a key, "" where there is none to speak of."""
    default = about.get("default")
    if default is None or default in ("", [], {}):
        return ""
    if isinstance(default, list):
        return listed(map(str, default))
    return code(default if isinstance(default, str) else json.dumps(default, ensure_ascii=False))


def form(schema: Schema, language: Language) -> str:  # noqa: PLR0911 - one line for each kind
    """How a value of `schema` is written."""
    say = language.choose
    if schema.get("$ref"):
        name = schema["$ref"].rpartition("/")[2]
        if name == "Wording":
            return say("text, or `{zh: …, en: …}`", "文字，或 `{zh: …, en: …}`")
        return say("table", "表")
    choices = [
        each for each in [*schema.get("anyOf", ()), *schema.get("oneOf", ())] if each.get("type") != "null"
    ]
    if choices:
        return say(" or ", " 或 ").join(dict.fromkeys(form(each, language) for each in choices))
    if "enum" in schema or "const" in schema:
        return say(" or ", " 或 ").join(code(str(each)) for each in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type")
    if kind == "array":
        inner = form(schema.get("items", {}), language)
        return say(f"list: {inner}", f"列表：{inner}")
    if kind == "object":
        return say("table", "表")
    if kind == "boolean":
        return "`true` / `false`"
    if kind == "integer":
        least, most = schema.get("minimum"), schema.get("maximum")
        bounds = f" {least}–{most}" if most is not None else f" ≥ {least}" if least is not None else ""
        return say("number", "整数") + bounds
    if schema.get("pattern") == f"{_DURATION}":
        return say("duration", "时长")
    if schema.get("pattern") == f"{_MOMENT}":
        return say("date and time", "日期时间")
    return say("text", "文字")
