"""Notifications: what has happened elsewhere is taken note of, and changes no books."""

import re
from collections.abc import Iterator
from typing import Final

from softdock.circulation.identifiers import HoldId, ItemId, PatronId
from softdock.circulation.operations import TakeNotice
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.moments import read_moment
from softdock.protocols.ncip.north.reading import identifier, moment_of
from softdock.protocols.ncip.north.talk import Talk
from softdock.protocols.ncip.tables.elements import MOMENTS
from softdock.protocols.ncip.tables.services import SERVICES, ServiceKind

MOST_DETAILS: Final = 40
LONGEST_DETAIL: Final = 200

_HAPPENED: Final = ("DateShipped", "DateReceived", "DateSent", "DateOfUserRequest")
"""What tells when it happened, where something does."""

_KEPT_APART: Final = frozenset({"InitiationHeader", "Ext", "UserId", "ItemId", "RequestId"})
_PERSONAL: Final = frozenset(
    {
        "UserOptionalFields", "NameInformation", "UserAddressInformation", "DateOfBirth", "PhysicalAddress",
        "ElectronicAddress", "AuthenticationInput", "UserNoticeDetails", "AddUserFields", "DeleteUserFields",
        "UserPrivilege", "BlockOrTrap", "UserLanguage", "AuthenticationPrompt", "UserId", "PreviousUserId",
    }
)  # fmt: skip
"""What is said of people stays with who said it: no one here needs it to know what has happened."""


def event_of(service: str) -> str:
    """How the event of a notification is called.

    >>> event_of("ItemRecallCancelled")
    'item-recall-cancelled'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "-", service).lower()


async def take_notice(talk: Talk) -> list[Element]:
    """Every notification: understood, and recorded; the answer is empty."""
    request = talk.request
    item = _named(request, "ItemId", "ItemIdentifierValue")
    patron = _named(request, "UserId", "UserIdentifierValue")
    hold = _named(request, "RequestId", "RequestIdentifierValue")
    at = next((name for name in _HAPPENED if request.value(name)), "")
    await talk.ask(
        TakeNotice(
            event_of(talk.service),
            item=ItemId(item) if item else None,
            patron=PatronId(patron) if patron else None,
            hold=HoldId(hold) if hold else None,
            happened=moment_of(talk, at) if at else None,
            extra=tuple(_details(talk, request))[:MOST_DETAILS],
        ),
        once=True,
    )
    return []


def _named(request: Element, name: str, value: str) -> str:
    return identifier(request.value(name, value), value)


def _details(talk: Talk, within: Element) -> Iterator[tuple[str, str]]:
    """What else is said, as far as it is of no person: names and texts, in the order of the document."""
    for each in within.children:
        if each.name in _PERSONAL or (within is talk.request and each.name in _KEPT_APART):
            continue
        if each.children:
            yield from _details(talk, each)
        elif each.text and each.name in MOMENTS:
            moment = read_moment(each.text, talk.reading_zone)
            yield each.name, each.text[:LONGEST_DETAIL] if moment is None else moment.isoformat()
        elif not each.name.startswith("{"):
            yield each.name, " ".join(each.text.split())[:LONGEST_DETAIL]


NOTIFICATIONS: Final = tuple(
    name for name, service in SERVICES.items() if service.kind is ServiceKind.NOTIFICATION
)
