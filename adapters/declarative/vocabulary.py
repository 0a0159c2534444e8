"""What maps translate from and to: the operations, what each asks, and what there is to be read for it."""

from collections.abc import Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from softdock.adapters.base import METHODS
from softdock.adapters.declarative.shapes import Fields, fields_of
from softdock.circulation.identifiers import PatronId, Secret
from softdock.circulation.items import Item
from softdock.circulation.journal import Effect
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
    Operation,
    PayFee,
    PlaceHold,
    Renew,
    RenewAll,
    UpdateItem,
)
from softdock.circulation.outcomes import HoldState, Lent, Paid, PatronReport, PinCheck, Returned
from softdock.circulation.patrons import Counts, Entry, Patron, PatronList, Standing
from softdock.circulation.reasons import Reason
from softdock.circulation.records import record
from softdock.mappings.files.compiled import OperationKind, Vocabulary
from softdock.mappings.rules.fields import Target
from softdock.mappings.shapes import Found, Kind

VERIFY_PIN: Final = "verify-pin"
"""The map that compares a PIN where the system has a request of its own for that: it is carried out before every
operation that changes something and has a PIN, and beside a lookup that has one."""


@record
class VerifyPin:
    """Whether `pin` is that of the card."""

    patron: PatronId
    pin: Secret | None = None


@record
class Asked:
    """An operation, with what a request may need to know beside it."""

    operation: Any
    operation_id: str
    now: datetime
    library: str


_MAPPED: Final = (
    LookupPatron, LookupItem, Checkout, Checkin, Renew, RenewAll, PlaceHold, ChangeHold, CancelHold, PayFee,
    BlockPatron, EnablePatron, UpdateItem, EndSession,
)  # fmt: skip
"""The operations of which there may be maps."""

NAMES: Final[Mapping[type, str]] = {
    **{operation: METHODS[operation].replace("_", "-") for operation in _MAPPED},
    VerifyPin: VERIFY_PIN,
}
"""The name of each operation in maps."""

OPERATIONS: Final[Mapping[str, type]] = {name: operation for operation, name in NAMES.items()}

_CONTEXT: Final[Mapping[str, Found]] = {
    "operation.id": Found(Kind.TEXT, attrgetter("operation_id")),
    "operation.now": Found(Kind.DATE, attrgetter("now")),
    "library": Found(Kind.TEXT, attrgetter("library")),
}


_NOT_ASKED: Final = (
    "extra",
    "hold",
    "kind",
    "borrower",
    "needs_name",
    "only_if_lent",
    "only_if_new",
    "desired_due",
    "acknowledged_fee",
)
"""What of an operation no map has to do with."""


def _asked(operation: type) -> Fields:
    own = fields_of(operation, "", lambda name: attrgetter(f"operation.{name}"), without=_NOT_ASKED)
    own = {name: _plain(found) for name, found in own.items()}
    return _WithExtra({**own, **_CONTEXT})


def _plain(found: Found) -> Found:
    """Identifiers as plain texts: what prints one must not print its mask."""
    if found.kind is not Kind.TEXT:
        return found
    get = found.get
    return Found(Kind.TEXT, lambda asked: None if (text := get(asked)) is None else str.__str__(text))


class _WithExtra(Fields):
    """An operation, whose extra fields are read by the names that the device gave them: `extra.PB`."""

    def __init__(self, found: Mapping[str, Found]) -> None:
        super().__init__(found, open_names=("extra.",))

    def at(self, path: str) -> Any:
        """See `Fields`."""
        if path.startswith("extra.") and path != "extra.":
            name = path.removeprefix("extra.")
            return Found(
                Kind.TEXT,
                lambda asked: next((text for each, text in asked.operation.extra if each == name), None),
            )
        return super().at(path)


_NOTE: Final = {"note": Found(Kind.TEXT, lambda _: None)}
_PATRON: Final = {
    **fields_of(Patron, "patron.", without=("standing", "counts", "extra")),
    **fields_of(Counts, "patron.counts."),
}
_ITEM: Final = fields_of(Item, "item.", without=("extra", "lendable"))
_NAMED_ITEM: Final = {"item.id": _ITEM["item.id"]}
_ENTRY: Final = {
    "item.id": _ITEM["item.id"],
    "item.title": _ITEM["item.title"],
    **{
        {"item.id": "item.id", "fee_type": "fee.type", "amount": "fee.amount"}.get(name, name): found
        for name, found in fields_of(
            Entry, "", without=("title", "title_id", "media_type", "accrued", "note")
        ).items()
    },
}


def _target(found: Mapping[str, Found], *open_names: str, words: Any = None, lists: Any = None) -> Target:
    shape = Fields({**found, **_NOTE}, open_names)
    words, lists = words or {}, lists or {}
    return Target(shape, words, lists, [*shape.names, *words, *lists])


def _entries(found: Mapping[str, Found]) -> Target:
    shape = Fields(found, ("extra.",))
    return Target(shape, names=shape.names)


LISTS: Final = tuple(each for each in PatronList if each is not PatronList.ALL_HOLDS)
"""Those that maps read, entry by entry."""

_WORDS_OF_STANDING: Final = {str(each.value): each for each in Standing}
_REPORT: Final = _target(
    {**_PATRON, **fields_of(PatronReport, "", without=("patron", "entries", "holds"))},
    "patron.extra.",
    words={
        "patron.standing": Found(Kind.WORD, lambda _: None, tuple(_WORDS_OF_STANDING), _WORDS_OF_STANDING)
    },
    lists={f"patron.{each.value.replace('-', '_')}": _entries(_ENTRY) for each in LISTS},
)
_ONE_ITEM: Final = _target(_ITEM, "item.extra.", lists={"items": Target(Fields({**_ITEM}, ("item.extra.",)))})
_LENT: Final = _target(
    {**_ITEM, **fields_of(Lent, "", without=("item", "patron", "undone", "renewals"))}, "item.extra."
)
_RETURNED: Final = _target({**_ITEM, **fields_of(Returned, "", without=("item", "undone"))}, "item.extra.")
_NOT_READ_OF_HOLDS: Final = (
    "item", "id", "patron", "title_id", "kind", "scope", "status", "placed", "pickup_until", "needed_before",
)  # fmt: skip
_HOLD: Final = _target(
    {**_ITEM, **fields_of(HoldState, "", without=_NOT_READ_OF_HOLDS)} | {"title": _ITEM["item.title"]},
    "item.extra.",
)
_COUNTED: Final = {
    "renewed_count": Found(Kind.NUMBER, lambda _: None),
    "unrenewed_count": Found(Kind.NUMBER, lambda _: None),
}

_TARGETS: Final[Mapping[str, Target]] = {
    "lookup-patron": _REPORT,
    "block-patron": _REPORT,
    "enable-patron": _REPORT,
    "lookup-item": _ONE_ITEM,
    "checkout": _LENT,
    "renew": _LENT,
    "checkin": _RETURNED,
    "renew-all": _target(
        _COUNTED, lists={"renewed": _entries(_NAMED_ITEM), "unrenewed": _entries(_NAMED_ITEM)}
    ),
    "place-hold": _HOLD,
    "change-hold": _HOLD,
    "cancel-hold": _HOLD,
    "pay-fee": _target(fields_of(Paid, "", without=("patron",))),
    "update-item": _ONE_ITEM,
    "end-session": _target({}),
    VERIFY_PIN: _target(
        fields_of(PatronReport, "", without=("patron", "entries", "holds", "reason", "reason_date"))
    ),
}
assert set(_TARGETS) == set(OPERATIONS)

_EFFECTS: Final = {str(each.value): each for each in Effect}
_PINS: Final = {str(each.value): each for each in PinCheck}

VOCABULARY: Final = Vocabulary(
    operations={
        name: OperationKind(
            name, _asked(operation), _TARGETS[name], getattr(operation, "changes_state", False)
        )
        for name, operation in OPERATIONS.items()
    },
    reasons={str(each.value): each for each in Reason},
    effect=Target(Fields({"effect": Found(Kind.WORD, lambda _: None, tuple(_EFFECTS), _EFFECTS)})),
    session=OperationKind(
        "session",
        Fields(_CONTEXT),
        Target(
            Fields(
                {
                    "expires": Found(Kind.DATE, lambda _: None),
                    "expires_in": Found(Kind.NUMBER, lambda _: None),
                }
            )
        ),
        changes=False,
    ),
    maps_only=frozenset({VERIFY_PIN}),
)
"""The circulation vocabulary as maps meet it."""


def name_of(operation: Operation | VerifyPin) -> str:
    """The name of the map for `operation`."""
    return NAMES[type(operation)]


def verification_of(operation: Operation) -> VerifyPin | None:
    """The question whether the PIN of `operation` is right; None where it has none."""
    pin = getattr(operation, "pin", None)
    patron = getattr(operation, "patron", None)
    return VerifyPin(patron, pin) if pin and patron is not None else None


def wants_list(operation: Operation) -> PatronList | None:
    """The list that a lookup asks for."""
    return operation.wanted if isinstance(operation, LookupPatron) else None
