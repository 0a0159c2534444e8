"""Between a device's messages and the operations of the vocabulary: pure translation.

`TRANSLATIONS` pairs, for each request, what makes an operation of it with what makes the response of
the outcome.  `answer` is the way of one request; it calls a `Desk` and does nothing else that waits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from softdock.circulation.operations import Operation
from softdock.circulation.outcomes import Refused
from softdock.circulation.ports import AnyOutcome, Desk
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.layouts import Message
from softdock.protocols.sip2.north import circulation, patrons
from softdock.protocols.sip2.north.status import write_acs_status, write_login
from softdock.protocols.sip2.north.terminal import Terminal

__all__ = ["TRANSLATIONS", "Terminal", "Translation", "answer", "write_acs_status", "write_login"]


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


async def answer(message: Message, terminal: Terminal, desk: Desk) -> Message:
    """The response to `message`.  A request that can not be acted on is refused without asking the desk."""
    translation = TRANSLATIONS[type(message)]
    account = terminal.account
    if account is None:
        return translation.write(message, Refused(Reason.NOT_LOGGED_IN), terminal)
    layout = message.layout
    if layout.needed and layout.missing(message):
        return translation.write(message, Refused(Reason.REQUEST_INCOMPLETE), terminal)
    if terminal.dialect.own_institution_only:
        named = (message.field("AO") or "").strip()
        if named and named != terminal.institution:
            return translation.write(message, Refused(Reason.INSTITUTION_WRONG), terminal)
    operation = translation.read(message, terminal)
    if isinstance(operation, Refused):
        return translation.write(message, operation, terminal)
    return translation.write(message, await desk.perform(account, operation), terminal)
