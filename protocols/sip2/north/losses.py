"""What no answer to a device carries, and what of a device's message no operation does.

Whatever a profile's `extra_fields` are read from has a place if the profile says so: everything about a patron or an
item.  Of the rest nobody at a device could make use: it shows one hold, one loan, one list.
"""

from collections.abc import Mapping
from typing import Any, Final

from softdock.circulation.holds import HoldStatus
from softdock.circulation.items import Extra, Item
from softdock.circulation.losses import Direction, LossTable, lost
from softdock.circulation.outcomes import (
    Done,
    HoldState,
    ItemUpdated,
    Lent,
    Paid,
    PatronReport,
    Refused,
    RenewedAll,
    Returned,
    SessionEnded,
    Unknown,
)
from softdock.circulation.patrons import Counts, Entry, Patron
from softdock.circulation.ports import AnyOutcome
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.layouts import Message
from softdock.protocols.sip2.messages import RESPONSE_TO
from softdock.protocols.sip2.north.terminal import NO_FIELDS, Terminal

ANSWERS: Final = LossTable(
    "sip2",
    Direction.ANSWER,
    lost(Done, by_profile="extra"),
    lost(Refused, by_profile="extra", here="patron"),
    lost(Unknown),
    lost(Patron, by_profile="birth_date category expires extra home_library language", here="id"),
    lost(Counts),
    lost(PatronReport, dropped="holds"),
    lost(Entry, dropped="accrued amount due fee_type lent media_type note title_id"),
    lost(
        Item,
        by_profile="author extra lendable lent title_id",
        here="borrower",
        usual={"lendable": (True,)},
    ),
    lost(ItemUpdated, in_passing="item"),
    lost(Lent, dropped="renewals", here="patron undone", in_passing="item"),
    lost(Returned, here="undone", in_passing="item"),
    lost(RenewedAll),
    lost(
        HoldState,
        dropped="id kind needed_before pickup_until placed scope title_id",
        approximated="status",
        here="patron",
        in_passing="item",
        usual={"status": (HoldStatus.WAITING, HoldStatus.READY)},
    ),
    lost(Paid, dropped="balance", here="patron"),
    lost(SessionEnded, here="patron"),
)
"""A hold that waits or is ready is told by the flag for what is available."""

REQUESTS: Final = LossTable(
    "sip2",
    Direction.REQUEST,
    *(
        lost(each, each.layout.code, here="institution_id terminal_password transaction_date")
        for each in (
            m.PatronStatus, m.PatronInformation, m.BlockPatron, m.PatronEnable, m.EndPatronSession, m.FeePaid,
            m.RenewAll, m.Hold, m.ItemInformation, m.ItemStatusUpdate,
        )
    ),
    *(
        lost(each, each.layout.code, here="institution_id terminal_password")
        for each in (m.Checkout, m.Checkin, m.Renew)
    ),
)  # fmt: skip
"""Everything else is carried.  Which library it is follows from the login, and when it is from the clock; what has
happened already says when."""


def lost_in(message: Message, outcome: AnyOutcome, terminal: Terminal) -> tuple[str, ...]:
    """What the device is not told of `outcome`, by the answer to `message`: the names of the losses."""
    if isinstance(outcome, Unknown):
        return ()
    dialect, found = terminal.dialect, _NOTHING
    if type(outcome) is Done:
        added = dialect.extra_fields
        found = ANSWERS.found(
            outcome.result, profiled=bool(added) and RESPONSE_TO[message.layout.code] in added
        )
    if outcome.extra and _is_kept_back(outcome.extra, message, dialect):
        found += (_EXTRA[type(outcome)],)
    return found


def _is_kept_back(told: Extra, message: Message, dialect: Dialect) -> bool:
    """Whether some of what was `told` beyond the vocabulary stays here.  Print lines go along always."""
    passed = dialect.passed_fields.get(RESPONSE_TO[message.layout.code], NO_FIELDS)
    return any(name != "AG" and name not in passed for name, _ in told)


_NOTHING: Final[tuple[str, ...]] = ()
_EXTRA: Final[Mapping[type[Any], str]] = {Done: "done.extra", Refused: "refused.extra"}
