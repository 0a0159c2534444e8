"""Patrons: who they are, how they stand, and what hangs on their card."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime

from softdock.circulation.identifiers import FeeId, ItemId, LibraryId, PatronId, TitleId
from softdock.circulation.items import FeeType, MediaType, nothing_extra
from softdock.circulation.money import Money
from softdock.circulation.records import record
from softdock.circulation.words import Word


class Standing(Word):
    """What a card may not do, and what is wrong with it: the fourteen marks of SIP2's patron status."""

    CHECKOUT_DENIED = "checkout-denied"
    RENEWAL_DENIED = "renewal-denied"
    RECALL_DENIED = "recall-denied"
    HOLD_DENIED = "hold-denied"
    CARD_LOST = "card-lost"
    TOO_MANY_LOANS = "too-many-loans"
    TOO_MANY_OVERDUE = "too-many-overdue"
    TOO_MANY_RENEWALS = "too-many-renewals"
    TOO_MANY_CLAIMS_RETURNED = "too-many-claims-returned"
    TOO_MANY_LOST = "too-many-lost"
    EXCESSIVE_FINES = "excessive-fines"
    EXCESSIVE_FEES = "excessive-fees"
    RECALL_OVERDUE = "recall-overdue"
    TOO_MANY_BILLED = "too-many-billed"


GOOD_STANDING: frozenset[Standing] = frozenset()

ALL_DENIED: frozenset[Standing] = frozenset(
    {Standing.CHECKOUT_DENIED, Standing.RENEWAL_DENIED, Standing.RECALL_DENIED, Standing.HOLD_DENIED}
)
"""The four privileges, all refused: what an unknown, unproven, lost, expired or blocked card gets."""


class PatronList(Word):
    """A list that can be asked for with a patron."""

    HOLDS = "holds"
    OVERDUE = "overdue"
    LOANS = "loans"
    FINES = "fines"
    RECALLS = "recalls"
    UNAVAILABLE_HOLDS = "unavailable-holds"
    FEES = "fees"
    """Each open fee with its details, an extension of SIP2's six lists."""
    ALL_HOLDS = "all-holds"
    """Each hold with its details, ready or not: another extension."""


@record
class Entry:
    """One line of a list: an item (or a fee on one), with what the system tells of it."""

    item: ItemId | None = None
    title: str = ""
    due: datetime | date | None = None
    fee: FeeId | None = None
    fee_type: FeeType | None = None
    amount: Money | None = None
    lent: datetime | date | None = None
    """Of a loan: when it began, where the system tells."""
    title_id: TitleId | None = None
    media_type: MediaType | None = None
    accrued: datetime | date | None = None
    """Of a fee: when it was charged, where the system tells."""
    note: str = ""
    """Of a fee: what the library says about it."""


@record
class Counts:
    """How many entries each list has in full; None where the system does not count."""

    holds: int | None = 0
    overdue: int | None = 0
    loans: int | None = 0
    fines: int | None = 0
    recalls: int | None = 0
    unavailable_holds: int | None = 0


NO_COUNTS = Counts()


@record
class Patron:
    """One patron, as the home library's system describes them.  `repr` shows no personal data."""

    id: PatronId
    name: str = field(default="", repr=False)
    standing: frozenset[Standing] = GOOD_STANDING
    counts: Counts = NO_COUNTS
    birth_date: date | None = field(default=None, repr=False)
    address: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    category: str = ""
    home_library: LibraryId | None = None
    language: str = ""
    """ISO 639-1 (`zh`, `en`), or "" where the system does not say."""
    expires: date | None = None
    balance: Money | None = None
    """What the patron owes in all."""
    hold_limit: int | None = None
    overdue_limit: int | None = None
    loan_limit: int | None = None
    fee_limit: Money | None = None
    message: str = field(default="", repr=False)
    """What staff want the patron to read at the device."""
    extra: Mapping[str, str] = field(default_factory=nothing_extra, repr=False)
    """What the library keeps beyond this vocabulary, by its own names."""
