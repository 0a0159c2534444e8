"""The verbs `sessions list` and `sessions kick`."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from softdock.cli.asking import ask, where, whom
from softdock.cli.columns import in_columns
from softdock.cli.exits import Fault
from softdock.protocols.sip2.tracing import visible

COLUMNS = ("number", "listener", "address", "account", "location", "profile", "since", "idle", "requests")


@click.group()
def sessions() -> None:
    """See which devices are connected to the running SoftDock, and disconnect them."""


@sessions.command("list")
@whom
@click.option("--json", "as_json", is_flag=True, help="One JSON object on a line for each session.")
def list_(socket_path: Path | None, settings: Path | None, *, as_json: bool) -> None:
    """Show every connected device: who it is, since when, and how long it has been silent.

    The idle time is exact to five seconds.  A device that has not logged in has no account.
    """
    rows = [row for row in ask(where(socket_path, settings), {"ask": "sessions"}) if "number" in row]
    if as_json:
        for row in rows:
            since = datetime.fromtimestamp(row["since"], UTC).isoformat(timespec="seconds")
            click.echo(json.dumps(row | {"since": since.replace("+00:00", "Z")}, ensure_ascii=False))
    elif rows:
        click.echo(in_columns([COLUMNS, *map(_cells, rows)]))
    else:
        click.echo("No device is connected.", err=True)


@sessions.command()
@whom
@click.argument("numbers", metavar="[NUMBER]...", nargs=-1, type=click.IntRange(1))
@click.option("--account", help="All sessions of this account.")
@click.option("--address", help="All sessions from this address.")
def kick(
    socket_path: Path | None,
    settings: Path | None,
    numbers: Sequence[int],
    account: str | None,
    address: str | None,
) -> None:
    """Disconnect devices, each after the answer that is under way.

    A device may connect again at once; to keep it out, change the settings first.  Exit code 1 if there was none.
    """
    if not (numbers or account or address):
        raise click.UsageError("Which? Give numbers of sessions, --account or --address.")
    question = {"ask": "kick", "numbers": list(numbers), "account": account, "address": address}
    kicked = [line["kicked"] for line in ask(where(socket_path, settings), question) if "kicked" in line]
    if not kicked:
        raise Fault("There is no such session.")
    click.echo(f"Disconnected: {', '.join(map(str, kicked))}.")


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    shown = row | {
        "since": f"{datetime.fromtimestamp(row['since']).astimezone():%Y-%m-%d %H:%M:%S}",
        "idle": _duration(row["idle"]),
    }
    return tuple(visible(str(shown[column])) or "-" for column in COLUMNS)


def _duration(seconds: float) -> str:
    """A length of time, short.

    >>> _duration(25), _duration(150), _duration(7300)
    ('25s', '2m30s', '2h1m')
    """
    minutes, rest = divmod(int(seconds), 60)
    if not minutes:
        return f"{rest}s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes}m" if hours else f"{minutes}m{rest}s"
