"""The calls of the service: which parameters each takes, and what it does with the books."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn, TypeAlias

from softdock.adapters.inhouse.model import Fee
from softdock.adapters.inhouse.snapshot import Card, Copy
from softdock.circulation.identifiers import FeeId, ItemId, PatronId, Secret, TitleId
from softdock.circulation.money import parse_money
from softdock.circulation.operations import (
    BlockPatron,
    CancelHold,
    Checkin,
    Checkout,
    EnablePatron,
    LookupPatron,
    Operation,
    PayFee,
    PlaceHold,
    Renew,
)
from softdock.circulation.outcomes import Done, PatronReport, PinCheck, Refused
from softdock.circulation.reasons import Reason
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.interlib import tables as t

Tree: TypeAlias = dict[str, Any]
"""What a reply holds beside `success`: numbers are int or Decimal until it is written."""

Given: TypeAlias = Mapping[str, str]
"""The parameters of a call, each of them known to it and not empty."""


class Denied(Exception):
    """The service says no."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = t.CODES[code]
        self.text = text


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what it does, and what it takes."""

    does: Callable[[Books, Given], Tree]
    needs: Sequence[str] = ()
    one_of: Sequence[str] = ()
    """Exactly one of these."""
    takes: Sequence[str] = ()
    """Parameters that may be left out."""


def message(code: str, text: str) -> Tree:
    """One entry of `messagelist`."""
    return {"code": t.CODES[code], "message": text}


def refuse(reason: Reason) -> NoReturn:
    """Say no for `reason`."""
    raise Denied("failed", t.REFUSALS.get(reason, "操作失败"))


def _done(books: Books, operation: Operation) -> Any:
    outcome = books.perform(operation)
    if isinstance(outcome, Refused):
        refuse(outcome.reason)
    assert isinstance(outcome, Done)
    return outcome.result


def _card(books: Books, patron: str) -> Card:
    return books.card(patron) or refuse(Reason.PATRON_UNKNOWN)


def _copy(books: Books, item: str) -> Copy:
    return books.copy(item) or refuse(Reason.ITEM_UNKNOWN)


# --- readers ------------------------------------------------------------------------------------------


def confirm_reader(books: Books, given: Given) -> Tree:
    """Whether the password is right; a card that may not borrow is confirmed as well."""
    if given.get("havecluster") == "1" and "globalid" not in given:
        raise Denied("parameters", "参数错误：globalid")
    report = _done(books, LookupPatron(PatronId(given["rdid"]), Secret(given["rdpasswd"])))
    assert isinstance(report, PatronReport)
    if report.pin is not PinCheck.RIGHT:
        refuse(Reason.PIN_WRONG if report.pin is PinCheck.WRONG else Reason.PIN_NOT_SET)
    return {"messagelist": [message("done", "读者认证成功")]}


def search_reader(books: Books, given: Given) -> Tree:
    """The reader, flat at the top; an identity number with several cards is refused."""
    if "rdid" in given:
        return _reader(books, _card(books, given["rdid"]))
    found = _by_certificate(books, given["rdcertify"])
    if len(found) > 1:
        raise Denied("several-cards", "该证件号存在多个读者证")
    return _reader(books, found[0]) if found else refuse(Reason.PATRON_UNKNOWN)


def search_reader_list(books: Books, given: Given) -> Tree:
    """All readers whom a number fits."""
    if given["selecttype"] == "rdid":
        card = books.card(given["queryvalue"])
        found = [] if card is None else [card]
    elif given["selecttype"] == "rdcertify":
        found = _by_certificate(books, given["queryvalue"])
    else:
        raise Denied("parameters", "参数错误：selecttype")
    return {"pagedata": [_reader(books, card) for card in found], "total": len(found)}


def _by_certificate(books: Books, number: str) -> list[Card]:
    cards = books.snapshot().cards.values()
    return [card for card in cards if card.patron.extra.get("rdcertify") == number]


def _reader(books: Books, card: Card) -> Tree:
    patron = card.patron
    state = 3 if patron.card_lost else 4 if card.block is not None else 1
    return {
        "rdid": patron.id,
        "rdname": patron.name,
        "rdcertify": patron.extra.get("rdcertify", ""),
        "rdpasswd": patron.pin.hex(),  # the real one gives it away, too
        "rdcfstate": state,
        "rdcfstatename": t.CARD_STATES[state],
        "rdstartdate": patron.extra.get("rdstartdate", ""),
        "rdenddate": "" if patron.expires is None else patron.expires.isoformat(),
        "rdlib": str(books.house.library),
        "rdlibname": t.LIBRARIES[books.house.library],
        "rdtype": patron.category,
        "rdloginid": patron.phone,
        "deposit": Decimal(patron.extra.get("deposit", "0.00")),
        "globalid": f"P2MN{patron.id[-6:]}",
        "iscluster": 1,
    }


def manage_card(books: Books, given: Given) -> Tree:
    """A card is restored, reported lost, or suspended."""
    patron, state = PatronId(given["currdid"]), given["rdstate"]
    if state in {"3", "4"}:
        _done(books, BlockPatron(patron, message=given.get("rdremark", "")))
    elif state == "1":
        _done(books, EnablePatron(patron))
    else:
        raise Denied("parameters", "参数错误：rdstate")
    return {"messagelist": [message("done", "操作成功")]}


# --- money --------------------------------------------------------------------------------------------


def search_debt(books: Books, given: Given) -> Tree:
    """What the reader owes, in yuan."""
    fees = _card(books, given["rdid"]).fees
    total = sum((Decimal(str(fee.amount)) for fee in fees), Decimal("0.00"))
    return {"totaldebt": total, "debtdetails": [_debt(books, fee) for fee in fees]}


def _debt(books: Books, fee: Fee) -> Tree:
    copy = None if fee.item is None else books.copy(fee.item)
    return {
        "tranid": str(fee.id),
        "feetype": t.FEE_TYPES.get(fee.type, t.OTHER_FEE),
        "fee": Decimal(str(fee.amount)),
        "title": fee.title,
        "isbn": "" if copy is None else copy.item.extra.get("isbn", ""),
    }


def pay_money(books: Books, given: Given) -> Tree:
    """A payment is booked, once for each `serialno`."""
    amount = parse_money(given["money"], books.currency)
    if amount is None or given["moneytype"] not in t.PAYMENTS:
        raise Denied("parameters", "参数错误：" + ("money" if amount is None else "moneytype"))
    fee = FeeId(given["tranid"]) if "tranid" in given else None
    _done(
        books,
        PayFee(PatronId(given["rdid"]), amount, fee=fee, transaction=given.get("serialno", ""),
               payment_type=given["moneytype"]),
    )  # fmt: skip
    return {"messagelist": [message("done", "缴费成功")]}


# --- loans --------------------------------------------------------------------------------------------


def lend(books: Books, given: Given) -> Tree:
    """The item is lent.  When it is due is not said: `barcode/currentloan` tells."""
    if given.get("attachmentloanflag", "1") not in {"1", "2", "3"}:
        raise Denied("parameters", "参数错误：attachmentloanflag")
    patron, item = PatronId(given["rdid"]), ItemId(given["barcode"])
    _done(books, Checkout(patron, item, renewal_allowed=False, fee_acknowledged=True))
    return {"messagelist": [message("lent", "借书成功")], "newloanbook": _book(_copy(books, item))}


def take_back(books: Books, given: Given) -> Tree:
    """The item is taken back; one that is not lent, or lent to another reader than is said, is refused."""
    copy = _copy(books, given["barcode"])
    if copy.loan is None:
        refuse(Reason.ITEM_NOT_LENT)
    if "rdid" in given and copy.loan.patron != given["rdid"]:
        refuse(Reason.ITEM_NOT_LENT_TO_PATRON)
    _done(books, Checkin(copy.item.id))
    return {"messagelist": [message("returned", "还书成功")], "newreturnbook": _book(copy)}


def lend_on(books: Books, given: Given) -> Tree:
    """Each of the items is renewed or not, with an entry of its own; the call succeeds if one of them is renewed."""
    patron = PatronId(given["rdid"])
    if books.card(patron) is None:
        refuse(Reason.PATRON_UNKNOWN)
    entries = []
    for item in given["barcode"].split(","):
        outcome = books.perform(Renew(patron, ItemId(item), fee_acknowledged=True))
        if isinstance(outcome, Done):
            entries.append(message("renewed", f"{item} 续借成功"))
        else:
            assert isinstance(outcome, Refused)
            entries.append(message("not-renewed", f"{item} {t.REFUSALS.get(outcome.reason, '续借失败')}"))
    return {"success": any(each["code"] == t.CODES["renewed"] for each in entries), "messagelist": entries}


def current_loans(books: Books, given: Given) -> Tree:
    """What the reader has."""
    return {
        "loanlist": [
            _book(copy)
            | {
                "curlocalname": _location(copy),
                "loandate": copy.loan.lent.date().isoformat(),
                "returndate": copy.loan.due.date().isoformat(),
                "rewnewcount": copy.loan.renewals,  # so misspelt
            }
            for copy in _card(books, given["rdid"]).loans
            if copy.loan is not None
        ]
    }


def _book(copy: Copy) -> Tree:
    item = copy.item
    return {
        "barcode": str(item.id),
        "title": item.title,
        "author": item.author,
        "isbn": item.extra.get("isbn", ""),
        "callno": item.call_number,
    }


def _location(copy: Copy) -> str:
    return t.LOCATIONS.get(copy.item.permanent_location, "")


# --- holdings and reserves ----------------------------------------------------------------------------


def query_holding(books: Books, given: Given) -> Tree:
    """The copies of a title, or one of them, with the maps that tell what their codes mean."""
    if "barcode" in given:
        copies: Sequence[Copy] = [_copy(books, given["barcode"])]
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
    _done(books, PlaceHold(PatronId(given["rdid"]), *_wanted(given), pickup_location=place, expires=expires))
    return {"messagelist": [message("done", "预约成功")]}


def cancel_reserve(books: Books, given: Given) -> Tree:
    """The reader leaves the queue."""
    _done(books, CancelHold(PatronId(given["rdid"]), *_wanted(given)))
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
            for hold in _card(books, given["rdid"]).holds
        ]
    }


CALLS: Mapping[str, Call] = {
    "reader/confirmreader": Call(confirm_reader, ("rdid", "rdpasswd"), takes=("localvalid", "havecluster", "globalid")),
    "reader/searchreader": Call(search_reader, one_of=("rdid", "rdcertify"), takes=("havecluster",)),
    "reader/searchreaderlist": Call(search_reader_list, ("selecttype", "queryvalue")),
    "reader/cardmanage": Call(manage_card, ("currdid", "rdstate"), takes=("rdremark",)),
    "reader/searchdebt": Call(search_debt, ("rdid",)),
    "reader/paymoney": Call(pay_money, ("rdid", "money", "moneytype"), takes=("serialno", "tranid")),
    "barcode/loanbook": Call(lend, ("rdid", "barcode"), takes=("attachmentloanflag",)),
    "barcode/returnbook": Call(take_back, ("barcode",), takes=("rdid",)),
    "barcode/renewbook": Call(lend_on, ("rdid", "barcode")),
    "barcode/currentloan": Call(current_loans, ("rdid",), takes=("havecluster", "cardtype")),
    "barcode/queryholding": Call(query_holding, one_of=("barcode", "bookrecno")),
    "barcode/registerreserve": Call(reserve, ("rdid",), ("barcode", "bookrecno"), ("pickuplocal", "canceldate")),
    "barcode/cancelreserve": Call(cancel_reserve, ("rdid",), ("barcode", "bookrecno")),
    "book/searchreslist": Call(reserves, ("rdid",), takes=("libcode", "page")),
}  # fmt: skip
"""By their paths below `service/`; each takes the token and `opuser` as well."""
