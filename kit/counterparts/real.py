"""A system of somebody's own, of which nothing is known but how to reach it.

It cannot be told to fail, and its books are not to be seen.  What may be asked are the operations of the adapter's own
examples that change nothing; others only if whoever starts the checks allows it, for a test system whose books nobody
needs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from softdock.kit.counterparts.port import Case, Counterpart


class Real(Counterpart):
    """A test system, reached by the settings that were given."""

    def __init__(
        self,
        settings: Mapping[str, object],
        cases: Sequence[Case],
        personal: frozenset[str],
        *,
        changes: bool,
    ) -> None:
        super().__init__()
        self._settings = settings
        self._cases = [each for each in cases if changes or not each.operation.changes_state]
        self.personal = personal
        self.allows_changes = changes

    @property
    def settings(self) -> Mapping[str, object]:
        """See `Counterpart`."""
        return self._settings

    @property
    def cases(self) -> Sequence[Case]:
        """See `Counterpart`."""
        return self._cases

    async def start(self, reactor: Any) -> None:
        """It runs already."""

    async def stop(self) -> None:
        """It goes on running."""
