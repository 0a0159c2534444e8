"""What the counterparts share: wishes put to the books, and the house's own numbers and words for a no."""

from collections.abc import Mapping
from typing import Any, NoReturn

from softdock.adapters.inhouse.snapshot import Card, Copy
from softdock.circulation.identifiers import PatronId, Secret
from softdock.circulation.items import CirculationStatus, FeeType
from softdock.circulation.operations import LookupPatron, Operation
from softdock.circulation.outcomes import Done, PatronReport, PinCheck, Refused
from softdock.circulation.reasons import Reason
from softdock.kit.simulators.books import Books

LIBRARY = "HOUSE"

REFUSALS: Mapping[Reason, tuple[str, str]] = {
    Reason.PATRON_UNKNOWN: ("1001", "读者不存在"),
    Reason.CARD_LOST: ("1002", "读者证已挂失"),
    Reason.CARD_EXPIRED: ("1003", "读者证已过期"),
    Reason.PATRON_BLOCKED: ("1004", "读者证已停用"),
    Reason.PIN_WRONG: ("1005", "密码错误"),
    Reason.TOO_MANY_LOANS: ("1011", "已达借阅上限"),
    Reason.TOO_MANY_OVERDUE: ("1012", "有超期图书未还"),
    Reason.TOO_MANY_FEES: ("1013", "欠款超过限额"),
    Reason.TOO_MANY_HOLDS: ("1014", "已达预约上限"),
    Reason.ITEM_UNKNOWN: ("2001", "图书不存在"),
    Reason.ITEM_NOT_LENDABLE: ("2002", "该书不外借"),
    Reason.ITEM_LENT_TO_ANOTHER: ("2003", "该书已被他人借出"),
    Reason.ITEM_ON_HOLD: ("2004", "该书已被预约"),
    Reason.ITEM_NOT_LENT: ("2005", "该书未借出"),
    Reason.ITEM_NOT_LENT_TO_PATRON: ("2006", "该书不是此读者所借"),
    Reason.ALREADY_LENT: ("2007", "该书已借给此读者"),
    Reason.TOO_MANY_RENEWALS: ("2011", "已达续借次数上限"),
    Reason.RENEWAL_ITEM_ON_HOLD: ("2012", "他人已预约，不能续借"),
    Reason.HOLD_EXISTS: ("2021", "已预约过该书"),
    Reason.HOLD_UNKNOWN: ("2022", "没有预约该书"),
    Reason.HOLD_ITEM_LENT_TO_PATRON: ("2023", "该书在读者手中，不能预约"),
    Reason.FEE_UNKNOWN: ("3001", "欠款记录不存在"),
    Reason.AMOUNT_INVALID: ("3002", "金额不正确"),
    Reason.AMOUNT_TOO_HIGH: ("3003", "金额超过欠款"),
}

OTHER_REFUSAL = ("9000", "操作失败")

BAD_REQUEST = ("4000", "参数错误")
NO_RIGHTS = ("4003", "没有权限")
NO_SESSION = ("4001", "登录已失效")

CARD_STATES = {"normal": "1", "lost": "2", "stopped": "3"}

PLACES: Mapping[CirculationStatus, str] = {
    CirculationStatus.AVAILABLE: "在架",
    CirculationStatus.TO_BE_RESHELVED: "在架",
    CirculationStatus.MISSING: "查找中",
    CirculationStatus.LOST: "丢失",
    CirculationStatus.IN_PROCESS: "加工",
    CirculationStatus.IN_TRANSIT: "调拨",
}
LENT, SET_ASIDE, ELSEWHERE = "借出", "预约架", "其他"

FEES: Mapping[FeeType, str] = {FeeType.OVERDUE: "F1", FeeType.DAMAGE: "F2", FeeType.REPLACEMENT: "F3"}
OTHER_FEE = "F9"


class No(Exception):
    """The house says no: a number and a sentence of its own."""

    def __init__(self, number: str, sentence: str) -> None:
        super().__init__(sentence)
        self.number = number
        self.sentence = sentence


def refuse(reason: Reason) -> NoReturn:
    """Say no for `reason`."""
    raise No(*REFUSALS.get(reason, OTHER_REFUSAL))


def perform(books: Books, operation: Operation) -> Any:
    """The result of `operation`.  Raises No where the books refuse."""
    outcome = books.perform(operation)
    if isinstance(outcome, Refused):
        refuse(outcome.reason)
    assert isinstance(outcome, Done)
    return outcome.result


def check_password(books: Books, card: str, password: str) -> None:
    """Raises No unless `password` is that of `card`."""
    report = perform(books, LookupPatron(PatronId(card), Secret(password)))
    assert isinstance(report, PatronReport)
    if report.pin is not PinCheck.RIGHT:
        refuse(Reason.PIN_WRONG)


def card_of(books: Books, card: str) -> Card:
    """The card of a reader.  Raises No where there is none."""
    return books.card(card) or refuse(Reason.PATRON_UNKNOWN)


def copy_of(books: Books, barcode: str) -> Copy:
    """An item.  Raises No where there is none."""
    return books.copy(barcode) or refuse(Reason.ITEM_UNKNOWN)


def state_of(card: Card) -> str:
    """How the card stands; that it has expired is told by its date alone."""
    if card.patron.card_lost:
        return CARD_STATES["lost"]
    return CARD_STATES["normal" if card.block is None else "stopped"]


def place_of(copy: Copy) -> str:
    """Where the item is, in the house's words."""
    if copy.loan is not None:
        return LENT
    return SET_ASIDE if copy.hold is not None else PLACES.get(copy.state.status, ELSEWHERE)
