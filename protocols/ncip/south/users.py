"""A patron, as the answers of a system describe one: who they are, and what their card may do."""

from dataclasses import replace
from datetime import date, datetime

from softdock.circulation.identifiers import LibraryId, PatronId
from softdock.circulation.patrons import ALL_DENIED, Counts, Patron, Standing
from softdock.circulation.reasons import Reason
from softdock.circulation.records import record
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.people import MARKED_UP, address_text, name_text, without_scheme
from softdock.protocols.ncip.south.system import System
from softdock.protocols.ncip.value_lists import folded

LONGEST_TEXT = 1000
"""Characters of a name or an address that go further."""

NOT_COUNTED = Counts(None, None, None, None, None, None)

_BY_MARK = (
    (Standing.CARD_LOST, Reason.CARD_LOST),
    (Standing.TOO_MANY_LOANS, Reason.TOO_MANY_LOANS),
    (Standing.TOO_MANY_OVERDUE, Reason.TOO_MANY_OVERDUE),
    (Standing.EXCESSIVE_FINES, Reason.TOO_MANY_FEES),
    (Standing.EXCESSIVE_FEES, Reason.TOO_MANY_FEES),
)
_BLOCKED = frozenset({Standing.CHECKOUT_DENIED, Standing.CARD_LOST})
"""Marks beside which the one word STATUS says nothing more."""


@record
class Card:
    """A patron, and the one thing that is wrong with the card first, if something is."""

    patron: Patron
    reason: Reason | None = None
    reason_date: date | None = None


def card_in(answer: Element, patron: PatronId, system: System) -> Card:
    """What UserOptionalFields in `answer` tell of `patron`, without what hangs on the card."""
    fields = answer.first("UserOptionalFields")
    if fields is None:
        return Card(Patron(patron, counts=NOT_COUNTED))
    words = system.dialect.crosswalk
    contacts = _addresses(fields, system)
    told = Patron(
        patron,
        name=name_text(fields.first("NameInformation"), given_name_first=system.dialect.given_name_first)[
            :LONGEST_TEXT
        ],
        standing=_blocks(fields, system),
        counts=NOT_COUNTED,
        birth_date=system.day(fields, "DateOfBirth"),
        address=contacts.get("postal", ""),
        phone=contacts.get("phone", ""),
        email=contacts.get("email", ""),
        language=words.language.hear(fields.value("UserLanguage")) or "",
    )
    return _with_privileges(told, fields, system)


def _blocks(fields: Element, system: System) -> frozenset[Standing]:
    """The marks that BlockOrTrap sets.  A block by a word of the system's own is a block all the same."""
    found = set()
    for each in fields.all("BlockOrTrap"):
        kind = each.value("BlockOrTrapType")
        if _is_over(each, system):
            continue
        mark = system.dialect.crosswalk.block.hear(kind)
        if mark is not None:
            found.add(mark)
        elif folded(kind).startswith("block") and folded(kind) != "block electronic resource access":
            found.add(Standing.CHECKOUT_DENIED)
    return frozenset(found)


def _is_over(block: Element, system: System) -> bool:
    until, now = system.moment(block, "ValidToDate"), system.now()
    if until is None or isinstance(until, datetime):
        return until is not None and until < now
    return until < now.astimezone(system.zone).date()


def _with_privileges(patron: Patron, fields: Element, system: System) -> Card:
    """With what UserPrivilege says: in the rows STATUS, PROFILE and LIBRARY, or by the kind of patron itself."""
    category, library, expires, is_blocked = "", None, None, False
    for each in fields.all("UserPrivilege"):
        row, word = (
            each.value("AgencyUserPrivilegeType"),
            each.value("UserPrivilegeStatus", "UserPrivilegeStatusType"),
        )
        kind = folded(row)
        if kind == "library":
            library = library or system.library_of(word)
            continue
        expires = expires or system.day(each, "ValidToDate")
        if kind == "profile":
            category = category or word
            continue
        if kind != "status":
            category = category or row
        is_blocked |= folded(word) in system.dialect.blocking_words
    standing, reason, reason_date = patron.standing, None, None
    if expires is not None and expires < system.now().astimezone(system.zone).date():
        standing, reason, reason_date = standing | ALL_DENIED, Reason.CARD_EXPIRED, expires
    elif is_blocked and standing.isdisjoint(_BLOCKED):
        standing |= ALL_DENIED
    reason = next((why for mark, why in _BY_MARK if mark in standing), reason)
    if reason is None and Standing.CHECKOUT_DENIED in standing:
        reason = Reason.PATRON_BLOCKED if standing >= ALL_DENIED else Reason.CHECKOUT_DENIED
    told = replace(
        patron,
        standing=standing,
        category=category[:LONGEST_TEXT],
        home_library=_bounded(library),
        expires=expires,
    )
    return Card(told, reason, reason_date if reason is Reason.CARD_EXPIRED else None)


def _bounded(library: LibraryId | None) -> LibraryId | None:
    return library if library is None or len(library) <= LONGEST_TEXT else None


def _addresses(fields: Element, system: System) -> dict[str, str]:
    """The first address of each kind: postal, phone and email."""
    found: dict[str, str] = {}
    for each in fields.all("UserAddressInformation"):
        place = each.first("PhysicalAddress")
        if place is not None:
            written_as = folded(place.value("UnstructuredAddress", "UnstructuredAddressType"))
            kind, text = "postal", "" if written_as in MARKED_UP else address_text(place)
        else:
            named = each.value("ElectronicAddress", "ElectronicAddressType")
            kind = system.dialect.crosswalk.address.hear(named) or ""
            text = without_scheme(each.value("ElectronicAddress", "ElectronicAddressData"))
        if kind and text:
            found.setdefault(kind, text[:LONGEST_TEXT])
    return found
