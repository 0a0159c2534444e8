"""Loans: lending, renewing, taking back, and undoing a loan."""

from softdock.circulation.items import AlertType, FeeType, Item
from softdock.circulation.money import Money
from softdock.circulation.operations import Checkin, Checkout, LookupItem, LookupPatron, Renew
from softdock.circulation.outcomes import Done, Lent, PatronReport, PinCheck, Refused, Returned
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.building import amount, count, holding, item_id, text, user_id
from softdock.protocols.ncip.north.items import item_fields, location_name
from softdock.protocols.ncip.north.problems import P, Trouble, trouble
from softdock.protocols.ncip.north.reading import (
    Who,
    agreed_fee,
    happened,
    hold_if_any,
    item_of,
    until,
    who,
    who_if_any,
)
from softdock.protocols.ncip.north.services.patrons import proven_report
from softdock.protocols.ncip.north.talk import Talk
from softdock.protocols.ncip.north.users import user_fields


async def check_out_item(talk: Talk) -> list[Element]:
    """CheckOutItem.  What has happened already is booked as it happened; a fee has to be acknowledged in full."""
    asked, item, at = who(talk), item_of(talk), happened(talk)
    agreed = agreed_fee(talk)
    due = until(talk, "DesiredDateDue")
    outcome = await talk.outcome_of(
        Checkout(
            asked.patron,
            item,
            asked.pin,
            renewal_allowed=False,
            fee_acknowledged=agreed is not None,
            acknowledged_fee=agreed,
            no_block=at is not None,
            happened=at,
            promised_due=due if at is not None else None,
            desired_due=due if at is None else None,
            hold=hold_if_any(talk),
        ),
        once=True,
    )
    if not isinstance(outcome, Done):
        raise lending_trouble(talk, outcome)
    lent = outcome.result
    assert isinstance(lent, Lent)
    return [
        item_id(talk, item, lent.item.owner),
        user_id(talk, lent.patron, asked),
        await _end_of(talk, asked, lent, has_happened=at is not None),
        *_renewals(lent),
        *_charged(talk, lent.fee, lent.fee_type),
        *(await both_fields(talk, lent.item, asked)),
    ]


async def renew_item(talk: Talk) -> list[Element]:
    """RenewItem, of a loan that this patron has.  It is decided at once: the answer is never Pending."""
    asked, item, at = who(talk), item_of(talk), happened(talk)
    agreed = agreed_fee(talk)
    due = until(talk, "DesiredDateDue")
    outcome = await talk.outcome_of(
        Renew(
            asked.patron,
            item,
            pin=asked.pin,
            fee_acknowledged=agreed is not None,
            acknowledged_fee=agreed,
            no_block=at is not None,
            happened=at,
            promised_due=due if at is not None else None,
            desired_due=due if at is None else None,
        ),
        once=True,
    )
    if not isinstance(outcome, Done):
        raise lending_trouble(talk, outcome)
    lent = outcome.result
    assert isinstance(lent, Lent)
    return [
        item_id(talk, item, lent.item.owner),
        user_id(talk, lent.patron, asked),
        *([] if lent.due is None else [Element("DateDue", talk.written(lent.due))]),
        *_renewals(lent),
        *_charged(talk, lent.fee, lent.fee_type),
        *(await both_fields(talk, lent.item, asked)),
    ]


async def undo_check_out_item(talk: Talk) -> list[Element]:
    """UndoCheckOutItem: the loan that came just before is taken back, and if a patron is named, only theirs.

    One that was renewed since stays: the check-out is not what came just before.
    A secret that goes along is compared first; none is asked for, since nobody gains a loan by it.
    """
    asked, item, at = who_if_any(talk), item_of(talk), happened(talk)
    if asked is not None and asked.pin is not None:
        await proven_report(talk, asked)
    borrower = None if asked is None else asked.patron
    undone: Returned = await talk.ask(
        Checkin(
            item,
            cancel=True,
            happened=at,
            no_block=at is not None,
            borrower=borrower,
            only_if_new=True,
        ),
        once=True,
    )
    answer = [item_id(talk, item, undone.item.owner)]
    if asked is not None:
        answer.append(user_id(talk, undone.patron or asked.patron, asked))
    return answer


def lending_trouble(talk: Talk, outcome: AnyOutcome) -> Trouble:
    """Why not; with the fee that the patron would have to acknowledge."""
    beside = []
    if (
        isinstance(outcome, Refused)
        and outcome.reason is Reason.FEE_NOT_ACKNOWLEDGED
        and outcome.fee is not None
    ):
        beside.append(amount("RequiredFeeAmount", outcome.fee))
    return talk.why_not(outcome, beside=beside)


async def _end_of(talk: Talk, asked: Who, lent: Lent, *, has_happened: bool) -> Element:
    """When the loan ends.  A loan of which that cannot be found out is taken back, unless it is agreed how to tell it.

    One that stands all the same is told as one without an end: what has happened already, what was a renewal, and
    what the library does not take back.
    """
    due = lent.due
    if due is None:
        looked = await talk.outcome_of(LookupItem(lent.item.id))
        due = looked.result.due if isinstance(looked, Done) and isinstance(looked.result, Item) else None
    if due is not None:
        return Element("DateDue", talk.written(due))
    if talk.profile.unknown_due_is_indeterminate or has_happened or lent.renewed:
        return Element("IndeterminateLoanPeriodFlag")
    undone = await talk.take_back(Checkin(lent.item.id, cancel=True, borrower=asked.patron))
    if isinstance(undone, Refused) and undone.reason not in _NOT_LENT:
        return Element("IndeterminateLoanPeriodFlag")  # the loan stands, so it must not be denied
    raise trouble(P.TEMPORARY_PROCESSING_FAILURE, "The library does not tell when the loan ends.", "DateDue")


_NOT_LENT = frozenset({Reason.ITEM_NOT_LENT, Reason.ITEM_NOT_LENT_TO_PATRON, Reason.NOTHING_TO_UNDO})


def _renewals(lent: Lent) -> list[Element]:
    found = count("RenewalCount", lent.renewals)
    return [] if found is None else [found]


def _charged(talk: Talk, fee: Money | None, kind: FeeType | None) -> list[Element]:
    """What the loan has cost."""
    if fee is None or not fee.minor:
        return []
    return [
        holding(
            "FiscalTransactionInformation",
            Element("FiscalActionType", "Assess"),
            Element("FiscalTransactionType", talk.crosswalk.fee_type.told[kind or FeeType.OTHER]),
            amount("Amount", fee),
        )
    ]


async def check_in_item(talk: Talk) -> list[Element]:
    """CheckInItem.  Where the item has to go is told as routing.

    Who had it, and who waits for it, is not told to an account that has to prove its patrons.
    """
    item, at = item_of(talk), happened(talk)
    outcome = await talk.outcome_of(
        Checkin(
            item,
            returned=at,
            location=talk.account.location,
            no_block=at is not None,
            happened=at,
            only_if_lent=at is None,
        ),
        once=True,
    )
    if not isinstance(outcome, Done):
        if _is_done_anyway(talk, outcome):
            return [item_id(talk, item)]
        raise talk.why_not(outcome)
    returned = outcome.result
    assert isinstance(returned, Returned)
    had = None if returned.patron is None or talk.account.require_pin else Who(returned.patron)
    answer = [item_id(talk, item, returned.item.owner)]
    if had is not None:
        answer.append(user_id(talk, had.patron))
    if (routing := _routing(talk, returned)) is not None:
        answer.append(routing)
    return [*answer, *(await both_fields(talk, returned.item, had))]


def _is_done_anyway(talk: Talk, outcome: AnyOutcome) -> bool:
    return (
        talk.profile.checkin_not_lent_is_done
        and isinstance(outcome, Refused)
        and outcome.reason is Reason.ITEM_NOT_LENT
    )


def _routing(talk: Talk, returned: Returned) -> Element | None:
    """RoutingInformation, where the item does not simply go back to its shelf, or a bin is named."""
    routing, alert = talk.crosswalk.routing, returned.alert
    instruction = None if alert is AlertType.NONE else routing.tell(alert)
    place = returned.destination or (returned.item.current_location if instruction else "")
    if not (instruction or returned.sort_bin) or not (place or returned.sort_bin):
        return None
    location = (
        holding(
            "Location",
            Element("LocationType", "Temporary Location"),
            location_name(talk.names_of_agencies.get(place, place)),
        )
        if place
        else None
    )
    is_held = alert in (AlertType.HOLD_HERE, AlertType.HOLD_ELSEWHERE)
    held = returned.hold_patron if is_held and not talk.account.require_pin else None
    return holding(
        "RoutingInformation",
        Element("RoutingInstructions", instruction or routing.told[AlertType.NONE]),
        holding("Destination", text("BinNumber", returned.sort_bin), location),
        Element("RequestType", "Hold") if held else None,
        user_id(talk, held) if held else None,
    )


async def both_fields(talk: Talk, item: Item | None, asked: Who | None) -> list[Element]:
    """ItemOptionalFields and UserOptionalFields, as far as the request selects them; what cannot be had is left out.

    Nothing is told of a patron whose secret is not the right one, or for whom there is none where the account has to
    prove its patrons: what has happened already is booked without looking at it.
    """
    found = []
    if item is not None and (fields := item_fields(talk, item)) is not None:
        found.append(fields)
    if asked is not None and talk.wants("UserElementType"):
        looked = await talk.outcome_of(LookupPatron(asked.patron, asked.pin))
        report = looked.result if isinstance(looked, Done) else None
        if isinstance(report, PatronReport) and _may_be_told(talk, asked, report):
            users = user_fields(talk, report.patron)
            found += [users] if users is not None else []
    return found


def _may_be_told(talk: Talk, asked: Who, report: PatronReport) -> bool:
    needs_proof = asked.pin is not None or talk.account.require_pin
    return report.pin is PinCheck.RIGHT or not needs_proof
