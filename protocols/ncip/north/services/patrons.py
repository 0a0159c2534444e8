"""Patrons: who they are, what they have, and whether they are who they say."""

from collections.abc import Iterator
from dataclasses import replace

from softdock.circulation.holds import HoldKind, HoldStatus
from softdock.circulation.items import CirculationStatus, FeeType, Item
from softdock.circulation.money import Money
from softdock.circulation.operations import LookupItem, LookupPatron
from softdock.circulation.outcomes import Done, HoldState, PatronReport, PinCheck, Refused
from softdock.circulation.patrons import Entry, PatronList
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.building import (
    agency,
    amount,
    count,
    holding,
    item_id,
    request_id,
    text,
    user_id,
)
from softdock.protocols.ncip.north.problems import P, Trouble, trouble
from softdock.protocols.ncip.north.reading import Who, who
from softdock.protocols.ncip.north.talk import Talk
from softdock.protocols.ncip.north.users import user_fields

MOST_LOOKED_UP = 50
"""Loans of which the item is asked for in one request."""

_LISTS = (
    ("LoanedItemsDesired", PatronList.LOANS),
    ("RequestedItemsDesired", PatronList.ALL_HOLDS),
    ("UserFiscalAccountDesired", PatronList.FEES),
)


async def lookup_user(talk: Talk) -> list[Element]:
    """LookupUser: identification, proof, and what hangs on the card, each as far as it is asked for.

    Every list costs one question to the library; all of them go to it, since which of them a system tells with
    the patron is not known here.  Of a list that it does not tell there is what it counts.
    """
    asked = who(talk)
    wanted = [each for flag, each in _LISTS if talk.request.has(flag)]
    report = await proven_report(talk, asked, wanted[0] if wanted else None)
    answer = [user_id(talk, report.patron.id, asked)]
    for number, each in enumerate(wanted):
        if number:
            report = await _report(talk, asked, each)
        if each is PatronList.LOANS and talk.profile.loans_looked_up:
            report = await _with_ends(talk, report)
        answer += _TOLD[each](talk, report)
    if (fields := user_fields(talk, report.patron)) is not None:
        answer.append(fields)
    return answer


async def _with_ends(talk: Talk, report: PatronReport) -> PatronReport:
    """With the end of each loan that the library lists without one, as far as the item tells it."""
    entries = list(report.entries)
    unended = [number for number, each in enumerate(entries) if each.item and each.due is None]
    for number in unended[:MOST_LOOKED_UP]:
        entry = entries[number]
        assert entry.item is not None
        outcome = await talk.outcome_of(LookupItem(entry.item))
        if not (isinstance(outcome, Done) and isinstance(outcome.result, Item)):
            continue
        item = outcome.result
        entries[number] = replace(
            entry,
            due=item.due,
            title=entry.title or item.title,
            title_id=entry.title_id or item.title_id,
            media_type=entry.media_type or item.media_type,
        )
    return replace(report, entries=tuple(entries))


async def authenticate_user(talk: Talk) -> list[Element]:
    """AuthenticateUser of version 1: nothing but whose card it is, if it is proven."""
    asked = who(talk)
    if asked.pin is None:
        raise trouble(P.NEEDED_DATA_MISSING, "There is no secret to compare.", "AuthenticationInput")
    report = await proven_report(talk, asked)
    return [user_id(talk, report.patron.id, asked)]


async def proven_report(talk: Talk, asked: Who, wanted: PatronList | None = None) -> PatronReport:
    """The patron; raises Trouble for a PIN that is not right, and for none where the account requires one."""
    if asked.pin is None and talk.account.require_pin:
        raise unproven(talk, Reason.PIN_REQUIRED)
    report = await _report(talk, asked, wanted)
    if asked.pin is not None and report.pin is not PinCheck.RIGHT:
        raise unproven(talk, Reason.PIN_NOT_SET if report.pin is PinCheck.NOT_SET else Reason.PIN_WRONG)
    return report


async def _report(talk: Talk, asked: Who, wanted: PatronList | None) -> PatronReport:
    """The patron with a list; without it, where the system has no such list."""
    lookup = LookupPatron(asked.patron, asked.pin, wanted)
    outcome = await talk.outcome_of(lookup)
    if wanted is not None and isinstance(outcome, Refused) and outcome.reason is Reason.NOT_SUPPORTED:
        outcome = await talk.outcome_of(replace(lookup, wanted=None))
    if not isinstance(outcome, Done):
        raise talk.why_not(outcome)
    assert isinstance(outcome.result, PatronReport)
    return outcome.result


def unproven(talk: Talk, reason: Reason) -> Trouble:
    """The patron is not proven to be who they say they are."""
    return trouble(P.USER_AUTHENTICATION_FAILED, talk.words(reason), "AuthenticationInput")


# --- the lists ----------------------------------------------------------------------------------------


def _loans(talk: Talk, report: PatronReport) -> Iterator[Element]:
    """Each loan whose item and end are known; the count tells of those that are not."""
    if (number := count("LoanedItemCountValue", report.patron.counts.loans)) is not None:
        lent = talk.crosswalk.circulation_status.told[CirculationStatus.CHARGED]
        yield holding("LoanedItemsCount", Element("CirculationStatus", lent), number)
    for each in report.entries:
        if each.item and each.due is not None:
            yield holding(
                "LoanedItem",
                item_id(talk, each.item),
                _title_number(talk, each.title_id),
                Element("DateDue", talk.written(each.due)),
                None if each.amount is None else amount("Amount", each.amount),
                text("Title", each.title),
                text("MediumType", talk.crosswalk.media_type.tell(each.media_type)),
            )


def _holds(talk: Talk, report: PatronReport) -> Iterator[Element]:
    """Each hold of which is known what NCIP has to tell; the count tells of those of which it is not."""
    counts = (report.patron.counts.holds, report.patron.counts.unavailable_holds)
    known = [each for each in counts if each is not None]
    if known and (number := count("RequestedItemCountValue", sum(known))) is not None:
        yield holding(
            "RequestedItemsCount",
            Element("RequestType", talk.crosswalk.hold_kind.told[HoldKind.HOLD]),
            number,
        )
    yield from (found for each in report.holds if (found := requested_item(talk, each)) is not None)


def requested_item(talk: Talk, hold: HoldState) -> Element | None:
    """RequestedItem; None where the library does not tell what is compulsory in it."""
    item = hold.item
    if hold.placed is None or (hold.id is None and item is None):
        return None
    status = hold.status or (HoldStatus.READY if hold.available else HoldStatus.WAITING)
    place = hold.pickup_location
    return holding(
        "RequestedItem",
        request_id(talk, hold.id) if hold.id else None,
        item_id(talk, item.id, item.owner) if item is not None else None,
        _title_number(talk, hold.title_id),
        Element("RequestType", talk.crosswalk.hold_kind.told[hold.kind or HoldKind.HOLD]),
        Element("RequestStatusType", talk.crosswalk.hold_status.told[status]),
        Element("DatePlaced", talk.written(hold.placed)),
        text("PickupLocation", talk.profile.names_of_pickup_locations.get(place, place)),
        None if hold.pickup_until is None else Element("PickupExpiryDate", talk.written(hold.pickup_until)),
        count("HoldQueuePosition", hold.queue_position, 1),
        text("Title", hold.title or (item.title if item is not None else "")),
    )


def _account(talk: Talk, report: PatronReport) -> Iterator[Element]:
    """What is owed, an account for each currency; positive is owed by the patron."""
    balances: dict[str, int] = {}
    for each in report.entries:
        if each.amount is not None:
            balances[each.amount.currency] = balances.get(each.amount.currency, 0) + each.amount.minor
    if (known := report.patron.balance) is not None:
        balances[known.currency] = known.minor
    for currency, minor in balances.items():
        details = (
            _detail(talk, each)
            for each in report.entries
            if each.amount is not None and each.amount.currency == currency
        )
        yield holding("UserFiscalAccount", amount("AccountBalance", Money(minor, currency)), *details)


def _detail(talk: Talk, fee: Entry) -> Element | None:
    """AccountDetails; None where it is not known since when it is owed, which is compulsory."""
    if fee.accrued is None or fee.amount is None:
        return None
    reference = None
    if fee.fee:
        reference = holding(
            "FiscalTransactionReferenceId", agency(talk), Element("FiscalTransactionIdentifierValue", fee.fee)
        )
    item = None
    if fee.item:
        titled = holding("BibliographicDescription", text("Title", fee.title))
        item = holding("ItemDetails", item_id(talk, fee.item), titled)
    return holding(
        "AccountDetails",
        Element("AccrualDate", talk.written(fee.accrued)),
        holding(
            "FiscalTransactionInformation",
            Element("FiscalActionType", "Assess"),
            reference,
            Element("FiscalTransactionType", talk.crosswalk.fee_type.told[fee.fee_type or FeeType.OTHER]),
            amount("Amount", fee.amount),
            text("FiscalTransactionDescription", fee.note or fee.title),
            item,
        ),
    )


def _title_number(talk: Talk, title: str | None) -> Element | None:
    if not title:
        return None
    number = holding("BibliographicRecordId", Element("BibliographicRecordIdentifier", title), agency(talk))
    return holding("BibliographicId", number)


_TOLD = {PatronList.LOANS: _loans, PatronList.ALL_HOLDS: _holds, PatronList.FEES: _account}
