"""`store` and `journal`: where SoftDock keeps what must survive, and for how long."""

from pathlib import Path
from typing import Annotated, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import Field, WithJsonSchema
from pydantic.functional_validators import PlainValidator

from softdock.mappings.written import ZONE, Seconds, lasting, mistake, text_of
from softdock.ops.settings.libraries import Library
from softdock.ops.settings.sections import Section

DAY = 86400

_REMEDY = "Write it like sqlite:///store.db or postgresql+psycopg://softdock@/softdock?host=/run/postgresql."


def _store_address(value: object) -> str:
    """Never quotes what it was given: it may hold a password."""
    from softdock.store.database import Database, DatabaseUrlError  # noqa: PLC0415 - for those who have one

    text = text_of(value, _REMEDY)
    try:
        Database.at(text, Path(), "")
    except DatabaseUrlError as error:
        raise mistake(str(error), "" if "install" in str(error) else _REMEDY) from None
    return text


StoreAddress: TypeAlias = Annotated[str, PlainValidator(_store_address), WithJsonSchema({"type": "string"})]


class Journal(Section):
    """How the journal of what changes the libraries' books is kept."""

    keep: Annotated[Seconds, lasting(DAY, 3660 * DAY)] = Seconds(30 * DAY)
    """How long an operation that has ended is kept, such as 30d; one whose outcome is not known is kept until it is settled.

    Read at the start alone.
    """


class Days(Section):
    """By which days a library counts."""

    time_zone: Annotated[ZoneInfo, ZONE] = Library.model_fields["time_zone"].default
    """As in the library's own section."""


class Stored(Section):
    """What somebody needs to know who wants to read the journal without the server."""

    store: StoreAddress | None = Field(default=None, repr=False)
    libraries: dict[str, Days] = Field(default_factory=dict)
