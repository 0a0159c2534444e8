"""Calls about readers, their cards and their money."""

from decimal import Decimal

from softdock.adapters.inhouse.model import Fee
from softdock.adapters.inhouse.snapshot import Card
from softdock.circulation.identifiers import FeeId, PatronId, Secret
from softdock.circulation.money import parse_money
from softdock.circulation.operations import BlockPatron, EnablePatron, LookupPatron, PayFee
from softdock.circulation.outcomes import PatronReport, PinCheck
from softdock.circulation.reasons import Reason
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.interlib import tables as t
from softdock.kit.simulators.interlib.replies import Denied, Given, Tree, card_of, message, perform, refuse


def confirm_reader(books: Books, given: Given) -> Tree:
    """Whether the password is right; a card that may not borrow is confirmed as well."""
    if given.get("havecluster") == "1" and "globalid" not in given:
        raise Denied("parameters", "参数错误：globalid")
    report = perform(books, LookupPatron(PatronId(given["rdid"]), Secret(given["rdpasswd"])))
    assert isinstance(report, PatronReport)
    if report.pin is not PinCheck.RIGHT:
        refuse(Reason.PIN_WRONG if report.pin is PinCheck.WRONG else Reason.PIN_NOT_SET)
    return {"messagelist": [message("done", "读者认证成功")]}


def search_reader(books: Books, given: Given) -> Tree:
    """The reader, flat at the top; an identity number with several cards is refused."""
    if "rdid" in given:
        return _reader(books, card_of(books, given["rdid"]))
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
        perform(books, BlockPatron(patron, message=given.get("rdremark", "")))
    elif state == "1":
        perform(books, EnablePatron(patron))
    else:
        raise Denied("parameters", "参数错误：rdstate")
    return {"messagelist": [message("done", "操作成功")]}


def search_debt(books: Books, given: Given) -> Tree:
    """What the reader owes, in yuan."""
    fees = card_of(books, given["rdid"]).fees
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
    """A payment is booked; the same one that comes again within a minute is not booked again."""
    amount = parse_money(given["money"], books.currency)
    if amount is None or given["moneytype"] not in t.PAYMENTS:
        raise Denied("parameters", "参数错误：" + ("money" if amount is None else "moneytype"))
    fee = FeeId(given["tranid"]) if "tranid" in given else None
    perform(
        books,
        PayFee(PatronId(given["rdid"]), amount, fee=fee, transaction=given.get("serialno", ""),
               payment_type=given["moneytype"]),
    )  # fmt: skip
    return {"messagelist": [message("done", "缴费成功")]}
