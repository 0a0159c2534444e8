"""Services about patrons, and about what they owe."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from softdock.adapters.inhouse.rules.money import fine_of
from softdock.circulation.identifiers import FeeId, ItemId, Secret
from softdock.circulation.items import FeeType
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    AmendPatron,
    ChargeFee,
    CreatePatron,
    DeletePatron,
    Operation,
    PayFee,
    WaiveFee,
)
from softdock.circulation.outcomes import Charged, HoldState, Paid, PatronReport
from softdock.circulation.patrons import Entry, PatronList
from softdock.kit.simulators.ncip import telling as t
from softdock.kit.simulators.ncip.asking import Ask, folded
from softdock.kit.simulators.ncip.nodes import Node, Part, holding, text
from softdock.kit.simulators.ncip.problems import Problem, amount, incomplete

_OPTIONAL_SINCE: Final = (2, 2)
"""Before, a loan had to tell how often its patron was reminded, and what it costs by now."""
_EMAIL: Final = frozenset({"mailto", "email", "electronic mail address"})
_PAYMENTS: Final = {"cash": "00", "credit card": "02"}
_FORGIVING: Final = frozenset({"waive", "forgive", "cancel", "write off"})
_CHARGING: Final = frozenset({"assess", "penalty"})


# --- looking up ---------------------------------------------------------------------------------------


def look_up(ask: Ask) -> Part:
    """LookupUser.  A PIN that comes along has to be right."""
    report = ask.report()
    lists: list[Part] = []
    if ask.manner.has_lists:
        if ask.said.has("UserFiscalAccountDesired"):
            lists.append(_account(ask, report))
        if ask.said.has("LoanedItemsDesired"):
            lists.append(_loans(ask, report))
        if ask.said.has("RequestedItemsDesired"):
            lists.append([_requested(ask, each) for each in ask.report(PatronList.ALL_HOLDS).holds])
    return [t.user_id(ask, report.patron.id), *lists, t.user_fields(ask, report.patron)]


def authenticate(ask: Ask) -> Part:
    """AuthenticateUser of version 1: the PIN is right."""
    if not ask.pin():
        incomplete("AuthenticationInput")
    return t.user_id(ask, ask.report().patron.id)


def _account(ask: Ask, report: PatronReport) -> Node:
    balance = report.patron.balance or Money(0, ask.books.currency)
    entries = ask.report(PatronList.FEES).entries
    return holding(
        "UserFiscalAccount", amount("AccountBalance", balance), [_fee(ask, each) for each in entries]
    )


def _fee(ask: Ask, entry: Entry) -> Node | None:
    """AccountDetails, which have a date; a fee without one is told in the balance alone."""
    if entry.accrued is None or entry.amount is None or entry.fee is None:
        return None
    about = None
    if entry.item is not None:
        title = holding("BibliographicDescription", text("Title", entry.title))
        about = holding("ItemDetails", t.item_id(ask, entry.item), title)
    told = t.fiscal(
        "Assess",
        entry.fee_type,
        entry.amount,
        text("FiscalTransactionDescription", entry.note or entry.title),
        about,
        reference=t.reference(ask, entry.fee),
    )
    return holding("AccountDetails", ask.when("AccrualDate", entry.accrued), told)


def _loans(ask: Ask, report: PatronReport) -> Part:
    count = report.patron.counts.loans
    counted = None
    if count is not None:
        counted = holding("LoanedItemsCount", Node("CirculationStatus", "On Loan"), Node("LoanedItemCountValue", str(count)))  # fmt: skip
    return [counted, *(_loan(ask, each) for each in ask.report(PatronList.LOANS).entries)]


def _loan(ask: Ask, entry: Entry) -> Node:
    assert entry.item is not None
    item = ItemId("-1") if entry.item in ask.manner.unnamed_loans else entry.item
    fine, is_free = _fine(ask, entry.item), ask.level >= _OPTIONAL_SINCE
    return holding(
        "LoanedItem",
        t.item_id(ask, item),
        t.title_id(ask, entry.title_id) if is_free else None,
        None if is_free else Node("ReminderLevel", "0"),
        ask.when("DateDue", entry.due),
        amount("Amount", fine) if fine.minor or not is_free else None,
        text("Title", entry.title),
        None if entry.media_type is None else text("MediumType", t.MEDIA.get(entry.media_type)),
    )


def _fine(ask: Ask, item: ItemId) -> Money:
    """What is due for the item already, if it comes back now."""
    nothing = Money(0, ask.books.currency)
    copy = ask.books.copy(item)
    if copy is None or copy.loan is None:
        return nothing
    card = ask.books.card(copy.loan.patron)
    return nothing if card is None else fine_of(copy.loan, card, ask.books.now()) or nothing


def _requested(ask: Ask, state: HoldState) -> Node:
    return holding(
        "RequestedItem",
        t.which(ask, state),
        t.title_id(ask, state.title_id) if ask.level >= (2, 2) else None,
        Node("RequestType", t.kind_of(ask, state)),
        Node("RequestStatusType", t.status_of(ask, state)),
        ask.when("DatePlaced", state.placed),
        text("PickupLocation", state.pickup_location),
        ask.when("PickupExpiryDate", state.pickup_until),
        text("HoldQueuePosition", state.queue_position),
        text("Title", state.title),
    )


# --- changing -----------------------------------------------------------------------------------------


def create(ask: Ask) -> Part:
    """CreateUser."""
    fields = _fields(ask, ask.said)
    name = fields.pop("name", "") or incomplete("NameInformation")
    blocked = fields.pop("blocked", None)
    wish = CreatePatron(ask.patron_if_named(), name, ask.pin(), blocked="" if blocked else None, **fields)
    report: PatronReport = ask.perform(wish)
    return t.user_id(ask, report.patron.id)


def update(ask: Ask) -> Part:
    """UpdateUser: what is deleted goes, and then what is added comes."""
    gone, new = (ask.said.first(name) or Node(name) for name in ("DeleteUserFields", "AddUserFields"))
    changed: dict[str, Any] = {}
    drops = set()
    for name in _fields(ask, gone):
        if name in {"birth_date", "expires"}:
            drops.add(name)
        else:
            changed[name] = False if name == "blocked" else ""
    changed |= _fields(ask, new)
    for each in new.all("AuthenticationInput"):
        if folded(each.value("AuthenticationInputType")) in {"pin", "password"}:
            changed["new_pin"] = Secret(each.value("AuthenticationInputData"))
    report: PatronReport = ask.perform(
        AmendPatron(ask.patron(), ask.pin(), drops=frozenset(drops), **changed)
    )
    return t.user_id(ask, report.patron.id)


def delete(ask: Ask) -> Part:
    """DeleteUser."""
    patron = ask.patron()
    ask.perform(DeletePatron(patron, ask.pin()))
    return t.user_id(ask, patron)


def _fields(ask: Ask, said: Node) -> dict[str, Any]:
    """What is said of a patron, by the names of the operations."""
    found: dict[str, Any] = {
        "name": _name(said),
        "birth_date": _day(ask, said.value("DateOfBirth"), "DateOfBirth"),
        "category": said.value("UserPrivilege", "AgencyUserPrivilegeType"),
        "expires": _day(ask, said.value("UserPrivilege", "ValidToDate"), "ValidToDate"),
        "blocked": True if any(_blocks(said)) else None,
        **dict(_addresses(said)),
    }
    return {name: value for name, value in found.items() if value}


def _blocks(said: Node) -> Iterator[bool]:
    """Whether each BlockOrTrap blocks; messages and parcels do not."""
    for each in said.all("BlockOrTrap"):
        kind = folded(each.value("BlockOrTrapType"))
        yield kind.startswith("block") or kind == "trap for lost card"


def _name(said: Node) -> str:
    name = said.first("NameInformation", "PersonalNameInformation") or Node("")
    parts = ("GivenName", "Surname")
    structured = " ".join(filter(None, (name.value("StructuredPersonalUserName", part) for part in parts)))
    return name.value("UnstructuredPersonalUserName") or structured


def _addresses(said: Node) -> Iterator[tuple[str, str]]:
    for each in said.all("UserAddressInformation"):
        if value := each.value("ElectronicAddress", "ElectronicAddressData"):
            kind = folded(each.value("ElectronicAddress", "ElectronicAddressType"))
            yield "email" if kind in _EMAIL else "phone", value
        elif value := each.value("PhysicalAddress", "UnstructuredAddress", "UnstructuredAddressData"):
            yield "address", value
        elif structured := each.first("PhysicalAddress", "StructuredAddress"):
            yield "address", " ".join(part.text for part in structured.children if part.text)


def _day(ask: Ask, value: str, element: str) -> date | None:
    """The day of a point in time: the first ten letters of it, since midnight is not everywhere the same."""
    if not value:
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        raise Problem("Invalid Date", element=element, value=value[:40]) from None


# --- money --------------------------------------------------------------------------------------------


def book(ask: Ask) -> Part:
    """CreateUserFiscalTransaction: a payment, a charge, or a charge less."""
    patron, said = ask.patron(), ask.said.first("FiscalTransactionInformation") or incomplete("FiscalTransactionInformation")  # fmt: skip
    money = ask.money("FiscalTransactionInformation", "Amount") or incomplete("Amount")
    own = said.value("FiscalTransactionReferenceId", "FiscalTransactionIdentifierValue")
    related = said.value("RelatedFiscalTransactionReferenceId", "FiscalTransactionIdentifierValue")
    if not ask.manner.books_payments:
        return _receipt(ask, ask.report().patron.id, f"{ask.books.now():%Y%m%d%H%M%S}")
    action = folded(said.value("FiscalActionType"))
    fee = FeeId(related) if related else None
    if action == "payment":
        how = said.value("PaymentMethodType")
        paid: Paid = ask.perform(
            PayFee(
                patron,
                money,
                ask.pin(),
                payment_type=_PAYMENTS.get(folded(how), how),
                fee=fee,
                transaction=own,
            )
        )
        number = own or f"P{ask.books.snapshot().number()}"
        return _receipt(ask, paid.patron, number)
    item = said.value("ItemDetails", "ItemId", "ItemIdentifierValue")
    note = said.value("FiscalTransactionDescription")
    wish: Operation
    if action in _CHARGING:
        kind = _charge_of(said.value("FiscalTransactionType"))
        wish = ChargeFee(
            patron, money, kind, FeeId(own) if own else None, ItemId(item) if item else None, note
        )
    elif action in _FORGIVING:
        wish = WaiveFee(patron, money, fee, note)
    else:
        raise Problem("Unknown Value From Known Scheme", element="FiscalActionType")
    charged: Charged = ask.perform(wish)
    return _receipt(ask, charged.patron, charged.fee)


def _receipt(ask: Ask, patron: str, number: str) -> Part:
    return [t.user_id(ask, patron), t.reference(ask, number)]


def _charge_of(word: str) -> FeeType:
    words: Mapping[str, FeeType] = {folded(text_): kind for kind, text_ in reversed(list(t.CHARGES.items()))}
    return words.get(folded(word), FeeType.OTHER)
