"""The settings of an embedded library, under `system:` with `adapter: inhouse`.

    system:
      adapter: inhouse
      database: sqlite:////var/lib/softdock/cdl.db
      pin_key: "${file:pin.key}"
      import: demo/cdl.json
      hold_shelf_days: 7
      sort_bins: {hold-here: "1", hold-elsewhere: "2", transit: "2", special: "9", 少儿: "4", default: "3"}
      without: [block-patron]

`without` belongs to every adapter.
"""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from softdock.adapters.base import AdapterSettings
from softdock.adapters.inhouse.pins import SHORTEST_KEY

Text = Annotated[str, StringConstraints(min_length=1)]
Key = Annotated[str, StringConstraints(min_length=SHORTEST_KEY, max_length=4096)]


def _database(address: str) -> str:
    if address != "memory":
        from softdock.store.database import Database, DatabaseUrlError  # noqa: PLC0415 - for those who have one

        try:
            Database.at(address, Path(), "")
        except DatabaseUrlError as error:
            sentence = (
                f"{str(error).rstrip('.')}. Write memory, or the URL of a database such as sqlite:///books.db"
            )
            raise PydanticCustomError("database", "{sentence}", {"sentence": sentence}) from None
    return address


class InhouseSettings(AdapterSettings):
    """The keys of the embedded library."""

    database: Annotated[Text, AfterValidator(_database)]
    """Where the books are kept: the URL of a database, `sqlite:///cdl.db` (beside the settings),
    `sqlite:////var/lib/softdock/cdl.db` or `postgresql+psycopg://softdock@/cdl?host=/run/postgresql`; or `memory`, which
    forgets them when SoftDock stops."""
    pin_key: Annotated[Key | None, Field(repr=False)] = None
    """The key under which PINs are hashed; with a database it is required, and of no use to anybody without it.  Whoever
    has both can find the PINs out, so keep it elsewhere: `"${file:pin.key}"`."""
    readers: Annotated[int, Field(ge=1, le=32)] = 2
    """How many threads read from the database; one more writes."""
    batch: Annotated[int, Field(ge=1, le=10_000)] = 500
    """How many operations are committed together at most.  None waits for company."""
    import_: Annotated[Text | None, Field(alias="import")] = None
    """A file that is read when nothing was ever read into the library, or `demo` for the library that SoftDock brings
    along."""
    hold_shelf_days: Annotated[int, Field(ge=1)] = 7
    """How long an item that is set aside waits for its patron."""
    sort_bins: Annotated[dict[Text, str], Field(default_factory=dict)]
    """The sorter's bin for an alert (hold-here, hold-elsewhere, transit, special), a collection or a permanent
    location, looked up in this order; `default` for the rest."""
