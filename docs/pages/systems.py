"""The keys of a system's profile, from its model."""

from typing import Any

from softdock.adapters.sip2.profile import AnswerFields, MeaningOfText, RequestFields, SystemProfile, Undoing
from softdock.docs.pages.settings import form, resolved, shown_default
from softdock.docs.pages.text import Language, Words, code, table

WORDS = Words("systems")

_PARTS = (
    ("", SystemProfile),
    ("texts[]", MeaningOfText),
    ("undo", Undoing),
    ("requests.CODE", RequestFields),
    ("answers.CODE", AnswerFields),
)
"""The tables of a profile, each with the path where it stands."""


def _schema(model: Any) -> dict[str, Any]:
    made: dict[str, Any] = model.model_json_schema()
    return resolved(made, made.get("$defs", {}))


def key_paths() -> list[str]:
    """Every key that a profile of a system has."""
    return [
        f"{path}.{key}" if path else key for path, model in _PARTS for key in _schema(model)["properties"]
    ]


def profile(language: Language) -> str:
    """A table for the profile, and one for each table within it."""
    heads = language.choose("key|written as|default|what it says", "键|写法|默认值|含义").split("|")
    parts = []
    for path, model in _PARTS:
        schema = _schema(model)
        if path:
            parts += [f"## {code(path)}", WORDS.say(f"[{path}]", language, schema.get("description"))]
        rows = []
        for key, about in schema["properties"].items():
            said = WORDS.say(f"{path}.{key}" if path else key, language, about.get("description", ""))
            default = (
                language.choose("*required*", "*必填*")
                if key in schema.get("required", ())
                else shown_default(about)
            )
            rows.append([code(key), form(about, language), default, said])
        parts.append(table(heads, rows))
    return "\n\n".join(parts)
