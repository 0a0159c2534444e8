"""One library's system as an initiator sees it: who asks whom, and how the answers are to be read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import MalformedReply
from softdock.circulation.identifiers import HoldId, ItemId, LibraryId, PatronId, Secret, TitleId
from softdock.circulation.money import Money
from softdock.circulation.operations import AcceptItem, AmendItem, CreateItem, Operation
from softdock.circulation.outcomes import Refused
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.amounts import read_amount
from softdock.protocols.ncip.asking import Initiator
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.moments import is_day, read_date, read_moment
from softdock.protocols.ncip.south.dialect import SystemDialect
from softdock.protocols.ncip.tables.services import SERVICES
from softdock.protocols.ncip.value_lists import folded

LONGEST_IDENTIFIER = 255
LONGEST_NOTE = 1000
"""Characters of a system's text that go further."""

_NAMED: dict[str, Reason] = {
    "patron": Reason.PATRON_UNKNOWN,
    "pin": Reason.PIN_WRONG,
    "item": Reason.ITEM_UNKNOWN,
    "title": Reason.TITLE_UNKNOWN,
    "hold": Reason.HOLD_UNKNOWN,
    "borrower": Reason.PATRON_UNKNOWN,
    "title_id": Reason.TITLE_UNKNOWN,
    "fee": Reason.FEE_UNKNOWN,
    "new_pin": Reason.VALUE_NOT_KEPT,
}
"""What identifies somebody or something, and as what it is refused where no message can name it exactly."""
_NEEDED = frozenset({"patron", "item", "title"})
"""What means nobody and nothing where it is empty."""

_DESCRIBES = (AcceptItem, AmendItem, CreateItem)
"""Operations whose title is a text for people."""


@dataclass(slots=True, kw_only=True)
class System:
    """What is the same for all that is asked of one system."""

    library: LibraryId
    zone: tzinfo
    """In which dates without a zone are read."""
    currency: str
    """Of amounts that name none."""
    now: Callable[[], datetime]
    initiator: Initiator
    dialect: SystemDialect = field(default_factory=SystemDialect)
    missing: set[str] = field(default_factory=set)
    """The services of which the system has said that it does not support them."""
    offered: set[str] = field(default_factory=set)
    """Those that it has answered in another way: they are there, whatever a single wish is told."""

    _services: frozenset[str] = field(init=False, repr=False)
    """Those that the dialect names, and the version has."""

    def __post_init__(self) -> None:
        """Find out what does not change."""
        level = self.initiator.form.level
        self._services = frozenset(
            name for name in self.dialect.services if SERVICES[name].since <= level <= SERVICES[name].until
        )

    @property
    def services(self) -> frozenset[str]:
        """Those that the system offers, and the version has."""
        return self._services - self.missing if self.missing else self._services

    # --- what is written

    @property
    def agency(self) -> str:
        """Whose identifiers are meant."""
        return self.initiator.to_agency or self.library

    def unwritable(self, operation: Operation) -> Refused | None:
        """The refusal of an operation on what no document can name exactly; None if all can be.

        XML cannot hold every character, and blanks at the ends of a value mean nothing in it: another patron might bear
        the mended name.
        """
        for name, reason in _NAMED.items():
            text = getattr(operation, name, None)
            if text is None or (name == "title" and isinstance(operation, _DESCRIBES)):
                continue
            if not text and name not in _NEEDED:
                continue
            text = text.reveal() if isinstance(text, Secret) else text
            if not is_exact(text):
                return Refused(reason)
        return None

    # --- what is read

    def malformed(self, within: Element, name: str, value: str = "") -> MalformedReply:
        """The error for an answer of which `name` does not fit."""
        return MalformedReply(f"{self.library}: NCIP {within.name}", name, value)

    def moment(self, within: Element, *names: str) -> datetime | date | None:
        """The point in time there, or the day that is told without one; None where there is none that can be read."""
        text = within.value(*names)
        if not text:
            return None
        if self.dialect.date_part_only or is_day(text):
            return read_date(text)
        return read_moment(text, self.zone)

    def instant(self, within: Element, *names: str) -> datetime | None:
        """As `moment`, where a day alone is its first instant."""
        found = self.moment(within, *names)
        if found is None or isinstance(found, datetime):
            return found
        return datetime(found.year, found.month, found.day, tzinfo=self.zone)

    def day(self, within: Element, *names: str) -> date | None:
        """The day there, in the library's zone; midnight in UTC is how senders write a day."""
        found = self.moment(within, *names)
        if not isinstance(found, datetime):
            return found
        if found.utcoffset() == UTC.utcoffset(None) and not (found.hour or found.minute or found.second):
            return found.date()
        return found.astimezone(self.zone).date()

    def money(self, amount: Element | None) -> Money | None:
        """The amount; None where there is none, or none that can be read."""
        found = None if amount is None else read_amount(amount)
        if found is None:
            return None
        currency, units = found
        is_code = len(currency) == 3 and currency.isascii() and currency.isalpha()
        return Money(units, currency if is_code else self.currency)

    def item_id(self, within: Element) -> ItemId | None:
        """The identifier of an item there."""
        found = self._identifier(within, "ItemId")
        return ItemId(found) if found else None

    def patron_id(self, within: Element) -> PatronId | None:
        """The identifier of a patron there."""
        found = self._identifier(within, "UserId")
        return PatronId(found) if found else None

    def hold_id(self, within: Element) -> HoldId | None:
        """The name of a hold there."""
        found = self._identifier(within, "RequestId")
        return HoldId(found) if found else None

    def _identifier(self, within: Element, name: str) -> str:
        """The value of the identifier `name`; "" where there is none."""
        text = within.value(name, f"{name.removesuffix('Id')}IdentifierValue")
        return "" if text in self.dialect.no_item or len(text) > LONGEST_IDENTIFIER else text

    def title_id(self, within: Element) -> TitleId | None:
        """The number of a title there: the system's own, else any."""
        records = [
            record
            for each in (within, *within.all("BibliographicId"))
            for record in each.all("BibliographicRecordId")
        ]
        own = [each for each in records if each.has("AgencyId")]
        for each in (*own, *records):
            if number := each.value("BibliographicRecordIdentifier"):
                return TitleId(number[:LONGEST_IDENTIFIER])
        return None

    def library_of(self, agency: str) -> LibraryId | None:
        """Which of our libraries `agency` is; a name that nobody translates is taken to be ours."""
        if not agency:
            return None
        if folded(agency) == folded(self.agency):
            return self.library
        return LibraryId(self.dialect.agencies.get(folded(agency), agency))

    def agency_of(self, library: LibraryId) -> str:
        """What the system calls one of our libraries."""
        return next((name for name, ours in self.dialect.agencies.items() if ours == library), library)

    def place(self, text: str) -> str:
        """What the library calls a pickup location of the system."""
        return self.dialect.names_of_pickup_locations.get(folded(text), text)


def is_exact(text: str) -> bool:
    """Whether `text` comes out of a document as it went in."""
    return bool(text) and text.isprintable() and text == text.strip() and len(text) <= LONGEST_IDENTIFIER


CAPABILITIES: dict[Capability, tuple[str, ...]] = {
    Capability.LOOKUP_PATRON: ("LookupUser",),
    Capability.LOOKUP_ITEM: ("LookupItem",),
    Capability.LOOKUP_TITLE: ("LookupItemSet",),
    Capability.LOOKUP_HOLD: ("LookupRequest",),
    Capability.CHECKOUT: ("CheckOutItem",),
    Capability.CHECKIN: ("CheckInItem",),
    Capability.RENEW: ("RenewItem",),
    Capability.RENEW_ALL: ("LookupUser", "RenewItem"),
    Capability.HOLD: ("RequestItem",),
    Capability.RECALL: ("RecallItem",),
    Capability.ACCEPT_ITEM: ("AcceptItem",),
    Capability.PAY_FEE: ("CreateUserFiscalTransaction",),
    Capability.CHARGE_FEE: ("CreateUserFiscalTransaction",),
    Capability.BLOCK_PATRON: ("UpdateUser",),
    Capability.ENABLE_PATRON: ("UpdateUser",),
    Capability.EDIT_PATRON: ("UpdateUser",),
    Capability.EDIT_ITEM: ("UpdateItem",),
}
"""The services that each needs."""


def capabilities(system: System) -> frozenset[Capability]:
    """What the system can be asked for."""
    offered = system.services
    found = {each for each, needed in CAPABILITIES.items() if offered.issuperset(needed)}
    found.add(Capability.END_SESSION)
    if not system.dialect.believed_payments:
        found -= {Capability.PAY_FEE, Capability.CHARGE_FEE}
    if system.dialect.honours_mandated and found & {Capability.CHECKOUT, Capability.CHECKIN}:
        found.add(Capability.OFFLINE_TRANSACTIONS)
    return frozenset(found)
