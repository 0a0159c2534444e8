"""The systems at the end of a way, each with the same books."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from softdock.adapters.base import AdapterContext, unsupported
from softdock.adapters.declarative.adapter import DeclarativeAdapter
from softdock.adapters.inhouse.adapter import RULES, InhouseAdapter
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.operations import Operation
from softdock.circulation.ports import AnyOutcome, LibrarySystem
from softdock.circulation.records import record
from softdock.kit.counterparts.simulated import start_aleph, start_interlib
from softdock.kit.simulators.books import Books
from softdock.mappings import builtin

STOCK: Final = Path(__file__).with_name("stock.json")
LIBRARY: Final = LibraryId("LIB")
CURRENCY: Final = "CNY"
ZONE: Final = ZoneInfo("Asia/Shanghai")
NOW: Final = datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)
"""The present of every book: what is told of it is the same whenever it is asked."""


def now() -> datetime:
    """It stands still."""
    return NOW


@record
class Places:
    """What a system calls the places and the collections of the stock."""

    main: str = "MAIN"
    branch: str = "NORTH"
    general: str = "GEN"
    reference: str = "REF"

    def stock(self, directory: Path) -> Path:
        """The stock in these words, as a file in `directory`."""
        text = STOCK.read_text(encoding="utf-8")
        usual = Places()
        for ours, theirs in (
            (usual.main, self.main),
            (usual.branch, self.branch),
            (usual.general, self.general),
            (usual.reference, self.reference),
        ):
            text = text.replace(f'"{ours}"', f'"{theirs}"')
        written = directory / "stock.json"
        written.write_text(text, encoding="utf-8")
        return written


class End(ABC):
    """A system, opened, and the books that it keeps."""

    places: Places = Places()
    system: LibrarySystem
    books: Books

    @abstractmethod
    async def open(self, reactor: Any, directory: Path) -> None:
        """Make it ready; files of its own are made in `directory`."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of everything."""


def context(reactor: Any, directory: Path) -> AdapterContext:
    """What every adapter is told."""
    return AdapterContext(LIBRARY, ZONE, CURRENCY, now, directory, reactor)


# --- in-house ---------------------------------------------------------------------------------------------


class _OfBooks(InhouseAdapter):
    """The embedded library, on books that begin anew when they are told to."""

    overridden = frozenset(RULES)

    def __init__(self, books: Books, about: AdapterContext) -> None:
        super().__init__({"database": "memory"}, about)
        self._books = books

    def perform(self, operation: Operation, operation_id: str = "") -> Coroutine[Any, Any, AnyOutcome]:
        """See `circulation.ports.LibrarySystem`."""
        rule = RULES.get(type(operation))
        if rule is None:
            return unsupported(operation)
        return self._books.storage.work(rule, operation, operation_id)


class Inhouse(End):
    """The embedded library."""

    async def open(self, reactor: Any, directory: Path) -> None:
        """See `End`."""
        self.books = Books(STOCK, LIBRARY, now=now, zone=ZONE, currency=CURRENCY)
        self.system = _OfBooks(self.books, context(reactor, directory))
        await self.system.open()

    async def close(self) -> None:
        """See `End`."""
        await self.system.close()


# --- described by YAML ------------------------------------------------------------------------------------


class _Played(Protocol):
    @property
    def books(self) -> Books: ...
    async def stop(self) -> None: ...


class Folder(End):
    """A system that a simulator plays, and that an adapter folder of SoftDock's own describes."""

    def __init__(self, folder: Path, start: Callable[..., Any], places: Places) -> None:
        """`start` is of `kit.counterparts.simulated`."""
        self.places = places
        self._folder = folder
        self._start = start
        self._running: _Played | None = None

    async def open(self, reactor: Any, directory: Path) -> None:
        """See `End`."""
        running, settings = await self._start(reactor, stock=self.places.stock(directory), now=now)
        self._running, self.books = running, running.books
        self.system = DeclarativeAdapter(self._folder, settings, context(reactor, directory), is_proven=True)
        await self.system.open()
        await self.system.probe()

    async def close(self) -> None:
        """See `End`."""
        await self.system.close()
        if self._running is not None:
            await self._running.stop()


ENDS: Final[Mapping[str, Callable[[], End]]] = {
    "inhouse": Inhouse,
    "interlib": lambda: Folder(builtin.interlib, start_interlib, Places("MNWJ", "MNSE", "MN_001", "MN_009")),
    "aleph": lambda: Folder(builtin.aleph, start_aleph, Places()),
}
"""The systems that are not behind another SoftDock, by name."""
