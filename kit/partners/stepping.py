"""How steps are declared, and what several of them look at."""

from collections.abc import Awaitable, Callable
from typing import Final

from softdock.kit.partners.playing import Play, Step, Unmet
from softdock.protocols.ncip import asking as a
from softdock.protocols.ncip.asking import Part
from softdock.protocols.ncip.message import Element

LENT: Final = "On Loan"
UNKNOWN_ITEM: Final = frozenset({"Unknown Item"})
UNKNOWN_PATRON: Final = frozenset({"Unknown User"})
UNITS: Final = 100
"""Of the currency, in which is charged and paid."""

_STATUS: Final = Element("ItemElementType", "Circulation Status")

Doing = Callable[[Play], Awaitable[str]]
Declared = Callable[[Doing], Doing]


class Steps(list[Step]):
    """Steps in their order."""

    def add(self, sentence: str, chinese: str, *needs: str, wants: str = "") -> Declared:
        """Add a step; it is called as the function that carries it out."""

        def added(doing: Doing) -> Doing:
            name = doing.__name__.replace("_", "-")
            self.append(Step(name, sentence, chinese, doing, needs, wants))
            return doing

        return added


async def status_of(play: Play, which: Part) -> str:
    response = await play.done("LookupItem", which, _STATUS)
    status = response.value("ItemOptionalFields", "CirculationStatus")
    if not status:
        raise Unmet("no CirculationStatus")
    return status


async def owed(play: Play, patron: Part) -> str:
    response = await play.done("LookupUser", patron, a.flag("UserFiscalAccountDesired", True))
    return response.value("UserFiscalAccount", "AccountBalance", "MonetaryValue")


def booking(play: Play, action: str, number: str) -> Element | None:
    return a.holding(
        "FiscalTransactionInformation",
        a.text("FiscalActionType", action),
        a.transaction_id("FiscalTransactionReferenceId", play.made_up(number), play.initiator.from_agency),
        a.text("FiscalTransactionType", "Service Charge"),
        a.amount("Amount", play.case.currency, UNITS),
        a.text("PaymentMethodType", "Cash" if action == "Payment" else ""),
    )


def due_in(response: Element) -> str:
    for name in ("DateDue", "IndeterminateLoanPeriodFlag", "NonReturnableFlag"):
        if response.has(name):
            return f"{name} {response.value(name)}".rstrip()
    raise Unmet("no DateDue")


def among(response: Element, name: str, item: str) -> str:
    found = [each.value("ItemId", "ItemIdentifierValue") for each in response.all(name)]
    if item not in found:
        raise Unmet(f"not among {len(found)} of {name}")
    return f"one of {len(found)}"


def same(came: str, expected: str) -> str:
    if came.casefold() != expected.casefold():
        raise Unmet(f"{came or 'nothing'} in place of {expected}")
    return came
