"""Patrons: looking at a card, proving it, and changing what is known of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from softdock.circulation.errors import LibrarySystemError
from softdock.circulation.identifiers import LibraryId, PatronId, Secret
from softdock.circulation.items import CirculationStatus
from softdock.circulation.operations import (
    AmendPatron,
    BlockPatron,
    CreatePatron,
    DeletePatron,
    EnablePatron,
    EndSession,
    LookupPatron,
)
from softdock.circulation.outcomes import (
    Deleted,
    Done,
    HoldState,
    PatronReport,
    PinCheck,
    Refused,
    SessionEnded,
)
from softdock.circulation.patrons import ALL_DENIED, Entry, Patron, PatronList
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip import asking
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.south.items import item_in
from softdock.protocols.ncip.south.lists import Hanging, hanging_in
from softdock.protocols.ncip.south.problems import Declined
from softdock.protocols.ncip.south.talk import Talk
from softdock.protocols.ncip.south.users import NOT_COUNTED, card_in

_FLAGS = {
    PatronList.LOANS: "LoanedItemsDesired",
    PatronList.OVERDUE: "LoanedItemsDesired",
    PatronList.RECALLS: "LoanedItemsDesired",
    PatronList.HOLDS: "RequestedItemsDesired",
    PatronList.UNAVAILABLE_HOLDS: "RequestedItemsDesired",
    PatronList.ALL_HOLDS: "RequestedItemsDesired",
    PatronList.FINES: "UserFiscalAccountDesired",
    PatronList.FEES: "UserFiscalAccountDesired",
}
_EVERYTHING = frozenset(_FLAGS.values())
_Listed = TypeVar("_Listed", Entry, HoldState)
_MOST_RECALLS = 50
"""Loans that are looked at one by one."""


async def lookup_patron(operation: LookupPatron, talk: Talk) -> AnyOutcome:
    """LookupUser.  The report is complete whatever the PIN is, as far as the system tells of a card without one."""
    return Done(await _reported(operation, talk))


async def _reported(operation: LookupPatron, talk: Talk) -> PatronReport:
    wanted = operation.wanted
    flags = {_FLAGS[wanted]} if wanted is not None else set()
    asked = _EVERYTHING if talk.system.dialect.counts_always else frozenset(flags)
    pin, check = operation.pin, PinCheck.NOT_ASKED
    try:
        answer = await _look(talk, operation.patron, pin, asked)
        if pin and talk.system.dialect.pin_answers_right:
            check = PinCheck.RIGHT
    except Declined as declined:
        if not pin or declined.reason not in _ABOUT_PIN:
            raise
        check = _ABOUT_PIN[declined.reason]
        try:
            answer = await _look(talk, operation.patron, None, asked)
        except Declined:
            if declined.reason is Reason.PATRON_UNKNOWN:
                raise declined from None
            return PatronReport(Patron(operation.patron, standing=ALL_DENIED, counts=NOT_COUNTED), check)
    return await _report(talk, operation, answer, asked, check)


_ABOUT_PIN = {
    Reason.PIN_WRONG: PinCheck.WRONG,
    Reason.PIN_NOT_SET: PinCheck.NOT_SET,
    Reason.PATRON_UNKNOWN: PinCheck.WRONG,
}
"""Some systems know nobody by a card with a wrong PIN; who is known without one has the PIN wrong."""


async def _look(talk: Talk, patron: PatronId, pin: Secret | None, flags: frozenset[str]) -> Element:
    return await talk.ask(
        "LookupUser",
        talk.who(patron, pin),
        talk.elements("UserElementType", talk.system.dialect.user_elements),
        [asking.flag(each, True) for each in sorted(flags)],
    )


async def _report(
    talk: Talk, operation: LookupPatron, answer: Element, asked: frozenset[str], check: PinCheck
) -> PatronReport:
    system, wanted = talk.system, operation.wanted
    card = card_in(answer, operation.patron, system)
    hanging = hanging_in(answer, asked, system)
    counts = hanging.counts(system.now(), system.zone)
    entries: Sequence[Entry] = ()
    if wanted is PatronList.RECALLS:
        entries = await _recalled(talk, hanging) if system.dialect.recalls_looked_up else ()
        if system.dialect.recalls_looked_up and counts.recalls is None:
            counts = replace(counts, recalls=len(entries))
    elif wanted is not None and wanted is not PatronList.ALL_HOLDS:
        entries = _entries(wanted, hanging, talk)
    patron = replace(card.patron, counts=counts, balance=hanging.balance)
    return PatronReport(
        patron,
        check,
        _part(entries, operation),
        card.reason,
        card.reason_date,
        _part([replace(each, patron=operation.patron) for each in hanging.holds or ()], operation)
        if wanted is PatronList.ALL_HOLDS
        else (),
    )


def _part(entries: Sequence[_Listed], operation: LookupPatron) -> Sequence[_Listed]:
    """Those that were asked for: NCIP tells a list as a whole."""
    first, last = max(operation.first, 1), operation.last
    return tuple(entries[first - 1 : last])


def _entries(wanted: PatronList, hanging: Hanging, talk: Talk) -> Sequence[Entry]:
    system = talk.system
    if wanted is PatronList.LOANS:
        return hanging.loans or ()
    if wanted is PatronList.OVERDUE:
        return hanging.overdue(system.now(), system.zone)
    if wanted is PatronList.FINES:
        return hanging.fines
    if wanted is PatronList.FEES:
        return hanging.fees or ()
    ready = wanted is PatronList.HOLDS
    return [
        Entry(
            None if each.item is None else each.item.id,
            each.title,
            each.expires,
            title_id=each.title_id,
        )
        for each in hanging.holds or ()
        if each.available is ready
    ]


async def _recalled(talk: Talk, hanging: Hanging) -> Sequence[Entry]:
    """The loans whose item is asked back, which only the item tells."""
    loans = [each for each in hanging.loans or () if each.item is not None][:_MOST_RECALLS]
    is_recalled = await talk.gather(_is_recalled(talk, each) for each in loans)
    return [each for each, found in zip(loans, is_recalled, strict=True) if found]


async def _is_recalled(talk: Talk, loan: Entry) -> bool:
    if talk.is_over():
        return False
    assert loan.item is not None
    try:
        answer = await talk.ask(
            "LookupItem", talk.item(loan.item), talk.elements("ItemElementType", ("Circulation Status",))
        )
    except (Declined, LibrarySystemError):
        return False
    item = item_in(answer, loan.item, talk.system)
    return item.recalled is not None or item.status is CirculationStatus.RECALLED


async def prove(talk: Talk, service: str, patron: PatronId, pin: Secret | None) -> Secret | None:
    """The PIN as it goes along with `service`: none, where it had to be asked about first, and is right.

    Raises Declined where it is not; also where the system knows somebody only as long as no PIN is said.
    """
    if not pin or service in talk.system.dialect.pin_checked_in:
        return pin
    try:
        answer = await _look(talk, patron, pin, frozenset())
    except Declined as declined:
        if declined.reason is Reason.PATRON_UNKNOWN:
            await _look(talk, patron, None, frozenset())
            declined.reason = Reason.PIN_WRONG
        raise
    if not talk.system.dialect.pin_answers_right:
        raise Declined(Reason.PIN_REQUIRED, "", None, answer)
    return None


# --- blocking ---------------------------------------------------------------------------------------------


async def block_patron(operation: BlockPatron, talk: Talk) -> AnyOutcome:
    """UpdateUser, which adds a block."""
    block = _block(talk)
    await talk.ask("UpdateUser", talk.who(operation.patron), asking.holding("AddUserFields", block))
    return await _as_it_stands(talk, operation.patron)


async def enable_patron(operation: EnablePatron, talk: Talk) -> AnyOutcome:
    """UpdateUser, which takes the block away."""
    pin = await prove(talk, "UpdateUser", operation.patron, operation.pin)
    await talk.ask(
        "UpdateUser", talk.who(operation.patron, pin), asking.holding("DeleteUserFields", _block(talk))
    )
    return await _as_it_stands(
        talk, operation.patron, PinCheck.RIGHT if operation.pin else PinCheck.NOT_ASKED
    )


def _block(talk: Talk) -> Element | None:
    return asking.holding(
        "BlockOrTrap",
        asking.text("AgencyId", talk.system.agency),
        asking.text("BlockOrTrapType", talk.system.dialect.block),
    )


async def _as_it_stands(talk: Talk, patron: PatronId, check: PinCheck = PinCheck.NOT_ASKED) -> AnyOutcome:
    """The card after a change, which is done whether it can be looked at or not."""
    try:
        report = await _reported(LookupPatron(patron), talk)
    except (Declined, LibrarySystemError):  # the change is made, whatever becomes of looking at it
        return Done(PatronReport(Patron(patron, counts=NOT_COUNTED), check))
    return Done(replace(report, pin=check))


# --- records ----------------------------------------------------------------------------------------------


async def create_patron(operation: CreatePatron, talk: Talk) -> AnyOutcome:
    """CreateUser."""
    if not operation.name.strip():
        return Refused(Reason.REQUEST_INCOMPLETE)
    answer = await talk.ask(
        "CreateUser",
        _proposed(operation, talk),
        asking.person(operation.name),
        _addresses(talk, operation.address, operation.email, operation.phone),
        asking.day("DateOfBirth", operation.birth_date),
        asking.text("UserLanguage", talk.system.dialect.crosswalk.language.tell(operation.language)),
        _privileges(talk, operation.category, operation.expires),
        _home(talk, operation.home_library),
        None if operation.blocked is None else _block(talk),
    )
    patron = talk.system.patron_id(answer) or operation.patron
    if patron is None:
        raise talk.system.malformed(answer, "UserId")
    return await _as_it_stands(talk, patron)


def _addresses(talk: Talk, postal: str | None, email: str | None, phone: str | None) -> asking.Part:
    """The addresses, of the kinds that the system has."""
    words = talk.system.dialect.crosswalk.address
    return asking.addresses(postal, email, phone, (words.tell("email") or "", words.tell("phone") or ""))


def _proposed(operation: CreatePatron, talk: Talk) -> asking.Part:
    """The number that is proposed for a patron, with the PIN where there is one."""
    if operation.patron is not None:
        return talk.who(operation.patron, operation.new_pin)
    return _new_pin(operation, talk)


def _privileges(talk: Talk, category: str | None, expires: date | None) -> Element | None:
    """The kind of patron, and until when; either may be missing."""
    if category:
        return asking.privilege(category, talk.system.agency, expires)
    if expires is None:
        return None
    return asking.holding(
        "UserPrivilege",
        asking.text("AgencyId", talk.system.agency),
        asking.text("AgencyUserPrivilegeType", "PROFILE"),
        asking.day("ValidToDate", expires),
    )


def _home(talk: Talk, library: LibraryId | None) -> Element | None:
    """The library that the patron is from, where it is another one."""
    if library is None or library == talk.system.library:
        return None
    return asking.holding(
        "UserPrivilege",
        asking.text("AgencyId", talk.system.agency),
        asking.text("AgencyUserPrivilegeType", "LIBRARY"),
        asking.holding(
            "UserPrivilegeStatus", asking.text("UserPrivilegeStatusType", talk.system.agency_of(library))
        ),
    )


async def amend_patron(operation: AmendPatron, talk: Talk) -> AnyOutcome:
    """UpdateUser: what is changed is added, and what is taken away is deleted as it is told now."""
    pin = await prove(talk, "UpdateUser", operation.patron, operation.pin)
    before: Patron | None = None
    if _takes_away(operation):
        before = (await _reported(LookupPatron(operation.patron), talk)).patron
    system = talk.system
    added = asking.holding(
        "AddUserFields",
        _new_pin(operation, talk),
        asking.person(operation.name),
        _addresses(talk, operation.address, operation.email, operation.phone),
        asking.day("DateOfBirth", operation.birth_date),
        asking.text("UserLanguage", system.dialect.crosswalk.language.tell(operation.language)),
        _privileges(talk, operation.category, operation.expires),
        _block(talk) if operation.blocked else None,
    )
    deleted = asking.holding(
        "DeleteUserFields",
        _deleted(operation, before, talk),
        _block(talk) if operation.blocked is False else None,
    )
    if added is None and deleted is None:
        return Refused(Reason.VALUE_NOT_KEPT)
    await talk.ask("UpdateUser", talk.who(operation.patron, pin), deleted, added)
    return await _as_it_stands(talk, operation.patron)


_TEXTS = ("name", "address", "phone", "email")
_WORDS = ("language", "category")
"""What is replaced by the mere adding of another, so that only what is taken away is deleted."""


def _takes_away(operation: AmendPatron) -> bool:
    return (
        bool(operation.drops)
        or any(getattr(operation, each) is not None for each in _TEXTS)
        or any(getattr(operation, each) == "" for each in _WORDS)
    )


def _deleted(operation: AmendPatron, before: Patron | None, talk: Talk) -> asking.Part:
    """What stands now and shall not stand any more: a delete names the value."""
    if before is None:
        return None
    gone: dict[str, str | None] = {
        each: getattr(before, each) or None if getattr(operation, each) is not None else None
        for each in _TEXTS
    }
    birth: date | None = before.birth_date if "birth_date" in operation.drops else None
    language = before.language if operation.language == "" else None
    return [
        asking.text("UserLanguage", talk.system.dialect.crosswalk.language.tell(language)),
        _privileges(
            talk,
            before.category if operation.category == "" else None,
            before.expires if "expires" in operation.drops else None,
        ),
        asking.person(gone["name"]),
        _addresses(talk, gone["address"], gone["email"], gone["phone"]),
        asking.day("DateOfBirth", birth),
    ]


def _new_pin(operation: AmendPatron | CreatePatron, talk: Talk) -> Element | None:
    if not operation.new_pin:
        return None
    return asking.proof(operation.new_pin.reveal(), talk.system.dialect.pin_input)


async def delete_patron(operation: DeletePatron, talk: Talk) -> AnyOutcome:
    """DeleteUser."""
    pin = await prove(talk, "DeleteUser", operation.patron, operation.pin)
    await talk.ask("DeleteUser", talk.who(operation.patron, pin))
    return Done(Deleted(patron=operation.patron))


async def end_session(operation: EndSession, talk: Talk) -> AnyOutcome:
    """Nothing that NCIP knows of: answered here."""
    return Done(SessionEnded(operation.patron))
