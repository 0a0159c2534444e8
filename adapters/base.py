"""What every adapter is made of.

An adapter overrides the methods of the operations that its system can do, each a coroutine method that takes the
operation and answers its outcome.  What it is able to do follows from what it overrides, and the settings can
only take something away (`without: [pay-fee]`).
"""

import inspect
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import field
from datetime import datetime, tzinfo
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Final, Generic, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.json_schema import DEFAULT_REF_TEMPLATE, GenerateJsonSchema, JsonSchemaMode

from softdock.adapters.effects import Looks, find_effect
from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import Unsupported
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.journal import Effect
from softdock.circulation.losses import Direction, Tally
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
    TakeNotice,
    UpdateItem,
    WaiveFee,
)
from softdock.circulation.outcomes import Refused
from softdock.circulation.ports import AnyOutcome, ConnectionCounts, NobodyWatches, TransactionObserver
from softdock.circulation.reasons import Reason
from softdock.circulation.records import record
from softdock.mappings.complaints import Complaint, complaints
from softdock.mappings.written import AsWritten

API_VERSION: Final = 1
"""Of what `softdock.adapters` offers to those who write adapters; it tells what a version promises."""


def _nobody_counts(protocol: str, direction: Direction) -> Tally:
    """Where nobody is interested in what is lost."""
    return Counter()


@record
class AdapterContext:
    """What an adapter is told of the library it stands for."""

    library: LibraryId
    zone: tzinfo
    """Where the library's local times are."""
    currency: str
    """ISO 4217 code."""
    now: Callable[[], datetime]
    """The present, with a zone."""
    directory: Path
    """Where the settings lie: relative paths in them start here."""
    reactor: Any = None
    """For adapters with threads or connections of their own."""
    transactions: TransactionObserver = field(default_factory=NobodyWatches)
    """Who watches the transactions of an adapter's own database."""
    files: dict[Path, bytes] = field(default_factory=dict)
    """Digests of the files that the adapter was made from."""
    folders: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    """What lay in the folders whose files it was made from."""
    losses: Callable[[str, Direction], Tally] = _nobody_counts
    """Where to count, by protocol and direction, what of an operation or of its answer could not be carried."""
    workers: int = 1
    """How many processes of SoftDock there are, each with an adapter of its own to the same system."""
    worker: int = 0
    """Which of them this is, counted from 1; 0 where there is but one, or none serves yet."""

    deadline: float = 8.0
    """Seconds within which each operation has to be answered; what comes later is not heard."""

    def share(self, whole: int) -> int:
        """The part that this process has of `whole`, which is for all of them together; 0 if there is not enough for each."""
        part, rest = divmod(whole, self.workers)
        return part + (0 < self.worker <= rest)

    def read(self, path: Path) -> bytes:
        """The file at `path`, from which the adapter is made.  Raises OSError."""
        content = path.read_bytes()
        self.files[path] = sha256(content).digest()
        return content

    def entries(self, folder: Path) -> Sequence[Path]:
        """What lies in `folder`, of whose files the adapter is made, in order.  Raises OSError."""
        names = self.folders[folder] = tuple(sorted(each.name for each in folder.iterdir()))
        return [folder / each for each in names]

    def is_outdated(self) -> bool:
        """Whether a file from which the adapter was made says something else now, is gone, or has come."""
        try:
            return any(
                sha256(path.read_bytes()).digest() != digest for path, digest in self.files.items()
            ) or any(
                tuple(sorted(each.name for each in folder.iterdir())) != names
                for folder, names in self.folders.items()
            )
        except OSError:
            return True


class AdapterSettingsError(ValueError):
    """The settings of a library's system are not usable.  `complaints` names every place and what to do."""

    def __init__(self, found: Sequence[Complaint]) -> None:
        super().__init__("\n".join(f"{place}: {sentence}" for place, sentence in found))
        self.complaints: tuple[Complaint, ...] = tuple(found)


class AdapterSettings(BaseModel):
    """The keys that every adapter takes beside its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    without: frozenset[Capability] = frozenset()
    """What the library's system could do, but shall not be asked for."""

    @classmethod
    def model_json_schema(
        cls,
        by_alias: bool | None = True,
        ref_template: str = DEFAULT_REF_TEMPLATE,
        schema_generator: type[GenerateJsonSchema] = AsWritten,
        mode: JsonSchemaMode = "validation",
        **more: Any,
    ) -> dict[str, Any]:
        """JSON schema for editors and for the reference; defaults are what a file would say."""
        return super().model_json_schema(by_alias, ref_template, schema_generator, mode, **more)


METHODS: Mapping[type[Operation], str] = {
    LookupPatron: "lookup_patron",
    LookupItem: "lookup_item",
    Checkout: "checkout",
    Checkin: "checkin",
    Renew: "renew",
    RenewAll: "renew_all",
    PlaceHold: "place_hold",
    ChangeHold: "change_hold",
    CancelHold: "cancel_hold",
    PayFee: "pay_fee",
    BlockPatron: "block_patron",
    EnablePatron: "enable_patron",
    UpdateItem: "update_item",
    LookupTitle: "lookup_title",
    LookupHold: "lookup_hold",
    RecallItem: "recall_item",
    CancelRecall: "cancel_recall",
    AcceptItem: "accept_item",
    ChargeFee: "charge_fee",
    WaiveFee: "waive_fee",
    CreatePatron: "create_patron",
    AmendPatron: "amend_patron",
    DeletePatron: "delete_patron",
    CreateItem: "create_item",
    AmendItem: "amend_item",
    DeleteItem: "delete_item",
    SetItemStatus: "set_item_status",
    TakeNotice: "take_notice",
    EndSession: "end_session",
}
"""Which method of an adapter is asked for which operation."""

assert set(METHODS) == set(get_args(Operation))

Own = TypeVar("Own", bound=AdapterSettings)
_Method = Callable[[Any], Coroutine[Any, Any, AnyOutcome]]


class Adapter(Generic[Own]):
    """One library's system.  Implements `circulation.ports.LibrarySystem`.

    A subclass names the model of its settings in `Settings` and overrides at least one operation.
    """

    Settings: ClassVar[type[AdapterSettings]] = AdapterSettings
    api_version: ClassVar[int | None] = None
    """The `API_VERSION` that it was written for; None says nothing, as of adapters that come with SoftDock itself."""
    lists_tell_all: bool = True
    """Whether a patron has nothing where a list shows nothing, although no PIN was given."""
    offline_transactions: ClassVar[bool] = False
    """Whether the system books what happened while it was away, without refusing it."""
    fails_as_a_whole: ClassVar[bool] = True
    """Whether a system that is away for one operation is away for all, so that it may be left alone for a while."""
    can_probe: bool = False
    """Whether `probe` is overridden, and so asks the system; found out when the class is made."""
    overridden: ClassVar[frozenset[type[Operation]]] = frozenset()
    """The operations that this class can do; found out when the class is made, unless it says so itself."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.can_probe = cls.probe is not Adapter.probe
        if "overridden" in vars(cls):
            return
        found = set()
        for operation, name in METHODS.items():
            method = getattr(cls, name)
            if method is getattr(Adapter, name):
                continue
            if not inspect.iscoroutinefunction(method):
                raise TypeError(f"{cls.__name__}.{name} must be a coroutine method (async def)")
            found.add(operation)
        cls.overridden = frozenset(found)

    def __init__(self, settings: Mapping[str, object], context: AdapterContext) -> None:
        """Raises AdapterSettingsError with everything that is wrong with `settings`."""
        self.settings: Own = _checked(self.Settings, settings)  # type: ignore[assignment]
        self.context = context
        offered = {each.capability for each in self.overridden}
        if self.offline_transactions:
            offered.add(Capability.OFFLINE_TRANSACTIONS)
        self.capabilities: frozenset[Capability] = frozenset(offered - self.settings.without)
        self._methods: dict[type[Operation], _Method] = {
            operation: getattr(self, METHODS[operation])
            for operation in self.overridden
            if operation.capability in self.capabilities
        }

    async def open(self) -> None:
        """Make ready.  An error of the settings is raised here, an absent system is not an error."""

    async def close(self) -> None:
        """Let go of connections, threads and files."""

    async def probe(self) -> None:
        """Return if the system answers, raise a `LibrarySystemError` if not.  Changes nothing.

        Where it is not overridden, a system that was away is found to be back by the next lookup or return.
        """

    @property
    def connections(self) -> ConnectionCounts | None:
        """How the connections to the system stand; None where there are none to speak of."""
        return None

    def perform(self, operation: Operation, operation_id: str = "") -> Coroutine[Any, Any, AnyOutcome]:
        """The outcome of `operation`, by the method that is there for it.

        Raises `Unsupported` for what the adapter can not do.
        """
        method = self._methods.get(type(operation))
        return unsupported(operation) if method is None else method(operation)

    async def find_effect(self, operation: Operation, operation_id: str, since: datetime) -> Effect:
        """See `circulation.ports.LibrarySystem`.  Told by what can be looked up."""
        return await find_effect(self._looks(), operation, since, self.context.now(), self.context.zone)

    def _looks(self) -> Looks:
        """How the system can be looked at."""
        return Looks(self.perform, self.capabilities, self.lists_tell_all)

    def undoing(self, operation: Operation) -> Operation | None:
        """See `circulation.ports.LibrarySystem`.  What has happened outside of the system is not undone in it."""
        if isinstance(operation, Checkout) and not (operation.cancel or operation.no_block):
            undoing: Operation = Checkin(operation.item, cancel=True)
        elif isinstance(operation, PlaceHold):
            undoing = CancelHold(operation.patron, operation.item, operation.title)
        else:
            return None
        return undoing if undoing.capability in self.capabilities else None

    # One method for each operation.  Those that an adapter does not override are never called: what it is able to do
    # follows from what it overrides, and `perform` answers for the rest.

    async def lookup_patron(self, operation: LookupPatron) -> AnyOutcome:
        """Done with a `PatronReport`, complete whatever the PIN is; refused for an unknown card."""
        raise NotImplementedError

    async def lookup_item(self, operation: LookupItem) -> AnyOutcome:
        """Done with an `Item`."""
        raise NotImplementedError

    async def checkout(self, operation: Checkout) -> AnyOutcome:
        """Done with `Lent`."""
        raise NotImplementedError

    async def checkin(self, operation: Checkin) -> AnyOutcome:
        """Done with `Returned`."""
        raise NotImplementedError

    async def renew(self, operation: Renew) -> AnyOutcome:
        """Done with `Lent`, renewed."""
        raise NotImplementedError

    async def renew_all(self, operation: RenewAll) -> AnyOutcome:
        """Done with `RenewedAll`."""
        raise NotImplementedError

    async def place_hold(self, operation: PlaceHold) -> AnyOutcome:
        """Done with `HoldState`."""
        raise NotImplementedError

    async def change_hold(self, operation: ChangeHold) -> AnyOutcome:
        """Done with `HoldState`."""
        raise NotImplementedError

    async def cancel_hold(self, operation: CancelHold) -> AnyOutcome:
        """Done with `HoldState`."""
        raise NotImplementedError

    async def pay_fee(self, operation: PayFee) -> AnyOutcome:
        """Done with `Paid`."""
        raise NotImplementedError

    async def block_patron(self, operation: BlockPatron) -> AnyOutcome:
        """Done with a `PatronReport` of the card as it stands then."""
        raise NotImplementedError

    async def enable_patron(self, operation: EnablePatron) -> AnyOutcome:
        """Done with a `PatronReport` of the card as it stands then."""
        raise NotImplementedError

    async def update_item(self, operation: UpdateItem) -> AnyOutcome:
        """Done with `ItemUpdated`."""
        raise NotImplementedError

    async def lookup_title(self, operation: LookupTitle) -> AnyOutcome:
        """Done with a `TitleReport`."""
        raise NotImplementedError

    async def lookup_hold(self, operation: LookupHold) -> AnyOutcome:
        """Done with a `HoldState`; refused for one that is not known."""
        raise NotImplementedError

    async def recall_item(self, operation: RecallItem) -> AnyOutcome:
        """Done with `Recalled`."""
        raise NotImplementedError

    async def cancel_recall(self, operation: CancelRecall) -> AnyOutcome:
        """Done with `Recalled`."""
        raise NotImplementedError

    async def accept_item(self, operation: AcceptItem) -> AnyOutcome:
        """Done with `Accepted`."""
        raise NotImplementedError

    async def charge_fee(self, operation: ChargeFee) -> AnyOutcome:
        """Done with `Charged`."""
        raise NotImplementedError

    async def waive_fee(self, operation: WaiveFee) -> AnyOutcome:
        """Done with `Charged`."""
        raise NotImplementedError

    async def create_patron(self, operation: CreatePatron) -> AnyOutcome:
        """Done with a `PatronReport` of the new card."""
        raise NotImplementedError

    async def amend_patron(self, operation: AmendPatron) -> AnyOutcome:
        """Done with a `PatronReport` of the card as it stands then."""
        raise NotImplementedError

    async def delete_patron(self, operation: DeletePatron) -> AnyOutcome:
        """Done with `Deleted`."""
        raise NotImplementedError

    async def create_item(self, operation: CreateItem) -> AnyOutcome:
        """Done with `ItemUpdated`."""
        raise NotImplementedError

    async def amend_item(self, operation: AmendItem) -> AnyOutcome:
        """Done with `ItemUpdated`."""
        raise NotImplementedError

    async def delete_item(self, operation: DeleteItem) -> AnyOutcome:
        """Done with `Deleted`."""
        raise NotImplementedError

    async def set_item_status(self, operation: SetItemStatus) -> AnyOutcome:
        """Done with `ItemUpdated`."""
        raise NotImplementedError

    async def take_notice(self, operation: TakeNotice) -> AnyOutcome:
        """Done with `Noted`."""
        raise NotImplementedError

    async def end_session(self, operation: EndSession) -> AnyOutcome:
        """Done with `SessionEnded`."""
        raise NotImplementedError


def names_only_a_hold(operation: Operation) -> bool:
    """Whether `operation` means a hold by its name alone, and so none for a system that keeps no names."""
    return (
        isinstance(operation, CancelHold | ChangeHold | LookupHold)
        and operation.hold is not None
        and operation.item is None
        and operation.title is None
    )


async def unknown_hold() -> AnyOutcome:
    """What comes of an operation on a hold by a name that the system does not keep."""
    return Refused(Reason.HOLD_UNKNOWN)


async def unsupported(operation: Operation) -> AnyOutcome:
    """What comes of an operation that an adapter can not do."""
    raise Unsupported(type(operation).__name__)


def _checked(model: type[AdapterSettings], settings: Mapping[str, object]) -> AdapterSettings:
    try:
        return model.model_validate(dict(settings))
    except ValidationError as error:
        raise AdapterSettingsError(complaints(error.errors(include_url=False))) from None
