"""The verbs `library import`, `export` and `backup`: the books of an embedded library, moved in and out."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from softdock.cli.exits import EnvironmentFault, Fault
from softdock.cli.outputs import is_taken_as_it_is

if TYPE_CHECKING:
    from softdock.adapters.inhouse.snapshot import House
    from softdock.store.database import Database

_Command = TypeVar("_Command", bound=Callable[..., Any])


class Books(NamedTuple):
    """Which books a command is about."""

    database: "Database"
    house: "House"
    key: str | None
    """Under which PINs are hashed, if it is known here."""


@click.group()
def library() -> None:
    """Move the books of an embedded library: in, out, or into a safe place.

    The books are named by --database URL, or as a library of the settings by -c FILE --library ID.
    """


def _which_books(command: _Command) -> _Command:
    """The options that name the books."""
    for option in reversed([
        click.option("--database", metavar="URL", help="The database: sqlite:///books.db, or postgresql+psycopg://user@/name?host=/run/postgresql."),
        click.option("-c", "--config", "settings", envvar="SOFTDOCK_CONFIG", type=click.Path(path_type=Path), help="The settings, in place of --database."),
        click.option("--library", "name", metavar="ID", help="The library's identifier, a key under `libraries:` in the settings; needed where they have several."),
        click.option("--time-zone", default="Asia/Shanghai", show_default=True, help="Zone of the library's days; the settings know it."),
        click.option("--currency", default="CNY", show_default=True, help="Currency of its fees; the settings know it."),
    ]):  # fmt: skip
        command = option(command)
    return command


@library.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@_which_books
@click.option(
    "--pin-key-file",
    type=click.Path(path_type=Path),
    help="A file with the key under which PINs are hashed (pin_key); needed for PINs in clear.",
)
def import_(
    file: Path,
    database: str | None,
    settings: Path | None,
    name: str | None,
    time_zone: str,
    currency: str,
    pin_key_file: Path | None,
) -> None:
    """Take FILE, an import file or an export, into the books.

    The file is checked as a whole before anything of it gets in.  Servers may go on using the books meanwhile.  What
    an interrupted import has brought, the next one completes; taking the same file in again changes nothing.
    """
    from softdock.adapters.inhouse.importing import ImportFileError  # noqa: PLC0415 - a database for this group alone
    from softdock.adapters.inhouse.sql.moving import NoLibrary, import_file  # noqa: PLC0415

    books = _books(database, settings, name or "", time_zone, currency, pin_key_file)
    _must_be_readable(file)
    try:
        with _told(file):
            taken = import_file(file, books.database, books.house, books.key, _now(books))
    except NoLibrary:
        raise click.UsageError(
            "Neither the file nor the database says whose books these are: --library ID."
        ) from None
    except ImportFileError as error:
        for place, sentence in error.complaints:
            click.echo(f"{file}: {place}: {sentence}" if place else f"{file}: {sentence}", err=True)
        count = len(error.complaints)
        raise Fault(
            f"{count} {'problem' if count == 1 else 'problems'} found; the books are as they were."
        ) from None
    click.echo(
        f"New: {taken.patrons} patrons, {taken.items} items, {taken.loans} loans, {taken.holds} holds."
        f" Brought up to date: {taken.known_patrons} patrons, {taken.known_items} items."
    )


@library.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@_which_books
def export(
    file: Path, database: str | None, settings: Path | None, name: str | None, time_zone: str, currency: str
) -> None:
    """Give the books out into FILE, or to the standard output for -.

    The file holds everything, of one moment, PINs as hashes; `softdock library import` makes the same books of it.
    """
    from softdock.adapters.inhouse.sql.moving import export_file  # noqa: PLC0415

    books = _books(database, settings, name or "", time_zone, currency)
    _must_be_there(books.database)
    printed = str(file) == "-"
    as_it_is = not printed and is_taken_as_it_is(file)
    with (
        _told("The output" if printed else file),
        # In UTF-8 whatever the terminal takes: this is a file.
        file.open("wb") if as_it_is else nullcontext(sys.stdout.buffer) as output,
    ):
        export_file(
            None if printed or as_it_is else file.resolve(),  # a link stays one
            books.database,
            books.house,
            lambda text: output.write(text.encode()),
        )
        output.flush()


@library.command()
@click.argument("file", type=click.Path(path_type=Path))
@_which_books
def backup(
    file: Path, database: str | None, settings: Path | None, name: str | None, time_zone: str, currency: str
) -> None:
    """Copy books on SQLite into FILE, as they are at this moment, while a server goes on using them.

    To restore, stop the server, remove the database together with what is called as it with -wal and -shm behind, and
    put the file in its place.  PostgreSQL has pg_dump for this.
    """
    from softdock.adapters.inhouse.sql.moving import back_up  # noqa: PLC0415
    from softdock.store.database import Sqlite  # noqa: PLC0415

    books = _books(database, settings, name or "", time_zone, currency)
    _must_be_there(books.database)
    if not isinstance(books.database, Sqlite):
        raise click.UsageError("This is for SQLite. A database of PostgreSQL is copied by pg_dump.")
    with _told(file):
        back_up(file, books.database)


# --- which books --------------------------------------------------------------------------------------


def _books(
    address: str | None,
    settings: Path | None,
    name: str,
    time_zone: str,
    currency: str,
    pin_key_file: Path | None = None,
) -> Books:
    from softdock.adapters.inhouse.snapshot import House  # noqa: PLC0415
    from softdock.circulation.identifiers import LibraryId  # noqa: PLC0415
    from softdock.store.database import Database, DatabaseUrlError  # noqa: PLC0415

    if address is None:
        return _books_of_settings(settings, name)
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise click.UsageError(f"{time_zone!r} is not a time zone.") from None
    try:
        database = Database.at(address, Path.cwd(), "inhouse")
    except DatabaseUrlError as error:
        raise click.UsageError(str(error)) from None
    key = None if pin_key_file is None else _key_in(pin_key_file)
    return Books(database, House(LibraryId(name), currency, zone), key)


def _books_of_settings(path: Path | None, name: str) -> Books:
    from pydantic import ValidationError  # noqa: PLC0415

    from softdock.adapters.inhouse.settings import InhouseSettings  # noqa: PLC0415
    from softdock.adapters.inhouse.snapshot import House  # noqa: PLC0415
    from softdock.circulation.identifiers import LibraryId  # noqa: PLC0415
    from softdock.mappings.complaints import complaints  # noqa: PLC0415
    from softdock.ops.members import problems_with  # noqa: PLC0415
    from softdock.ops.settings import ProblemsFound, load_settings  # noqa: PLC0415
    from softdock.store.database import Database  # noqa: PLC0415

    if path is None:
        raise click.UsageError("Name the books: --database URL, or -c FILE --library ID.")
    try:
        settings = load_settings(path)
    except ProblemsFound as found:
        raise _not_good(found.problems) from None
    inhouse = [key for key, each in settings.libraries.items() if each.system.adapter == "inhouse"]
    name = name or (inhouse[0] if len(inhouse) == 1 else "")
    if name not in inhouse:
        raise click.UsageError(
            f"Name an embedded library by --library; there are: {', '.join(inhouse) or 'none'}."
        )
    library = settings.libraries[name]
    try:
        system = InhouseSettings.model_validate(dict(library.system.options))
    except ValidationError as error:
        said = complaints(error.errors(include_url=False))
        raise _not_good(problems_with(library.system.options, said)) from None
    if system.database == "memory":
        raise click.UsageError(f"The books of {name} are in memory, where no command reaches them.")
    database = Database.at(system.database, path.parent, "inhouse")
    return Books(database, House(LibraryId(name), library.currency, library.time_zone), system.pin_key)


def _not_good(problems: Iterable[object]) -> Fault:
    """Print each of `problems` with the settings; what to raise then."""
    for problem in problems:
        click.echo(str(problem), err=True)
    return Fault("The settings are not good.")


def _key_in(path: Path) -> str:
    from softdock.adapters.inhouse.pins import SHORTEST_KEY  # noqa: PLC0415

    try:
        key = path.read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeDecodeError):
        raise EnvironmentFault(f"{path} cannot be read.") from None
    if len(key) < SHORTEST_KEY:
        raise Fault(f"The key in {path} has less than {SHORTEST_KEY} characters.")
    return key


def _must_be_readable(file: Path) -> None:
    try:
        file.open("rb").close()
    except OSError as error:
        raise EnvironmentFault(f"{file} cannot be read: {(error.strerror or '').lower()}.") from None


def _must_be_there(database: "Database") -> None:
    if database.is_new:
        raise EnvironmentFault("There is no database there.")


def _now(books: Books) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC).astimezone(books.house.zone).replace(microsecond=0)


@contextmanager
def _told(file: Path | str) -> Iterator[None]:
    """What stands in the way of a command on `file`, in a sentence."""
    from softdock.adapters.inhouse.storage import WrongBooks  # noqa: PLC0415
    from softdock.store.database import DatabaseError  # noqa: PLC0415

    try:
        yield
    except WrongBooks as error:
        raise Fault(str(error)) from None
    except DatabaseError as error:
        raise EnvironmentFault(f"The database cannot be used. {error}") from None
    except FileExistsError as error:
        raise EnvironmentFault(f"{error.filename} is there already.") from None
    except OSError as error:
        raise EnvironmentFault(f"{error.filename or file}: {error.strerror}.") from None
