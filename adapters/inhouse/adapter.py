"""The embedded library as an adapter: each operation is put to its rule, within the storage's unit of work."""

from collections.abc import Coroutine, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from softdock.adapters.base import Adapter, AdapterContext, AdapterSettingsError, unsupported
from softdock.adapters.inhouse.importing import ImportFileError, read_stock
from softdock.adapters.inhouse.memory import MemoryStorage
from softdock.adapters.inhouse.pins import PinSeal
from softdock.adapters.inhouse.rules.accepting import accept_item
from softdock.adapters.inhouse.rules.cards import block_patron, enable_patron, end_session, lookup_patron
from softdock.adapters.inhouse.rules.cataloguing import amend_item, create_item, delete_item
from softdock.adapters.inhouse.rules.charges import charge_fee, waive_fee
from softdock.adapters.inhouse.rules.effects import still_stands
from softdock.adapters.inhouse.rules.holds import cancel_hold, change_hold, lookup_hold, place_hold
from softdock.adapters.inhouse.rules.items import lookup_item, update_item
from softdock.adapters.inhouse.rules.lending import checkout
from softdock.adapters.inhouse.rules.money import pay_fee
from softdock.adapters.inhouse.rules.patrons import amend_patron, create_patron, delete_patron
from softdock.adapters.inhouse.rules.recalling import cancel_recall, recall_item
from softdock.adapters.inhouse.rules.renewing import renew, renew_all
from softdock.adapters.inhouse.rules.returning import checkin
from softdock.adapters.inhouse.rules.statuses import set_item_status
from softdock.adapters.inhouse.rules.titles import lookup_title
from softdock.adapters.inhouse.settings import InhouseSettings
from softdock.adapters.inhouse.snapshot import House, Rule
from softdock.adapters.inhouse.storage import Stock, Storage, WrongBooks
from softdock.circulation.journal import Effect
from softdock.circulation.operations import (
    AcceptItem,
    AmendItem,
    AmendPatron,
    BlockPatron,
    CancelHold,
    CancelRecall,
    ChangeHold,
    ChargeFee,
    Checkin,
    Checkout,
    CreateItem,
    CreatePatron,
    DeleteItem,
    DeletePatron,
    EnablePatron,
    EndSession,
    LookupHold,
    LookupItem,
    LookupPatron,
    LookupTitle,
    Operation,
    PayFee,
    PlaceHold,
    RecallItem,
    Renew,
    RenewAll,
    SetItemStatus,
    UpdateItem,
    WaiveFee,
)
from softdock.circulation.outcomes import Done
from softdock.circulation.ports import AnyOutcome

DEMO = Path(__file__).with_name("demo.json")

RULES: Mapping[type[Operation], Rule[Any]] = {
    LookupPatron: lookup_patron,
    LookupItem: lookup_item,
    LookupTitle: lookup_title,
    Checkout: checkout,
    Checkin: checkin,
    Renew: renew,
    RenewAll: renew_all,
    RecallItem: recall_item,
    AcceptItem: accept_item,
    CancelRecall: cancel_recall,
    PlaceHold: place_hold,
    ChangeHold: change_hold,
    CancelHold: cancel_hold,
    LookupHold: lookup_hold,
    PayFee: pay_fee,
    ChargeFee: charge_fee,
    WaiveFee: waive_fee,
    BlockPatron: block_patron,
    EnablePatron: enable_patron,
    CreatePatron: create_patron,
    AmendPatron: amend_patron,
    DeletePatron: delete_patron,
    UpdateItem: update_item,
    CreateItem: create_item,
    AmendItem: amend_item,
    DeleteItem: delete_item,
    SetItemStatus: set_item_status,
    EndSession: end_session,
}
"""What decides about each operation.  There is nothing to add but the storage's unit of work."""


_NOT_SHARED = (
    "Books in memory belong to one process, and {} workers would keep as many different books. Write the URL of a"
    " database such as sqlite:///books.db, or let one worker run."
)


class InhouseAdapter(Adapter[InhouseSettings]):
    """A small library whose books SoftDock keeps itself.  It can do everything."""

    Settings = InhouseSettings
    overridden = frozenset(RULES)
    offline_transactions = True
    fails_as_a_whole = False
    """With no room for changes its books can still be read; and it knows by itself when its database is back."""

    def __init__(self, settings: Mapping[str, object], context: AdapterContext) -> None:
        """Reads the import file as well, so that a faulty one is told before the server starts."""
        super().__init__(settings, context)
        house = House(
            library=context.library,
            currency=context.currency,
            zone=context.zone,
            sort_bins=dict(self.settings.sort_bins),
            hold_shelf_days=self.settings.hold_shelf_days,
        )
        self._stock: Stock | None = None
        self._storage = self._made_storage(house)
        self._rules = {
            operation: rule for operation, rule in RULES.items() if operation.capability in self.capabilities
        }

    def _made_storage(self, house: House) -> Storage:
        settings, context = self.settings, self.context
        if settings.database == "memory":
            if context.workers > 1:
                raise AdapterSettingsError([("database", _NOT_SHARED.format(context.workers))])
            self._house = house
            self._stock = self._import_file()
            return MemoryStorage(house, context.now)
        if settings.pin_key is None:
            raise AdapterSettingsError([("pin_key", "This is required with a database.")])
        from softdock.adapters.inhouse.sql.storage import SqlStorage  # noqa: PLC0415 - for those who have a database
        from softdock.store.database import Database, DatabaseThreads  # noqa: PLC0415

        self._house = replace(house, pins=PinSeal(settings.pin_key))
        database = Database.at(settings.database, context.directory, "inhouse")
        if database.is_new:
            self._stock = self._import_file()
        threads = DatabaseThreads(
            database,
            context.library,
            context.reactor,
            context.transactions,
            readers=settings.readers,
            batch=settings.batch,
        )
        return SqlStorage(database, self._house, context.now, threads)

    def _import_file(self) -> Stock | None:
        """What the import file holds, if there is one.  Raises AdapterSettingsError."""
        name = self.settings.import_
        if name is None:
            return None
        path = DEMO if name == "demo" else self.context.directory / name
        try:
            return read_stock(path, self._house, self.context.now())
        except ImportFileError as error:
            found = [(f"import: {path.name}: {place}" if place else f"import: {path.name}", sentence)
                     for place, sentence in error.complaints]  # fmt: skip
            raise AdapterSettingsError(found) from None

    async def open(self) -> None:
        """Open the books; new ones take in the import file.  Raises AdapterSettingsError for books of somebody else."""
        initial = None if self.settings.import_ is None else self._initial
        try:
            await self._storage.open(initial)
        except WrongBooks as error:
            raise AdapterSettingsError([("database", str(error))]) from None

    def _initial(self) -> Stock:
        """The import file, which need not have been looked at if the books were not new."""
        stock, self._stock = self._stock or self._import_file(), None
        assert stock is not None
        return stock

    async def close(self) -> None:
        """Close the books."""
        await self._storage.close()

    async def probe(self) -> None:
        """See `circulation.ports.LibrarySystem`."""
        await self._storage.probe()

    def perform(self, operation: Operation, operation_id: str = "") -> Coroutine[Any, Any, AnyOutcome]:
        """See `circulation.ports.LibrarySystem`."""
        rule = self._rules.get(type(operation))
        return unsupported(operation) if rule is None else self._storage.work(rule, operation, operation_id)

    async def find_effect(self, operation: Operation, operation_id: str, since: datetime) -> Effect:
        """See `circulation.ports.LibrarySystem`.

        The books know by themselves what they have done.  A loan or a hold of which nothing is left counts as not
        done: it has been undone, or has ended.
        """
        effect = await self._storage.effect_of(operation_id, since)
        if effect is Effect.DONE:
            standing = await self._storage.work(still_stands, operation)
            assert isinstance(standing, Done)
            return Effect.DONE if standing.result else Effect.NOT_DONE
        return effect

    def undoing(self, operation: Operation) -> Operation | None:
        """See `circulation.ports.LibrarySystem`.  A renewal can be undone here as well."""
        undoing = super().undoing(operation)
        match operation:
            case Renew(item=str(item), no_block=False):
                undoing = Checkin(item, cancel=True)
            case Checkout() if undoing is not None:
                undoing = Checkin(operation.item, cancel=True, borrower=operation.patron)
            case RecallItem():
                undoing = CancelRecall(operation.item)
            case PlaceHold(hold=str(name)) if undoing is not None:
                undoing = CancelHold(operation.patron, hold=name)
        return undoing if undoing is not None and undoing.capability in self.capabilities else None
