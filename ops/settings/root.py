"""The settings as a whole."""

from collections.abc import Sized
from pathlib import Path
from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import Field, ValidationInfo, WithJsonSchema, field_validator
from pydantic.functional_validators import PlainValidator

from softdock.mappings.written import Seconds, choice, lasting, line, mistake, text_of, whole
from softdock.ops.settings.accounts import AnyAccount
from softdock.ops.settings.journal import Journal, StoreAddress
from softdock.ops.settings.libraries import LIBRARY_ID, Library
from softdock.ops.settings.listeners import Listener
from softdock.ops.settings.profiles import Profile
from softdock.ops.settings.sections import Circumstances, Section

LogFormat: TypeAlias = Literal["json", "console"]
LogLevel: TypeAlias = Literal["debug", "info", "warning", "error"]

Several = TypeVar("Several", bound=Sized)


def _socket_path(value: object, info: ValidationInfo) -> Path:
    directory = info.context.directory if isinstance(info.context, Circumstances) else Path()
    text = str(value) if isinstance(value, Path) else text_of(value, "Write the path of a socket.")
    if not text or "\0" in text:
        raise mistake(
            "This is not the path of a file.", "Write it like softdock.sock or /run/softdock/admin."
        )
    return directory / text


SocketPath: TypeAlias = Annotated[Path, PlainValidator(_socket_path), WithJsonSchema({"type": "string"})]


class Contact(Section):
    """What somebody needs to know who wants to ask the running server."""

    admin: SocketPath | None = None


class Log(Section):
    """The form of the log, and how much of it."""

    format: Annotated[LogFormat, choice(LogFormat, "a format of logs")] = "console"
    """One JSON object per line, for machines, or lines for people."""
    level: Annotated[LogLevel, choice(LogLevel, "a level of logs")] = "info"
    """The least important lines that are written."""


class Settings(Section):
    """Everything that an operator sets, in one file."""

    log: Log = Field(default_factory=Log)
    """What is written about the running server."""
    listen: tuple[Listener, ...]
    """Where SoftDock can be reached: a list such as [{sip2: 127.0.0.1:6001}, {ops: 127.0.0.1:8080}]."""
    admin: SocketPath | None = None
    """File of the unix socket for `softdock sessions` and `softdock trace`, relative to the settings file. Whoever may open it, its owner, may ask everything; without the key there is none."""
    store: StoreAddress | None = Field(default=None, repr=False)
    """Where SoftDock keeps its journal of what changes the libraries' books: the URL of a database, `sqlite:///store.db` (beside the settings) or `postgresql+psycopg://softdock@/softdock?host=/run/postgresql`. Without the key there is no journal, and nobody finds out what became of an operation whose answer was lost."""
    journal: Journal = Field(default_factory=Journal)
    """How the journal is kept."""
    grace: Annotated[Seconds, lasting(0, 600)] = Seconds(10)
    """Time given to operations under way when the server is told to stop, or a listener is taken out of the settings."""
    workers: Annotated[int, whole(1, 256)] = 1
    """How many processes serve the devices; more than there are processors make nothing faster. The option --workers of `softdock run` wins over it. Read at the start alone."""
    libraries: dict[Annotated[str, LIBRARY_ID], Library]
    """The libraries, by the identifier that devices send (SIP2: AO)."""
    accounts: tuple[AnyAccount, ...] = ()
    """Who may speak to SoftDock; nobody else can."""
    profiles: dict[Annotated[str, line(most=64)], Profile] = Field(
        default_factory=dict, validate_default=True
    )
    """The dialects of SIP2, and what is agreed with partners, by names of your own. One called default exists always, and is used where none is named."""

    @field_validator("listen", "libraries")
    @classmethod
    def _has_at_least_one(cls, value: Several) -> Several:
        if not value:
            raise mistake("Nothing is listed here.", "SoftDock needs at least one.")
        return value

    @field_validator("profiles")
    @classmethod
    def _has_default(cls, profiles: dict[str, Profile]) -> dict[str, Profile]:
        return {"default": Profile(), **profiles}
