"""Calls that lend, take back and lend on."""

from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.operations import Checkin, Checkout, Renew
from softdock.circulation.outcomes import Done, Refused
from softdock.circulation.reasons import Reason
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.interlib import tables as t
from softdock.kit.simulators.interlib.replies import (
    Denied,
    Given,
    Tree,
    book,
    card_of,
    copy_of,
    location,
    message,
    perform,
    refuse,
)


def lend(books: Books, given: Given) -> Tree:
    """The item is lent.  When it is due is not said: `barcode/currentloan` tells."""
    if given.get("attachmentloanflag", "1") not in {"1", "2", "3"}:
        raise Denied("parameters", "参数错误：attachmentloanflag")
    patron, item = PatronId(given["rdid"]), ItemId(given["barcode"])
    perform(books, Checkout(patron, item, renewal_allowed=False, fee_acknowledged=True))
    return {"messagelist": [message("lent", "借书成功")], "newloanbook": book(copy_of(books, item))}


def take_back(books: Books, given: Given) -> Tree:
    """The item is taken back; one that is not lent, or lent to another reader than is said, is refused."""
    copy = copy_of(books, given["barcode"])
    if copy.loan is None:
        refuse(Reason.ITEM_NOT_LENT)
    if "rdid" in given and copy.loan.patron != given["rdid"]:
        refuse(Reason.ITEM_NOT_LENT_TO_PATRON)
    perform(books, Checkin(copy.item.id))
    return {"messagelist": [message("returned", "还书成功")], "newreturnbook": book(copy)}


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
            book(copy)
            | {
                "curlocalname": location(copy),
                "loandate": copy.loan.lent.date().isoformat(),
                "returndate": copy.loan.due.date().isoformat(),
                "rewnewcount": copy.loan.renewals,  # so misspelt
            }
            for copy in card_of(books, given["rdid"]).loans
            if copy.loan is not None
        ]
    }
