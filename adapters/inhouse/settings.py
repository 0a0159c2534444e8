"""The settings of an embedded library, under `system:` with `adapter: inhouse`.

    system:
      adapter: inhouse
      database: memory
      import: demo/cdl.json
      hold_shelf_days: 7
      sort_bins: {hold-here: "1", hold-elsewhere: "2", transit: "2", special: "9", 少儿: "4", default: "3"}
      without: [block-patron]

`without` belongs to every adapter.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from softdock.adapters.base import AdapterSettings

Text = Annotated[str, StringConstraints(min_length=1)]


class InhouseSettings(AdapterSettings):
    """The keys of the embedded library."""

    database: Literal["memory"]
    """Where the books are kept; `memory` forgets them when SoftDock stops."""
    import_: Annotated[Text | None, Field(alias="import")] = None
    """A file that is read when the library is empty, or `demo` for the library that SoftDock brings along."""
    hold_shelf_days: Annotated[int, Field(ge=1)] = 7
    """How long an item that is set aside waits for its patron."""
    sort_bins: Annotated[dict[Text, str], Field(default_factory=dict)]
    """The sorter's bin for an alert (hold-here, hold-elsewhere, transit, special), a collection or a permanent
    location, looked up in this order; `default` for the rest."""
