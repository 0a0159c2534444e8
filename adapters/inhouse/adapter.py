"""The embedded library as an adapter: each operation is put to its rule, within the storage's unit of work."""

from collections.abc import Mapping
from pathlib import Path

from softdock.adapters.base import Adapter, AdapterContext, AdapterSettingsError
from softdock.adapters.inhouse.importing import ImportFileError, read_stock
from softdock.adapters.inhouse.memory import MemoryStorage
from softdock.adapters.inhouse.rules.cards import block_patron, enable_patron, end_session, lookup_patron
from softdock.adapters.inhouse.rules.holds import cancel_hold, change_hold, place_hold
from softdock.adapters.inhouse.rules.items import lookup_item, update_item
from softdock.adapters.inhouse.rules.lending import checkout
from softdock.adapters.inhouse.rules.money import pay_fee
from softdock.adapters.inhouse.rules.renewing import renew, renew_all
from softdock.adapters.inhouse.rules.returning import checkin
from softdock.adapters.inhouse.settings import InhouseSettings
from softdock.adapters.inhouse.snapshot import House
from softdock.adapters.inhouse.storage import Stock, Storage
from softdock.circulation.operations import (
    BlockPatron,
    CancelHold,
    ChangeHold,
    Checkin,
    Checkout,
    EnablePatron,
    EndSession,
    LookupItem,
    LookupPatron,
    PayFee,
    PlaceHold,
    Renew,
    RenewAll,
    UpdateItem,
)
from softdock.circulation.ports import AnyOutcome

DEMO = Path(__file__).with_name("demo.json")


class InhouseAdapter(Adapter[InhouseSettings]):
    """A small library whose books SoftDock keeps itself.  It can do everything."""

    Settings = InhouseSettings
    offline_transactions = True

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
        self._stock = None if self.settings.import_ is None else self._read(self.settings.import_, house)
        self._storage: Storage = MemoryStorage(house, context.now)

    def _read(self, name: str, house: House) -> Stock:
        path = DEMO if name == "demo" else self.context.directory / name
        try:
            return read_stock(path, house, self.context.now())
        except ImportFileError as error:
            found = [(f"import: {path.name}: {place}" if place else f"import: {path.name}", sentence)
                     for place, sentence in error.complaints]  # fmt: skip
            raise AdapterSettingsError(found) from None

    async def open(self) -> None:
        """Open the books; empty ones take in the import file."""
        await self._storage.open()
        if self._stock is not None and await self._storage.is_empty():
            await self._storage.take_in(self._stock)
        self._stock = None

    async def close(self) -> None:
        """Close the books."""
        await self._storage.close()

    async def probe(self) -> None:
        """See `circulation.ports.LibrarySystem`."""
        await self._storage.probe()

    async def lookup_patron(self, operation: LookupPatron) -> AnyOutcome:
        """See `rules.cards`."""
        return await self._storage.work(lookup_patron, operation)

    async def lookup_item(self, operation: LookupItem) -> AnyOutcome:
        """See `rules.items`."""
        return await self._storage.work(lookup_item, operation)

    async def checkout(self, operation: Checkout) -> AnyOutcome:
        """See `rules.lending`."""
        return await self._storage.work(checkout, operation)

    async def checkin(self, operation: Checkin) -> AnyOutcome:
        """See `rules.returning`."""
        return await self._storage.work(checkin, operation)

    async def renew(self, operation: Renew) -> AnyOutcome:
        """See `rules.renewing`."""
        return await self._storage.work(renew, operation)

    async def renew_all(self, operation: RenewAll) -> AnyOutcome:
        """See `rules.renewing`."""
        return await self._storage.work(renew_all, operation)

    async def place_hold(self, operation: PlaceHold) -> AnyOutcome:
        """See `rules.holds`."""
        return await self._storage.work(place_hold, operation)

    async def change_hold(self, operation: ChangeHold) -> AnyOutcome:
        """See `rules.holds`."""
        return await self._storage.work(change_hold, operation)

    async def cancel_hold(self, operation: CancelHold) -> AnyOutcome:
        """See `rules.holds`."""
        return await self._storage.work(cancel_hold, operation)

    async def pay_fee(self, operation: PayFee) -> AnyOutcome:
        """See `rules.money`."""
        return await self._storage.work(pay_fee, operation)

    async def block_patron(self, operation: BlockPatron) -> AnyOutcome:
        """See `rules.cards`."""
        return await self._storage.work(block_patron, operation)

    async def enable_patron(self, operation: EnablePatron) -> AnyOutcome:
        """See `rules.cards`."""
        return await self._storage.work(enable_patron, operation)

    async def update_item(self, operation: UpdateItem) -> AnyOutcome:
        """See `rules.items`."""
        return await self._storage.work(update_item, operation)

    async def end_session(self, operation: EndSession) -> AnyOutcome:
        """See `rules.cards`."""
        return await self._storage.work(end_session, operation)
