"""What an adapter to a system that speaks NCIP is told, in tests."""

from datetime import UTC, datetime
from pathlib import Path

from softdock.adapters.base import AdapterContext
from softdock.circulation.identifiers import LibraryId


def a_context(directory=Path(), reactor=None, **more):
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    return AdapterContext(LibraryId("LIB"), UTC, "CNY", lambda: noon, directory, reactor, **more)
