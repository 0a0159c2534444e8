"""The mapping language: verbs, conditions, formats, requests, and what may stand in the files of an adapter."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from softdock.docs.pages.settings import Schema, form, resolved, shown_default
from softdock.docs.pages.text import Language, Words, code, table
from softdock.mappings import converters, positions
from softdock.mappings.documents import bounds
from softdock.mappings.documents.formats import FORMATS
from softdock.mappings.documents.options import CHARSET
from softdock.mappings.files import grammar
from softdock.mappings.requests import files, http, sip2, sql
from softdock.mappings.rules.conditions import ASKED, WHOLE
from softdock.mappings.rules.reading import ERRORS
from softdock.mappings.rules.verbs import ENTRIES, MODIFIERS, SOURCES
from softdock.mappings.written import AsWritten

WORDS = Words("mappings")

ADAPTER_PARTS: Final = (
    ("adapter", grammar.AdapterFile),
    ("settings.NAME", grammar.SettingPart),
    ("back_ends.NAME", grammar.BackEndPart),
    ("sessions.NAME", grammar.SessionPart),
    ("sessions.NAME.carry", grammar.CarryPart),
    ("undo", grammar.UndoPart),
)
"""The tables of adapter.yaml, each with the path where it stands."""

MAP_PARTS: Final = (
    ("map", grammar.MapFile),
    ("steps.NAME", grammar.StepPart),
    ("reply", grammar.ReplyPart),
    ("pages", grammar.PagesPart),
    ("effect", grammar.EffectPart),
    ("examples[]", grammar.ExamplePart),
)
"""The tables of a map."""

REQUESTS: Final[Mapping[str, Mapping[str, str]]] = {
    "http": http.KEYS, "sql": sql.KEYS, "sip2": sip2.KEYS, "files": files.KEYS,
}  # fmt: skip
"""By transport: the keys of a request."""


BOUNDS: Final[Mapping[str, int]] = {
    "document": bounds.LARGEST,
    "values": bounds.MOST_VALUES,
    "depth": bounds.DEEPEST,
    "places": bounds.MOST,
    "path": bounds.LONGEST_PATH,
    "digits": bounds.LONGEST_NUMBER,
    "converted": converters.LONGEST,
    "file": positions.LARGEST,
    "file-depth": positions.DEEPEST,
}
"""What no map and no reply exceeds."""


def limits(language: Language) -> str:
    """A row for each bound."""
    heads = language.choose("bound|what it holds for", "上限|适用于").split("|")
    rows = [
        [f"{bound:,}".replace(",", " "), WORDS.say(f"bound.{name}", language)]
        for name, bound in BOUNDS.items()
    ]
    return table(heads, rows)


def sources(language: Language) -> str:
    """Where a value comes from."""
    return _described("verb", SOURCES, language.choose("verb|what it gives", "动词|给出什么"), language)


def modifiers(language: Language) -> str:
    """What happens to a value."""
    return _described("verb", MODIFIERS, language.choose("verb|what it does", "动词|作用"), language)


def entries(language: Language) -> str:
    """The keys of the table that fills a list."""
    return _described("entry", ENTRIES, language.choose("key|what it says", "键|含义"), language)


def conditions(language: Language) -> str:
    """What a condition can be, and what it can ask of a value."""
    heads = language.choose("key|holds if", "键|成立的条件")
    whole = _described("condition", WHOLE, heads, language)
    return f"{whole}\n\n{_described('condition', ASKED, heads, language)}"


def errors(language: Language) -> str:
    """What a failure of the system's can be."""
    return _described("error", ERRORS, language.choose("error|what it means", "错误|含义"), language)


def requests(language: Language) -> str:
    """The keys of requests, for each transport."""
    heads = language.choose("key|what it says", "键|含义")
    parts = []
    for transport, keys in REQUESTS.items():
        title = language.choose(f"### Over `{transport}`", f"### 经由 `{transport}`")
        parts += [title, _described(f"request.{transport}", keys, heads, language)]
    return "\n\n".join(parts)


def formats(language: Language) -> str:
    """The formats, each with its options."""
    heads = language.choose("format|option|what it is", "格式|选项|含义").split("|")
    rows = []
    for name, declared in FORMATS.items():
        rows.append([code(name), "", WORDS.say(f"format.{name}", language, declared.description)])
        for option, said in declared.options.items():
            path = "format.charset" if said == CHARSET else f"format.{name}.{option}"
            rows.append([code(name), code(option), WORDS.say(path, language, said)])
    return table(heads, rows)


def adapter_keys(language: Language) -> str:
    """What may stand in adapter.yaml."""
    return _parts(ADAPTER_PARTS, language)


def map_keys(language: Language) -> str:
    """What may stand in a map."""
    return _parts(MAP_PARTS, language)


def key_paths() -> list[str]:
    """Every key of the files, by the table in which it stands."""
    return [
        f"{path} {key}"
        for path, model in (*ADAPTER_PARTS, *MAP_PARTS)
        for key in _schema(model)["properties"]
    ]


def _schema(model: type[grammar.Part]) -> Schema:
    made: Schema = model.model_json_schema(schema_generator=AsWritten)
    return resolved(made, {name: each for name, each in made.get("$defs", {}).items() if "enum" in each})


def _parts(parts: Iterable[tuple[str, type[grammar.Part]]], language: Language) -> str:
    heads = language.choose("key|written as|default|what it says", "键|写法|默认值|含义").split("|")
    made = []
    for path, model in parts:
        schema = _schema(model)
        made += [f"### {code(path)}", WORDS.say(f"[{path}]", language, schema.get("description"))]
        rows = []
        for key, about in schema["properties"].items():
            required = key in schema.get("required", ())
            default = language.choose("*required*", "*必填*") if required else shown_default(about)
            said = WORDS.say(f"{path} {key}", language, about.get("description", ""))
            rows.append([code(key), _form(about, language), default, said])
        made.append(table(heads, rows))
    return "\n\n".join(made)


_REFERRED: Final = {
    "rule": ("rule", "规则"),
    "condition": ("condition", "条件"),
    "failures": ("list of failures", "失败规则的列表"),
    "format": ("name of a format, or `{name: options}`", "格式名称，或 `{名称: 选项}`"),
    "request": ("table, see requests", "表，见请求"),
    "rules": ("table of rules", "规则的表"),
    "ProbePart": (
        "table, as `steps.NAME`; and `example`, a file with a reply to it",
        "表，同 `steps.NAME`；另有 `example`，即应答样本文件",
    ),
    "ReplyPart": ("table, see `reply`", "表，见 `reply`"),
    "StepPart": ("table, see `steps.NAME`", "表，见 `steps.NAME`"),
}
"""What stands for parts that have a table or a section of their own."""


def _form(about: Schema, language: Language) -> str:
    """How a value is written; parts of the language by their names."""
    for each in [about, *about.get("anyOf", ()), *about.get("allOf", ())]:
        words = _REFERRED.get(each.get(grammar.DEFINED) or str(each.get("$ref")).rpartition("/")[2])
        if words is not None:
            return language.choose(*words)
    if about.get("type") == "array" and "$ref" in about.get("items", {}):
        return language.choose("table of names, or list", "按名称的表，或列表")
    return form(about, language)


def _described(group: str, said: Mapping[str, str], heads: str, language: Language) -> str:
    """A row for each of the words in `said`; words that say the same share one."""
    shared: dict[str, list[str]] = {}
    for key, sentence in said.items():
        shared.setdefault(sentence, []).append(key)
    rows: list[Sequence[str]] = [
        [", ".join(map(code, keys)), WORDS.say(f"{group}.{keys[0]}", language, sentence)]
        for sentence, keys in shared.items()
    ]
    return table(heads.split("|"), rows)
