"""The command, from what click knows of it."""

import inspect
from collections.abc import Iterator

import click

from softdock.cli import main
from softdock.cli.mapping_words import RULES_IN_CHINESE
from softdock.docs.pages.text import Language, Words, code, table
from softdock.mappings.problems import RULE_IDS

WORDS = Words("commands")

ROOT = "softdock"


def verbs(command: click.Command = main, path: str = ROOT) -> Iterator[tuple[str, click.Command]]:
    """Every verb that can be typed, by its path; a group comes before what is in it."""
    if command is not main:
        yield path, command
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from verbs(each, f"{path} {name}")


def commands(language: Language) -> str:
    """A heading for each verb, with its usage, what it does, and its options."""
    return "\n\n".join(part for path, command in verbs() for part in _verb(path, command, language))


def _verb(path: str, command: click.Command, language: Language) -> Iterator[str]:
    context = click.Context(command, info_name=path)
    yield f"{'#' * (path.count(' ') + 1)} {code(path)}"
    yield f"```text\n{' '.join([path, *command.collect_usage_pieces(context)])}\n```"
    yield from _paragraphs(path, command, language)
    if rows := list(_options(path, command, language)):
        heads = language.choose("option|what it does", "选项|作用").split("|")
        yield table(heads, rows)


def _paragraphs(path: str, command: click.Command, language: Language) -> Iterator[str]:
    """The help of a verb, paragraph by paragraph; one that must not be rewrapped is code."""
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    for number, paragraph in enumerate(paragraphs):
        if paragraph.startswith("\b\n"):
            yield f"```text\n{inspect.cleandoc(paragraph.removeprefix(chr(8)).strip(chr(10)))}\n```"
        else:
            yield WORDS.say(path if number == 0 else f"{path} ¶{number + 1}", language, paragraph)


def _options(path: str, command: click.Command, language: Language) -> Iterator[list[str]]:
    for each in command.params:
        if not isinstance(each, click.Option):
            continue
        names = ", ".join(map(code, [*each.opts, *each.secondary_opts]))
        said = [_said(path, each, language), *_more(each, language)]
        yield [names, " ".join(filter(None, said))]


def _said(path: str, option: click.Option, language: Language) -> str:
    """The help of an option.  The verbs of a group share theirs, but for one that has words of its own."""
    if not option.help:
        return ""
    group = path.rpartition(" ")[0]
    shared = path if group == ROOT else f"{group} *"
    own = f"{path} {option.opts[-1]}"
    return WORDS.say(own if own in WORDS else f"{shared} {option.opts[-1]}", language, option.help)


def _more(option: click.Option, language: Language) -> Iterator[str]:
    say = language.choose
    if isinstance(option.type, click.Choice):
        choices = [getattr(each, "value", each) for each in option.type.choices]
        yield say("One of ", "可选：") + ", ".join(code(str(each)) for each in choices) + say(".", "。")
    if option.required:
        yield say("Required.", "必填。")
    if option.show_default and option.default is not None and not option.is_flag:
        yield say("Default: ", "默认：") + code(str(option.default)) + say(".", "。")
    if option.envvar:
        yield say("Also ", "也可用环境变量 ") + code(str(option.envvar)) + say(" in the environment.", "。")


def mapping_rules(language: Language) -> str:
    """A row for each id of a rule that `mapping check` tells."""
    heads = language.choose("rule|what breaks it", "规则编号|违反的情形").split("|")
    said = RULE_IDS if language is Language.ENGLISH else RULES_IN_CHINESE
    return table(heads, ([code(rule), said[rule]] for rule in RULE_IDS))
