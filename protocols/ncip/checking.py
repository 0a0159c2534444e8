"""What a message that was read leniently lacks to be acted upon.

Only what somebody would have to guess is a fault: a compulsory element that is missing or empty, a date or a number
that is none.  Order, what is there beside, and unknown words are none; nor is what `_DISPENSABLE` names.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC
from typing import Final

from softdock.circulation.records import record
from softdock.circulation.words import Word
from softdock.protocols.ncip.amounts import read_count, read_number
from softdock.protocols.ncip.contents import MODELS
from softdock.protocols.ncip.grammar import Name, Part, Sequence, leaves, may_be_empty
from softdock.protocols.ncip.message import Element, Message
from softdock.protocols.ncip.moments import read_moment
from softdock.protocols.ncip.tables.elements import AGENCIES, FLAGS, MOMENTS, MONEY, NUMBERS
from softdock.protocols.ncip.tables.problem_types import ProblemType
from softdock.protocols.ncip.tables.services import OF_RESPONSE, SERVICES


class FaultKind(Word):
    """What is wrong with an element."""

    UNKNOWN_SERVICE = "unknown-service"
    NEEDED_DATA_MISSING = "needed-data-missing"
    INVALID_DATE = "invalid-date"
    INVALID_AMOUNT = "invalid-amount"
    INVALID_NUMBER = "invalid-number"


PROBLEM_TYPES: Final[Mapping[FaultKind, ProblemType]] = {
    FaultKind.UNKNOWN_SERVICE: ProblemType.UNSUPPORTED_SERVICE,
    FaultKind.NEEDED_DATA_MISSING: ProblemType.NEEDED_DATA_MISSING,
    FaultKind.INVALID_DATE: ProblemType.INVALID_DATE,
    FaultKind.INVALID_AMOUNT: ProblemType.INVALID_AMOUNT,
    FaultKind.INVALID_NUMBER: ProblemType.INVALID_MESSAGE_SYNTAX_ERROR,
}
"""What each is called in an answer (Z39.83-1, general processing errors and messaging errors)."""


@record
class Fault:
    """One thing that is wrong."""

    kind: FaultKind
    element: str
    """The name of the element that is missing or wrong."""
    value: str = ""
    """What stands there, as it came; personal data, perhaps."""


def faults(message: Message) -> list[Fault]:
    """What is wrong with `message`, in the order of the document."""
    body = message.body
    service = SERVICES.get(body.name) or OF_RESPONSE.get(body.name)
    gone = service is not None and service.until < message.form.level
    if gone or (service is None and body.name != "Problem"):
        return [Fault(FaultKind.UNKNOWN_SERVICE, body.name)]
    hollow: set[int] = set()
    for each in message.elements:
        _note_hollow(each, hollow)
    return [fault for each in message.elements for fault in _faults(each, hollow)]


_DISPENSABLE: Final = frozenset(
    {
        # Which list a record is from, or how a secret is encoded, is known between partners.
        ("BibliographicRecordId", "AgencyId"),
        ("AuthenticationInput", "AuthenticationDataFormatType"),
        # Where the item or the request itself is named.
        ("ItemDetails", "BibliographicDescription"),
        ("CancelRequestItem", "RequestType"),
        # Addresses are written as people live.
        ("StructuredAddress", "District"),
        *((name, "CurrencyCode") for name in MONEY),
    }
)
"""What the standard wants in a parent, and what its absence does not hinder; real senders leave it out."""

_NOT_LOOKED_INTO: Final = frozenset(["InitiationHeader", "ResponseHeader", "Ext"])
"""Headers may be missing as a whole; who sent a message is found out elsewhere."""

_MAY_BE_EMPTY: Final = frozenset(name for name, model in MODELS.items() if may_be_empty(model))
"""What is there when it is empty: a description of nothing, or a decision that is still to come."""

_QUALIFIERS: Final = frozenset(["AgencyId", "CurrencyCode", "PaymentMethodType"])
"""What says something of a value beside it, and alone says nothing: forms are sent with these filled in."""


def _needed(part: Part) -> Part | None:
    """What nobody may leave out of `part`; None where that is nothing."""
    if may_be_empty(part):
        return None
    if isinstance(part, Name):
        return part
    parts = tuple(each for each in map(_needed, part.parts) if each is not None)
    return parts[0] if len(parts) == 1 else type(part)(parts)


_NEEDED: Final[Mapping[str, Part]] = {
    name: part for name, model in MODELS.items() if (part := _needed(model)) is not None
}


def _faults(element: Element, hollow: AbstractSet[int], complete: bool = True) -> Iterator[Fault]:
    """What is wrong within `element`, in which something is said; also what it lacks, if it has to be `complete`."""
    if element.name not in MODELS:
        yield from _wrong_value(element)
        return
    if complete:
        for name in _missing_in(element, hollow):
            yield Fault(FaultKind.NEEDED_DATA_MISSING, _innermost(element, name, hollow))
    for each in element.children:
        if id(each) not in hollow and each.name not in _NOT_LOOKED_INTO:
            # What is to be deleted is told as far as it has to be.
            yield from _faults(each, hollow, complete and not each.name.startswith("Delete"))


def _wrong_value(element: Element) -> Iterator[Fault]:
    """What is wrong with the text of an element that holds nothing else."""
    name, text = element.name, element.text
    if name in MOMENTS:
        if read_moment(text, UTC) is None:
            yield Fault(FaultKind.INVALID_DATE, name, text)
    elif name in NUMBERS:
        is_sum, least = name == "MonetaryValue", NUMBERS[name]
        number = read_number(text) if is_sum else read_count(text)
        if number is None or (least is not None and number < least):
            kind = FaultKind.INVALID_AMOUNT if is_sum else FaultKind.INVALID_NUMBER
            yield Fault(kind, name, text)


def _note_hollow(element: Element, hollow: set[int]) -> bool:
    """Whether nothing is said by `element`; if so, note it in `hollow`, and so everything below it."""
    if element.children:
        bare = element.name in AGENCIES
        empty = True
        for each in element.children:
            if not _note_hollow(each, hollow) and (bare or each.name not in _QUALIFIERS):
                empty = False
    else:
        empty = not element.text and element.name not in FLAGS
    if empty:
        hollow.add(id(element))
    return empty


def _missing_in(element: Element, hollow: AbstractSet[int]) -> list[str]:
    """The names of what `element` lacks, of what it has to have."""
    needed = _NEEDED.get(element.name)
    if needed is None:
        return []
    present = {each.name for each in element.children if id(each) not in hollow or each.name in _MAY_BE_EMPTY}
    return [name for name in _missing(needed, present) if (element.name, name) not in _DISPENSABLE]


def _missing(part: Part, present: AbstractSet[str]) -> list[str]:
    """The names that `part` of what is needed lacks beside those `present`."""
    if isinstance(part, Name):
        return [] if part.name in present else [part.name]
    lacking = [_missing(each, present) for each in part.parts]
    if isinstance(part, Sequence):
        return [name for names in lacking for name in names]
    if not all(lacking):
        return []
    # Of several ways to say it, the one that was begun seems to be meant; or else the first.
    begun = [
        names
        for each, names in zip(part.parts, lacking, strict=True)
        if any(leaf.name in present for leaf in leaves(each))
    ]
    return min(begun or lacking[:1], key=len)


def _innermost(element: Element, name: str, hollow: AbstractSet[int]) -> str:
    """What is missing: the child `name`, or what is empty in it."""
    child = element.first(name)
    missing = [] if child is None else _missing_in(child, hollow)
    return name if child is None or not missing else _innermost(child, missing[0], hollow)
