"""One library system each, behind the port `softdock.circulation.ports.LibrarySystem`.

An adapter says what its system can do, puts an operation to it, and answers an outcome; it raises only what
`softdock.circulation.errors` names.  Adapters are found by the entry points `softdock.adapters`, and imported
only when a library in the settings names them: a package of somebody else adds one the same way.

May import `softdock.circulation` and `softdock.mappings`; only adapters for systems that speak SIP2 or NCIP
import `softdock.protocols`.  No adapter knows the desk.

**Whoever writes an adapter imports from here, and from nowhere else in SoftDock.**  `__all__` is the whole of it, in
version `API_VERSION`:

* within one version a name that is here stays here, takes what it took and means what it meant; names, and fields with
  a default, may be added, and a new operation is one that nobody has to override;
* what would break an adapter gets a new version, which `CHANGES.md` announces; an adapter says by `api_version` which
  one it was written for, and a SoftDock that does not know that version refuses it by name when it is loaded.

Read `base` first, then `inhouse`, the library that SoftDock keeps itself.  `softdock.kit.testing` proves an adapter.
"""

from softdock.adapters.base import API_VERSION, Adapter, AdapterContext, AdapterSettings, AdapterSettingsError
from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import (
    AnswerLost,
    LibrarySystemError,
    MalformedReply,
    Misconfigured,
    SystemBusy,
    SystemUnavailable,
    Unsupported,
)
from softdock.circulation.holds import (
    HoldKind,
    HoldScope,
    HoldStatus,
)
from softdock.circulation.identifiers import (
    FeeId,
    HoldId,
    ItemId,
    LibraryId,
    PatronId,
    Secret,
    TitleId,
    masked,
)
from softdock.circulation.items import AlertType, CirculationStatus, FeeType, Item, MediaType, SecurityMarker
from softdock.circulation.journal import Effect
from softdock.circulation.money import Money, parse_money
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
from softdock.circulation.outcomes import (
    Accepted,
    Charged,
    Deleted,
    Done,
    HoldState,
    ItemUpdated,
    Lent,
    Noted,
    Paid,
    PatronReport,
    PinCheck,
    Recalled,
    Refused,
    RenewedAll,
    Returned,
    SessionEnded,
    TitleReport,
    Unknown,
)
from softdock.circulation.patrons import Counts, Entry, Patron, PatronList, Standing
from softdock.circulation.ports import AnyOutcome, ConnectionCounts, LibrarySystem
from softdock.circulation.reasons import Reason

__all__ = [
    "API_VERSION",
    "AcceptItem",
    "Accepted",
    "Adapter",
    "AdapterContext",
    "AdapterSettings",
    "AdapterSettingsError",
    "AlertType",
    "AmendItem",
    "AmendPatron",
    "AnswerLost",
    "AnyOutcome",
    "BlockPatron",
    "CancelHold",
    "CancelRecall",
    "Capability",
    "ChangeHold",
    "ChargeFee",
    "Charged",
    "Checkin",
    "Checkout",
    "CirculationStatus",
    "ConnectionCounts",
    "Counts",
    "CreateItem",
    "CreatePatron",
    "DeleteItem",
    "DeletePatron",
    "Deleted",
    "Done",
    "Effect",
    "EnablePatron",
    "EndSession",
    "Entry",
    "FeeId",
    "FeeType",
    "HoldId",
    "HoldKind",
    "HoldScope",
    "HoldState",
    "HoldStatus",
    "Item",
    "ItemId",
    "ItemUpdated",
    "Lent",
    "LibraryId",
    "LibrarySystem",
    "LibrarySystemError",
    "LookupHold",
    "LookupItem",
    "LookupPatron",
    "LookupTitle",
    "MalformedReply",
    "MediaType",
    "Misconfigured",
    "Money",
    "Noted",
    "Operation",
    "Paid",
    "Patron",
    "PatronId",
    "PatronList",
    "PatronReport",
    "PayFee",
    "PinCheck",
    "PlaceHold",
    "Reason",
    "RecallItem",
    "Recalled",
    "Refused",
    "Renew",
    "RenewAll",
    "RenewedAll",
    "Returned",
    "Secret",
    "SecurityMarker",
    "SessionEnded",
    "SetItemStatus",
    "Standing",
    "SystemBusy",
    "SystemUnavailable",
    "TakeNotice",
    "TitleId",
    "TitleReport",
    "Unknown",
    "Unsupported",
    "UpdateItem",
    "WaiveFee",
    "masked",
    "parse_money",
]
