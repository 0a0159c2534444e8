"""A house's own circulation system that speaks what it takes for SIP2: in GBK, without error detection, with messages of its own.

Fixed parts are shorter than the standard's, and what comes in them is not looked at.  There is no login and no 99.

    17  AB               18  place of two digits, AB AJ KA KW KC KT AH
    63  AA               64  state of one digit, AA AE XE XG; AU, AS, CD, XD once for each entry, with ^ inside
    91  AA AD            92  1 or 0, AF             a password is compared
    11  AA AB            12  1 or 0, AB AJ AH AF
    09  AB               10  1 or 0, AB AJ XP AF
    29  AA AB            30  1 or 0, AB AJ AH AF
    81  AA AB XH         82  1 or 0, AJ BR AF       a hold: XH is 1 to place it, 0 to cancel it
    83  AA XI BV XN      84  1 or 0, XN XR AF       a payment: the debt, the amount in fen, a number
    95                   96  1                      whether it is there

Why not, AF says by a sentence.  A line with letters that are not GBK, or of a code that it does not know, ends the connection.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from twisted.internet.interfaces import IListeningPort
from twisted.internet.protocol import Factory
from twisted.protocols.basic import LineReceiver

from softdock.adapters.inhouse.snapshot import Copy
from softdock.circulation.identifiers import FeeId, ItemId, PatronId
from softdock.circulation.money import Money
from softdock.circulation.operations import CancelHold, Checkin, Checkout, PayFee, PlaceHold, Renew
from softdock.circulation.reasons import Reason
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.doors import Doors
from softdock.kit.simulators.faults import DENIED, Fault, Faults, Harm
from softdock.kit.simulators.house import desk
from softdock.kit.simulators.house.desk import No
from softdock.kit.simulators.site import HUGE, KEPT, Asked

STOCK = Path(__file__).with_name("stock.json")

CHARSET: Final = "gbk"
_DAY, _STAMP = "%Y-%m-%d", "%Y-%m-%d %H:%M:%S"
_PLACES = {"在架": "01", desk.LENT: "02", desk.SET_ASIDE: "03", "查找中": "04"}
_REFERENCE, _ELSEWHERE = "05", "09"
_PAGE = b"HTTP/1.1 400 Bad Request\r\n"

Given = Mapping[str, str]
Answer = tuple[str, Sequence[tuple[str, str]]]
"""What follows the code, and fields."""


class HouseSip2:
    """Answers one line after the other."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.faults = Faults()
        self.requests: deque[Asked] = deque(maxlen=KEPT)
        """What came, the latest last; each goes by its code."""
        self.listeners: list[Callable[[Asked], object]] = []
        """Who is told of each request, before anything comes of it."""

    def heard(self, asked: Asked) -> None:
        """A request has come."""
        self.requests.append(asked)
        for each in self.listeners:
            each(asked)

    def answer(self, asked: Asked) -> bytes:
        """What is answered, with its end."""
        does, code = MESSAGES[asked.call]
        try:
            fixed, fields = does(self.books, dict(asked.fields))
        except No as no:
            return self.refusal(code, no)
        return _line(code, fixed, fields)

    def refusal(self, code: str, no: No) -> bytes:
        """A no in the message `code`."""
        if code == "18":
            return _line(code, "00", [("AF", no.sentence)])
        return _line(code, "0", [("AF", no.sentence)])


def _line(code: str, fixed: str, fields: Sequence[tuple[str, str]]) -> bytes:
    text = "".join(f"{name}{value}|" for name, value in fields)
    return f"{code}{fixed}{text}\r\n".encode(CHARSET, "replace")


class _Talk(LineReceiver):
    """One connection, with the faults that were ordered."""

    delimiter = b"\r"
    MAX_LENGTH = 16_384

    def __init__(self, system: HouseSip2) -> None:
        self._system = system

    def lineReceived(self, line: bytes) -> None:
        asked = _read(line.strip(b"\n"))
        if asked is None:
            self._wire.loseConnection()
            return
        system = self._system
        system.heard(asked)
        fault = system.faults.take(asked.call)
        if fault is None:
            self._wire.write(system.answer(asked))
        else:
            self._spoil(fault, asked)

    @property
    def _wire(self) -> Any:
        return self.transport

    def _spoil(self, fault: Fault, asked: Asked) -> None:
        system, harm, wire = self._system, fault.harm, self._wire
        if harm in DENIED:
            code = MESSAGES[asked.call][1]
            wire.write(
                system.refusal(code, No(*(desk.NO_RIGHTS if harm is Harm.RIGHTS else desk.NO_SESSION)))
            )
            return
        reply = system.answer(asked) if fault.carried_out else b""
        match harm:
            case Harm.RESET:
                wire.abortConnection()
            case Harm.SLOW:
                system.faults.hold(lambda: wire.write(reply or system.answer(asked)))
            case Harm.HALF:
                wire.write(reply[: len(reply) // 2])
                wire.loseConnection()
            case Harm.TWICE:
                wire.write(reply + reply)
            case Harm.CHARSET:
                wire.write(reply.decode(CHARSET).encode())
            case Harm.HUGE:
                wire.write(b" " * HUGE + b"\r\n")
            case _:
                wire.write(_PAGE)


def _read(line: bytes) -> Asked | None:
    """The message in `line`; what stands before its first field is passed over."""
    try:
        text = line.decode(CHARSET)
    except UnicodeDecodeError:
        return None
    code = text[:2]
    if code not in MESSAGES:
        return None
    first = min((at for name in _FIRST if (at := text.find(name, 2)) > 0), default=len(text))
    fields = tuple((part[:2], part[2:]) for part in text[first:].split("|") if len(part) >= 2)
    return Asked(code, "SIP2", "", fields)


_FIRST = ("AA", "AB")
"""What every message of fields begins with."""


# --- what is done -------------------------------------------------------------------------------------


def _item(books: Books, given: Given) -> Answer:
    copy = desk.copy_of(books, given.get("AB", ""))
    item, loan = copy.item, copy.loan
    place = _PLACES.get(desk.place_of(copy), _ELSEWHERE) if item.lendable else _REFERENCE
    fields = [("AB", str(item.id)), ("AJ", item.title), ("KA", item.author), ("KW", item.call_number)]
    if loan is not None:
        fields += [
            ("KC", str(loan.patron)),
            ("KT", loan.lent.strftime(_STAMP)),
            ("AH", loan.due.strftime(_DAY)),
        ]
    return place, fields


def _reader(books: Books, given: Given) -> Answer:
    card = desk.card_of(books, given.get("AA", ""))
    patron = card.patron
    fields = [("AA", str(patron.id)), ("AE", patron.name), ("XG", patron.category)]
    fields.append(("XE", "" if patron.expires is None else patron.expires.strftime("%Y%m%d")))
    fields += [("AU", _loan(copy)) for copy in card.loans]
    for hold in card.holds:
        name = "CD" if hold.copy is None else "AS"
        fields += [(name, _inside(hold.copy or hold.item or "", hold.title))]
    for fee in card.fees:
        kind = desk.FEES.get(fee.type, desk.OTHER_FEE)
        fields += [("XD", _inside(fee.id, kind, str(fee.amount.minor), fee.title))]
    return desk.state_of(card), fields


def _loan(copy: Copy) -> str:
    assert copy.loan is not None
    lent, due = copy.loan.lent.strftime(_STAMP), copy.loan.due.strftime(_DAY)
    return _inside(copy.item.id, copy.item.title, lent, due)


def _inside(*parts: str) -> str:
    """Parts within one field."""
    return "^".join(parts)


def _password(books: Books, given: Given) -> Answer:
    desk.check_password(books, given.get("AA", ""), given.get("AD", ""))
    return "1", []


def _lent(lent: Any) -> Answer:
    return "1", [("AB", lent.item.id), ("AJ", lent.item.title), ("AH", lent.due.strftime(_DAY))]


def _lend(books: Books, given: Given) -> Answer:
    wish = Checkout(PatronId(given.get("AA", "")), ItemId(given.get("AB", "")), renewal_allowed=False, fee_acknowledged=True)  # fmt: skip
    return _lent(desk.perform(books, wish))


def _renew(books: Books, given: Given) -> Answer:
    wish = Renew(PatronId(given.get("AA", "")), ItemId(given.get("AB", "")), fee_acknowledged=True)
    return _lent(desk.perform(books, wish))


def _take_back(books: Books, given: Given) -> Answer:
    if desk.copy_of(books, given.get("AB", "")).loan is None:
        desk.refuse(Reason.ITEM_NOT_LENT)
    item = desk.perform(books, Checkin(ItemId(given["AB"]))).item
    place = _PLACES.get(desk.place_of(desk.copy_of(books, item.id)), _ELSEWHERE)
    return "1", [("AB", item.id), ("AJ", item.title), ("XP", place)]


def _hold(books: Books, given: Given) -> Answer:
    patron, item = PatronId(given.get("AA", "")), ItemId(given.get("AB", ""))
    held = desk.perform(
        books, PlaceHold(patron, item) if given.get("XH") == "1" else CancelHold(patron, item)
    )
    return "1", [("AJ", held.title), ("BR", str(held.queue_position or ""))]


def _pay(books: Books, given: Given) -> Answer:
    if not given.get("BV", "").isdecimal():
        desk.refuse(Reason.AMOUNT_INVALID)
    amount = Money(int(given["BV"]), books.currency)
    wish = PayFee(PatronId(given.get("AA", "")), amount, fee=FeeId(given.get("XI", "")), transaction=given.get("XN", ""))  # fmt: skip
    paid = desk.perform(books, wish)
    return "1", [("XN", paid.transaction), ("XR", str(paid.balance.minor))]


MESSAGES: Mapping[str, tuple[Callable[[Books, Given], Answer], str]] = {
    "09": (_take_back, "10"),
    "11": (_lend, "12"),
    "17": (_item, "18"),
    "29": (_renew, "30"),
    "63": (_reader, "64"),
    "81": (_hold, "82"),
    "83": (_pay, "84"),
    "91": (_password, "92"),
    "95": (lambda *_: ("1", []), "96"),
}
"""By the code of the request: what it does, and the code of the answer."""


class _Talks(Factory):
    noisy = False

    def __init__(self, system: HouseSip2) -> None:
        self._system = system

    def buildProtocol(self, addr: Any) -> _Talk:
        return _Talk(self._system)


# --- starting it --------------------------------------------------------------------------------------


@dataclass(slots=True)
class RunningSip2:
    """One that can be reached."""

    simulator: HouseSip2
    port: int
    address: str
    """Such as 127.0.0.1:40123."""
    _listening: IListeningPort = field(repr=False)
    _doors: Doors = field(repr=False)

    @property
    def books(self) -> Books:
        """See `HouseSip2`."""
        return self.simulator.books

    @property
    def faults(self) -> Faults:
        """See `HouseSip2`."""
        return self.simulator.faults

    @property
    def requests(self) -> deque[Asked]:
        """See `HouseSip2`."""
        return self.simulator.requests

    async def stop(self) -> None:
        """Listen no more, and hang up on whoever is connected."""
        stopped = self._listening.stopListening()
        if stopped is not None:
            await stopped
        await self._doors.close()


async def start_sip2(
    reactor: Any, port: int = 0, *, stock: Path = STOCK, now: Callable[[], datetime] | None = None
) -> RunningSip2:
    """One on the loopback interface.  Raises CannotListenError, or ImportFileError for another stock."""
    system = HouseSip2(Books(stock, desk.LIBRARY, now=now))
    doors = Doors(_Talks(system))
    listening: IListeningPort = reactor.listenTCP(port, doors, interface="127.0.0.1")
    number: int = listening.getHost().port  # type: ignore[attr-defined]
    return RunningSip2(system, number, f"127.0.0.1:{number}", listening, doors)
