"""In which language a verb speaks to people, and in which colours.

The language is that of the environment, as everywhere on the system: LC_ALL, LC_MESSAGES or LANG.  What programs read,
as by --json, is the same in all of them.
"""

import os
from collections.abc import Mapping
from typing import Final

import click

_WHERE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
Words = Mapping[str, str]
"""One text: by `en` and `zh`."""


def is_chinese() -> bool:
    """Whether the environment asks for Chinese."""
    said = next((text for each in _WHERE if (text := os.environ.get(each))), "")
    return said.lower().startswith("zh")


def said(words: Words, **values: object) -> str:
    """`words` in the language of the environment, with `values` in it."""
    return words["zh" if is_chinese() else "en"].format(**values)


def say(text: str, *, err: bool = False) -> None:
    """Print `text`; its colours reach a terminal only, and none where NO_COLOR is set."""
    click.echo(text, err=err, color=False if os.environ.get("NO_COLOR") else None)


def bold(text: str) -> str:
    """What a reader looks for."""
    return click.style(text, bold=True)


def red(text: str) -> str:
    """What is wrong."""
    return click.style(text, fg="red")


def green(text: str) -> str:
    """What is good."""
    return click.style(text, fg="green")


def dim(text: str) -> str:
    """What is there for whoever wants it."""
    return click.style(text, dim=True)
