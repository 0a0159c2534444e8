"""What is asked: for each operation, wishes that a system grants and wishes that it refuses.

Notices are not among them: no system is asked about these, SoftDock itself keeps them.

The books stand as `stock.json` says, after the operations of `before`.  Patrons and items are named by the part they play.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from softdock.circulation import operations as o
from softdock.circulation.holds import HoldKind, HoldScope
from softdock.circulation.identifiers import FeeId, HoldId, ItemId, PatronId, Secret, TitleId
from softdock.circulation.items import CirculationStatus, FeeType, MediaType
from softdock.circulation.money import Money
from softdock.circulation.operations import Operation
from softdock.circulation.patrons import PatronList
from softdock.circulation.records import record
from softdock.kit.matrix.systems import CURRENCY, NOW, ZONE, Places


@record
class Scenario:
    """One wish, and how the books stand when it comes."""

    name: str
    operation: Operation
    before: Sequence[Operation] = ()
    """What was done before, in the books themselves."""

    @property
    def kind(self) -> str:
        """The name of the operation, such as `place-hold`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self.operation).__name__).lower()


# --- who and what ------------------------------------------------------------------------------------------

GOOD, LOST, EXPIRED, BLOCKED, OWES, NO_PIN, WAITS, LATE, OWES_MUCH, FULL, OTHER = (
    PatronId(f"86000000{number:02}") for number in range(1, 12)
)
"""GOOD and OTHER have a loan each; WAITS has a hold that is ready and one that is not; LATE has an overdue loan and one
that was renewed as often as may be; OWES may still borrow; FULL has all loans and holds that the card allows."""
NOBODY: Final = PatronId("8699999999")
PIN, WRONG_PIN = Secret("246810"), Secret("135791")

FREE, COPY, CHEAP, HAS, OVERDUE, SET_ASIDE, REFERENCE, IN_PROCESS, GONE, PRICED, OF_BRANCH, RENEWED_OFTEN = (
    ItemId(f"010000{number:02}") for number in range(1, 13)
)
"""GOOD has HAS, LATE has OVERDUE and RENEWED_OFTEN; SET_ASIDE lies ready for WAITS."""
OF_FULL, ALSO_OF_FULL, WAITED_FOR, LEFT = (ItemId(f"010000{number:02}") for number in range(13, 17))
"""OTHER has WAITED_FOR, for which WAITS waits."""
NOTHING: Final = ItemId("01999999")
TITLE, TITLE_OF_HAS, NO_TITLE = TitleId("902000001"), TitleId("902000003"), TitleId("902999999")
FEE, NO_FEE = FeeId("900001"), FeeId("999999")
REQUEST: Final = HoldId("REQ-1")


def _yuan(fen: int) -> Money:
    return Money(fen, CURRENCY)


def _day(days: int) -> datetime:
    """The end of a day, so many from now."""
    day = (NOW + timedelta(days=days)).date()
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=ZONE)


# --- by operation ------------------------------------------------------------------------------------------


def scenarios(places: Places) -> list[Scenario]:
    """All of them, for a system with these places."""
    parts = (
        _patrons(), _items(), _loans(places), _returns(places), _renewals(), _holds(places), _fees(), _cards(),
        _records(places), _recalls(), _partners(places),
    )  # fmt: skip
    return [each for part in parts for each in part]


def _patrons() -> Iterator[Scenario]:
    def looked_up(name: str, patron: PatronId, pin: Secret | None = PIN, **more: PatronList) -> Scenario:
        return Scenario(name, o.LookupPatron(patron, pin, language="zh", **more))  # type: ignore[arg-type]

    yield looked_up("good", GOOD)
    yield looked_up("no PIN given", GOOD, None)
    yield looked_up("PIN wrong", GOOD, WRONG_PIN)
    yield looked_up("PIN not set", NO_PIN)
    yield looked_up("unknown", NOBODY)
    yield looked_up("card lost", LOST)
    yield looked_up("card expired", EXPIRED)
    yield looked_up("blocked", BLOCKED)
    yield looked_up("owes too much", OWES_MUCH)
    yield looked_up("as many loans as may be", FULL)
    yield looked_up("loans", GOOD, wanted=PatronList.LOANS)
    yield looked_up("overdue loans", LATE, wanted=PatronList.OVERDUE)
    yield looked_up("recalled loans", OTHER, wanted=PatronList.RECALLS)
    yield looked_up("holds that are ready", WAITS, wanted=PatronList.HOLDS)
    yield looked_up("holds that are not", WAITS, wanted=PatronList.UNAVAILABLE_HOLDS)
    yield looked_up("all holds", WAITS, wanted=PatronList.ALL_HOLDS)
    yield looked_up("fines", OWES, wanted=PatronList.FINES)
    yield looked_up("fees", OWES, wanted=PatronList.FEES)
    yield Scenario("one page of the loans", o.LookupPatron(LATE, PIN, PatronList.LOANS, 2, 2, language="zh"))
    yield Scenario("session ended", o.EndSession(GOOD, PIN))


def _items() -> Iterator[Scenario]:
    yield Scenario("on the shelf", o.LookupItem(FREE))
    yield Scenario("lent", o.LookupItem(HAS))
    yield Scenario("waited for", o.LookupItem(WAITED_FOR))
    yield Scenario("set aside", o.LookupItem(SET_ASIDE))
    yield Scenario("for the house only", o.LookupItem(REFERENCE))
    yield Scenario("in process", o.LookupItem(IN_PROCESS))
    yield Scenario("lost", o.LookupItem(GONE))
    yield Scenario("with a fee", o.LookupItem(PRICED))
    yield Scenario("unknown", o.LookupItem(NOTHING))
    yield Scenario("known", o.LookupTitle(TITLE))
    yield Scenario("unknown", o.LookupTitle(NO_TITLE))


def _loans(places: Places) -> Iterator[Scenario]:
    lend = o.Checkout(GOOD, FREE, PIN)
    yield Scenario("good", lend)
    yield Scenario("no PIN given", replace(lend, pin=None))
    yield Scenario("PIN wrong", replace(lend, pin=WRONG_PIN))
    yield Scenario("patron unknown", replace(lend, patron=NOBODY))
    yield Scenario("card lost", replace(lend, patron=LOST))
    yield Scenario("card expired", replace(lend, patron=EXPIRED))
    yield Scenario("patron blocked", replace(lend, patron=BLOCKED))
    yield Scenario("too many loans", replace(lend, patron=FULL))
    yield Scenario("owes too much", replace(lend, patron=OWES_MUCH))
    yield Scenario("item unknown", replace(lend, item=NOTHING))
    yield Scenario("for the house only", replace(lend, item=REFERENCE))
    yield Scenario("lent to another", replace(lend, item=OVERDUE))
    yield Scenario("set aside for another", replace(lend, item=SET_ASIDE))
    yield Scenario("set aside for the patron", replace(lend, patron=WAITS, item=SET_ASIDE))
    yield Scenario("has it, a renewal", replace(lend, item=HAS))
    yield Scenario("has it, no renewal", replace(lend, item=HAS, renewal_allowed=False))
    yield Scenario("fee not acknowledged", replace(lend, item=PRICED))
    yield Scenario("fee acknowledged", replace(lend, item=PRICED, fee_acknowledged=True))
    yield Scenario(
        "fee acknowledged, as much",
        replace(lend, item=PRICED, fee_acknowledged=True, acknowledged_fee=_yuan(200)),
    )
    yield Scenario(
        "fee acknowledged, not as much",
        replace(lend, item=PRICED, fee_acknowledged=True, acknowledged_fee=_yuan(100)),
    )
    yield Scenario("for a shorter time", replace(lend, desired_due=_day(7)))
    yield Scenario(
        "happened before",
        replace(lend, no_block=True, happened=NOW - timedelta(hours=1), promised_due=_day(30)),
    )
    returned = o.Checkin(HAS, location=places.main)
    yield Scenario("return undone", o.Checkout(GOOD, HAS, PIN, cancel=True), [returned])
    yield Scenario("no return to undo", o.Checkout(GOOD, FREE, PIN, cancel=True))
    asked = o.PlaceHold(GOOD, FREE, hold=REQUEST, kind=HoldKind.LOAN)
    yield Scenario("ends a request", replace(lend, hold=REQUEST), [asked])


def _returns(places: Places) -> Iterator[Scenario]:
    back = o.Checkin(HAS, location=places.main)
    yield Scenario("good", back)
    yield Scenario("overdue, waited for", replace(back, item=OVERDUE))
    yield Scenario("waited for elsewhere", replace(back, item=WAITED_FOR))
    away = o.Checkout(GOOD, OF_BRANCH, fee_acknowledged=True)
    yield Scenario("of another branch", replace(back, item=OF_BRANCH), [away])
    yield Scenario("not lent", replace(back, item=FREE))
    yield Scenario("not lent, refused", replace(back, item=FREE, only_if_lent=True))
    yield Scenario("unknown", replace(back, item=NOTHING))
    yield Scenario("given back before", replace(back, returned=NOW - timedelta(days=1)))
    yield Scenario("happened before", replace(back, no_block=True, happened=NOW - timedelta(hours=1)))
    lent = o.Checkout(GOOD, FREE)
    yield Scenario("loan undone", o.Checkin(FREE, cancel=True), [lent])
    yield Scenario("own loan undone", o.Checkin(FREE, cancel=True, borrower=GOOD), [lent])
    yield Scenario("another's loan not undone", o.Checkin(FREE, cancel=True, borrower=OTHER), [lent])
    yield Scenario("no loan to undo", o.Checkin(FREE, cancel=True))


def _renewals() -> Iterator[Scenario]:
    on = o.Renew(GOOD, HAS, pin=PIN)
    yield Scenario("good", on)
    yield Scenario("PIN wrong", replace(on, pin=WRONG_PIN))
    yield Scenario("patron unknown", replace(on, patron=NOBODY))
    yield Scenario("card expired", replace(on, patron=EXPIRED))
    yield Scenario("item unknown", replace(on, item=NOTHING))
    yield Scenario("not lent", replace(on, item=FREE))
    yield Scenario("lent to another", replace(on, item=WAITED_FOR))
    yield Scenario("too often", o.Renew(LATE, RENEWED_OFTEN, pin=PIN))
    yield Scenario("waited for", o.Renew(OTHER, WAITED_FOR, pin=PIN))
    yield Scenario("by title", o.Renew(GOOD, title=TITLE_OF_HAS, pin=PIN))
    yield Scenario("until a day", replace(on, desired_due=_day(25)))
    yield Scenario("all", o.RenewAll(GOOD, PIN))
    yield Scenario("some not", o.RenewAll(LATE, PIN))
    yield Scenario("nothing to renew", o.RenewAll(WAITS, PIN))
    yield Scenario("patron unknown", o.RenewAll(NOBODY, PIN))


def _holds(places: Places) -> Iterator[Scenario]:
    hold = o.PlaceHold(GOOD, WAITED_FOR, pin=PIN, pickup_location=places.main)
    yield Scenario("on a copy", hold)
    yield Scenario("on a title", o.PlaceHold(GOOD, title=TITLE, pin=PIN, pickup_location=places.main))
    yield Scenario("until a day", replace(hold, expires=_day(60)))
    yield Scenario("on this copy only", replace(hold, scope=HoldScope.THIS_COPY))
    yield Scenario("with a name", replace(hold, hold=REQUEST))
    yield Scenario("to be borrowed elsewhere", replace(hold, hold=REQUEST, kind=HoldKind.LOAN))
    yield Scenario("PIN wrong", replace(hold, pin=WRONG_PIN))
    yield Scenario("patron unknown", replace(hold, patron=NOBODY))
    yield Scenario("patron blocked", replace(hold, patron=BLOCKED))
    yield Scenario("item unknown", replace(hold, item=NOTHING))
    yield Scenario("title unknown", o.PlaceHold(GOOD, title=NO_TITLE, pin=PIN))
    yield Scenario("held already", replace(hold, patron=WAITS))
    yield Scenario("has it", replace(hold, item=HAS))
    yield Scenario("too many holds", replace(hold, patron=FULL))
    change = o.ChangeHold(WAITS, WAITED_FOR, pin=PIN, pickup_location=places.main)
    yield Scenario("pickup location", change)
    yield Scenario("until a day", replace(change, pickup_location="", expires=_day(90)))
    yield Scenario("unknown", replace(change, patron=GOOD))
    give_up = o.CancelHold(WAITS, WAITED_FOR, pin=PIN)
    yield Scenario("waiting", give_up)
    yield Scenario("ready", replace(give_up, item=SET_ASIDE))
    yield Scenario("unknown", replace(give_up, patron=GOOD))
    named = o.PlaceHold(GOOD, WAITED_FOR, pickup_location=places.main, hold=REQUEST)
    yield Scenario("by its name", o.CancelHold(GOOD, hold=REQUEST), [named])
    yield Scenario("by its name", o.LookupHold(REQUEST), [named])
    yield Scenario("of a patron on an item", o.LookupHold(patron=WAITS, item=WAITED_FOR))
    yield Scenario("unknown", o.LookupHold(REQUEST))


def _fees() -> Iterator[Scenario]:
    pay = o.PayFee(OWES, _yuan(250), PIN, FeeType.OTHER, "00", transaction="K-1")
    yield Scenario("a part", pay)
    yield Scenario("one fee", replace(pay, amount=_yuan(1000), fee_type=FeeType.OVERDUE, fee=FEE))
    yield Scenario("more than is owed", replace(pay, amount=_yuan(99900)))
    yield Scenario("more than the fee", replace(pay, amount=_yuan(1100), fee=FEE))
    yield Scenario("fee unknown", replace(pay, fee=NO_FEE))
    yield Scenario("nothing", replace(pay, amount=_yuan(0)))
    yield Scenario("another currency", replace(pay, amount=Money(100, "EUR")))
    yield Scenario("patron unknown", replace(pay, patron=NOBODY))
    charge = o.ChargeFee(GOOD, _yuan(300), FeeType.DAMAGE, FeeId("K-7"), HAS)
    yield Scenario("good", charge)
    yield Scenario("patron unknown", replace(charge, patron=NOBODY))
    yield Scenario("good", o.WaiveFee(OWES, _yuan(1000), FEE))
    yield Scenario("fee unknown", o.WaiveFee(OWES, _yuan(1000), NO_FEE))


def _cards() -> Iterator[Scenario]:
    yield Scenario("good", o.BlockPatron(GOOD, message="请到服务台"))
    yield Scenario("card kept", o.BlockPatron(GOOD, card_retained=True, message="请到服务台"))
    yield Scenario("patron unknown", o.BlockPatron(NOBODY))
    yield Scenario("good", o.EnablePatron(BLOCKED, PIN))
    yield Scenario("PIN wrong", o.EnablePatron(BLOCKED, WRONG_PIN))
    yield Scenario("patron unknown", o.EnablePatron(NOBODY, PIN))


def _records(places: Places) -> Iterator[Scenario]:
    comes = o.CreatePatron(
        PatronId("8600000021"), "新样本", birth_date=date(2001, 2, 3), address="样本路2号", phone="00000000021",
        email="new@example.org", language="zh", category="01", expires=date(2030, 12, 31),
    )  # fmt: skip
    yield Scenario("good", comes)
    yield Scenario("number taken", replace(comes, patron=GOOD))
    yield Scenario("contact", o.AmendPatron(GOOD, phone="00000000099", email="z@example.org"))
    yield Scenario("block", o.AmendPatron(GOOD, blocked=True))
    yield Scenario("patron unknown", o.AmendPatron(NOBODY, phone="00000000099"))
    yield Scenario("good", o.DeletePatron(NO_PIN))
    yield Scenario("has loans", o.DeletePatron(GOOD))
    yield Scenario("stored", o.UpdateItem(FREE, "CHECKED"))
    yield Scenario("item unknown", o.UpdateItem(NOTHING, "CHECKED"))
    new = o.CreateItem(
        ItemId("01000077"), title="样本新到", author="佚名", media_type=MediaType.BOOK, call_number="I247/9",
        permanent_location=places.main,
    )  # fmt: skip
    yield Scenario("good", new)
    yield Scenario("number taken", replace(new, item=FREE))
    yield Scenario("place", o.AmendItem(FREE, permanent_location=places.branch))
    yield Scenario("item unknown", o.AmendItem(NOTHING, permanent_location=places.branch))
    yield Scenario("missing", o.SetItemStatus(FREE, CirculationStatus.MISSING))
    yield Scenario("item unknown", o.SetItemStatus(NOTHING, CirculationStatus.MISSING))
    yield Scenario("good", o.DeleteItem(LEFT))
    yield Scenario("lent", o.DeleteItem(HAS))


def _recalls() -> Iterator[Scenario]:
    yield Scenario("good", o.RecallItem(HAS))
    yield Scenario("until a day", o.RecallItem(HAS, _day(10)))
    yield Scenario("not lent", o.RecallItem(FREE))
    yield Scenario("good", o.CancelRecall(HAS), [o.RecallItem(HAS)])
    yield Scenario("not recalled", o.CancelRecall(HAS))


def _partners(places: Places) -> Iterator[Scenario]:
    take = o.AcceptItem(
        REQUEST, GOOD, ItemId("01000088"), "样本外馆书", "佚名", media_type=MediaType.BOOK, owner="CQL", due=_day(40),
        pickup_location=places.main,
    )  # fmt: skip
    yield Scenario("good", take)
    yield Scenario("patron unknown", replace(take, patron=NOBODY))
