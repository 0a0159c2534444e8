"""Whether an answer is about whom and what was asked.

NCIP numbers no messages: what stands in an answer is all that tells it from the answer to something else.  Case and
blanks do not count.
"""

from collections.abc import Mapping
from typing import Final

from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.south.system import System
from softdock.protocols.ncip.value_lists import folded

ABOUT: Final[Mapping[str, frozenset[str]]] = {
    "ItemId": frozenset({
        "LookupItem", "CheckOutItem", "CheckInItem", "UndoCheckOutItem", "RenewItem", "RecallItem", "CancelRecallItem",
        "UpdateItem", "UpdateCirculationStatus", "DeleteItem", "RequestItem",
    }),
    "UserId": frozenset({
        "LookupUser", "CheckOutItem", "UndoCheckOutItem", "RenewItem", "RequestItem", "CancelRequestItem",
        "UpdateRequestItem", "CreateUserFiscalTransaction", "UpdateUser", "DeleteUser",
    }),
}  # fmt: skip
"""The services whose answer names what was asked for.  Others choose: what is taken into the books may be given another
number, and a request that is not for this very copy may be filled by another."""


def check_echoes(asked: Element, answer: Element, system: System) -> None:
    """An answer about another item, or another patron, is none to what was `asked`.  Raises MalformedReply.

    What an answer does not name, it need not repeat.
    """
    for name in system.dialect.echoed:
        if asked.name not in ABOUT[name] or (name == "ItemId" and _may_be_another_copy(asked)):
            continue
        meant = {folded(each) for each in _meant(asked, name, system)}
        told = [each for each in _told(answer, name) if each not in system.dialect.no_item]
        if meant and told and not any(folded(each) in meant for each in told):
            raise system.malformed(answer, name, told[0])


def _may_be_another_copy(asked: Element) -> bool:
    return asked.name == "RequestItem" and folded(asked.value("RequestScopeType")) != "item"


def _meant(asked: Element, name: str, system: System) -> list[str]:
    """What is asked for; a card may go along as a proof of who has it."""
    found = _values(asked, name)
    if name == "UserId":
        found += [
            each.value("AuthenticationInputData")
            for each in asked.all("AuthenticationInput")
            if each.value("AuthenticationInputType") == system.dialect.card_input
        ]
    return found


def _told(answer: Element, name: str) -> list[str]:
    """What is answered for, by all the numbers that a patron has over there."""
    return [text for each in (answer, *answer.all("UserOptionalFields")) for text in _values(each, name)]


def _values(within: Element, name: str) -> list[str]:
    value = f"{name.removesuffix('Id')}IdentifierValue"
    return [text for each in within.all(name) if (text := each.value(value))]
