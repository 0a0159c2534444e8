"""A house's own circulation system as a web service: SOAP 1.1, with documents as texts inside of elements.

    POST /services/circ     SOAPAction: "urn:circ:LendBook"     Authorization: Basic

    <LendBook xmlns="urn:circ"><request>{"card": "...", "barcode": "..."}</request></LendBook>
    <LendBookResponse xmlns="urn:circ"><LendBookResult>{"title": "...", "due": "2026-04-01"}</LendBookResult></LendBookResponse>

    Ping            GetReader  card             GetBook        barcode          CheckPassword  card, password
    LendBook        card, barcode, terminal?    ReturnBook     barcode          RenewBook      card, barcode
    Reserve         card, barcode               CancelReserve  card, barcode    Pay            card, debt, amount, serial

What `GetReader` gives is XML within the XML.  A no is a fault, and so comes with HTTP 500: its `detail/code` says why.
"""

import json
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Final

from lxml import etree

from softdock.circulation.identifiers import FeeId, ItemId, PatronId
from softdock.circulation.money import parse_money
from softdock.circulation.operations import CancelHold, Checkin, Checkout, PayFee, PlaceHold, Renew
from softdock.circulation.reasons import Reason
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.faults import Harm
from softdock.kit.simulators.house import desk
from softdock.kit.simulators.house.desk import No
from softdock.kit.simulators.site import HTML, Asked, Reply, Running, Simulator, listen, page

STOCK = Path(__file__).with_name("stock.json")

USER = "softdock"
PASSWORD = "only-simulated"  # noqa: S105 - it opens what is made up

_SPACE: Final = "urn:circ"
_SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_STAMP = "%Y-%m-%dT%H:%M:%S"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)

Given = Mapping[str, str]


class Soap(Simulator):
    """Answers as such a system does."""

    home: ClassVar[str] = "/services/"

    def call_of(self, path: str, fields: tuple[tuple[str, str], ...]) -> str:
        """There is one address for everything."""
        return path.removeprefix(self.home)

    def name_of(self, asked: Asked) -> str:
        """The name behind the colon of the SOAPAction."""
        action = asked.headers.get("soapaction", "").strip('"')
        return action.removeprefix(f"{_SPACE}:") if action else asked.path

    def answer(self, asked: Asked) -> Reply:
        """See `Simulator`."""
        account = f"Basic {b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"
        if not secrets.compare_digest(asked.headers.get("authorization", ""), account):
            return Reply(b"<html><body>Unauthorized</body></html>", HTML, 401)
        call = CALLS.get(asked.call)
        if call is None or asked.method != "POST" or asked.path != f"{self.home}circ":
            return page(404, "Not Found")
        does, names = call
        try:
            return _result(asked.call, does(self.books, _given(asked, names)))
        except No as no:
            return _fault(no.number, no.sentence)

    def deny(self, harm: Harm, asked: Asked) -> Reply:
        """See `Simulator`.  There are no sessions here; an account that may not do this is told so by a fault."""
        return _fault(*(desk.NO_RIGHTS if harm is Harm.RIGHTS else desk.NO_SESSION))


def _given(asked: Asked, names: str) -> Given:
    """What stands in the document inside of `request`.  Raises No for what does not fit."""
    if not asked.headers.get("content-type", "").startswith("text/xml"):
        raise No(*desk.BAD_REQUEST)
    try:
        root = etree.fromstring(asked.body, _PARSER)
        text = root.findtext(f"{{{_SOAP}}}Body/{{{_SPACE}}}{asked.call}/{{{_SPACE}}}request")
        given = json.loads(text or "")
    except (etree.XMLSyntaxError, ValueError):
        raise No(*desk.BAD_REQUEST) from None
    known = [name.removesuffix("?") for name in names.split()]
    needed = [name for name in names.split() if not name.endswith("?")]
    if not isinstance(given, dict) or not all(isinstance(each, str) for each in given.values()):
        raise No(*desk.BAD_REQUEST)
    if wrong := [name for name in given if name not in known] + [
        name for name in needed if not given.get(name)
    ]:
        raise No(desk.BAD_REQUEST[0], f"{desk.BAD_REQUEST[1]}: {wrong[0]}")
    return given


# --- what is answered ---------------------------------------------------------------------------------


def _result(call: str, found: Any) -> Reply:
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    response = etree.Element(f"{{{_SPACE}}}{call}Response", nsmap={None: _SPACE})
    etree.SubElement(response, f"{{{_SPACE}}}{call}Result").text = text
    return _enveloped(response, 200)


def _fault(number: str, sentence: str) -> Reply:
    fault = etree.Element(f"{{{_SOAP}}}Fault")
    etree.SubElement(fault, "faultcode").text = "soap:Server"
    etree.SubElement(fault, "faultstring").text = sentence
    detail = etree.SubElement(fault, "detail")
    etree.SubElement(detail, f"{{{_SPACE}}}code", nsmap={"c": _SPACE}).text = number
    return _enveloped(fault, 500)


def _enveloped(inside: etree._Element, status: int) -> Reply:
    envelope = etree.Element(f"{{{_SOAP}}}Envelope", nsmap={"soap": _SOAP})
    etree.SubElement(envelope, f"{{{_SOAP}}}Body").append(inside)
    body = etree.tostring(envelope, encoding="UTF-8", xml_declaration=True)
    return Reply(body.replace(b"encoding='UTF-8'", b'encoding="UTF-8"', 1), "text/xml; charset=utf-8", status)


# --- what is done -------------------------------------------------------------------------------------


def _reader(books: Books, given: Given) -> str:
    card = desk.card_of(books, given["card"])
    patron = card.patron
    root = etree.Element("Reader", Card=patron.id, State=desk.state_of(card))
    for name, text in (
        ("Name", patron.name), ("Group", patron.category), ("Phone", patron.phone),
        ("IdNumber", patron.extra.get("id_number", "")),
        ("ValidTo", "" if patron.expires is None else patron.expires.isoformat()),
    ):  # fmt: skip
        etree.SubElement(root, name).text = text
    for copy in card.loans:
        assert copy.loan is not None
        loan = etree.SubElement(root, "Loan", Barcode=copy.item.id, LentAt=copy.loan.lent.strftime(_STAMP))
        loan.set("Due", copy.loan.due.date().isoformat())
        loan.text = copy.item.title
    for hold in card.holds:
        made = etree.SubElement(root, "Hold", Barcode=hold.copy or hold.item or "", Ready=str(hold.copy is not None))  # fmt: skip
        made.text = hold.title
    for fee in card.fees:
        kind = desk.FEES.get(fee.type, desk.OTHER_FEE)
        etree.SubElement(root, "Debt", Id=fee.id, Kind=kind, Amount=f"{fee.amount}").text = fee.title
    return f'<?xml version="1.0" encoding="utf-8"?>{etree.tostring(root, encoding="unicode")}'


def _book(books: Books, given: Given) -> Any:
    copy = desk.copy_of(books, given["barcode"])
    item, loan = copy.item, copy.loan
    lent = {} if loan is None else {
        "Borrower": loan.patron, "LentAt": loan.lent.strftime(_STAMP), "Due": loan.due.date().isoformat(),
    }  # fmt: skip
    return {
        "Barcode": item.id, "Title": item.title, "Author": item.author, "CallNo": item.call_number,
        "Place": desk.place_of(copy) if item.lendable else "阅览", **lent,
    }  # fmt: skip


def _lent(lent: Any) -> Any:
    return {"Title": lent.item.title, "Due": lent.due.date().isoformat()}


def _lend(books: Books, given: Given) -> Any:
    return _lent(desk.perform(books, Checkout(PatronId(given["card"]), ItemId(given["barcode"]), renewal_allowed=False, fee_acknowledged=True)))  # fmt: skip


def _renew(books: Books, given: Given) -> Any:
    return _lent(desk.perform(books, Renew(PatronId(given["card"]), ItemId(given["barcode"]), fee_acknowledged=True)))  # fmt: skip


def _take_back(books: Books, given: Given) -> Any:
    if desk.copy_of(books, given["barcode"]).loan is None:
        desk.refuse(Reason.ITEM_NOT_LENT)
    item = desk.perform(books, Checkin(ItemId(given["barcode"]))).item
    return {"Title": item.title, "Place": desk.place_of(desk.copy_of(books, item.id))}


def _reserve(books: Books, given: Given) -> Any:
    held = desk.perform(books, PlaceHold(PatronId(given["card"]), ItemId(given["barcode"])))
    return {"Title": held.title, "Queue": held.queue_position}


def _cancel(books: Books, given: Given) -> Any:
    desk.perform(books, CancelHold(PatronId(given["card"]), ItemId(given["barcode"])))
    return {}


def _pay(books: Books, given: Given) -> Any:
    amount = parse_money(given["amount"], books.currency)
    if amount is None:
        desk.refuse(Reason.AMOUNT_INVALID)
    wish = PayFee(PatronId(given["card"]), amount, fee=FeeId(given["debt"]), transaction=given["serial"])
    paid = desk.perform(books, wish)
    return {"Receipt": paid.transaction, "Rest": str(paid.balance)}


def _check(books: Books, given: Given) -> Any:
    desk.check_password(books, given["card"], given["password"])
    return {}


CALLS: Mapping[str, tuple[Callable[[Books, Given], Any], str]] = {
    "Ping": (lambda *_: {}, ""),
    "GetReader": (_reader, "card"),
    "GetBook": (_book, "barcode"),
    "CheckPassword": (_check, "card password"),
    "LendBook": (_lend, "card barcode terminal?"),
    "ReturnBook": (_take_back, "barcode terminal?"),
    "RenewBook": (_renew, "card barcode"),
    "Reserve": (_reserve, "card barcode"),
    "CancelReserve": (_cancel, "card barcode"),
    "Pay": (_pay, "card debt amount serial"),
}
"""By their names: what each does, and what it takes; a question mark stands behind what may be left out."""


async def start_soap(
    reactor: Any, port: int = 0, *, stock: Path = STOCK, now: Callable[[], datetime] | None = None
) -> Running[Soap]:
    """One on the loopback interface.  Raises CannotListenError, or ImportFileError for another stock."""
    return await listen(Soap(Books(stock, desk.LIBRARY, now=now)), reactor, port)
