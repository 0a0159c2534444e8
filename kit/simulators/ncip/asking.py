"""What the services share: what was said, the books, and how they are asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from softdock.circulation.identifiers import HoldId, ItemId, PatronId, Secret, TitleId
from softdock.circulation.items import Item
from softdock.circulation.money import Money
from softdock.circulation.operations import LookupItem, LookupPatron, Operation
from softdock.circulation.outcomes import Done, PatronReport, PinCheck, Refused
from softdock.circulation.patrons import Patron, PatronList
from softdock.circulation.reasons import Reason
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.ncip.manners import Dates, Manner
from softdock.kit.simulators.ncip.nodes import Node, text
from softdock.kit.simulators.ncip.problems import Problem, incomplete, refuse

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2200
_SECRETS: Final = frozenset({"pin", "password"})


def folded(word: str) -> str:
    """`word` as words of lists are compared: whatever its blanks and capitals are."""
    return " ".join(word.split()).lower()


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of a service."""

    said: Node
    books: Books
    manner: Manner
    level: tuple[int, int]
    """Of the version that is answered in."""

    @property
    def service(self) -> str:
        """Its name."""
        return self.said.name

    @property
    def library(self) -> str:
        """Whose ids are told."""
        return str(self.books.house.library)

    def perform(self, operation: Operation) -> Any:
        """The result of `operation`.  Raises Problem where the books refuse."""
        outcome = self.books.perform(operation)
        if isinstance(outcome, Refused):
            refuse(self.service, outcome.reason, outcome.fee)
        assert isinstance(outcome, Done)
        return outcome.result

    # --- who and what -------------------------------------------------------------------------------------

    def patron(self) -> PatronId:
        """Who is meant: by UserId, or by one of the inputs.  Raises Problem."""
        return self.patron_if_named() or incomplete("UserId")

    def patron_if_named(self) -> PatronId | None:
        """The same; None where nobody is named."""
        found = self.said.value("UserId", "UserIdentifierValue") or self._input(self.manner.user_input)
        return PatronId(found) if found else None

    def pin(self) -> Secret | None:
        """The secret that goes along, if there is one that is compared here."""
        if self.manner.ignores_lone_pins and not self.said.has("UserId"):
            return None
        found = self._input(_SECRETS)
        return Secret(found) if found else None

    def _input(self, types: frozenset[str]) -> str:
        for each in self.said.all("AuthenticationInput"):
            if folded(each.value("AuthenticationInputType")) in types:
                return each.value("AuthenticationInputData")
        return ""

    def item(self) -> ItemId:
        """Which item is meant.  Raises Problem."""
        return self.item_if_named() or incomplete("ItemId")

    def item_if_named(self) -> ItemId | None:
        """The same; None where none is named."""
        found = self.said.value("ItemId", "ItemIdentifierValue")
        return ItemId(found) if found else None

    def titles(self) -> Iterator[TitleId]:
        """The titles that are meant."""
        for each in self.said.all("BibliographicId"):
            record = each.value("BibliographicRecordId", "BibliographicRecordIdentifier")
            yield TitleId(record or each.value("BibliographicItemId", "BibliographicItemIdentifier"))

    def request(self) -> HoldId | None:
        """The id of the request that is meant; None where none is said."""
        found = self.said.value("RequestId", "RequestIdentifierValue")
        return HoldId(found) if found else None

    def report(self, wanted: PatronList | None = None) -> PatronReport:
        """What there is to say of the patron.  Raises Problem for nobody, and for a wrong PIN."""
        found: PatronReport = self.perform(LookupPatron(self.patron(), self.pin(), wanted))
        if found.pin in {PinCheck.WRONG, PinCheck.NOT_SET}:
            refuse(self.service, Reason.PIN_WRONG)
        return found

    def described(self, patron: PatronId) -> Patron:
        """What there is to say of one who is known already."""
        found: PatronReport = self.perform(LookupPatron(patron))
        return found.patron

    def looked_up(self, item: ItemId) -> Item:
        """What there is to say of an item.  Raises Problem."""
        found: Item = self.perform(LookupItem(item))
        return found

    # --- values -------------------------------------------------------------------------------------------

    def wants(self, kind: str) -> frozenset[str]:
        """The words of all elements `kind`, folded: what is asked for."""
        return frozenset(folded(each.text) for each in self.said.all(kind))

    def moment(self, *path: str) -> datetime | None:
        """A point in time; one without a zone is in the library's.  Raises Problem."""
        value = self.said.value(*path)
        if not value:
            return None
        found: datetime | None
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            found = None
        if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            raise Problem("Invalid Date", element=path[-1], value=value[:40])
        return found if found.tzinfo else found.replace(tzinfo=self.books.zone)

    def money(self, *path: str) -> Money | None:
        """A sum; without a currency, in the library's.  Raises Problem."""
        found = self.said.first(*path)
        if found is None:
            return None
        try:
            minor = int(found.value("MonetaryValue"))
        except ValueError:
            raise Problem("Invalid Amount", element=path[-1]) from None
        return Money(minor, found.value("CurrencyCode") or self.books.currency)

    @property
    def happened(self) -> datetime | None:
        """When it has happened already, with MandatedAction."""
        return self.moment("MandatedAction", "DateEventOccurred") if self.said.has("MandatedAction") else None

    @property
    def is_mandated(self) -> bool:
        """It has happened, and cannot be refused any more."""
        return self.said.has("MandatedAction")

    def word(self, table: Mapping[Any, str], element: str) -> Any:
        """What the word of `element` stands for in `table`; None where nothing is said.  Raises Problem."""
        value = self.said.value(element)
        if not value:
            return None
        for meaning, word in table.items():
            if folded(word) == folded(value):
                return meaning
        raise Problem("Unknown Value From Known Scheme", element=element, value=value[:40])

    def when(self, name: str, moment: datetime | date | None) -> Node | None:
        """A point in time, as it is told here."""
        if moment is None:
            return None
        if not isinstance(moment, datetime):
            return text(name, f"{moment.isoformat()}T00:00:00Z")
        if self.manner.dates is Dates.SHIFTED:
            return text(name, f"{moment.astimezone(self.books.zone).date().isoformat()}T01:00:00Z")
        return text(name, moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
