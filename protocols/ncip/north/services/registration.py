"""Patrons as records: taking them in, changing what is known of them, and taking them out.

Of what an update says, the deletions are looked at first: each has to name what the library has, or nothing is done.
A value that is added takes the place of the one that is there, because a library keeps one of each.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from softdock.circulation.identifiers import PatronId, Secret
from softdock.circulation.operations import (
    AmendPatron,
    BlockPatron,
    CreatePatron,
    DeletePatron,
    EnablePatron,
    LookupPatron,
)
from softdock.circulation.outcomes import Done, PatronReport, PinCheck, Refused
from softdock.circulation.patrons import ALL_DENIED, Patron
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.building import user_id
from softdock.protocols.ncip.north.given_users import GivenUser, given_user, is_within, names_him
from softdock.protocols.ncip.north.problems import P, trouble
from softdock.protocols.ncip.north.reading import Who, identifier, inputs, who
from softdock.protocols.ncip.north.services.patrons import proven_report
from softdock.protocols.ncip.north.talk import Talk
from softdock.protocols.ncip.value_lists import folded


async def create_user(talk: Talk) -> list[Element]:
    """CreateUser.  The number in the request is a proposal; without one the library gives it."""
    named = talk.request.first("UserId")
    by_input, pin = inputs(talk, talk.request)
    number = (named.value("UserIdentifierValue") if named is not None else "") or by_input
    given = given_user(talk, talk.request)
    if given.name is None:
        raise trouble(P.NEEDED_DATA_MISSING, "A patron has a name.", "NameInformation")
    report: PatronReport = await talk.ask(
        CreatePatron(
            PatronId(identifier(number, "UserIdentifierValue")) if number else None,
            name=given.name,
            new_pin=pin,
            birth_date=given.birth_date,
            address=given.address or "",
            phone=given.phone or "",
            email=given.email or "",
            language=given.language or "",
            category=given.category or "",
            home_library=given.home_library,
            expires=given.expires,
            blocked=_block_text(given) if given.blocked else None,
        ),
        once=bool(number),
    )
    asked = Who(report.patron.id, named=named) if report.patron.id == number else None
    return [user_id(talk, report.patron.id, asked)]


async def update_user(talk: Talk) -> list[Element]:
    """UpdateUser: what is deleted has to be there, and what is added replaces it."""
    asked = who(talk)
    deletions = talk.request.first("DeleteUserFields") or Element("DeleteUserFields")
    deleted = given_user(talk, deletions)
    added = given_user(talk, talk.request.first("AddUserFields") or Element("AddUserFields"))
    report = await proven_report(talk, asked)
    patron = report.patron
    if missing := _missing(talk, deletions, deleted, patron):
        raise _not_there(missing)
    if deleted.pin is not None and not (added.pin and await _is_pin(talk, asked, deleted.pin)):
        raise _not_there("AuthenticationInput")
    change = _change(asked, deleted, added, report)
    if change == AmendPatron(asked.patron, asked.pin):
        if without_place := _without_place(added, patron):
            raise trouble(P.UNABLE_TO_ADD_ELEMENT, "The library has no place for this.", without_place)
    else:
        report = await _changed(talk, change)
    return [user_id(talk, report.patron.id, asked)]


async def _changed(talk: Talk, change: AmendPatron) -> PatronReport:
    """The card after `change`.  What a system cannot change of a patron, it may block and free all the same."""
    outcome = await talk.outcome_of(change, once=True)
    if (
        isinstance(outcome, Refused)
        and outcome.reason is Reason.NOT_SUPPORTED
        and (only := _block_in(change))
    ):
        outcome = await talk.outcome_of(only, once=True)
    if not isinstance(outcome, Done):
        raise talk.why_not(outcome)
    assert isinstance(outcome.result, PatronReport)
    return outcome.result


def _block_in(change: AmendPatron) -> BlockPatron | EnablePatron | None:
    """The block that `change` sets or lifts, if it is nothing else."""
    if change.blocked is None or replace(change, blocked=None, block_text="") != AmendPatron(
        change.patron, change.pin
    ):
        return None
    if change.blocked:
        return BlockPatron(change.patron, message=change.block_text)
    return EnablePatron(change.patron, change.pin)


def _change(asked: Who, deleted: GivenUser, added: GivenUser, report: PatronReport) -> AmendPatron:
    """What the library is asked to change.  That a good card is good changes nothing."""
    blocked = added.blocked
    if deleted.blocked and blocked is None:
        blocked = False
    elif blocked is False and not _is_barred(report):
        blocked = None
    return AmendPatron(
        asked.patron,
        asked.pin,
        name=added.name,
        new_pin=added.pin,
        birth_date=added.birth_date,
        address=_after(deleted.address, added.address),
        phone=_after(deleted.phone, added.phone),
        email=_after(deleted.email, added.email),
        language=_after(deleted.language, added.language),
        category=_after(deleted.category, added.category),
        expires=added.expires,
        blocked=blocked,
        block_text=_block_text(added),
        drops=frozenset(
            name
            for name in ("birth_date", "expires")
            if getattr(deleted, name) is not None and getattr(added, name) is None
        ),
    )


def _is_barred(report: PatronReport) -> bool:
    """Whether somebody has blocked the card, as far as the library tells blocks from what else is wrong."""
    if report.reason is not None:
        return report.reason is Reason.PATRON_BLOCKED
    return report.patron.standing >= ALL_DENIED


def _after(deleted: str | None, added: str | None) -> str | None:
    """What a value becomes: "" takes it away, None leaves it."""
    if added is not None:
        return added
    return "" if deleted is not None else None


def _missing(talk: Talk, deletions: Element, deleted: GivenUser, patron: Patron) -> str:
    """The element of which something shall be deleted that is not there; "" if all is.  A name is only replaced."""
    stays = talk.request.at("AddUserFields", "NameInformation") is None
    checks = (
        ("NameInformation", deleted.name is not None and (stays or not names_him(talk, deletions, patron.name))),
        ("UserAddressInformation", _none(deleted.addresses, lambda each: is_within(each, patron.address))),
        ("UserAddressInformation", _none(deleted.phones, lambda each: each == patron.phone)),
        ("UserAddressInformation", _none(deleted.emails, lambda each: folded(each) == folded(patron.email))),
        ("DateOfBirth", deleted.birth_date is not None and deleted.birth_date != patron.birth_date),
        ("UserLanguage", deleted.language is not None and deleted.language != patron.language.split("-")[0]),
        ("UserPrivilege", deleted.category is not None and folded(deleted.category) != folded(patron.category)),
        ("UserPrivilege", deleted.home_library is not None and deleted.home_library != patron.home_library),
        ("ValidToDate", deleted.expires is not None and deleted.expires != patron.expires),
    )  # fmt: skip
    found = next((element for element, is_missing in checks if is_missing), "")
    return found or next(iter(deleted.without_place), "")


def _none(values: Sequence[str], is_kept: Callable[[str], bool]) -> bool:
    """Whether there are values, and none of them is the one that is kept."""
    return bool(values) and not any(map(is_kept, values))


async def _is_pin(talk: Talk, asked: Who, pin: Secret) -> bool:
    """Whether the PIN that shall be replaced is the right one."""
    looked = await talk.outcome_of(LookupPatron(asked.patron, pin))
    if not isinstance(looked, Done):
        raise talk.why_not(looked)
    return isinstance(looked.result, PatronReport) and looked.result.pin is PinCheck.RIGHT


def _not_there(element: str) -> Exception:
    return trouble(P.UNABLE_TO_DELETE_ELEMENT, "What shall be deleted is not there.", element)


def _without_place(added: GivenUser, patron: Patron) -> str:
    """Of what is added, what the library does not keep, or will not change."""
    if added.home_library is not None and added.home_library != patron.home_library:
        return "UserPrivilege"
    return next(iter(added.without_place), "")


def _block_text(given: GivenUser) -> str:
    return ", ".join(dict.fromkeys(given.block_words))[:200]


async def delete_user(talk: Talk) -> list[Element]:
    """DeleteUser: refused as long as something hangs on the card."""
    asked = who(talk)
    await talk.ask(DeletePatron(asked.patron, asked.pin), once=True)
    return [user_id(talk, asked.patron, asked)]
