"""The services of the X-Server about readers and items, and which services there are."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from softdock.adapters.inhouse.snapshot import Card, Copy
from softdock.circulation.holds import HoldScope
from softdock.circulation.identifiers import Secret
from softdock.circulation.operations import CancelHold, LookupPatron, PlaceHold, Renew
from softdock.circulation.outcomes import Done, PatronReport, PinCheck, Refused
from softdock.circulation.reasons import Reason
from softdock.kit.simulators.aleph import catalogue
from softdock.kit.simulators.aleph import records as r
from softdock.kit.simulators.aleph import tables as t
from softdock.kit.simulators.aleph.asking import (
    Given,
    ServiceError,
    Shop,
    done,
    fail,
    library,
    need,
    refuse,
    title_of,
    words_of,
)
from softdock.kit.simulators.aleph.forms import Node, plain_date, site_date

Service: TypeAlias = Callable[[Shop, Given], "list[Node]"]


# --- readers ------------------------------------------------------------------------------------------


def bor_auth(shop: Shop, given: Given) -> list[Node]:
    """The reader, if the verification is right; who is unknown is told no other thing."""
    library(given, t.ADM)
    if not (given.get("bor_id") and given.get("verification")):
        fail(t.NOT_SUPPLIED)
    card = r.find_card(shop.books, given["bor_id"])
    return r.reader(shop.books, _verified(shop, card, given["verification"]), words_of(given))


def _verified(shop: Shop, card: Card | None, verification: str) -> Card:
    if card is not None:
        looked_up = shop.books.perform(LookupPatron(card.patron.id, Secret(verification)))
        assert isinstance(looked_up, Done)
        assert isinstance(looked_up.result, PatronReport)
        if looked_up.result.pin is PinCheck.RIGHT:
            return card
    return fail(t.NOT_VERIFIED)


def bor_info(shop: Shop, given: Given) -> list[Node]:
    """The reader, with the lists that are asked for."""
    library(given, t.ADM)
    books, words = shop.books, words_of(given)
    card = r.find_card(books, need(given, "bor_id"))
    if verification := given.get("verification"):
        card = _verified(shop, card, verification)
    card = card or refuse(Reason.PATRON_UNKNOWN)
    loans, cash, holds = (
        _one_of(given, "loans", "YNP"),
        _one_of(given, "cash", "YNBOF"),
        _one_of(given, "hold", "YNP"),
    )
    found = r.reader(books, card, words)
    if loans != "N":
        found += [r.loan_entry(books, card, copy, words, in_full=loans == "Y") for copy in card.loans]
    if holds != "N":
        found += [r.hold_entry(books, hold, words, in_full=holds == "Y") for hold in card.holds]
    if cash in {"Y", "O", "F"}:
        found += r.fines(books, card, words, all_of_them=cash != "O")
    if cash != "N":
        found += r.balance(books, card)
    return found


def _one_of(given: Given, name: str, letters: str) -> str:
    found = given.get(name, "N").upper()
    return found if found in set(letters) else fail(f"Parameter {name} is not valid")


# --- items --------------------------------------------------------------------------------------------


def item_data(shop: Shop, given: Given) -> list[Node]:
    """All items of a document; the three parts of a loan stand there only while there is one."""
    if need(given, "base").upper() not in {t.BIB, t.ADM}:
        fail("Base is not defined")
    words = words_of(given)
    return [("item", _item(copy, words)) for copy in title_of(shop, need(given, "doc_number")).copies]


def _item(copy: Copy, words: r.Words) -> list[Node]:
    item, status = copy.item, r.status_of(copy)
    process = t.PROCESS_OF.get(copy.state.status, "")
    found: list[Node] = [
        ("rec-key", f"{item.title_id}{r.sequence_in(copy)}"),
        ("barcode", str(item.id)),
        ("sub-library", words(item.permanent_location, r.sub_library(copy))),
        ("collection", words(item.collection, t.COLLECTIONS.get(item.collection, ""))),
        ("item-status", words(status, t.ITEM_STATUS[status])),
        ("item-process-status", words(process, t.PROCESS_STATUS.get(process, ""))),
        ("call-no-1", item.call_number),
        ("on-hold", "N" if copy.hold is None else "Y"),
        ("requested", "Y" if copy.title.queue else "N"),
        ("expected", "N"),
    ]
    if copy.loan is not None:
        found += [
            ("loan-status", "A"),
            ("loan-in-transit", "N"),
            ("loan-due-date", plain_date(copy.loan.due)),
            ("loan-due-hour", r.due_hour(copy)),
        ]
    return found


def circ_status(shop: Shop, given: Given) -> list[Node]:
    """All items of a document, for people: what stands in `due-date` is a date, or any text."""
    library(given, t.BIB)
    return [("item-data", _circulation(copy)) for copy in title_of(shop, need(given, "sys_no")).copies]


def _circulation(copy: Copy) -> list[Node]:
    process = t.PROCESS_OF.get(copy.state.status, "")
    due_hour = "24:00"
    if copy.loan is not None:
        due, due_hour = f"{copy.loan.due:%d/%m/%y}", r.due_hour(copy)
    elif process:
        due = t.PROCESS_STATUS[process]
    elif copy.hold is not None:
        due = "On Hold"
    else:
        due = "On Shelf" if copy.item.lendable else r.sub_library(copy)
    return [
        ("z30-description", ""),
        ("loan-status", t.ITEM_STATUS[r.status_of(copy)]),
        ("due-date", due),
        ("due-hour", due_hour),
        ("sub-library", r.sub_library(copy)),
        ("collection", t.COLLECTIONS.get(copy.item.collection, "")),
        ("location", copy.item.call_number),
        ("no-requests", str(len(copy.title.queue) or "")),
        ("barcode", str(copy.item.id)),
    ]


def read_item(shop: Shop, given: Given) -> list[Node]:
    """One item."""
    library(given, t.ADM)
    return [r.z30(_copy(shop, given), words_of(given))]


def _copy(shop: Shop, given: Given) -> Copy:
    """The item that is named by its barcode, or by document and sequence."""
    if barcode := given.get("item_barcode") or given.get("barcode"):
        return shop.books.copy(barcode.strip()) or refuse(Reason.ITEM_UNKNOWN)
    document, sequence = need(given, "doc_number"), need(given, "item_sequence")
    return r.find_copy(shop.books, document, sequence) or refuse(Reason.ITEM_UNKNOWN)


# --- holds and renewals -------------------------------------------------------------------------------


def _reader(shop: Shop, given: Given) -> Card:
    return r.find_card(shop.books, need(given, "bor_id")) or refuse(Reason.PATRON_UNKNOWN)


def hold_req(shop: Shop, given: Given) -> list[Node]:
    """The reader joins the queue for an item."""
    library(given, t.ADM)
    card, copy = _reader(shop, given), _copy(shop, given)
    place = given.get("pickup_location", "")
    if place and place not in t.SUB_LIBRARIES:
        fail("Pickup location is not valid")
    expires = None
    if text := given.get("end_request_date"):
        try:
            expires = datetime.strptime(text, "%Y%m%d").replace(tzinfo=shop.books.zone)
        except ValueError:
            fail("Date is not valid")
    done(shop.books, PlaceHold(card.patron.id, copy.item.id, pickup_location=place, expires=expires, scope=HoldScope.THIS_COPY))  # fmt: skip
    return [("reply", "ok")]


def hold_req_cancel(shop: Shop, given: Given) -> list[Node]:
    """The hold that stands at this item under this sequence is cancelled."""
    library(given, t.ADM)
    copy, number = _copy(shop, given), need(given, "sequence").strip().zfill(4)
    for hold in copy.title.queue:
        if r.hold_number(hold) == number:
            done(shop.books, CancelHold(hold.patron, hold.item, None if hold.item else hold.title_id))
            return [("reply", "ok")]
    return refuse(Reason.HOLD_UNKNOWN)


def renew(shop: Shop, given: Given) -> list[Node]:
    """The loan is renewed; why not is told by two more texts."""
    library(given, t.ADM)
    card, copy = _reader(shop, given), _copy(shop, given)
    outcome = shop.books.perform(Renew(card.patron.id, copy.item.id, fee_acknowledged=True))
    if isinstance(outcome, Refused):
        text = t.REFUSALS.get(outcome.reason, t.OTHER_REFUSAL)
        raise ServiceError(
            ("error", "Loan was not renewed"),
            ("error-text-1", text),
            ("error-text-2", f"Item {copy.item.id}"),
        )
    renewed = shop.books.copy(copy.item.id)
    assert renewed is not None
    assert renewed.loan is not None
    return [
        ("reply", "ok"),
        ("due-date", site_date(renewed.loan.due)),
        ("due-hour", r.due_hour(renewed)),
    ]


def ping(shop: Shop, given: Given) -> list[Node]:
    """It is there."""
    return [("reply", "ok")]


SERVICES: Mapping[str, Service] = {
    "bor-auth": bor_auth,
    "bor-info": bor_info,
    "item-data": item_data,
    "circ-status": circ_status,
    "read-item": read_item,
    "hold-req": hold_req,
    "hold-req-cancel": hold_req_cancel,
    "renew": renew,
    "find": catalogue.find,
    "present": catalogue.present,
    "find-doc": catalogue.find_doc,
    "ping": ping,
}

FOR_ANYBODY = frozenset({"find", "present", "find-doc", "circ-status", "item-data", "ping"})
"""What the account www-x may do, for whom asks without an account."""
