"""The keys of profiles of systems, from their models, and the ready ones."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

from softdock.adapters.ncip import profile as ncip
from softdock.adapters.ncip.ready import load_profile, ready_profiles
from softdock.adapters.sip2 import profile as sip2
from softdock.docs.pages.settings import form, resolved, section, shown_default
from softdock.docs.pages.text import Language, Words, code, listed, table

WORDS = Words("systems")
NCIP_WORDS = Words("ncip-systems")

Parts: TypeAlias = Sequence[tuple[str, Any]]
"""The tables of a profile, each with the path where it stands."""

SIP2: Parts = (
    ("", sip2.SystemProfile),
    ("texts[]", sip2.MeaningOfText),
    ("undo", sip2.Undoing),
    ("requests.CODE", sip2.RequestFields),
    ("answers.CODE", sip2.AnswerFields),
)

NCIP: Parts = (
    ("", ncip.SystemProfile),
    ("problems[]", ncip.MeaningOfProblem),
    ("undo", ncip.Undoing),
)


def _schema(model: Any) -> dict[str, Any]:
    made: dict[str, Any] = model.model_json_schema()
    return resolved(made, made.get("$defs", {}))


def key_paths(parts: Parts) -> list[str]:
    """Every key that a profile of a system has."""
    return [f"{path}.{key}" if path else key for path, model in parts for key in _schema(model)["properties"]]


def profile(language: Language) -> str:
    """The profile of a system that speaks SIP2."""
    return _tables(SIP2, WORDS, language)


def ncip_profile(language: Language) -> str:
    """The profile of a system that speaks NCIP; its words are those that partners have as well."""
    words = f"## {code('words')}\n\n{NCIP_WORDS.say('[words]', language)}\n\n{ncip_words(language)}"
    return f"{_tables(NCIP, NCIP_WORDS, language)}\n\n{words}"


def ncip_words(language: Language) -> str:
    """The lists of words that a partner or a system may have its own texts for."""
    return section("profiles.NAME.ncip.words", language)


def _tables(parts: Parts, words: Words, language: Language) -> str:
    """A table for the profile, and one for each table within it."""
    heads = language.choose("key|written as|default|what it says", "键|写法|默认值|含义").split("|")
    made = []
    for path, model in parts:
        schema = _schema(model)
        if path:
            made += [f"## {code(path)}", words.say(f"[{path}]", language, schema.get("description"))]
        rows = []
        for key, about in schema["properties"].items():
            said = words.say(f"{path}.{key}" if path else key, language, about.get("description", ""))
            default = (
                language.choose("*required*", "*必填*")
                if key in schema.get("required", ())
                else shown_default(about)
            )
            rows.append([code(key), form(about, language), default, said])
        made.append(table(heads, rows))
    return "\n\n".join(made)


def ncip_ready(language: Language) -> str:
    """What each ready profile is for and what it rests on, and the services that it leaves of those of the standard."""
    heads = language.choose("`profile`|for|rests on|version|services", "`profile`|用于|依据|版本|服务").split(
        "|"
    )
    every = language.choose("all of its version", "该版本的全部")
    rows = []
    for name in ready_profiles():
        made = load_profile(name, Path())
        services = every if made.services is None else listed(sorted(made.services))
        told = [NCIP_WORDS.say(f"ready {name} {about}", language) for about in ("for", "rests on")]
        rows.append([code(name), *told, made.version, services])
    return table(heads, rows)
