"""Taking in what another library has sent for one of ours (AcceptItem).

A fee that is named is charged once the item is taken in, under a number that a repeat has too.  So whoever is told that
it could not be charged may send the same again: the item is there already, and is not taken in twice.
"""

from typing import Final

from softdock.circulation.capabilities import Capability
from softdock.circulation.identifiers import FeeId, HoldId, PatronId
from softdock.circulation.money import Money
from softdock.circulation.operations import AcceptItem, ChargeFee, LookupHold
from softdock.circulation.outcomes import Accepted, Done, HoldState, Refused
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.message import Element, Family
from softdock.protocols.ncip.north.building import item_id, request_id
from softdock.protocols.ncip.north.problems import P, trouble
from softdock.protocols.ncip.north.reading import (
    amount_of,
    fee_type_of,
    hold_if_any,
    identifier,
    item_if_any,
    pickup_location,
    shown_text,
    until,
    who_if_any,
)
from softdock.protocols.ncip.north.services.patrons import proven_report
from softdock.protocols.ncip.north.talk import Talk
from softdock.protocols.ncip.value_lists import folded

_ACTIONS: Final = {
    "circulate": False,
    "circulate and notify": False,
    "hold for pickup": True,
    "hold for pickup and notify": True,
}
"""What shall be done with the item (RequestedActionType), and whether it is kept for the patron."""

_NOT_TO_BE_LENT: Final = frozenset(
    {"in library use only", "not for loan", "supervision required", "use only in controlled access"}
)
"""Restrictions that a loan would break.  Others are for people to observe."""

_NOT_A_CHARGE: Final = frozenset({"cancel", "forgive", "payment", "waive", "write off"})


async def accept_item(talk: Talk) -> list[Element]:
    """AcceptItem: the item is in the books as long as it is here, and kept for the patron if that is asked for.

    Nothing against the card refuses it, so what has happened already (MandatedAction) is accepted as any other.
    """
    request, hold = talk.request, hold_if_any(talk)
    if hold is None:
        raise trouble(P.NEEDED_DATA_MISSING, "The request has no number.", "RequestId")
    keep = _is_kept(talk)
    patron = await _for_whom(talk, hold, keep=keep)
    restrictions = {folded(each.text) for each in _described(request).all("ItemUseRestrictionType")}
    if broken := restrictions & _NOT_TO_BE_LENT:
        raise trouble(P.CANNOT_GUARANTEE_RESTRICTIONS_ON_USE, "", "ItemUseRestrictionType", min(broken))
    fee = _fee(talk, hold, patron)
    optional = _described(request)
    about = optional.first("BibliographicDescription")
    accepted: Accepted = await talk.ask(
        AcceptItem(
            hold,
            patron,
            item_if_any(talk) if request.value("ItemId", "ItemIdentifierValue") else None,
            title=shown_text(about, "Title"),
            author=shown_text(about, "Author"),
            call_number=shown_text(optional.first("ItemDescription"), "CallNumber"),
            media_type=talk.crosswalk.media_type.known("" if about is None else about.value("MediumType")),
            owner=_owner(talk),
            due=until(talk, "DateForReturn"),
            keep_for_patron=keep,
            renewable=not request.has("RenewalNotPermitted") and "renewals not permitted" not in restrictions,
            pickup_location=_where(talk),
            pickup_until=until(talk, "PickupExpiryDate"),
        ),
        once=True,
    )
    if fee is not None:
        await _charge(talk, fee)
    return [
        request_id(talk, hold),
        *([item_id(talk, accepted.item.id, accepted.item.owner)] if accepted.item.id else []),
    ]


def _described(request: Element) -> Element:
    return request.first("ItemOptionalFields") or Element("ItemOptionalFields")


def _is_kept(talk: Talk) -> bool:
    action = talk.request.value("RequestedActionType")
    kept = _ACTIONS.get(folded(action))
    if kept is None:
        raise trouble(
            P.UNKNOWN_VALUE_FROM_KNOWN_SCHEME,
            "This action is not known here.",
            "RequestedActionType",
            action[:128],
        )
    return kept


async def _for_whom(talk: Talk, hold: HoldId, *, keep: bool) -> PatronId | None:
    """The patron who is named, and proven if that is asked for; or whose request of this number is waiting here."""
    asked = who_if_any(talk)
    if asked is not None:
        if asked.pin is not None or talk.account.require_pin:
            await proven_report(talk, asked)
        return asked.patron
    if not keep:
        return None
    outcome = await talk.outcome_of(LookupHold(hold))
    if isinstance(outcome, Done) and isinstance(outcome.result, HoldState) and outcome.result.patron:
        return outcome.result.patron
    raise trouble(P.NEEDED_DATA_MISSING, "It is not said for whom the item is kept.", "UserId")


def _owner(talk: Talk) -> str:
    """Whose item it is: the agency of its number, or, where that is ours, the one that sends the message."""
    request, ours = talk.request, talk.profile.agencies
    for name in (
        request.value("ItemId", "AgencyId"),
        request.value("InitiationHeader", "FromAgencyId", "AgencyId"),
    ):
        owner = ours.get(folded(name), name)
        if owner and owner not in (talk.library, talk.names_of_agencies.get(talk.library)):
            return identifier(owner, "AgencyId")
    return ""


def _where(talk: Talk) -> str:
    """The pickup location; partners of version 1 have no element for it, and address their message to it."""
    if place := pickup_location(talk):
        return place
    if talk.form.family is Family.V1:
        addressed = talk.request.value("InitiationHeader", "ToAgencyId", "AgencyId")
        return talk.profile.pickup_locations.get(folded(addressed), "")
    return ""


# --- the fee --------------------------------------------------------------------------------------------


def _fee(talk: Talk, hold: HoldId, patron: PatronId | None) -> ChargeFee | None:
    """What the patron shall owe for it; None for nothing.  Raises Trouble before anything is done."""
    named = talk.request.first("FiscalTransactionInformation")
    money = None if named is None else amount_of(talk, named)
    if named is None or money is None or not money.minor:
        return None
    if money.minor < 0 or folded(named.value("FiscalActionType")) in _NOT_A_CHARGE:
        raise trouble(
            P.ELEMENT_RULE_VIOLATED, "Only a charge can come with an item.", "FiscalTransactionInformation"
        )
    if patron is None:
        raise trouble(P.NEEDED_DATA_MISSING, "It is not said whom to charge.", "UserId")
    status = talk.desk.status(talk.account, talk.profile.language)
    if status is None or Capability.CHARGE_FEE not in status.capabilities:
        raise trouble(
            P.ELEMENT_RULE_VIOLATED, "No fees can be charged this way.", "FiscalTransactionInformation"
        )
    return _charge_of(talk, named, money, hold, patron)


def _charge_of(talk: Talk, named: Element, money: Money, hold: HoldId, patron: PatronId) -> ChargeFee:
    number = named.value("FiscalTransactionReferenceId", "FiscalTransactionIdentifierValue") or hold
    return ChargeFee(
        patron,
        money,
        fee_type_of(talk, named),
        FeeId(identifier(number, "FiscalTransactionReferenceId")),
        note=shown_text(named, "FiscalTransactionDescription"),
    )


async def _charge(talk: Talk, fee: ChargeFee) -> None:
    outcome = await talk.outcome_of(fee, once=True)
    charged_before = isinstance(outcome, Refused) and outcome.reason is Reason.FEE_EXISTS
    if not (isinstance(outcome, Done) or charged_before):
        raise talk.why_not(outcome, "FiscalTransactionInformation")
