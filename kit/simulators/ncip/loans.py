"""Services that lend, take back and lend on."""

from datetime import timedelta
from typing import Final

from softdock.circulation.holds import HoldKind
from softdock.circulation.identifiers import PatronId
from softdock.circulation.items import AlertType
from softdock.circulation.operations import CancelRecall, Checkin, Checkout, PayFee, RecallItem, Renew
from softdock.circulation.outcomes import Lent, Recalled, Returned
from softdock.kit.simulators.ncip import telling as t
from softdock.kit.simulators.ncip.asking import Ask
from softdock.kit.simulators.ncip.nodes import Node, Part, holding, text

_LATER: Final = timedelta(days=1)
_ROUTES: Final = {
    AlertType.HOLD_HERE: "Hold For Pickup",
    AlertType.HOLD_ELSEWHERE: "Send To Pickup Location",
    AlertType.TRANSIT: "Send To Owning Location",
}
_HOLDS: Final = frozenset({AlertType.HOLD_HERE, AlertType.HOLD_ELSEWHERE})


def check_out(ask: Ask) -> Part:
    """CheckOutItem.  What a loan costs has to be acknowledged, with at least as much as it is, or paid."""
    agreed = ask.money("AcknowledgedFeeAmount") or ask.money("PaidFeeAmount")
    wish = Checkout(
        ask.patron(),
        ask.item(),
        ask.pin(),
        renewal_allowed=False,
        fee_acknowledged=agreed is not None,
        acknowledged_fee=agreed,
        no_block=ask.is_mandated,
        happened=ask.happened,
        desired_due=ask.moment("DesiredDateDue"),
        promised_due=ask.moment("DesiredDateDue") if ask.is_mandated else None,
        hold=ask.request() if ask.manner.names_requests else None,
    )
    lent: Lent = ask.perform(wish)
    if lent.fee is not None and ask.said.has("PaidFeeAmount"):
        _pay(ask, lent)
    return [t.item_id(ask, lent.item.id), t.user_id(ask, lent.patron), *_lent(ask, lent)]


def _pay(ask: Ask, lent: Lent) -> None:
    """What was paid along with the loan."""
    copy = ask.books.copy(lent.item.id)
    assert copy is not None
    assert copy.loan is not None
    assert lent.fee is not None
    ask.perform(PayFee(lent.patron, lent.fee, fee=copy.loan.fees[0]))


def renew(ask: Ask) -> Part:
    """RenewItem, which some decide later."""
    if ask.manner.renews_later:
        ask.report()
        ask.looked_up(ask.item())
        return holding("Pending", ask.when("DateOfExpectedReply", ask.books.now() + _LATER))
    agreed = ask.money("AcknowledgedFeeAmount") or ask.money("PaidFeeAmount")
    wish = Renew(
        ask.patron(),
        ask.item(),
        pin=ask.pin(),
        fee_acknowledged=agreed is not None,
        acknowledged_fee=agreed,
        no_block=ask.is_mandated,
        happened=ask.happened,
        desired_due=ask.moment("DesiredDateDue"),
    )
    lent: Lent = ask.perform(wish)
    return [t.item_id(ask, lent.item.id), t.user_id(ask, lent.patron), *_lent(ask, lent)]


def _lent(ask: Ask, lent: Lent) -> list[Part]:
    charged = None if lent.fee is None else t.fiscal("Assess", lent.fee_type, lent.fee)
    return [
        ask.when("DateDue", lent.due),
        text("RenewalCount", lent.renewals),
        charged,
        t.item_fields(ask, lent.item),
        _about(ask, lent.patron),
    ]


def undo_check_out(ask: Ask) -> Part:
    """UndoCheckOutItem: the loan has never been.  An item that nobody has is answered as undone."""
    returned: Returned = ask.perform(Checkin(ask.item(), cancel=True, borrower=ask.patron_if_named()))
    return [t.item_id(ask, returned.item.id), _user(ask, returned.patron)]


def check_in(ask: Ask) -> Part:
    """CheckInItem."""
    wish = Checkin(
        ask.item(),
        no_block=ask.is_mandated,
        happened=ask.happened,
        only_if_lent=not ask.manner.takes_back_anything,
    )
    returned: Returned = ask.perform(wish)
    return [
        t.item_id(ask, returned.item.id),
        _user(ask, returned.patron),
        _routing(ask, returned),
        t.item_fields(ask, returned.item),
        None if returned.patron is None else _about(ask, returned.patron),
    ]


def _routing(ask: Ask, returned: Returned) -> Node | None:
    """Where the item has to go, if not to its shelf, and for whom."""
    alert = returned.alert
    if alert in {None, AlertType.NONE}:
        return None
    assert alert is not None
    place = (
        returned.destination
        or returned.item.current_location
        or returned.item.permanent_location
        or ask.library
    )
    instance = holding(
        "LocationNameInstance", Node("LocationNameLevel", "1"), Node("LocationNameValue", place)
    )
    location = holding(
        "Location", Node("LocationType", "Temporary Location"), holding("LocationName", instance)
    )
    bin_ = text("BinNumber", returned.sort_bin)
    return holding(
        "RoutingInformation",
        Node("RoutingInstructions", _ROUTES.get(alert, "See Staff")),
        holding("Destination", bin_, location),
        text("RequestType", ask.manner.kinds[HoldKind.HOLD]) if alert in _HOLDS else None,
        _user(ask, returned.hold_patron),
        t.person(ask, returned.hold_patron_name) if returned.hold_patron_name else None,
    )


def recall(ask: Ask) -> Part:
    """RecallItem."""
    return _recalled(ask, ask.perform(RecallItem(ask.item(), ask.moment("DesiredDateDue"))), is_due=True)


def cancel_recall(ask: Ask) -> Part:
    """CancelRecallItem."""
    return _recalled(ask, ask.perform(CancelRecall(ask.item())), is_due=False)


def _recalled(ask: Ask, recalled: Recalled, *, is_due: bool) -> Part:
    return [
        t.item_id(ask, recalled.item.id),
        _user(ask, recalled.patron),
        ask.when("DateDue", recalled.due) if is_due else None,
        t.item_fields(ask, recalled.item),
    ]


def _user(ask: Ask, patron: PatronId | None) -> Node | None:
    return None if patron is None else t.user_id(ask, patron)


def _about(ask: Ask, patron: PatronId) -> Node | None:
    """What was asked of the patron, beside the loan."""
    return t.user_fields(ask, ask.described(patron)) if ask.wants("UserElementType") else None
