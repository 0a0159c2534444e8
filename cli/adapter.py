"""The verbs under `adapter`: which there are, and the beginning of another one."""

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from softdock.cli.adapter_check import check
from softdock.cli.exits import EnvironmentFault, Exit
from softdock.cli.mapping import as_json_option
from softdock.cli.tongue import bold, dim, is_chinese, red, said, say
from softdock.kit.templates import KINDS, copy_template

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")

_MADE: Final = {
    "en": "{folder} is made. See whether it is good: softdock adapter check {folder}",
    "zh": "已生成 {folder}。检查它：softdock adapter check {folder}",
}
_HEAD: Final = {"en": "name|kind|system|from", "zh": "名称|类别|系统|来源"}


@click.group()
def adapter() -> None:
    """Work on adapters: see what there is, begin a new one, check one, keep real answers as examples."""


adapter.add_command(check)


@adapter.command("list")
@as_json_option
@click.pass_context
def list_(context: click.Context, /, *, as_json: bool) -> None:
    """Show every adapter that is installed, with what it can do.

    An adapter is written in Python, or made of a folder of maps.  One that cannot be used is shown with the reason,
    and makes the exit code 1.
    """
    from softdock.adapters.declarative import telling  # noqa: PLC0415 - every adapter is imported by this
    from softdock.cli.columns import in_columns  # noqa: PLC0415

    found = telling.installed()
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2))
    else:
        language = "zh" if is_chinese() else "en"
        rows = [
            (each.name, each.kind, each.names.get(language, each.names.get("", "-")), each.source)
            for each in found
        ]
        head, *lines = in_columns([tuple(said(_HEAD).split("|")), *rows]).splitlines()
        say(bold(head))
        for each, line in zip(found, lines, strict=True):
            say(f"{line}\n  {red(each.fault) if each.fault else dim(', '.join(each.operations))}")
    context.exit(Exit.PROBLEMS if any(each.fault for each in found) else Exit.GOOD)


@adapter.command()
@click.argument("name")
@click.option(
    "--kind", type=click.Choice(KINDS), default="http-json", show_default=True, help="What the system speaks."
)
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The folder in which files are made.",
)
def new(name: str, kind: str, into: Path) -> None:
    """Make the folder NAME, with an adapter that is good as it is, to go on from.

    Nothing that is there already is written over.
    """
    if _NAME.fullmatch(name) is None:
        raise click.UsageError("NAME is written in small letters, digits, - and _, beginning with a letter.")
    folder = into / name
    try:
        made = copy_template(kind, folder, name)
    except FileExistsError:
        raise EnvironmentFault(f"{folder} is there already.") from None
    except OSError as error:
        raise EnvironmentFault(f"{folder} cannot be made: {(error.strerror or '').lower()}.") from None
    say(said(_MADE, folder=folder))
    say(dim("\n".join(str(each.relative_to(folder)) for each in made)))
