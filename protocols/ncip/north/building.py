"""The parts of which answers are made.  What the library does not know is left out; the codec puts it in order."""

from collections.abc import Iterable

from softdock.circulation.identifiers import HoldId, ItemId, LibraryId, PatronId
from softdock.circulation.money import Money
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.reading import Who
from softdock.protocols.ncip.north.talk import Talk


def holding(name: str, *children: Element | None) -> Element:
    """An element with those of `children` that are there."""
    return Element(name, children=[each for each in children if each is not None])


def text(name: str, value: str | None) -> Element | None:
    """An element with a text; None for an empty one, and for blanks that systems send in its place."""
    return Element(name, value) if value and not value.isspace() else None


def count(name: str, number: int | None, least: int = 0) -> Element | None:
    """An element with a number; None where it is not known, or is less than the schema takes."""
    return Element(name, str(number)) if number is not None and number >= least else None


def several(name: str, values: Iterable[str]) -> list[Element]:
    """One element for each of `values`."""
    return [Element(name, each) for each in values if each]


def agency(talk: Talk, library: LibraryId | str | None = None) -> Element:
    """AgencyId: the library, by the name that the partner has for it."""
    own = library or talk.library
    return Element("AgencyId", talk.names_of_agencies.get(own, own))


def user_id(talk: Talk, patron: PatronId, asked: Who | None = None) -> Element:
    """UserId: as it was asked for, or as the library has it, by what is agreed with the partner."""
    profile = talk.profile
    kind = profile.user_id_type
    value: str = patron
    if asked is not None and profile.user_id == "same":
        value = asked.patron
        if asked.named is not None:
            kind = asked.named.value("UserIdentifierType") or kind
    return holding(
        "UserId",
        agency(talk),
        text("UserIdentifierType", kind),
        Element("UserIdentifierValue", str.__str__(value)),
    )


def item_id(talk: Talk, item: ItemId, owner: LibraryId | None = None) -> Element:
    """ItemId, with whose item it is."""
    kind = talk.profile.item_id_type or talk.request.value("ItemId", "ItemIdentifierType")
    return holding(
        "ItemId", agency(talk, owner), text("ItemIdentifierType", kind), Element("ItemIdentifierValue", item)
    )


def request_id(talk: Talk, hold: HoldId) -> Element:
    """RequestId: with the agency that the request named beside it, if it is the same one."""
    named = talk.request.first("RequestId")
    if named is not None and named.value("RequestIdentifierValue") == hold:
        kind, by = named.value("RequestIdentifierType"), named.first("AgencyId")
        return holding(
            "RequestId",
            by or agency(talk),
            text("RequestIdentifierType", kind),
            Element("RequestIdentifierValue", hold),
        )
    return holding("RequestId", agency(talk), Element("RequestIdentifierValue", hold))


def amount(name: str, money: Money) -> Element:
    """An amount, in the currency's smallest units."""
    return Element(
        name, children=[Element("CurrencyCode", money.currency), Element("MonetaryValue", str(money.minor))]
    )
