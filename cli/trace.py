"""The verb `trace`."""

from pathlib import Path

import click

from softdock.cli.asking import ask, where, whom


@click.command()
@whom
@click.argument("terminal")
@click.option(
    "--minutes",
    type=click.FloatRange(0, 1440, min_open=True),
    default=5.0,
    show_default=True,
    help="How long to look.",
)
@click.option("--unmasked", is_flag=True, help="Show cards, names and texts; passwords and PINs never show.")
def trace(
    socket_path: Path | None, settings: Path | None, terminal: str, *, minutes: float, unmasked: bool
) -> None:
    """Show the wire of one terminal as it happens: each line that it sends (>) and is sent (<).

    TERMINAL is an account, a location, an address or the number of a session.  Connections that it opens meanwhile are
    shown as well; their logins only if it is named by its address, as the account is not known before.

    Cards are masked, names and texts hidden, and a checksum is told as right or wrong.  The log of SoftDock says who
    has traced what.  Ends with the time, with Ctrl-C, or with SoftDock.
    """
    question = {"ask": "trace", "terminal": terminal, "minutes": minutes, "unmasked": unmasked}
    try:
        for line in ask(where(socket_path, settings), question, patience=None):
            if "text" in line:
                click.echo(f"{line['at']} {line['session']} {line['arrow']} {line['text']}")
            elif "sessions" in line:
                numbers = ", ".join(map(str, line["sessions"]))
                click.echo(f"Connected now: {numbers or 'none that this names'}.", err=True)
            elif "left_out" in line:
                click.echo(
                    f"Left out, because they were not read in time: {line['left_out']} lines.", err=True
                )
            else:
                click.echo(line["end"], err=True)
    except KeyboardInterrupt:
        click.echo(err=True)
