"""The calls of the service, and which parameters each takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from softdock.kit.simulators.books import Books
from softdock.kit.simulators.interlib import holdings, loans, readers
from softdock.kit.simulators.interlib.replies import Given, Tree


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what it does, and what it takes."""

    does: Callable[[Books, Given], Tree]
    needs: Sequence[str] = ()
    one_of: Sequence[str] = ()
    """Exactly one of these."""
    takes: Sequence[str] = ()
    """Parameters that may be left out."""


CALLS: Mapping[str, Call] = {
    "reader/confirmreader": Call(readers.confirm_reader, ("rdid", "rdpasswd"), takes=("localvalid", "havecluster", "globalid")),
    "reader/searchreader": Call(readers.search_reader, one_of=("rdid", "rdcertify"), takes=("havecluster",)),
    "reader/searchreaderlist": Call(readers.search_reader_list, ("selecttype", "queryvalue")),
    "reader/cardmanage": Call(readers.manage_card, ("currdid", "rdstate"), takes=("rdremark",)),
    "reader/searchdebt": Call(readers.search_debt, ("rdid",)),
    "reader/paymoney": Call(readers.pay_money, ("rdid", "money", "moneytype"), takes=("serialno", "tranid")),
    "barcode/loanbook": Call(loans.lend, ("rdid", "barcode"), takes=("attachmentloanflag",)),
    "barcode/returnbook": Call(loans.take_back, ("barcode",), takes=("rdid",)),
    "barcode/renewbook": Call(loans.lend_on, ("rdid", "barcode")),
    "barcode/currentloan": Call(loans.current_loans, ("rdid",), takes=("havecluster", "cardtype")),
    "barcode/queryholding": Call(holdings.query_holding, one_of=("barcode", "bookrecno")),
    "barcode/registerreserve": Call(holdings.reserve, ("rdid",), ("barcode", "bookrecno"), ("pickuplocal", "canceldate")),
    "barcode/cancelreserve": Call(holdings.cancel_reserve, ("rdid",), ("barcode", "bookrecno")),
    "book/searchreslist": Call(holdings.reserves, ("rdid",), takes=("libcode", "page")),
}  # fmt: skip
"""By their paths below `service/`; each takes the token and `opuser` as well."""
