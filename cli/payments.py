"""The verb `journal payments`: the day-end file, and the list of money whose booking nobody knows about."""

import os
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import click

from softdock.cli.exits import EnvironmentFault
from softdock.cli.journal import must_be_known, open_journal, told, which_journal
from softdock.cli.outputs import is_taken_as_it_is

BYTE_ORDER_MARK = "\ufeff"


@click.command()
@which_journal
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="The day, such as 2026-12-01, by each library's own time; without it today, with --lost every day.",
)
@click.option("--library", metavar="ID", help="Only what concerns this library.")
@click.option(
    "--lost", is_flag=True, help="Only payments whose answer was lost, however they were settled since."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The file; without it, the standard output."
)
def payments(
    settings: Path | None, day: datetime | None, library: str | None, output: Path | None, *, lost: bool
) -> None:
    """Write the payments of a day as CSV: one line for each, then the totals of each terminal and way of payment.

    `taken` in the totals is what devices have taken; `booked`, `not booked` and `not known` say what became of it.  A
    file is whole or not there, and begins with a mark by which spreadsheets know it for UTF-8.
    """
    from softdock.ops import payments as p  # noqa: PLC0415 - for this verb alone

    kept = open_journal(settings)
    now = datetime.now(UTC)

    def wanted(at: datetime) -> date | None:
        return day.date() if day is not None else None if lost else now.astimezone(at.tzinfo).date()

    begin, end = (None, None) if lost and day is None else p.around(day.date() if day else now.date())
    with told():
        found = kept.listing.payments(begin, end)
    if all(each.claim.library != library for each in found):
        must_be_known(library, kept)
    text = p.day_end(
        (
            each
            for each in found
            if (library is None or each.claim.library == library)
            and (not lost or p.was_lost(each))
            and wanted(at := p.local_time(each, kept.zones)) in {None, at.date()}
        ),
        kept.zones,
    )
    if output is None:
        sys.stdout.buffer.write(text.encode())  # UTF-8 whatever the terminal takes: this is a file
        sys.stdout.buffer.flush()
    else:
        _write(output, BYTE_ORDER_MARK + text)


def _write(path: Path, text: str) -> None:
    """The file at `path`, for our own eyes: whole, or as it was before; a device or a pipe gets it as it is."""
    try:
        if is_taken_as_it_is(path):
            path.write_text(text, encoding="utf-8", newline="")
            return
        file_itself = path.resolve()  # a link stays one
        descriptor, name = tempfile.mkstemp(".part", f"{path.name}.", file_itself.parent)
        os.close(descriptor)
        part = Path(name)
        try:
            with part.open("w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            part.replace(file_itself)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise EnvironmentFault(f"{path}: {error.strerror}.") from None
