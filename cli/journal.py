"""The verbs `journal list`, `show` and `settle`: what became of operations, and what only a person can settle.

They open the store themselves, so that they work whether or not a server runs.
"""

import json
import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from softdock.circulation.journal import EntryState, JournalEntry, Resolution
from softdock.cli import journal_words as words
from softdock.cli.columns import in_columns
from softdock.cli.exits import EnvironmentFault, Exit, Fault
from softdock.mappings.problems import ProblemsFound
from softdock.protocols.sip2.tracing import visible

if TYPE_CHECKING:
    from softdock.store.journal.listing import JournalListing

_Command = TypeVar("_Command", bound=Callable[..., Any])

LONGEST = 500
"""Characters of a remark."""

LONGEST_UNDER_WAY = timedelta(minutes=2)
"""No deadline is longer."""


class Kept(NamedTuple):
    """A journal, and by which days its libraries count."""

    listing: "JournalListing"
    zones: dict[str, tzinfo]


@click.group()
def journal() -> None:
    """See what became of operations that change the libraries' books, and settle what SoftDock cannot.

    The journal is found by `store` in the settings.  A server may run or not.
    """


def which_journal(command: _Command) -> _Command:
    """Add the option that names the settings, as `settings`."""
    return click.option(
        "-c",
        "--config",
        "settings",
        envvar="SOFTDOCK_CONFIG",
        type=click.Path(path_type=Path),
        help="The settings that name the store.  Without them, the demo's.",
    )(command)


@journal.command("list")
@which_journal
@click.option("--unsettled", is_flag=True, help="Only what is under way, unknown, or left to staff.")
@click.option("--library", metavar="ID", help="Only what concerns this library.")
@click.option(
    "--since",
    metavar="WHEN",
    help="Only what was asked since: 2026-12-01, 2026-12-01T08:00, or 90m, 8h, 7d ago.",
)
@click.option(
    "--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True, help="The last so many."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on a line for each operation.")
@click.pass_context
def list_(
    context: click.Context,
    /,
    settings: Path | None,
    library: str | None,
    since: str | None,
    limit: int,
    *,
    unsettled: bool,
    as_json: bool,
) -> None:
    """Show the last operations, in their order.  Those of a library are what its devices asked, and what its system was.

    With --unsettled, exit code 1 if one is unknown or left to staff, or has been under way for more than two minutes:
    no server runs then that could settle it.
    """
    kept = open_journal(settings)
    with told():
        entries = kept.listing.latest(limit, unsettled=unsettled, library=library, since=_since(since))
    if not entries:
        must_be_known(library, kept)
    if as_json:
        for each in entries:
            click.echo(json.dumps(words.as_json(each), ensure_ascii=False))
    elif entries:
        click.echo(in_columns([_HEADS, *(_cells(each, kept.zones) for each in entries)]))
    else:
        click.echo("There are no operations to show.", err=True)
    if unsettled and any(map(_is_a_problem, entries)):
        context.exit(Exit.PROBLEMS)


def _is_a_problem(entry: JournalEntry) -> bool:
    return entry.state is EntryState.UNKNOWN or datetime.now(UTC) - entry.claim.at > LONGEST_UNDER_WAY


_HEADS = ("number", "operation", "when", "library", "account", "asked", "state", "device heard", "found")


def _cells(entry: JournalEntry, zones: dict[str, tzinfo]) -> tuple[str, ...]:
    claim = entry.claim
    found = entry.resolution.value if entry.resolution is not None else entry.remark
    told = (
        str(entry.number), claim.operation_id, words.moment(claim.at, _zone(entry, zones))[:19], claim.library,
        claim.account, words.what(entry), words.state(entry), entry.last_word.value, found,
    )  # fmt: skip
    return tuple(visible(each) or "-" for each in told)


@journal.command()
@click.argument("operation")
@which_journal
@click.option(
    "--reveal", is_flag=True, help="Show the patron's card, and everything that was asked and answered."
)
def show(operation: str, settings: Path | None, *, reveal: bool) -> None:
    """Show everything about one operation: what the device heard, what the system said, what was found, what to do.

    OPERATION is its operation_id, as the log has it, or its number.
    """
    kept = open_journal(settings)
    with told(operation):
        entry = kept.listing.named(operation)
    facts = list(words.facts(entry, _zone(entry, kept.zones), reveal=reveal))
    if reveal:
        facts += list(_everything(entry))
    click.echo(in_columns([(name, visible(text)) for name, text in facts]))


def _everything(entry: JournalEntry) -> Iterator[tuple[str, str]]:
    from softdock.store.journal.encoding import written  # noqa: PLC0415 - a database for these verbs alone

    yield "request", written(entry.claim.operation)
    if entry.outcome is not None:
        yield "answer", written(entry.outcome)


_BY_STAFF = (Resolution.UNDONE, Resolution.STANDS, Resolution.NOT_DONE, Resolution.DONE_NOW)


@journal.command()
@click.argument("operation")
@which_journal
@click.option(
    "--as",
    "resolution",
    type=click.Choice([each.value for each in _BY_STAFF]),
    required=True,
    help="What became of it: carried out and taken back, carried out to stay, never carried out, or carried out afterwards.",
)
@click.option("--remark", required=True, help="What was found and done, for whoever asks later.")
@click.option("--by", metavar="NAME", help="Who has settled it; without it, the user of this machine.")
def settle(operation: str, settings: Path | None, resolution: str, remark: str, by: str | None) -> None:
    """Tell SoftDock what became of an operation that it does not know about, or has left to staff.

    Nothing is changed in the library's system: put it right there first.  From then on the item can be lent again.
    Exit code 1 if the operation is under way, is being taken back, or has ended already.
    """
    from softdock.store.journal.listing import NotForStaff  # noqa: PLC0415 - a database for these verbs alone

    signed = f"By {_line(by or _user(), '--by')}: {_line(remark, '--remark')}"
    kept = open_journal(settings)
    with told(operation):
        try:
            entry = kept.listing.settle(operation, Resolution(resolution), signed, datetime.now(UTC))
        except NotForStaff as error:
            raise Fault(_nothing_to_settle(error.entry)) from None
    click.echo(f"Settled as {resolution}: {visible(words.what(entry))} ({entry.claim.operation_id}).")


def _nothing_to_settle(entry: JournalEntry) -> str:
    if entry.state is EntryState.OPEN:
        return "The operation is under way. Wait until it has ended, or SoftDock has found out that its process is gone."
    if entry.state is EntryState.UNKNOWN:
        return (
            "SoftDock has begun to take the operation back. Wait until the journal tells what came of it, or leaves it to"
            " staff; while the system is away, that takes until it is back."
        )
    how = f"settled as {entry.resolution.value}" if entry.resolution is not None else "answered"
    return f"There is nothing to settle: the operation was {how}."


def _line(text: str, option: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise click.UsageError(f"{option} is empty.")
    if len(text) > LONGEST:
        raise click.UsageError(f"{option} is longer than {LONGEST} characters.")
    return text


def _user() -> str:
    """Who runs the command, whatever the environment says."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        raise click.UsageError("This user has no name: --by NAME.") from None


# --- which journal ------------------------------------------------------------------------------------


def open_journal(path: Path | None) -> Kept:
    """The journal that the settings at `path` (None: the demo's) name.  Raises Fault, EnvironmentFault."""
    from softdock.ops import settings as s  # noqa: PLC0415 - models and a database, for these verbs alone
    from softdock.store.database import Database  # noqa: PLC0415
    from softdock.store.journal.listing import JournalListing  # noqa: PLC0415
    from softdock.store.journal.schema import LOCK  # noqa: PLC0415

    try:
        found: s.Stored | s.Settings = s.demo_settings() if path is None else s.stored(path)
    except ProblemsFound as error:
        raise EnvironmentFault(str(error)) from None
    if found.store is None:
        raise EnvironmentFault(f"{path} names no store. Add a line to it: store: sqlite:///store.db")
    folder = s.demo_folder() if path is None else path.parent
    zones: dict[str, tzinfo] = {key: each.time_zone for key, each in found.libraries.items()}
    return Kept(JournalListing(Database.at(found.store, folder, LOCK)), zones)


def must_be_known(library: str | None, kept: Kept) -> None:
    """Nothing was found of `library`, so that it may be mistyped.  Raises UsageError unless the settings have it."""
    if library is not None and library not in kept.zones:
        raise click.UsageError(f"The settings have no library {library}, and nothing was found of it.")


@contextmanager
def told(operation: str = "") -> Iterator[None]:
    """What stands in the way of a command, in a sentence."""
    from softdock.store.database import CommitLost, DatabaseError  # noqa: PLC0415
    from softdock.store.journal.encoding import UnknownForm  # noqa: PLC0415
    from softdock.store.journal.listing import NoJournal, NoSuchEntry  # noqa: PLC0415

    try:
        yield
    except NoSuchEntry:
        raise Fault(f"The journal has no operation {operation}.") from None
    except NoJournal:
        raise EnvironmentFault("There is no journal there yet; the server makes it when it starts.") from None
    except CommitLost as error:
        raise EnvironmentFault(f"Whether that was written is not known: show tells. {error}") from None
    except (DatabaseError, UnknownForm) as error:
        raise EnvironmentFault(f"The journal cannot be used. {error}") from None


def _zone(entry: JournalEntry, zones: dict[str, tzinfo]) -> tzinfo:
    return zones.get(entry.claim.library, UTC)


def _since(text: str | None) -> datetime | None:
    """A point in time, in this machine's zone unless it says another, or how long ago."""
    from softdock.mappings.written import lasting  # noqa: PLC0415

    if text is None:
        return None
    with suppress(ValueError):
        return datetime.fromisoformat(text).astimezone()
    with suppress(ValueError):  # which pydantic's are as well
        ago: Any = lasting(0, 3660 * 86400).read(text)
        return datetime.now(UTC) - timedelta(seconds=ago)
    raise click.UsageError(f"{text!r} is no point in time. Write it like 2026-12-01T08:00, or 8h.")
