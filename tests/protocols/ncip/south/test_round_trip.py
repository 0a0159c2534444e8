"""Every operation on the demo's library comes to the same by way of NCIP as without it, but for what is listed here."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime

import pytest

from ncip_behind import NcipBehind
from ncip_partner import NcipPartner
from softdock.circulation.errors import Unsupported
from softdock.circulation.identifiers import FeeId, HoldId, ItemId, PatronId, Secret, TitleId
from softdock.circulation.items import CirculationStatus, FeeType, Item, MediaType
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    AcceptItem,
    AmendItem,
    AmendPatron,
    BlockPatron,
    CancelHold,
    CancelRecall,
    ChangeHold,
    ChargeFee,
    Checkin,
    Checkout,
    CreateItem,
    CreatePatron,
    DeleteItem,
    DeletePatron,
    EnablePatron,
    EndSession,
    LookupHold,
    LookupItem,
    LookupPatron,
    LookupTitle,
    PayFee,
    PlaceHold,
    RecallItem,
    Renew,
    RenewAll,
    SetItemStatus,
    WaiveFee,
)
from softdock.circulation.outcomes import Refused
from softdock.circulation.patrons import PatronList
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.south import WORKS

WANG, LOST, BLOCKED, OTHER, CHILD = map(PatronId, ("R0001", "R0004", "R0005", "R0011", "R0007"))
BOOK, PIN, T1 = ItemId("CD0001"), Secret("1234"), TitleId("T0001")
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 5, 2, 2, 0, tzinfo=UTC)
FIVE = Money(500, "CNY")
FEE = ChargeFee(WANG, FIVE, FeeType.OVERDUE, FeeId("X1"), BOOK, "late")
LENT, THEIRS = Checkout(WANG, BOOK), Checkout(OTHER, BOOK)
HOLD = PlaceHold(WANG, BOOK, pickup_location="3F", expires=LATER, hold=HoldId("N1"))
NEW = CreatePatron(PatronId("N1"), "新人", PIN, None, "street", "tel", "a@example.org", "zh", "adult")

WISHES = {
    "an item": ([], LookupItem(BOOK)),
    "an item that is lent": ([LENT], LookupItem(BOOK)),
    "an item that is kept": ([HOLD], LookupItem(BOOK)),
    "an unknown item": ([], LookupItem(ItemId("none"))),
    "a title": ([LENT], LookupTitle(T1)),
    "a card": ([], LookupPatron(WANG, PIN)),
    "a card and a wrong PIN": ([], LookupPatron(WANG, Secret("9"))),
    "an unknown card": ([], LookupPatron(PatronId("none"))),
    "a lost card": ([], LookupPatron(LOST)),
    "a blocked card": ([], LookupPatron(BLOCKED)),
    "a card that has all it may": ([], LookupPatron(CHILD)),
    **{f"the list {each.value}": ([LENT, FEE, RecallItem(BOOK)], LookupPatron(WANG, wanted=each)) for each in PatronList},
    "the holds": ([THEIRS, HOLD], LookupPatron(WANG, wanted=PatronList.ALL_HOLDS)),
    "the holds that are ready": ([HOLD], LookupPatron(WANG, wanted=PatronList.HOLDS)),
    "a loan": ([], Checkout(WANG, BOOK, PIN)),
    "a loan with a wrong PIN": ([], Checkout(WANG, BOOK, Secret("9"))),
    "a loan of one's own": ([LENT], LENT),
    "a loan of another's": ([THEIRS], LENT),
    "a loan to a blocked card": ([], Checkout(BLOCKED, BOOK)),
    "a loan to a lost card": ([], Checkout(LOST, BOOK)),
    "a loan beyond the limit": ([], Checkout(CHILD, BOOK)),
    "a loan that happened": ([], Checkout(WANG, BOOK, no_block=True, happened=NOW, promised_due=LATER)),
    "a return that is undone": ([LENT, Checkin(BOOK)], Checkout(WANG, BOOK, cancel=True)),
    "a return": ([LENT], Checkin(BOOK)),
    "a return of what is not lent": ([], Checkin(BOOK)),
    "a return of what is waited for": ([THEIRS, HOLD], Checkin(BOOK)),
    "a loan that is undone": ([LENT], Checkin(BOOK, cancel=True, borrower=WANG)),
    "no loan that is undone": ([], Checkin(BOOK, cancel=True, borrower=WANG)),
    "a renewal": ([LENT], Renew(WANG, BOOK)),
    "a renewal by title": ([LENT], Renew(WANG, title=T1)),
    "a renewal of what is waited for": ([LENT, PlaceHold(OTHER, BOOK)], Renew(WANG, BOOK)),
    "a renewal of nothing": ([], Renew(WANG, BOOK)),
    "all renewals": ([LENT], RenewAll(WANG)),
    "a hold": ([THEIRS], HOLD),
    "a hold on what is here": ([], HOLD),
    "a hold on a title": ([THEIRS], PlaceHold(WANG, title=T1)),
    "a hold twice": ([THEIRS, HOLD], HOLD),
    "a hold that is looked at": ([THEIRS, HOLD], LookupHold(HoldId("N1"), WANG)),
    "a hold that is changed": ([THEIRS, HOLD], ChangeHold(WANG, BOOK, pickup_location="2F", expires=LATER)),
    "a hold that is cancelled": ([THEIRS, HOLD], CancelHold(WANG, hold=HoldId("N1"))),
    "a hold on a title that is cancelled": ([THEIRS, PlaceHold(WANG, title=T1)], CancelHold(WANG, title=T1)),
    "no hold that is cancelled": ([], CancelHold(WANG, BOOK)),
    "a recall": ([LENT], RecallItem(BOOK)),
    "a recall of nothing": ([], RecallItem(BOOK)),
    "a recall that is over": ([LENT, RecallItem(BOOK)], CancelRecall(BOOK)),
    "a payment": ([FEE], PayFee(WANG, FIVE, fee=FeeId("X1"), transaction="K1")),
    "a payment of too much": ([], PayFee(WANG, Money(999_900, "CNY"))),
    "a charge": ([], FEE),
    "a charge twice": ([FEE], FEE),
    "what is forgiven": ([FEE], WaiveFee(WANG, FIVE, FeeId("X1"))),
    "a block": ([], BlockPatron(WANG)),
    "a block that is lifted": ([BlockPatron(WANG)], EnablePatron(WANG, PIN)),
    "a new patron": ([], NEW),
    "a known patron": ([], CreatePatron(WANG, "王")),
    "a patron who moves": ([], AmendPatron(WANG, address="成都", phone="")),
    "a patron who leaves": ([NEW], DeletePatron(PatronId("N1"))),
    "a patron who owes a book": ([LENT], DeletePatron(WANG)),
    "a new item": ([], CreateItem(ItemId("N1"), title="t", author="a", media_type=MediaType.BOOK, permanent_location="3F")),
    "a changed item": ([], AmendItem(BOOK, title="t", call_number="Z")),
    "an item that is gone": ([CreateItem(ItemId("N1"), title="t")], DeleteItem(ItemId("N1"))),
    "an item that is lent and not gone": ([LENT], DeleteItem(BOOK)),
    "an item that is missing": ([], SetItemStatus(BOOK, CirculationStatus.MISSING)),
    "an item of another library": ([], AcceptItem(HoldId("H9"), WANG, ItemId("N9"), "t", "a", pickup_location="3F")),
    "the end of a session": ([], EndSession(WANG)),
}  # fmt: skip

NO_PLACE = {"collection", "lendable", "borrower"}
"""Of an item: NCIP has no place for what it belongs to, nor for that it may be lent; who has it is told to who asks for that."""

OF_ITEMS_IN_PASSING = {
    f"item.{each}" for each in (*NO_PLACE, "security_marker", "status", "hold_queue_length", "due")
}
"""Devices act on the title, on what is magnetic and on where it belongs: the rest is not asked for along with a loan."""

OF_HOLDS = {f"item.{each}" for each in (*NO_PLACE, "recalled", "hold_pickup_until")}
"""ItemOptionalFields have no place for dates of a hold or a recall."""

OF_PATRONS = {
    "patron.extra", "patron.message", "patron.hold_limit", "patron.loan_limit", "patron.overdue_limit",
    "patron.fee_limit.minor", "patron.fee_limit.currency", "patron.counts.recalls",
    "patron.home_library",  # is told, also where it is the library itself
    "patron.standing", "reason",  # the causes of a block are told as the block that they lead to
}  # fmt: skip

IN_LISTS = {
    "entries.lent", "entries.title_id", "holds.scope", "holds.needed_before", "holds.expires",
    *(f"holds.item.{each.name}" for each in fields(Item) if each.name not in ("id", "title")),
}  # fmt: skip

LOST = {
    LookupItem: NO_PLACE,
    LookupTitle: {f"copies.{each}" for each in NO_PLACE},
    LookupPatron: OF_PATRONS | IN_LISTS,
    **dict.fromkeys((BlockPatron, EnablePatron, CreatePatron, AmendPatron), OF_PATRONS),
    **dict.fromkeys((Checkout, Renew), OF_ITEMS_IN_PASSING),
    # A destination has to be told with every route; for whom an item is kept is told by the number of the card.
    Checkin: OF_ITEMS_IN_PASSING | {"item.hold_pickup_until", "destination", "hold_patron_name", "patron"},
    **dict.fromkeys((PlaceHold, LookupHold, ChangeHold, RecallItem, CancelRecall), OF_HOLDS),
    CancelHold: OF_HOLDS | {"pickup_location", "scope", "placed"},
    **{key: {"balance.minor", "balance.currency"} for key in (PayFee, ChargeFee, WaiveFee)},
    CreateItem: {"item.lendable", "item.magnetic"},
    **{key: {f"item.{each}" for each in NO_PLACE} for key in (AmendItem, SetItemStatus)},
    AcceptItem: {f"item.{each}" for each in (*NO_PLACE, "title_id", "current_location", "status", "hold_queue_length",
                                             "hold_pickup_until")},
}  # fmt: skip
"""What an operation's result tells that is not told by way of NCIP, or otherwise: all of it."""


INDEX = re.compile(r"\[\d+\]")


def parts(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every part of a result by its path, and what it is; points in time by the clocks of UTC."""
    if is_dataclass(value):
        for each in fields(value):
            yield from parts(getattr(value, each.name), f"{path}.{each.name}".strip("."))
    elif isinstance(value, tuple | list):
        for number, each in enumerate(value):
            yield from parts(each, f"{path}[{number}]")
    else:
        is_moment = isinstance(value, datetime)
        yield path, value.astimezone(UTC).replace(microsecond=0) if is_moment else value


def test_every_operation_that_ncip_has_a_service_for_is_asked():
    assert {type(wish) for _, wish in WISHES.values()} == set(WORKS)


def both(name, version):
    """What the wish comes to without NCIP, and by way of it."""
    before, wish = WISHES[name]
    direct, behind = NcipPartner(), NcipBehind(version)
    for each in before:
        direct.done(each)
        behind.partner.done(each)
    try:
        return direct.outcome(wish), behind.outcome(wish)
    except Unsupported:
        return None, None


@pytest.mark.parametrize("name", WISHES)
@pytest.mark.parametrize("version", ["2.01", "2.0"])
def test_it_is_done_or_refused_for_the_same_reason(name, version):
    direct, told = both(name, version)
    if direct is None:
        assert name == "a title", "version 2.02 alone has LookupItemSet"
        return
    assert type(told) is type(direct)
    if isinstance(direct, Refused):
        assert told.reason is direct.reason


@pytest.mark.parametrize("name", WISHES)
@pytest.mark.parametrize("version", ["1.01", "1.0"])
def test_version_1_has_one_word_for_several_reasons(name, version):
    direct, told = both(name, version)
    if direct is None:
        assert name in NOT_IN_VERSION_1
        return
    if name == "a hold that is changed":
        assert told == Refused(Reason.VALUE_NOT_KEPT), "there is no word for another place"
        return
    assert type(told) is type(direct)
    if isinstance(direct, Refused) and told.reason is not direct.reason:
        assert (name, told.reason.value) in SHARED_WORDS


NOT_IN_VERSION_1 = {"a title", "a patron who leaves", "a patron who owes a book", "an item that is gone",
                    "an item that is lent and not gone", "a hold that is looked at"}  # fmt: skip
SHARED_WORDS = {
    ("a loan to a lost card", "patron-blocked"),
    ("a payment of too much", "amount-invalid"),
    ("a renewal of nothing", "item-not-lent-to-patron"),
}


@pytest.mark.parametrize("name", WISHES)
def test_nothing_is_lost_but_what_is_listed(name):
    direct, told = both(name, "2.02")
    assert type(told) is type(direct)
    if isinstance(direct, Refused):
        assert told.reason is direct.reason
        return
    known = dict(parts(told.result))
    lost = {INDEX.sub("", path) for path, value in parts(direct.result) if known.get(path) != value}
    assert lost <= LOST.get(type(WISHES[name][1]), set())
