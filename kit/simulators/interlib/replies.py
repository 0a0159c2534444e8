"""What the calls of the service share: how they say yes and no, and what they say of an item."""

from collections.abc import Mapping
from typing import Any, NoReturn, TypeAlias

from softdock.adapters.inhouse.snapshot import Card, Copy
from softdock.circulation.operations import Operation
from softdock.circulation.outcomes import Done, Refused
from softdock.circulation.reasons import Reason
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.interlib import tables as t

Tree: TypeAlias = dict[str, Any]
"""What a reply holds beside `success`: numbers are int or Decimal until it is written."""

Given: TypeAlias = Mapping[str, str]
"""The parameters of a call, each of them known to it and not empty."""


class Denied(Exception):
    """The service says no."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = t.CODES[code]
        self.text = text


def message(code: str, text: str) -> Tree:
    """One entry of `messagelist`."""
    return {"code": t.CODES[code], "message": text}


def refuse(reason: Reason) -> NoReturn:
    """Say no for `reason`."""
    raise Denied("failed", t.REFUSALS.get(reason, "操作失败"))


def perform(books: Books, operation: Operation) -> Any:
    """The result of `operation`; says no where the books do."""
    outcome = books.perform(operation)
    if isinstance(outcome, Refused):
        refuse(outcome.reason)
    assert isinstance(outcome, Done)
    return outcome.result


def card_of(books: Books, patron: str) -> Card:
    """The card of a reader; says no where there is none."""
    return books.card(patron) or refuse(Reason.PATRON_UNKNOWN)


def copy_of(books: Books, item: str) -> Copy:
    """An item; says no where there is none."""
    return books.copy(item) or refuse(Reason.ITEM_UNKNOWN)


def book(copy: Copy) -> Tree:
    """What an item is, as loans and returns tell it."""
    item = copy.item
    return {
        "barcode": str(item.id),
        "title": item.title,
        "author": item.author,
        "isbn": item.extra.get("isbn", ""),
        "callno": item.call_number,
    }


def location(copy: Copy) -> str:
    """The name of the place that it belongs to."""
    return t.LOCATIONS.get(copy.item.permanent_location, "")
