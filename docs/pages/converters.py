"""The converters, each from its declaration."""

from collections.abc import Iterator

from softdock.docs.pages.settings import form
from softdock.docs.pages.text import Language, Words, code, table
from softdock.mappings.converters import DECLARED, Declaration, Option

WORDS = Words("converters")


def converters(language: Language) -> str:
    """A heading for each converter, with what it does, how it is written, and what it loses."""
    return "\n\n".join(part for each in DECLARED.values() for part in _converter(each, language))


def _converter(declared: Declaration, language: Language) -> Iterator[str]:
    say, name = language.choose, declared.name
    yield f"### {code(name)}"
    yield WORDS.say(name, language, declared.description)
    yield f"```yaml\nas: [{declared.written}]\n```"
    text, value = map(_shown, declared.example)
    loses = WORDS.say(f"{name} loses", language, declared.loses) if declared.loses else say("nothing", "无")
    heads = say("of|it makes|lost is", "由|得到|丢失的是").split("|")
    yield table(heads, [[text, value, loses]])
    if declared.options:
        heads = say("key|written as|default|what it says", "键|写法|默认值|含义").split("|")
        yield table(heads, [_option(declared, each, language) for each in declared.options])


def _option(declared: Declaration, option: Option, language: Language) -> list[str]:
    name = code(option.name)
    if option.name == declared.short:
        name += language.choose(" (or in place of the table)", "（可直接代替整个表）")
    said = WORDS.say(f"{declared.name} {option.name}", language, option.description)
    return [name, form(dict(option.takes.schema), language), _default(option, language), said]


def _default(option: Option, language: Language) -> str:
    if option.required:
        return language.choose("*required*", "*必填*")
    default = option.default
    if isinstance(default, bool):
        return code(str(default).lower())
    if isinstance(default, tuple) or default is None or not str(default).strip():
        return ""
    return code(str(default))


def _shown(text: str) -> str:
    """A text with its blanks and line ends, as code."""
    return code(text.replace("\n", "⏎")) if text == text.strip() else f'`"{text}"`'
