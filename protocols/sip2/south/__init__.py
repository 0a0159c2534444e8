"""Between the operations of the vocabulary and the messages of a library's system: pure translation.

The mirror of `north`.  `TRANSLATIONS` pairs, for each operation, what makes the request with what makes the
outcome of the response.  The way of one operation is `write`, the system's answer, and `read`; where it carries a
PIN that the system does not check by itself, `pin_question` is asked first, and `pin_refusal` says whether to go
on.  Where a refusal leaves open why, `looks` are the questions to ask, and `reason_by` reads the answers.  `dialect` holds everything in which one system differs from another.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from softdock.circulation.errors import Unsupported
from softdock.circulation.identifiers import PatronId, Secret
from softdock.circulation.operations import (
    BlockPatron,
    CancelHold,
    ChangeHold,
    Checkin,
    Checkout,
    EnablePatron,
    EndSession,
    LookupItem,
    LookupPatron,
    Operation,
    PayFee,
    PlaceHold,
    Renew,
    RenewAll,
    UpdateItem,
)
from softdock.circulation.outcomes import Done, PatronReport, PinCheck, Refused, Unknown
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2.layouts import Message
from softdock.protocols.sip2.messages import RESPONSE_TO
from softdock.protocols.sip2.south import circulation, patrons
from softdock.protocols.sip2.south.dialect import SystemDialect
from softdock.protocols.sip2.south.losses import lost_in
from softdock.protocols.sip2.south.status import capabilities
from softdock.protocols.sip2.south.system import System
from softdock.protocols.sip2.south.why import looks, reason_by

__all__ = [
    "TRANSLATIONS",
    "System",
    "SystemDialect",
    "Translation",
    "capabilities",
    "card_told",
    "looks",
    "lost_in",
    "pin_question",
    "pin_refusal",
    "read",
    "reason_by",
    "write",
]


@dataclass(slots=True, frozen=True)
class Translation:
    """The two ways of one operation: `write` gives the request, `read` the outcome of the response to it."""

    write: Callable[[Any, System], Message]
    read: Callable[[Any, Any, System], AnyOutcome]


_HOLD = Translation(circulation.write_hold, circulation.read_hold)

TRANSLATIONS: dict[type[Operation], Translation] = {
    LookupPatron: Translation(patrons.write_lookup, patrons.read_lookup),
    LookupItem: Translation(circulation.write_item_lookup, circulation.read_item_lookup),
    Checkout: Translation(circulation.write_checkout, circulation.read_checkout),
    Checkin: Translation(circulation.write_checkin, circulation.read_checkin),
    Renew: Translation(circulation.write_renew, circulation.read_renew),
    RenewAll: Translation(circulation.write_renew_all, circulation.read_renew_all),
    PlaceHold: _HOLD,
    ChangeHold: _HOLD,
    CancelHold: _HOLD,
    PayFee: Translation(patrons.write_payment, patrons.read_payment),
    BlockPatron: Translation(patrons.write_block, patrons.read_block),
    EnablePatron: Translation(patrons.write_enable, patrons.read_enable),
    UpdateItem: Translation(circulation.write_item_update, circulation.read_item_update),
    EndSession: Translation(patrons.write_end_session, patrons.read_end_session),
}
"""Every operation of the vocabulary."""


def write(operation: Operation, system: System) -> Message | Refused:
    """The request to `system`; or the refusal of an operation on what no message can name exactly.

    Raises Unsupported for what no message of SIP2 asks for, and for one that the system does not understand.
    """
    refusal = system.unwritable(operation)
    if refusal is not None:
        return refusal
    message = TRANSLATIONS[type(operation)].write(operation, system)
    code = message.layout.code
    if code not in system.messages:
        raise Unsupported(f"{system.library} does not understand {code}")
    rules = system.dialect.requests.get(code)
    return message if rules is None else rules.applied(message, operation.extra)


def read(operation: Operation, request: Message, response: Message, system: System) -> AnyOutcome:
    """What came of `operation`, by the `response` to `request`.

    Raises MalformedReply for a response that is another one's, or of which nothing can be made.
    """
    code = response.layout.code
    if code != RESPONSE_TO.get(request.layout.code):
        raise system.malformed(response, "message code", code)
    _check_echo(operation, response, system)
    translation = TRANSLATIONS[type(operation)]
    rules = system.dialect.answers.get(code)
    if rules is None:
        outcome = translation.read(operation, response, system)
    else:
        whole, kept = rules.taken(response)
        outcome = rules.completed(translation.read(operation, kept, system), whole)
    if type(outcome) is Refused and outcome.reason is Reason.OUTCOME_UNKNOWN and operation.changes_state:
        # The system has lost an answer itself, and says so.
        return Unknown(outcome.note if isinstance(outcome.note, str) else "")
    return outcome


_ECHOES = {"AA": ("patron", "patron_identifier"), "AB": ("item", "item_identifier")}


def _check_echo(operation: Operation, response: Message, system: System) -> None:
    """An answer about another item, or another patron, is none to this request.  Case and blanks do not count."""
    for field_id in system.dialect.echoed:
        asked_for, answered_for = _ECHOES[field_id]
        asked, answered = getattr(operation, asked_for, None), getattr(response, answered_for, None)
        if (
            asked
            and answered
            and answered != asked
            and (bare := answered.strip().casefold())
            and bare != asked.strip().casefold()
        ):
            raise system.malformed(response, field_id, answered)


# --- the PIN ------------------------------------------------------------------------------------------------


def pin_question(operation: Operation, system: System) -> Message | None:
    """What to ask before a change of the books whose PIN the system does not check; None if there is no need.

    Call it only for what `write` has made a request of.
    """
    pin: Secret | None = getattr(operation, "pin", None)
    if not pin or not operation.changes_state:
        return None
    if _CODES[type(operation)] in system.dialect.pin_checked_in:
        return None
    question = write(_lookup(operation), system)
    return question if isinstance(question, Message) else None


def pin_refusal(operation: Operation, question: Message, response: Message, system: System) -> Refused | None:
    """Why `operation` may not be done, by the `response` to its `question`; None if the PIN is right."""
    outcome = card_told(operation, question, response, system)
    if isinstance(outcome, Refused):
        return outcome
    assert isinstance(outcome, Done)
    assert isinstance(outcome.result, PatronReport)
    return _REFUSALS[outcome.result.pin]


def card_told(operation: Operation, question: Message, response: Message, system: System) -> AnyOutcome:
    """What the `response` to the `question` about its PIN tells of the card of `operation`."""
    return read(_lookup(operation), question, response, system)


_REFUSALS: dict[PinCheck, Refused | None] = {
    PinCheck.RIGHT: None,
    PinCheck.WRONG: Refused(Reason.PIN_WRONG),
    PinCheck.NOT_SET: Refused(Reason.PIN_NOT_SET),
    PinCheck.NOT_ASKED: Refused(Reason.PIN_REQUIRED),
}
"""A PIN on which the system said nothing is no right one."""


def _lookup(operation: Operation) -> LookupPatron:
    patron: PatronId = operation.patron  # type: ignore[union-attr,assignment]  # what has a PIN has a patron
    pin: Secret | None = operation.pin  # type: ignore[union-attr]
    return LookupPatron(patron, pin)


_CODES: dict[type[Operation], str] = {
    Checkout: "11",
    Renew: "29",
    RenewAll: "65",
    PlaceHold: "15",
    ChangeHold: "15",
    CancelHold: "15",
    PayFee: "37",
    EnablePatron: "25",
}
"""The requests that change the books and carry a PIN."""
