"""A house's own circulation system with forms in GBK, signed, and XML in answer.

Everything is a POST below `/circ/`, percent-encoded in GBK.  Beside its own parameters each has `appid`, `time`
(20260302100000, at most ten minutes off) and `sign`: the MD5, in capitals, of all others as name=value in the order of their
names with & between, and `&key=` and the secret behind, in GBK.

    readerinfo.do  card             bookinfo.do  barcode          checkpwd.do  card, pwd
    lend.do        card, barcode    giveback.do  barcode          renew.do     card, barcode
    reserve.do     card, barcode, note?          unreserve.do  card, barcode
    pay.do         card, debt, money, serial     ping.do

An answer says flag 1 or 0 and a sentence; nothing but the sentence tells why.  The one of `giveback.do` is a sentence alone,
成功 or 失败.  The XML is declared GB2312, and holds letters that only GBK has.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import md5
from pathlib import Path
from typing import Any, ClassVar

from lxml import etree

from softdock.circulation.identifiers import FeeId, ItemId, PatronId
from softdock.circulation.money import parse_money
from softdock.circulation.operations import CancelHold, Checkin, Checkout, PayFee, PlaceHold, Renew
from softdock.circulation.reasons import Reason
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.faults import Harm
from softdock.kit.simulators.house import desk
from softdock.kit.simulators.house.desk import No
from softdock.kit.simulators.site import Asked, Reply, Running, Simulator, listen, page

STOCK = Path(__file__).with_name("stock.json")

APPID = "softdock"
SECRET = "only-simulated"  # noqa: S105 - it opens what is made up

_CLOCKS_DIFFER = timedelta(minutes=10)
_STATES = {"1": "有效", "2": "挂失", "3": "停用"}
_DAY, _STAMP = "%Y/%m/%d", "%Y/%m/%d %H:%M:%S"

Given = Mapping[str, str]


class Forms(Simulator):
    """Answers as such a system does."""

    home: ClassVar[str] = "/circ/"
    charset: ClassVar[str] = "gbk"

    def call_of(self, path: str, fields: tuple[tuple[str, str], ...]) -> str:
        """The name of the program, without `.do`."""
        return path.removeprefix(self.home).removesuffix(".do")

    def answer(self, asked: Asked) -> Reply:
        """See `Simulator`."""
        call = CALLS.get(asked.call)
        if call is None or asked.method != "POST":
            return page(404, "Not Found")
        try:
            return _yes(call.does(self.books, self._given(asked, call)))
        except No as no:
            return _no(asked.call, no.sentence)

    def deny(self, harm: Harm, asked: Asked) -> Reply:
        """See `Simulator`.  There are no sessions here: what is wrong is a signature."""
        return _no("", desk.NO_RIGHTS[1] if harm is Harm.RIGHTS else _WRONG_SIGNATURE)

    def _given(self, asked: Asked, call: "Call") -> Given:
        given = dict(asked.fields)
        signature = given.pop("sign", "")
        if len(given) + 1 != len(asked.fields) or not secrets.compare_digest(signature, signed(given)):
            raise No("", _WRONG_SIGNATURE)
        if given.pop("appid", "") != APPID or not self._is_fresh(given.pop("time", "")):
            raise No("", _WRONG_SIGNATURE)
        wrong = [name for name in call.needs if not given.get(name)]
        wrong += [name for name in given if name not in {*call.needs, *call.takes}]
        if wrong:
            raise No("", f"{desk.BAD_REQUEST[1]}:{wrong[0]}")
        return given

    def _is_fresh(self, text: str) -> bool:
        try:
            told = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=self.books.zone)
        except ValueError:
            return False
        return abs(told - self.books.now()) <= _CLOCKS_DIFFER


_WRONG_SIGNATURE = "签名错误"


def signed(given: Given, secret: str = SECRET) -> str:
    """The signature of these parameters."""
    text = "&".join(f"{name}={value}" for name, value in sorted(given.items()))
    return md5(f"{text}&key={secret}".encode("gbk")).hexdigest().upper()  # noqa: S324 - as such systems do


# --- what is answered ---------------------------------------------------------------------------------


def _yes(found: "etree._Element | str | None") -> Reply:
    if isinstance(found, str):
        return _xml(_element("result", f"成功:{found}"))
    root = _element("result")
    _below(root, flag="1", msg="成功")
    if found is not None:
        root.append(found)
    return _xml(root)


def _no(call: str, sentence: str) -> Reply:
    if call == "giveback":
        return _xml(_element("result", f"失败:{sentence}"))
    root = _element("result")
    _below(root, flag="0", msg=sentence)
    return _xml(root)


def _xml(root: etree._Element) -> Reply:
    text: str = etree.tostring(root, encoding="unicode")
    return Reply(f'<?xml version="1.0" encoding="GB2312"?>\n{text}'.encode("gbk"), "text/xml")


def _element(name: str, text: str | None = None, **attributes: str) -> etree._Element:
    made = etree.Element(name, attributes)
    made.text = text
    return made


def _below(parent: etree._Element, **texts: str) -> None:
    parent.extend([_element(name, text) for name, text in texts.items()])


def _list(parent: etree._Element, name: str, members: list[etree._Element]) -> None:
    made = _element(name)
    made.extend(members)
    parent.append(made)


# --- what is done -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    """One program: what it does, and its parameters."""

    does: Callable[[Books, Given], "etree._Element | str | None"]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


def _reader(books: Books, given: Given) -> etree._Element:
    card = desk.card_of(books, given["card"])
    patron = card.patron
    made = _element("reader", card=patron.id)
    ends = "" if patron.expires is None else patron.expires.strftime(_DAY)
    _below(made, name=f"{patron.name}  ", unit=patron.category, phone=patron.phone, validto=ends)
    _below(made, idcard=patron.extra.get("id_number", ""), state=_STATES[desk.state_of(card)])
    _list(made, "loans", [
        _element("book", barcode=copy.item.id, title=copy.item.title, lend=copy.loan.lent.strftime(_STAMP), due=copy.loan.due.strftime(_DAY))
        for copy in card.loans if copy.loan is not None
    ])  # fmt: skip
    _list(made, "reserves", [
        _element("book", barcode=hold.copy or hold.item or "", title=hold.title, arrived="否" if hold.copy is None else "是")
        for hold in card.holds
    ])  # fmt: skip
    _list(made, "debts", [
        _element("debt", id=fee.id, kind=desk.FEES.get(fee.type, desk.OTHER_FEE), money=f"￥{Decimal(str(fee.amount)):.2f}", title=fee.title)
        for fee in card.fees
    ])  # fmt: skip
    return made


def _book(books: Books, given: Given) -> etree._Element:
    copy = desk.copy_of(books, given["barcode"])
    item, loan = copy.item, copy.loan
    made = _element("book", barcode=item.id)
    state = desk.place_of(copy) if item.lendable else "阅览"
    _below(made, title=item.title, author=item.author, callno=item.call_number, room=item.permanent_location, state=state)  # fmt: skip
    if loan is not None:
        _below(made, reader=loan.patron, lend=loan.lent.strftime(_STAMP), due=loan.due.strftime(_DAY))
    return made


def _lent(lent: Any) -> etree._Element:
    made = _element("book", barcode=lent.item.id)
    _below(made, title=lent.item.title, due=lent.due.strftime(_DAY))
    return made


def _lend(books: Books, given: Given) -> etree._Element:
    wish = Checkout(PatronId(given["card"]), ItemId(given["barcode"]), renewal_allowed=False, fee_acknowledged=True)  # fmt: skip
    return _lent(desk.perform(books, wish))


def _renew(books: Books, given: Given) -> etree._Element:
    return _lent(desk.perform(books, Renew(PatronId(given["card"]), ItemId(given["barcode"]), fee_acknowledged=True)))  # fmt: skip


def _take_back(books: Books, given: Given) -> str:
    if desk.copy_of(books, given["barcode"]).loan is None:
        desk.refuse(Reason.ITEM_NOT_LENT)
    title: str = desk.perform(books, Checkin(ItemId(given["barcode"]))).item.title
    return title


def _reserve(books: Books, given: Given) -> None:
    desk.perform(books, PlaceHold(PatronId(given["card"]), ItemId(given["barcode"])))


def _unreserve(books: Books, given: Given) -> None:
    desk.perform(books, CancelHold(PatronId(given["card"]), ItemId(given["barcode"])))


def _pay(books: Books, given: Given) -> None:
    amount = parse_money(given["money"], books.currency)
    if amount is None:
        desk.refuse(Reason.AMOUNT_INVALID)
    wish = PayFee(PatronId(given["card"]), amount, fee=FeeId(given["debt"]), transaction=given["serial"])
    desk.perform(books, wish)


CALLS: Mapping[str, Call] = {
    "ping": Call(lambda *_: None),
    "readerinfo": Call(_reader, ("card",)),
    "bookinfo": Call(_book, ("barcode",)),
    "checkpwd": Call(lambda books, given: desk.check_password(books, given["card"], given["pwd"]), ("card", "pwd")),
    "lend": Call(_lend, ("card", "barcode")),
    "giveback": Call(_take_back, ("barcode",)),
    "renew": Call(_renew, ("card", "barcode")),
    "reserve": Call(_reserve, ("card", "barcode"), ("note",)),
    "unreserve": Call(_unreserve, ("card", "barcode")),
    "pay": Call(_pay, ("card", "debt", "money", "serial")),
}  # fmt: skip
"""By their names."""


async def start_forms(
    reactor: Any, port: int = 0, *, stock: Path = STOCK, now: Callable[[], datetime] | None = None
) -> Running[Forms]:
    """One on the loopback interface.  Raises CannotListenError, or ImportFileError for another stock."""
    return await listen(Forms(Books(stock, desk.LIBRARY, now=now)), reactor, port)
