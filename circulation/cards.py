"""What a card may show before it is proven, and what is said about it.

The same for every protocol: a report is complete when it leaves the library's system, and what of it
may be passed on depends on the PIN, on whether the account requires one, and on the card's state.
"""

from datetime import date

from softdock.circulation.outcomes import PatronReport, PinCheck
from softdock.circulation.patrons import ALL_DENIED, GOOD_STANDING, Standing
from softdock.circulation.reasons import Reason
from softdock.circulation.records import record

_NOTHING_SAID: tuple[tuple[Reason, date | None], ...] = ()


@record
class CardView:
    """How a card looks to one device."""

    proven: bool
    """The device may see who it is and what hangs on the card."""
    standing: frozenset[Standing]
    pin_right: bool | None
    """None if there was nothing to compare and nothing was required."""
    reasons: tuple[tuple[Reason, date | None], ...]
    """What to tell the patron, each with the date that belongs to it."""


_GOOD_AND_PROVEN = CardView(True, GOOD_STANDING, True, _NOTHING_SAID)
_GOOD = CardView(True, GOOD_STANDING, None, _NOTHING_SAID)


def view_of_card(report: PatronReport, pin_given: bool, require_pin: bool) -> CardView:
    """How the card of `report` looks to an account that does or does not require a PIN.

    An empty PIN is no PIN.  A card reported lost shows its holder only for the right PIN, whatever the
    account requires.
    """
    patron, pin = report.patron, report.pin
    if report.reason is None and not patron.standing:
        if pin is PinCheck.RIGHT:
            return _GOOD_AND_PROVEN
        if pin is not PinCheck.WRONG and not pin_given and not require_pin:
            return _GOOD
    if pin is PinCheck.RIGHT:
        pin_right, proven, doubt = True, True, None
    elif pin is PinCheck.WRONG:
        pin_right, proven, doubt = False, False, Reason.PIN_WRONG
    elif pin_given or require_pin:
        pin_right, proven = False, False
        doubt = Reason.PIN_NOT_SET if pin is PinCheck.NOT_SET else Reason.PIN_REQUIRED
    else:
        pin_right, proven, doubt = None, True, None
    lost = Standing.CARD_LOST in patron.standing
    reasons = _NOTHING_SAID if report.reason is None else ((report.reason, report.reason_date),)
    if doubt is not None:
        only_lost = frozenset({Standing.CARD_LOST}) if lost else frozenset()
        shown = reasons if report.reason in _TOLD_TO_ANYBODY else _NOTHING_SAID
        return CardView(False, ALL_DENIED | only_lost, pin_right, (*shown, (doubt, None)))
    return CardView(proven and (pin_right is True or not lost), patron.standing, pin_right, reasons)


_TOLD_TO_ANYBODY = frozenset({Reason.CARD_LOST, Reason.CARD_EXPIRED, Reason.PATRON_BLOCKED})
"""What is wrong with a card itself; what its holder owes or has borrowed is not told without a PIN."""
