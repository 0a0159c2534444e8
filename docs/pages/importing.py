"""The import file of the embedded library, from its models."""

from typing import Any

from softdock.adapters.inhouse.import_format import ImportFile
from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.items import CirculationStatus, FeeType, MediaType, SecurityMarker
from softdock.docs.pages.settings import form, shown_default
from softdock.docs.pages.text import Language, Words, code, listed, table

WORDS = Words("importing")

_LISTS = {
    "status": CirculationStatus,
    "media_type": MediaType,
    "security_marker": SecurityMarker,
    "fees[].type, fee_type": FeeType,
    "scope": HoldScope,
    "kind": HoldKind,
    "ended_holds[].status": HoldStatus,
}
_PARTS = {
    "library": "Library", "policies.CATEGORY": "Policy", "patrons[]": "Patron", "patrons[].fees[]": "Fee",
    "patrons[].payments[]": "Payment", "items[]": "Item", "items[].stay": "Stay", "loans[]": "Loan", "loans[].filled": "FilledHold",
    "returns[]": "Return", "holds[]": "Hold", "ended_holds[]": "EndedHold",
}  # fmt: skip
_WORD_LISTS = {each.__name__: each for each in _LISTS.values()}


def key_paths() -> list[str]:
    """Every key that an import file may have."""
    definitions = ImportFile.model_json_schema()["$defs"]
    return [f"{part}.{key}" for part, name in _PARTS.items() for key in definitions[name]["properties"]]


def import_file(language: Language) -> str:
    """A heading and a table for each part."""
    definitions = ImportFile.model_json_schema()["$defs"]
    heads = language.choose("key|written as|default|what it says", "键|写法|默认值|含义").split("|")
    parts = []
    for part, name in _PARTS.items():
        schema = definitions[name]
        rows = [
            [
                code(key),
                _form(about, language),
                _given(key, about, schema, language),
                WORDS.say(f"{part}.{key}", language),
            ]
            for key, about in schema["properties"].items()
        ]
        parts += [f"## {code(part)}", WORDS.say(part, language), table(heads, rows)]
    return "\n\n".join(parts)


def _given(key: str, about: dict[str, Any], schema: dict[str, Any], language: Language) -> str:
    return (
        language.choose("*required*", "*必填*") if key in schema.get("required", ()) else shown_default(about)
    )


def _form(about: dict[str, Any], language: Language) -> str:
    say = language.choose
    for each in [about, *about.get("anyOf", ())]:
        name = each.get("$ref", "").rpartition("/")[2]
        if name in _WORD_LISTS:
            return say("word, see below", "词，见下")
        if each.get("format") == "date":
            return say("date", "日期")
        if not each:
            return say("date, or date and time", "日期，或日期时间")
    return form(about, language)


def word_lists(language: Language) -> str:
    """The closed lists whose words an import file uses."""
    heads = language.choose("key|words", "键|可用的词").split("|")
    return table(
        heads,
        ([listed(key.split(", ")), listed(each.value for each in words)] for key, words in _LISTS.items()),
    )
