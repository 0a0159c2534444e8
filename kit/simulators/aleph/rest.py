"""A part of the RESTful service: readers by their own numbers, what they have, the items of a record, holds.

Every document has `reply-text` and `reply-code`, which is 0000 where all is well; a refusal comes with HTTP 200 and a
`note` of type `error`.  At an item such a note only tells why a service is not offered.  What has to be named again (a
loan, a hold) is the end of an address, padded with blanks.  Nobody needs an account here: the real one is let alone with
trusted addresses.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias
from urllib.parse import quote, unquote

from lxml import etree

from softdock.adapters.inhouse.snapshot import Card, Copy
from softdock.circulation.holds import HoldScope
from softdock.circulation.operations import CancelHold, Operation, PlaceHold, Renew
from softdock.circulation.outcomes import Refused
from softdock.kit.simulators.aleph import records as r
from softdock.kit.simulators.aleph import tables as t
from softdock.kit.simulators.aleph.forms import Node, document, plain_date
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.site import Asked, Reply, page

HOME = "/rest-dlf/"

_NO_PATRON = ("0028", "Patron ID is missing or invalid")
_NO_RECORD = ("0002", "Record does not exist")
_NOT_DONE = ("0020", "Failed to perform the action")
_NO_PARAMETERS = ("0012", "Request parameters are missing or invalid")

Part: TypeAlias = Callable[[Books, Asked, Sequence[str]], "tuple[str, list[Node]]"]
"""The root of a document, and what stands in it behind the reply."""


class _Declined(Exception):
    def __init__(self, root: str, reply: tuple[str, str], note: str = "") -> None:
        super().__init__(reply[1])
        self.root = root
        self.reply = reply
        self.note = note


def call_of(path: str) -> str:
    """`rest/` and what the path is about; another path is its own name."""
    return next((name for _, pattern, name, _ in PARTS if pattern.fullmatch(path)), path)


def answer(books: Books, asked: Asked) -> Reply:
    """Carry a request out."""
    for method, pattern, _, part in PARTS:
        found = pattern.fullmatch(asked.path)
        if found is not None and method == asked.method:
            try:
                root, content = part(books, asked, [unquote(each).strip() for each in found.groups()])
            except _Declined as declined:
                code, text = declined.reply
                notes: list[Node] = [("note", declined.note, {"type": "error"})] if declined.note else []
                return _said(declined.root, [("reply-text", text), ("reply-code", code), *notes])
            return _said(root, [("reply-text", "ok"), ("reply-code", "0000"), *content])
    return page(404, "Not Found")


def _said(root: str, content: Sequence[Node]) -> Reply:
    return Reply(document(root, content), "text/xml;charset=utf-8")


def _card(books: Books, number: str, root: str) -> Card:
    card = next((each for each in books.snapshot().cards.values() if r.number_of(each) == number), None)
    if card is None:
        raise _Declined(root, _NO_PATRON)
    return card


def _perform(books: Books, operation: Operation, root: str) -> None:
    outcome = books.perform(operation)
    if isinstance(outcome, Refused):
        raise _Declined(root, _NOT_DONE, t.REFUSALS.get(outcome.reason, t.OTHER_REFUSAL))


def _url(*parts: str) -> str:
    return "http://aleph.test/rest-dlf/" + "/".join(quote(part) for part in parts)


# --- readers ------------------------------------------------------------------------------------------


def address(books: Books, asked: Asked, named: Sequence[str]) -> tuple[str, list[Node]]:
    """Name and address; the first line is the reader's number."""
    patron = (card := _card(books, named[0], "get-pat-adrs")).patron
    return "get-pat-adrs", [
        ("address-information", [
            ("z304-address-1", r.number_of(card), {"usage": "Mandatory"}),
            ("z304-address-2", patron.name, {"usage": "Optional"}),
            ("z304-address-3", patron.address, {"usage": "Optional"}),
            ("z304-date-from", "00000000", {"usage": "Mandatory"}),
            ("z304-date-to", "20991231", {"usage": "Mandatory"}),
            ("z304-telephone-1", patron.phone, {"usage": "Optional"}),
            ("z304-email-address", patron.email, {"usage": "Optional"}),
        ], {"updateable": "Y"}),
    ]  # fmt: skip


def registration(books: Books, asked: Asked, named: Sequence[str]) -> tuple[str, list[Node]]:
    """What the reader is registered as, and until when."""
    patron = _card(books, named[0], "patron-registration").patron
    return "patron-registration", [
        ("institution", [
            ("z305-bor-status", t.PATRON_STATUS.get(patron.category, ""), {"code": patron.category}),
            ("z305-expiry-date", plain_date(patron.expires, "20991231")),
        ], {"code": t.ADM}),
    ]  # fmt: skip


def blocks(books: Books, asked: Asked, named: Sequence[str]) -> tuple[str, list[Node]]:
    """Why the reader may not do what others may; nothing stands there for a card that is good."""
    card = _card(books, named[0], "patron-blocks")
    found: list[Node] = []
    if card.patron.card_lost:
        found.append(("global-blocks", [("global-block-1", "Card lost", {"code": t.CARD_LOST})]))
    if card.block is not None:
        found.append(("local-blocks", [("local-block-1", card.block.text, {"code": t.BLOCKED})]))
    return "patron-blocks", [("blocks_messages", found)]


def loans(books: Books, asked: Asked, named: Sequence[str]) -> tuple[str, list[Node]]:
    """What the reader has."""
    card, number = _card(books, named[0], "pat-loan-list"), named[0]
    entries: list[Node] = [
        ("loan", [r.z36(copy), r.z13(copy), r.z30(copy, r.shown)], {
            "renew": "Y" if copy.loan and copy.loan.renewals < card.policy.renewals else "N",
            "href": _url("patron", number, "circulationActions", "loans", _loan_id(copy)),
        })
        for copy in card.loans
    ]  # fmt: skip
    return "pat-loan-list", [("loans", [("institution", entries, {"code": t.ADM})])]


def _loan_id(copy: Copy) -> str:
    return f"{t.ADM}{str(copy.item.id).lstrip('0'):>12}"


def renew(books: Books, asked: Asked, named: Sequence[str]) -> tuple[str, list[Node]]:
    """One loan is renewed."""
    card = _card(books, named[0], "renew-loan")
    for copy in card.loans:
        if _loan_id(copy) == named[1]:
            _perform(books, Renew(card.patron.id, copy.item.id, fee_acknowledged=True), "renew-loan")
            due = plain_date(copy.loan.due) if copy.loan is not None else ""
            return "renew-loan", [("renewals", [("institution", [("loan", [("new-due-date", due)])])])]
    raise _Declined("renew-loan", _NO_RECORD)


def holds(books: Books, asked: Asked, named: Sequence[str]) -> tuple[str, list[Node]]:
    """What the reader waits for."""
    card, number = _card(books, named[0], "pat-hold-list"), named[0]
    entries: list[Node] = []
    for hold in card.holds:
        copy = books.copy(hold.copy or hold.item or "")
        about: list[Node] = [] if copy is None else [r.z13(copy), r.z30(copy, r.shown)]
        href = _url(
            "patron", number, "circulationActions", "requests", "holds", f"{t.ADM}{r.hold_number(hold):>12}"
        )
        attributes = {"href": href, "delete": "Y"}
        entries.append(("hold-request", [r.z37(books, hold), *about], attributes))
    return "pat-hold-list", [("hold-requests", [("institution", entries, {"code": t.ADM})])]


def cancel(books: Books, asked: Asked, named: Sequence[str]) -> tuple[str, list[Node]]:
    """One hold is cancelled."""
    card = _card(books, named[0], "del-pat-hold")
    number = named[1].removeprefix(t.ADM).strip()
    for hold in card.holds:
        if r.hold_number(hold) == number:
            wish = CancelHold(card.patron.id, hold.item, None if hold.item else hold.title_id)
            _perform(books, wish, "del-pat-hold")
            return "del-pat-hold", []
    raise _Declined("del-pat-hold", _NO_RECORD)


def cash(books: Books, asked: Asked, named: Sequence[str]) -> tuple[str, list[Node]]:
    """What the reader owes; the direction stands at each entry, whatever words come in it."""
    card, number = _card(books, named[0], "pat-cash-list"), named[0]
    entries: list[Node] = [
        ("cash", entry[1], {
            "type": "debit",
            "href": _url("patron", number, "circulationActions", "cash", f"{t.ADM}{fee.number:>15}"),
        })
        for fee, entry in zip(card.fees, r.fines(books, card, r.shown, all_of_them=False), strict=True)
    ]  # fmt: skip
    return "pat-cash-list", [("charges", [("institution", entries, {"code": t.ADM})])]


# --- items --------------------------------------------------------------------------------------------


def items(books: Books, asked: Asked, named: Sequence[str]) -> tuple[str, list[Node]]:
    """The copies of a record, with a status in words."""
    title = books.title(named[0].removeprefix(t.BIB)) if named[0].startswith(t.BIB) else None
    if title is None:
        raise _Declined("get-item-list", _NO_RECORD)
    entries: list[Node] = [
        ("item", [
            r.z30(copy, r.shown),
            r.z13(copy),
            ("status", _status(copy)),
            ("queue", f"{len(title.queue)} requests" if title.queue else ""),
            _hold_offer(copy),
        ], {"href": _url("record", named[0], "items", _item_id(copy))})
        for copy in title.copies
    ]  # fmt: skip
    return "get-item-list", [("items", entries)]


def _item_id(copy: Copy) -> str:
    return f"{t.ADM}{copy.item.title_id}{r.sequence_in(copy)}"


def _status(copy: Copy) -> str:
    process = t.PROCESS_OF.get(copy.state.status)
    if copy.loan is not None:
        return f"{copy.loan.due:%d/%m/%Y}" + (";Requested" if copy.title.queue else "")
    if process is not None:
        return t.PROCESS_STATUS[process]
    return "On Shelf" if copy.hold is None else "On Hold"


def _hold_offer(copy: Copy) -> Node:
    if copy.item.lendable:
        return "info", [], {"type": "HoldRequest", "allowed": "Y"}
    return (
        "info",
        [("note", "Item is not for loan", {"type": "error"})],
        {"type": "HoldRequest", "allowed": "N"},
    )


def hold(books: Books, asked: Asked, named: Sequence[str]) -> tuple[str, list[Node]]:
    """A hold on one item, with the parameters of the document in `post_xml`."""
    root = "create-hold"
    card = _card(books, named[0], root)
    found = re.fullmatch(rf"{t.ADM}(\d{{9}})(\d{{6}})", named[2])
    copy = None if found is None else r.find_copy(books, found[1], found[2])
    if copy is None:
        raise _Declined(root, _NO_RECORD)
    wanted = _parameters(asked.get("post_xml") or "", root)
    place, until = wanted.get("pickup-location", ""), wanted.get("last-interest-date", "")
    if place not in {"", *t.SUB_LIBRARIES}:
        raise _Declined(root, _NOT_DONE, "Pickup location is not valid")
    try:
        expires = datetime.strptime(until, "%Y%m%d").replace(tzinfo=books.zone) if until else None
    except ValueError:
        raise _Declined(root, _NO_PARAMETERS) from None
    wish = PlaceHold(
        card.patron.id, copy.item.id, pickup_location=place, expires=expires, scope=HoldScope.THIS_COPY
    )
    _perform(books, wish, root)
    return root, []


def _parameters(text: str, root: str) -> Mapping[str, str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        parsed = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        raise _Declined(root, _NO_PARAMETERS) from None
    if parsed.tag != "hold-request-parameters" or parsed.getroottree().docinfo.doctype:
        raise _Declined(root, _NO_PARAMETERS)
    return {str(each.tag): (each.text or "").strip() for each in parsed}


def _path(pattern: str) -> re.Pattern[str]:
    return re.compile(HOME + pattern.replace("{}", "([^/]+)"))


PARTS: Sequence[tuple[str, re.Pattern[str], str, Part]] = (
    ("GET", _path("patron/{}/patronInformation/address"), "rest/address", address),
    ("GET", _path("patron/{}/patronStatus/registration"), "rest/registration", registration),
    ("GET", _path("patron/{}/patronStatus/blocks"), "rest/blocks", blocks),
    ("GET", _path("patron/{}/circulationActions/loans"), "rest/loans", loans),
    ("POST", _path("patron/{}/circulationActions/loans/{}"), "rest/renew", renew),
    ("GET", _path("patron/{}/circulationActions/requests/holds"), "rest/holds", holds),
    ("DELETE", _path("patron/{}/circulationActions/requests/holds/{}"), "rest/cancel", cancel),
    ("GET", _path("patron/{}/circulationActions/cash"), "rest/cash", cash),
    ("GET", _path("record/{}/items"), "rest/items", items),
    ("PUT", _path("patron/{}/record/{}/items/{}/hold"), "rest/hold", hold),
)
"""By method and path; the third is what faults are ordered by."""
