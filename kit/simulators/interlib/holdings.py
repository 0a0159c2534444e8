"""Calls about holdings, and about who waits for them."""

from collections.abc import Sequence
from datetime import date, datetime

from softdock.adapters.inhouse.snapshot import Copy
from softdock.circulation.identifiers import ItemId, PatronId, TitleId
from softdock.circulation.operations import CancelHold, PlaceHold
from softdock.circulation.reasons import Reason
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.interlib import tables as t
from softdock.kit.simulators.interlib.replies import (
    Denied,
    Given,
    Tree,
    card_of,
    copy_of,
    message,
    perform,
    refuse,
)


def query_holding(books: Books, given: Given) -> Tree:
    """The copies of a title, or one of them, with the maps that tell what their codes mean."""
    if "barcode" in given:
        copies: Sequence[Copy] = [copy_of(books, given["barcode"])]
    else:
        title = books.title(given["bookrecno"])
        copies = refuse(Reason.TITLE_UNKNOWN) if title is None else title.copies
    return {
        "holdingList": [_holding(books, copy) for copy in copies],
        "loanWorkMap": {str(copy.item.id): _loan_work(copy) for copy in copies if copy.loan is not None},
        "libcodeMap": dict(t.LIBRARIES),
        "localMap": dict(t.LOCATIONS),
        "pBCtypeMap": {kind: {"cirtype": kind, "name": name} for kind, name in t.KINDS.items()},
        "holdStateMap": {
            str(state): {"stateType": state, "stateName": name} for state, name in t.HOLDING_STATES.items()
        },
    }


def _holding(books: Books, copy: Copy) -> Tree:
    item, library = copy.item, str(books.house.library)
    return {
        "recno": int(item.id),
        "bookrecno": int(item.title_id),
        "barcode": str(item.id),
        "title": item.title,
        "author": item.author,
        "callno": item.call_number,
        "state": _state(copy),
        "orglib": library,
        "orglocal": item.permanent_location,
        "curlib": library,
        "curlocal": copy.state.location or item.permanent_location,
        "cirtype": item.collection,
        "reservecount": len(copy.title.queue),
    }


def _state(copy: Copy) -> int:
    if copy.loan is not None:
        return t.LENT
    if copy.hold is not None:
        return t.SET_ASIDE
    return int(copy.item.extra.get("state", t.STATE_OF.get(copy.state.status, 14)))


def _loan_work(copy: Copy) -> Tree:
    """Times in milliseconds since the epoch; `dueTime` has the time of the loan, and the reader is blanked."""
    assert copy.loan is not None
    lent, due = _milliseconds(copy.loan.lent), _milliseconds(copy.loan.due)
    return {"barcode": str(copy.item.id), "rdid": "", "loanDate": lent, "returnDate": due, "dueTime": lent}


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000


def _wanted(given: Given) -> tuple[ItemId | None, TitleId | None]:
    if "barcode" in given:
        return ItemId(given["barcode"]), None
    return None, TitleId(given["bookrecno"])


def reserve(books: Books, given: Given) -> Tree:
    """The reader joins the queue."""
    expires = None
    if "canceldate" in given:
        try:
            expires = datetime.combine(
                date.fromisoformat(given["canceldate"]), datetime.min.time(), books.zone
            )
        except ValueError:
            raise Denied("parameters", "参数错误：canceldate") from None
    if (place := given.get("pickuplocal", "")) and place not in t.LOCATIONS:
        raise Denied("parameters", "参数错误：pickuplocal")
    perform(
        books, PlaceHold(PatronId(given["rdid"]), *_wanted(given), pickup_location=place, expires=expires)
    )
    return {"messagelist": [message("done", "预约成功")]}


def cancel_reserve(books: Books, given: Given) -> Tree:
    """The reader leaves the queue."""
    perform(books, CancelHold(PatronId(given["rdid"]), *_wanted(given)))
    return {"messagelist": [message("done", "取消预约成功")]}


def reserves(books: Books, given: Given) -> Tree:
    """What the reader waits for."""
    return {
        "reslist": [
            {
                "barcode": str(hold.copy or hold.item or ""),
                "bookrecno": int(hold.title_id),
                "title": hold.title,
                "regdate": hold.placed.date().isoformat(),
                "canceldate": "" if hold.lapses is None else hold.lapses.date().isoformat(),
                "pickuplocal": hold.pickup_location,
                "isready": int(hold.shelf_until is not None),
            }
            for hold in card_of(books, given["rdid"]).holds
        ]
    }
