"""The verbs `run` and `check-config`."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from softdock.cli.exits import EnvironmentFault, Fault
from softdock.mappings.problems import ProblemsFound

_settings = click.option(
    "-c",
    "--config",
    "path",
    envvar="SOFTDOCK_CONFIG",
    type=click.Path(path_type=Path),
    help="The settings file.  Without one, a demo library on 127.0.0.1.",
)

_DEMO = """\
No settings were given, so this is the demo library. It listens on this machine alone, and keeps its books in {folder}:
remove that to begin afresh. A kiosk to try it with, in another terminal:

    {command} kiosk --user kiosk --password kiosk patron --patron R0001 --pin 1234
"""


_workers = click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="How many processes serve the devices; as a rule the settings say so, or there is one.",
)


@click.command()
@_settings
@_workers
@click.pass_context
def run(context: click.Context, /, path: Path | None, workers: int | None) -> None:
    """Start the server, and serve until SIGTERM or SIGINT.

    SIGHUP reads the settings again.  What they say holds for devices that connect from then on; settings that are
    not good are refused, and the log says why.
    """
    _must_be_readable(path)
    from softdock import server  # noqa: PLC0415 - a reactor for this verb alone
    from softdock.ops.settings import demo_folder  # noqa: PLC0415

    if path is None:
        click.echo(_DEMO.format(command=sys.argv[0], folder=demo_folder()))
    try:
        code = server.run(path, workers)
    except ProblemsFound as found:
        raise _shown(found.problems) from None
    except OSError as error:
        raise EnvironmentFault(f"{error.filename}: {error.strerror}.") from None
    context.exit(code)


@click.command("check-config")
@_settings
@_workers
def check_config(path: Path | None, workers: int | None) -> None:
    """Check the settings, and show everything that is wrong with them at once."""
    _must_be_readable(path)
    from softdock import server  # noqa: PLC0415 - a reactor for this verb alone

    problems = server.check(path, workers)
    if problems:
        raise _shown(problems)
    click.echo("The settings are good.")


def _shown(problems: Sequence[object]) -> Fault:
    """Print each of `problems`; what to raise then."""
    for problem in problems:
        click.echo(str(problem), err=True)
    return Fault(f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'} found.")


def _must_be_readable(path: Path | None) -> None:
    if path is None:
        return
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise EnvironmentFault(
            f"{path} cannot be read: {(error.strerror or 'unknown error').lower()}."
        ) from None
