"""The verbs under `mapping`: what is wrong with maps, and what they make of replies."""

import json
from pathlib import Path

import click

from softdock.cli.exits import EnvironmentFault, Exit
from softdock.cli.mapping_words import FOUND, GOOD
from softdock.cli.problems import as_objects, show_problems
from softdock.cli.tongue import green, red, said, say

as_json_option = click.option("--json", "as_json", is_flag=True, help="As JSON.")


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
