"""Between a device's messages and the operations of the vocabulary: pure translation.

`TRANSLATIONS` pairs, for each request, what makes an operation of it with what makes the response of
the outcome.  The way of one request is `read`, a desk's `perform`, and `write`; what `read` refuses does
without the desk.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from softdock.circulation.operations import Operation
from softdock.circulation.outcomes import Refused
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.layouts import Message
from softdock.protocols.sip2.north import circulation, patrons
from softdock.protocols.sip2.north.losses import lost_in
from softdock.protocols.sip2.north.repeats import fingerprint
from softdock.protocols.sip2.north.status import write_acs_status, write_login
from softdock.protocols.sip2.north.terminal import Terminal

__all__ = [
    "TRANSLATIONS",
    "Terminal",
    "Translation",
    "fingerprint",
    "lost_in",
    "read",
    "write",
    "write_acs_status",
    "write_login",
]


@dataclass(slots=True, frozen=True)
class Translation:
    """The two ways of one pair of messages.

    `read` gives the operation, or the refusal of a request that can not be understood; `write` gives the
    response to the same request, whatever came of it.
    """

    read: Callable[[Any, Terminal], Operation | Refused]
    write: Callable[[Any, AnyOutcome, Terminal], Message]


TRANSLATIONS: dict[type[Message], Translation] = {
    m.PatronStatus: Translation(patrons.read_patron_status, patrons.write_patron_status),
    m.PatronInformation: Translation(patrons.read_patron_information, patrons.write_patron_information),
    m.BlockPatron: Translation(patrons.read_block_patron, patrons.write_blocked_patron),
    m.PatronEnable: Translation(patrons.read_patron_enable, patrons.write_patron_enable),
    m.EndPatronSession: Translation(patrons.read_end_session, patrons.write_end_session),
    m.FeePaid: Translation(patrons.read_fee_paid, patrons.write_fee_paid),
    m.Checkout: Translation(circulation.read_checkout, circulation.write_checkout),
    m.Checkin: Translation(circulation.read_checkin, circulation.write_checkin),
    m.Renew: Translation(circulation.read_renew, circulation.write_renew),
    m.RenewAll: Translation(circulation.read_renew_all, circulation.write_renew_all),
    m.Hold: Translation(circulation.read_hold, circulation.write_hold),
    m.ItemInformation: Translation(circulation.read_item_information, circulation.write_item_information),
    m.ItemStatusUpdate: Translation(
        circulation.read_item_status_update, circulation.write_item_status_update
    ),
}
"""Every request that goes to a desk; 93, 99 and 97 do not."""


def read(message: Message, terminal: Terminal) -> Operation | Refused:
    """What `message` asks of the desk, or the refusal of what can not be acted on."""
    if terminal.account is None:
        return Refused(Reason.NOT_LOGGED_IN)
    if not message.layout.complete(message):
        return Refused(Reason.REQUEST_INCOMPLETE)
    if terminal.dialect.own_institution_only:
        named = (message.field("AO") or "").strip()
        if named and named != terminal.institution:
            return Refused(Reason.INSTITUTION_WRONG)
    if terminal.fees.patron is not None:
        terminal.fees.hear(message)
    return TRANSLATIONS[type(message)].read(message, terminal)


def write(message: Message, outcome: AnyOutcome, terminal: Terminal) -> Message:
    """The response to `message`, whatever came of it."""
    return TRANSLATIONS[type(message)].write(message, outcome, terminal)
