"""What a request names: patrons, items, holds, dates, amounts.  Each raises Trouble for what cannot be meant."""

import re
from datetime import UTC, datetime, time
from typing import Final

from softdock.circulation.holds import HoldKind, HoldScope
from softdock.circulation.identifiers import HoldId, ItemId, PatronId, Secret, TitleId
from softdock.circulation.items import FeeType
from softdock.circulation.money import Money
from softdock.circulation.records import record
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.moments import read_moment
from softdock.protocols.ncip.north.problems import P, trouble
from softdock.protocols.ncip.north.talk import Talk
from softdock.protocols.ncip.tables.services import SERVICES
from softdock.protocols.ncip.value_lists import folded

LONGEST_IDENTIFIER = 128
LONGEST_TEXT = 1000
_CONTROLS = frozenset(map(chr, (*range(32), *range(127, 160))))
_FORBIDDEN = frozenset("|") | _CONTROLS
"""What no system can be asked with: SIP2 has a meaning for it, or it is no text."""


@record
class Who:
    """The patron whom a request names."""

    patron: PatronId
    pin: Secret | None = None
    named: Element | None = None
    """The UserId of the request; None where it was an AuthenticationInput that named the patron."""


def identifier(text: str, element: str) -> str:
    """`text` as what it identifies is asked for."""
    if len(text) > LONGEST_IDENTIFIER or not _FORBIDDEN.isdisjoint(text):
        raise trouble(P.ELEMENT_RULE_VIOLATED, "This identifier holds what no identifier may.", element)
    return text


def who(talk: Talk) -> Who:
    """The patron; raises Trouble if none is named."""
    found = who_if_any(talk)
    if found is None:
        raise trouble(P.NEEDED_DATA_MISSING, "The request names no user.", "UserId")
    return found


def who_if_any(talk: Talk, within: Element | None = None) -> Who | None:
    """The patron, by UserId or by AuthenticationInput; where there are both, by the former, proven by the latter."""
    within = within or talk.request
    named = within.first("UserId")
    text = named.value("UserIdentifierValue") if named is not None else ""
    by_input, pin = inputs(talk, within)
    if text:
        return Who(PatronId(identifier(text, "UserIdentifierValue")), pin, named)
    if named is not None and not by_input:
        raise trouble(P.NEEDED_DATA_MISSING, "The UserId is empty.", "UserIdentifierValue")
    if by_input:
        return Who(PatronId(identifier(by_input, "AuthenticationInputData")), pin)
    if pin is not None:
        raise trouble(P.NEEDED_DATA_MISSING, "A secret was sent, and nobody named.", "AuthenticationInput")
    return None


def inputs(talk: Talk, within: Element) -> tuple[str, Secret | None]:
    """What identifies and what proves, in whichever order they come; "" and None for what is not there.

    Whoever sends a proof of a kind that is not known here must not believe that it was looked at, and of two that
    differ nobody knows which is meant.
    """
    named: set[str] = set()
    secrets: set[str] = set()
    for each in within.all("AuthenticationInput"):
        kind, data = folded(each.value("AuthenticationInputType")), each.value("AuthenticationInputData")
        if kind in talk.profile.pin_inputs:
            secrets.add(data)
        elif kind in talk.profile.user_id_inputs:
            named.add(data)
        elif kind or data:
            raise trouble(
                P.UNKNOWN_VALUE_FROM_KNOWN_SCHEME,
                "This type of input is not known here.",
                "AuthenticationInputType",
                each.value("AuthenticationInputType")[:128],
            )
    for found in (named, secrets):
        found.discard("")
        if len(found) > 1:
            raise trouble(
                P.ELEMENT_RULE_VIOLATED if P.ELEMENT_RULE_VIOLATED in SERVICES[talk.service].problems
                else P.USER_AUTHENTICATION_FAILED,
                "Several inputs contradict each other.",
                "AuthenticationInput",
            )  # fmt: skip
    return next(iter(named), ""), Secret(next(iter(secrets))) if secrets else None


def item_of(talk: Talk, within: Element | None = None) -> ItemId:
    """The item; raises Trouble if none is named."""
    found = item_if_any(talk, within)
    if found is None:
        raise trouble(P.NEEDED_DATA_MISSING, "The request names no item.", "ItemId")
    return found


def item_if_any(talk: Talk, within: Element | None = None) -> ItemId | None:
    """The first item that is named."""
    named = (within or talk.request).first("ItemId")
    return None if named is None else item_named(named)


def item_named(named: Element) -> ItemId:
    """The item of an ItemId."""
    text = named.value("ItemIdentifierValue")
    if not text:
        raise trouble(P.NEEDED_DATA_MISSING, "The ItemId is empty.", "ItemIdentifierValue")
    return ItemId(identifier(text, "ItemIdentifierValue"))


def hold_if_any(talk: Talk, within: Element | None = None) -> HoldId | None:
    """The hold that is named by its RequestId."""
    named = (within or talk.request).first("RequestId")
    if named is None:
        return None
    text = named.value("RequestIdentifierValue")
    if not text:
        raise trouble(P.NEEDED_DATA_MISSING, "The RequestId is empty.", "RequestIdentifierValue")
    return HoldId(identifier(text, "RequestIdentifierValue"))


def title_named(named: Element) -> TitleId:
    """The title of a BibliographicId, by record number or by a number of its own such as an ISBN."""
    text = named.value("BibliographicRecordId", "BibliographicRecordIdentifier")
    text = text or named.value("BibliographicItemId", "BibliographicItemIdentifier")
    if not text:
        raise trouble(P.NEEDED_DATA_MISSING, "The BibliographicId is empty.", "BibliographicId")
    return TitleId(identifier(text, "BibliographicId"))


def hold_kind(talk: Talk, within: Element | None = None) -> HoldKind | None:
    """What shall become of the item, by RequestType in the words of the partner or the standard; None if it is not said."""
    text = (within or talk.request).value("RequestType")
    if not text:
        return None
    kind = talk.crosswalk.hold_kind.known(text)
    if kind is None:
        raise trouble(
            P.UNKNOWN_VALUE_FROM_KNOWN_SCHEME,
            "This type of request is not known here.",
            "RequestType",
            text[:128],
        )
    return kind


def hold_scope(talk: Talk, within: Element | None = None) -> HoldScope | None:
    """Which copies will do, by RequestScopeType; None if it is not said."""
    text = (within or talk.request).value("RequestScopeType")
    if not text:
        return None
    scope = talk.crosswalk.hold_scope.known(text)
    if scope is None:
        raise trouble(
            P.UNKNOWN_VALUE_FROM_KNOWN_SCHEME, "This scope is not known here.", "RequestScopeType", text[:128]
        )
    return scope


def pickup_location(talk: Talk, within: Element | None = None) -> str:
    """Where the item shall wait, by the library's own name for it; "" if it is not said.

    Some partners say it by the locality of an address; that counts if it is one of the codes agreed with them.
    """
    within = within or talk.request
    agreed = talk.profile.pickup_locations
    code = within.value("PickupLocation")
    if code:
        return identifier(agreed.get(folded(code), code), "PickupLocation")
    place = within.value("ShippingInformation", "PhysicalAddress", "StructuredAddress", "Locality")
    return agreed.get(folded(place), "")


def shown_text(within: Element | None, *names: str) -> str:
    """A text that people read, on one line and of a length that a system can keep; "" where there is none."""
    text = "" if within is None else within.value(*names)
    return " ".join("".join(" " if each in _CONTROLS else each for each in text).split())[:LONGEST_TEXT]


_FIRST: Final = datetime(1, 1, 2, tzinfo=UTC)
_LAST: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""The ends of time that the clocks of every zone can tell.  Whoever names the end itself means for ever."""
_END_OF_DAY: Final = time(23, 59, 59)
_DAY_ALONE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def moment_of(talk: Talk, name: str, within: Element | None = None) -> datetime | None:
    """A point in time, in whichever way it is written; None where it is missing or empty.

    At the ends of time it is one that the clocks of every zone can tell.
    """
    text = (within or talk.request).value(name)
    if not text:
        return None
    found = read_moment(text, talk.reading_zone)
    if found is None:
        raise trouble(P.INVALID_DATE, "This is no date.", name, text[:64])
    return min(max(found, _FIRST), _LAST)


def until(talk: Talk, name: str, within: Element | None = None) -> datetime | None:
    """A point in time at which something ends, as `moment_of`; a day alone counts to its end."""
    found = moment_of(talk, name, within)
    text = (within or talk.request).value(name)
    if found is None or not _DAY_ALONE.fullmatch(text):
        return found
    return min(datetime.combine(found, _END_OF_DAY, found.tzinfo), _LAST)


def happened(talk: Talk) -> datetime | None:
    """When what is reported has happened, which must be honoured (MandatedAction); None for a wish."""
    mandated = talk.request.first("MandatedAction")
    if mandated is None:
        return None
    found = moment_of(talk, "DateEventOccurred", mandated)
    if found is None:
        raise trouble(P.NEEDED_DATA_MISSING, "It is not said when it happened.", "DateEventOccurred")
    return found


def amount_of(talk: Talk, within: Element, name: str = "Amount") -> Money | None:
    """An amount in smallest units; without a currency it is in the library's.  None where there is none."""
    found = within.first(name)
    if found is None:
        return None
    text = found.value("MonetaryValue")
    if not text:
        raise trouble(P.NEEDED_DATA_MISSING, "The amount has no value.", "MonetaryValue")
    digits = text.removeprefix("-").removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        raise trouble(
            P.INVALID_AMOUNT, "An amount is a whole number of the smallest units.", "MonetaryValue", text[:32]
        )
    currency = found.value("CurrencyCode").upper() or talk.currency
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise trouble(P.INVALID_AMOUNT, "This is no currency of ISO 4217.", "CurrencyCode", currency[:16])
    return Money(int(text), currency)


def fee_type_of(talk: Talk, information: Element) -> FeeType:
    """What a fee is for, by FiscalTransactionType."""
    return talk.crosswalk.fee_type.hear(information.value("FiscalTransactionType")) or FeeType.OTHER


def agreed_fee(talk: Talk) -> Money | None:
    """How much the patron has agreed to: what is acknowledged, or else has been paid to the partner.

    That it was paid is no booking: CreateUserFiscalTransaction tells that, so that no payment is told twice or lost.
    """
    agreed = amount_of(talk, talk.request, "AcknowledgedFeeAmount")
    return amount_of(talk, talk.request, "PaidFeeAmount") if agreed is None else agreed
