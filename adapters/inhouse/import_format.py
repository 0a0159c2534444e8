"""The import file, as it is written: JSON with `library`, `policies`, `patrons`, `items`, `loans` and `holds`.

Of each patron, item and fee only the identifier is required (of a fee the amount as well).  Dates are ISO 8601,
amounts decimal text, and words (`status`, `media_type`, `security_marker`, fee types, hold scopes) are those of
SoftDock's vocabulary.

An export is such a file too.  It says more than anybody would write: the numbers of holds, fees and payments, hashes in
place of PINs, the last return of each item, what is needed to undo a loan, and the holds that have ended lately.
"""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.items import CirculationStatus, FeeType, MediaType, SecurityMarker

Id = Annotated[str, StringConstraints(min_length=1, max_length=255)]
TitleName = Annotated[str, StringConstraints(min_length=1)]
"""Of any length: where a title has no number, what it is called stands for it."""
HoldName = Annotated[str, StringConstraints(min_length=1)]
"""As partners write it."""
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]
Number = Annotated[int, Field(ge=1, lt=2**62)]
PinHash = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
Mark = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]


def _block(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "" if value else None
    raise PydanticCustomError("block", "Write true, false, or why the card is blocked")


def _day_or_moment(value: object) -> date:
    """A date alone is kept apart from a point in time.

    The first and the last year have hours that some zones can not name: who writes them means "never".
    """
    try:
        if isinstance(value, str):
            read = (
                date.fromisoformat(value)
                if len(value) <= len("2026-12-31")
                else datetime.fromisoformat(value)
            )
            if date.min.year < read.year < date.max.year:
                return read
    except ValueError:
        pass
    raise PydanticCustomError(
        "moment", "Write a date like 2026-12-31, or a date and time like 2026-12-31T18:00"
    )


DayOrMoment = Annotated[date, PlainValidator(_day_or_moment)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        """Show nothing: most of it is about people."""
        return []


class Library(_Part):
    """Whose file it is."""

    id: Id | None = None
    """Items with this owner are the library's own, whatever its identifier is in the settings."""
    name: str = ""
    branches: dict[Id, list[Id]] = Field(default_factory=dict)
    """Which locations (of items, of terminals, for pickup) are in one branch.  An item goes into transit between
    branches, not within one; a location that is not named here is a branch of its own.  Without branches the library is
    one house."""
    pin_key_mark: Mark | None = None
    """Of an export: tells the key under which its PINs are hashed."""


class Fee(_Part):
    """What a patron owes."""

    id: Id
    amount: str
    currency: Currency | None = None
    """Without one, that of the patron."""
    type: FeeType = FeeType.OTHER
    title: str = ""
    item: Id | None = None
    charged: DayOrMoment | None = None
    note: str = ""
    """What is said about it."""
    number: Number | None = None


class Payment(_Part):
    """What a patron has paid."""

    number: Number | None = None
    amount: str
    currency: Currency | None = None
    """Without one, that of the patron."""
    at: DayOrMoment
    parts: list[tuple[Id, int]] = Field(default_factory=list)
    asked: Id | None = None
    transaction: str = ""
    payment_type: str = ""


class Patron(_Part):
    """A patron's card."""

    id: Id
    pin: str = ""
    pin_hash: PinHash | None = None
    """Of an export, in place of the PIN."""
    name: str = ""
    category: str = ""
    birth_date: date | None = None
    address: str = ""
    phone: str = ""
    email: str = ""
    home_library: str = ""
    language: str = ""
    currency: Currency | None = None
    expires: date | None = None
    blocked: Annotated[str | None, BeforeValidator(_block)] = None
    """true, or the text of the block."""
    card_lost: bool = False
    message: str = ""
    fees: list[Fee] = Field(default_factory=list)
    payments: list[Payment] = Field(default_factory=list)
    extra: dict[str, str] = Field(default_factory=dict)


class Stay(_Part):
    """An item of another library is here for the time of a partner's request."""

    hold: HoldName
    patron: Id | None = None
    due: DayOrMoment | None = None
    renewable: bool = True


class Item(_Part):
    """A copy."""

    id: Id
    title: str = ""
    title_id: TitleName | None = None
    """What copies of one title have in common; without it, the title itself."""
    author: str = ""
    media_type: MediaType | None = None
    magnetic: bool | None = None
    security_marker: SecurityMarker = SecurityMarker.OTHER
    fee_type: FeeType = FeeType.OTHER
    fee: str | None = None
    """What a loan costs."""
    fee_currency: Currency | None = None
    """Without one, that of the library."""
    owner: str = ""
    permanent_location: str = ""
    current_location: str | None = None
    """Without one, it is where it belongs."""
    call_number: str = ""
    collection: str = ""
    status: CirculationStatus = CirculationStatus.AVAILABLE
    lendable: bool = True
    """false for what is read in the house only."""
    note: str = ""
    extra: dict[str, str] = Field(default_factory=dict)
    stay: Stay | None = None
    """For what is here for a time only."""


Limit = Annotated[int, Field(ge=0, le=1_000_000)]
Days = Annotated[int, Field(ge=0, le=36_525)]


class Policy(_Part):
    """What a category of patrons may do; see `policies`."""

    loan_days: Days = 30
    renewals: Limit = 2
    max_loans: Limit | None = None
    max_holds: Limit | None = None
    max_fees: str | None = None
    max_fines: str | None = None
    max_overdue: Limit | None = None
    max_renewals: Limit | None = None
    max_claims_returned: Limit | None = None
    max_lost: Limit | None = None
    max_billed: Limit | None = None
    fine_per_day: str | None = None
    recall_days: Days | None = 7
    """After how many days an item is due that is asked back; null if none is to be."""


class Hold(_Part):
    """A patron waits for an item or a title, after those who are named before."""

    patron: Id
    item: Id | None = None
    title: TitleName | None = None
    scope: HoldScope | None = None
    pickup_location: str = ""
    expires: DayOrMoment | None = None
    number: Number | None = None
    placed: DayOrMoment | None = None
    copy_: Annotated[Id | None, Field(alias="copy")] = None
    """The copy that is set aside for it."""
    shelf_until: DayOrMoment | None = None
    id: HoldName | None = None
    """The name that a partner has given it; without one, it is called by its number."""
    kind: HoldKind = HoldKind.HOLD


class FilledHold(Hold):
    """A hold that ended with a loan, and comes back if that is undone."""

    title_id: TitleName
    title_text: str = ""


def _ended(value: HoldStatus) -> HoldStatus:
    if value in (HoldStatus.WAITING, HoldStatus.READY):
        raise PydanticCustomError("ended", "Write filled, cancelled or lapsed")
    return value


class EndedHold(FilledHold):
    """A hold that has ended, remembered for those who ask what became of it."""

    status: Annotated[HoldStatus, AfterValidator(_ended)]
    ended: DayOrMoment


class Loan(_Part):
    """A patron has an item; without `due`, as if it had been lent today."""

    item: Id
    patron: Id
    lent: DayOrMoment | None = None
    due: DayOrMoment | None = None
    renewals: Limit = 0
    fees: list[Id] = Field(default_factory=list)
    filled: FilledHold | None = None
    before: "Loan | None" = None
    settled: bool = False
    recalled: DayOrMoment | None = None
    """When it was asked back."""
    due_before_recall: DayOrMoment | None = None
    """When it was due before; without it, when it is due."""


class Return(_Part):
    """The last return of an item, which can be undone until it is lent again."""

    loan: Loan
    status: CirculationStatus = CirculationStatus.AVAILABLE
    location: str = ""
    note: str = ""
    fine: Id | None = None


class ImportFile(_Part):
    """The whole."""

    library: Library = Library()
    policies: dict[Id, Policy] = Field(default_factory=dict)
    patrons: list[Patron] = Field(default_factory=list)
    items: list[Item] = Field(default_factory=list)
    loans: list[Loan] = Field(default_factory=list)
    returns: list[Return] = Field(default_factory=list)
    holds: list[Hold] = Field(default_factory=list)
    ended_holds: list[EndedHold] = Field(default_factory=list)
