"""The verbs under `mapping`: what is wrong with maps, and what they make of replies."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from softdock.cli.exits import EnvironmentFault, Exit
from softdock.cli.mapping_words import FOUND, GOOD
from softdock.cli.problems import as_objects, show_problems
from softdock.cli.tongue import bold, dim, green, red, said, say

if TYPE_CHECKING:
    from softdock.mappings.positions import Table
    from softdock.mappings.problems import Place

as_json_option = click.option("--json", "as_json", is_flag=True, help="As JSON.")

_WIDEST = 88
"""Columns beyond which the places of lines are not moved."""


@click.group()
def mapping() -> None:
    """Check and try the maps by which an adapter folder describes a system.

    What people are told is Chinese where LANG is; what --json gives is the same everywhere.
    """


@mapping.command()
@click.argument("path", type=click.Path(path_type=Path))
@as_json_option
@click.pass_context
def check(context: click.Context, /, path: Path, *, as_json: bool) -> None:
    """Show everything that is wrong with PATH, an adapter folder or one map, at once.

    The form of the files, every rule, the settings that are declared, and whether the examples are read as expected.
    With --json it is a list of objects: file, line, column, path, rule, sentence, remedy.
    """
    from softdock.adapters.declarative import checking  # noqa: PLC0415 - the language, for this verb alone

    must_be_there(path)
    checked = checking.check(path)
    if as_json:
        click.echo(json.dumps(as_objects(checked.problems), ensure_ascii=False, indent=2))
    elif checked.problems:
        show_problems(checked.problems)
        say(red(said(FOUND, count=len(checked.problems), examples=checked.examples)), err=True)
    else:
        say(green(said(GOOD, path=path, maps=checked.maps, examples=checked.examples)))
    context.exit(Exit.PROBLEMS if checked.problems else Exit.GOOD)


def must_be_there(path: Path) -> None:
    """Raise EnvironmentFault if there is nothing at `path`."""
    if not path.exists():
        raise EnvironmentFault(f"There is no {path}.")


@mapping.command("schema")
@click.argument("kind", type=click.Choice(["adapter", "map"]), default="map")
def schema_(kind: str) -> None:
    """Print the JSON schema of a map, or of adapter.yaml, for editors that check and complete what is typed.

    Keep it beside the files and name it in the first line of each:

    \b
        # yaml-language-server: $schema=map.schema.json

    It does not ask for what a folder may take from the one that it is like: check does.
    """  # noqa: D301 - click takes the backspace for "do not wrap"
    from softdock.adapters.declarative.vocabulary import VOCABULARY  # noqa: PLC0415 - the language, for this verb alone
    from softdock.mappings.files import schema  # noqa: PLC0415

    made = schema.map_schema(VOCABULARY) if kind == "map" else schema.adapter_schema(VOCABULARY)
    click.echo(json.dumps(made, ensure_ascii=False, indent=2))


@mapping.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--operation", default="", metavar="NAME", help="Which map of a folder, by its operation.")
@click.pass_context
def show(context: click.Context, /, path: Path, operation: str) -> None:
    """Show what PATH, an adapter folder or one map, comes to when it is put over what it is like.

    Beside each line stands the file and the line that it is from.
    """
    from softdock.adapters.declarative.folders import named_by  # noqa: PLC0415 - the language, for this verb alone

    must_be_there(path)
    named = named_by(path, operation)
    if named.loaded is None or named.problems:
        show_problems(named.problems)
        context.exit(Exit.PROBLEMS)
    maps = named.loaded.maps
    if named.operation and named.operation not in maps:
        raise click.UsageError(
            f"There is no map for {named.operation}; there are: {', '.join(maps) or 'none'}."
        )
    if not named.operation:
        _show_merged("adapter.yaml", named.loaded.adapter)
    for name, table in maps.items():
        if named.operation in ("", name):
            _show_merged(name, table)


def _show_merged(title: str, table: "Table") -> None:
    from softdock.mappings.files.showing import lines_of  # noqa: PLC0415
    from softdock.protocols.sip2.charsets import display_width  # noqa: PLC0415

    lines = list(lines_of(table))
    width = min(max((display_width(text) for text, _ in lines), default=0), _WIDEST)
    say(bold(f"# {title}"))
    for text, place in lines:
        say(f"{text}{' ' * (width - display_width(text))}  {dim(f'# {short_place(place)}')}")


def short_place(place: "Place") -> str:
    """The line of a place, with the folder and the name of its file."""
    path = Path(place.file)
    return f"{path.parent.name}/{path.name}:{place.line}" if path.parent.name else f"{path.name}:{place.line}"
