"""A house's own circulation system behind a REST interface: JSON in UTF-8, a token, and one envelope for everything.

    POST   /api/v1/token            {client, secret}                      data: token, expires
    GET    /api/v1/ping
    GET    /api/v1/readers/{card}                                         data: the reader, loans, holds, debts
    POST   /api/v1/readers/{card}/password   {password}
    GET    /api/v1/items/{barcode}
    POST   /api/v1/loans            {card, barcode, terminal?}            data: dueDate, title
    POST   /api/v1/returns          {barcode, terminal?}
    POST   /api/v1/renewals         {card, barcode}
    POST   /api/v1/holds            {card, barcode, pickup?}
    DELETE /api/v1/holds            ?card=&barcode=
    POST   /api/v1/payments         {card, debtId?, amount (fen), channel, serial}

Its answers are {code, msg, data}; 0 is yes.  In every other answer numbers are written as texts, a list of one is that
one, and an empty list is null, as programs do that were written in a hurry.  A key that it does not know is refused.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, TypeAlias
from urllib.parse import unquote

from softdock.adapters.inhouse.snapshot import Copy
from softdock.circulation.identifiers import FeeId, ItemId, PatronId
from softdock.circulation.money import Money
from softdock.circulation.operations import CancelHold, Checkin, Checkout, PayFee, PlaceHold, Renew
from softdock.circulation.reasons import Reason
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.faults import Harm
from softdock.kit.simulators.house import desk
from softdock.kit.simulators.house.desk import No
from softdock.kit.simulators.site import Asked, Reply, Running, Simulator, listen, page

STOCK = Path(__file__).with_name("stock.json")

CLIENT = "softdock"
SECRET = "only-simulated"  # noqa: S105 - it opens what is made up
"""Of the one client that may ask."""

TOKEN_LIFE = timedelta(hours=2)

_STAMP = "%Y-%m-%d %H:%M:%S"
_MOST_TOKENS = 100

Given: TypeAlias = Mapping[str, Any]
"""What a call was given: parts of the path, parameters and the keys of the body, each of them known to it."""


class Rest(Simulator):
    """Answers as such a system does."""

    home: ClassVar[str] = "/api/v1/"

    def __init__(self, books: Books, token_life: timedelta = TOKEN_LIFE) -> None:
        super().__init__(books)
        self._token_life = token_life
        self._tokens: dict[str, datetime] = {}
        """When each ends, the oldest first."""
        self._loose = False

    def call_of(self, path: str, fields: tuple[tuple[str, str], ...]) -> str:
        """The path below `home` without what names a reader or an item."""
        parts = path.removeprefix(self.home).split("/")
        return "/".join(part for at, part in enumerate(parts) if at != 1)

    def answer(self, asked: Asked) -> Reply:
        """See `Simulator`."""
        if (asked.method, asked.call) == ("POST", "token"):
            return self._said(lambda: self._token(_given(asked, Call(_nothing, ("client", "secret")))))
        call = CALLS.get((asked.method, asked.call))
        if call is None:
            return page(404, "Not Found")
        ends = self._tokens.get((asked.headers.get("authorization") or "").removeprefix("Bearer "))
        if ends is None or ends <= self.books.now():
            return self._no(401, *desk.NO_SESSION)
        return self._said(lambda: call.does(self.books, _given(asked, call)))

    def deny(self, harm: Harm, asked: Asked) -> Reply:
        """See `Simulator`."""
        if harm is Harm.SESSION:
            self._tokens.clear()
            return self.answer(asked)
        return self._no(403, *desk.NO_RIGHTS)

    def _token(self, given: Given) -> Any:
        told = f"{given['client']}\0{given['secret']}".encode()
        if not secrets.compare_digest(told, f"{CLIENT}\0{SECRET}".encode()):
            raise No(*desk.NO_RIGHTS)
        token, ends = secrets.token_urlsafe(24), self.books.now() + self._token_life
        self._tokens[token] = ends
        while len(self._tokens) > _MOST_TOKENS:
            del self._tokens[next(iter(self._tokens))]
        return {"token": token, "expires": ends.strftime(_STAMP)}

    def _said(self, call: Callable[[], Any]) -> Reply:
        try:
            return self._envelope(200, 0, "ok", call())
        except No as no:
            return self._no(200, no.number, no.sentence)

    def _no(self, status: int, number: str, sentence: str) -> Reply:
        return self._envelope(status, int(number), sentence, None)

    def _envelope(self, status: int, code: int, said: str, data: Any) -> Reply:
        tree = {"code": code, "msg": said, "data": data}
        loose, self._loose = self._loose, not self._loose
        text = json.dumps(_loosely(tree) if loose else tree, ensure_ascii=False)
        return Reply(text.encode(), "application/json;charset=UTF-8", status)


def _loosely(tree: Any) -> Any:
    """`tree` with numbers and truth as texts, and lists only where there are several."""
    if isinstance(tree, dict):
        return {key: _loosely(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_loosely(value) for value in tree] if len(tree) > 1 else _loosely(tree[0]) if tree else None
    if isinstance(tree, bool):
        return str(tree).lower()
    return str(tree) if isinstance(tree, int) else tree


# --- what is asked ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what it does, and what it takes."""

    does: Callable[[Books, Given], Any]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    """What may be left out."""


def _given(asked: Asked, call: Call) -> Given:
    """Everything that came along.  Raises No for what is missing, unknown or no text."""
    given: dict[str, Any] = {}
    parts = asked.path.removeprefix(Rest.home).split("/")
    if len(parts) > 1:
        given["named"] = unquote(parts[1])
    given.update(asked.fields)
    if asked.method == "POST":
        try:
            body = json.loads(asked.body)
        except ValueError:
            raise No(*desk.BAD_REQUEST) from None
        if not isinstance(body, dict) or asked.headers.get("content-type") != "application/json":
            raise No(*desk.BAD_REQUEST)
        given |= body
    known = {"named", *call.needs, *call.takes}
    for name in [*call.needs, *given]:
        kind = int if name == "amount" else str
        if name not in known or type(given.get(name)) is not kind or given[name] == "":
            raise No(desk.BAD_REQUEST[0], f"{desk.BAD_REQUEST[1]}：{name}")
    return given


# --- what is done -------------------------------------------------------------------------------------


def _nothing(books: Books, given: Given) -> Any:
    return None


def _reader(books: Books, given: Given) -> Any:
    card = desk.card_of(books, given["named"])
    patron = card.patron
    return {
        "card": patron.id,
        "name": patron.name,
        "groupName": patron.category,
        "phone": patron.phone,
        "idNumber": patron.extra.get("id_number", ""),
        "validTo": "" if patron.expires is None else patron.expires.isoformat(),
        "state": int(desk.state_of(card)),
        "loans": [_loan(copy) for copy in card.loans],
        "holds": [{"title": hold.title, "barcode": hold.copy or hold.item, "ready": hold.copy is not None} for hold in card.holds],
        "debts": [{"id": fee.id, "kind": desk.FEES.get(fee.type, desk.OTHER_FEE), "amount": fee.amount.minor, "title": fee.title} for fee in card.fees],
    }  # fmt: skip


def _loan(copy: Copy) -> Any:
    assert copy.loan is not None
    return {
        "barcode": copy.item.id,
        "title": copy.item.title,
        "lentAt": copy.loan.lent.strftime(_STAMP),
        "dueDate": copy.loan.due.date().isoformat(),
    }


def _password(books: Books, given: Given) -> Any:
    desk.check_password(books, given["named"], given["password"])


def _item(books: Books, given: Given) -> Any:
    copy = desk.copy_of(books, given["named"])
    item, loan = copy.item, copy.loan
    return {
        "barcode": item.id,
        "title": item.title,
        "author": item.author,
        "callNo": item.call_number,
        "location": item.permanent_location,
        "place": desk.place_of(copy),
        "lendable": item.lendable,
        "waiting": len(copy.title.queue),
        "borrower": None if loan is None else loan.patron,
        "lentAt": None if loan is None else loan.lent.strftime(_STAMP),
        "dueDate": None if loan is None else loan.due.date().isoformat(),
    }


def _lend(books: Books, given: Given) -> Any:
    wish = Checkout(PatronId(given["card"]), ItemId(given["barcode"]), renewal_allowed=False, fee_acknowledged=True)  # fmt: skip
    lent = desk.perform(books, wish)
    return {"barcode": lent.item.id, "title": lent.item.title, "dueDate": lent.due.date().isoformat()}


def _take_back(books: Books, given: Given) -> Any:
    if desk.copy_of(books, given["barcode"]).loan is None:
        desk.refuse(Reason.ITEM_NOT_LENT)
    item = desk.perform(books, Checkin(ItemId(given["barcode"]))).item
    copy = desk.copy_of(books, item.id)
    return {"barcode": item.id, "title": item.title, "location": item.permanent_location, "place": desk.place_of(copy)}  # fmt: skip


def _renew(books: Books, given: Given) -> Any:
    wish = Renew(PatronId(given["card"]), ItemId(given["barcode"]), fee_acknowledged=True)
    lent = desk.perform(books, wish)
    return {"barcode": lent.item.id, "title": lent.item.title, "dueDate": lent.due.date().isoformat()}


def _hold(books: Books, given: Given) -> Any:
    wish = PlaceHold(PatronId(given["card"]), ItemId(given["barcode"]), pickup_location=given.get("pickup", ""))  # fmt: skip
    held = desk.perform(books, wish)
    return {"title": held.title, "place": held.queue_position}


def _cancel_hold(books: Books, given: Given) -> Any:
    desk.perform(books, CancelHold(PatronId(given["card"]), ItemId(given["barcode"])))


def _pay(books: Books, given: Given) -> Any:
    fee = FeeId(given["debtId"]) if "debtId" in given else None
    amount = Money(given["amount"], books.currency)
    wish = PayFee(PatronId(given["card"]), amount, fee=fee, transaction=given["serial"], payment_type=given["channel"])  # fmt: skip
    paid = desk.perform(books, wish)
    return {"receipt": paid.transaction, "rest": paid.balance.minor}


CALLS: Mapping[tuple[str, str], Call] = {
    ("GET", "ping"): Call(_nothing),
    ("GET", "readers"): Call(_reader),
    ("POST", "readers/password"): Call(_password, ("password",)),
    ("GET", "items"): Call(_item),
    ("POST", "loans"): Call(_lend, ("card", "barcode"), ("terminal",)),
    ("POST", "returns"): Call(_take_back, ("barcode",), ("terminal",)),
    ("POST", "renewals"): Call(_renew, ("card", "barcode")),
    ("POST", "holds"): Call(_hold, ("card", "barcode"), ("pickup",)),
    ("DELETE", "holds"): Call(_cancel_hold, ("card", "barcode")),
    ("POST", "payments"): Call(_pay, ("card", "amount", "channel", "serial"), ("debtId",)),
}
"""By method and name."""


async def start_rest(
    reactor: Any, port: int = 0, *, stock: Path = STOCK, now: Callable[[], datetime] | None = None
) -> Running[Rest]:
    """One on the loopback interface.  Raises CannotListenError, or ImportFileError for another stock."""
    return await listen(Rest(Books(stock, desk.LIBRARY, now=now)), reactor, port)
