"""The kinds of change of `state_changes` for which NCIP has a service, as partners ask for them; and who asks."""

from datetime import UTC, datetime
from itertools import cycle

import state_changes
from lenders import connected
from ncip_lines import OnAStream, OverHttp, item, user
from ncip_partner import problems

NOW = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
_MANDATED = f"<MandatedAction><DateEventOccurred>{NOW}</DateEventOccurred></MandatedAction>"
_HOLD = "<RequestType>Hold</RequestType>"
_FEE = (
    "<FiscalTransactionInformation><FiscalActionType>Payment</FiscalActionType><FiscalTransactionReferenceId>"
    "<AgencyId>X</AgencyId><FiscalTransactionIdentifierValue>T1</FiscalTransactionIdentifierValue>"
    "</FiscalTransactionReferenceId><FiscalTransactionType>Fine</FiscalTransactionType><PaymentMethodType>Cash"
    "</PaymentMethodType><Amount><CurrencyCode>CNY</CurrencyCode><MonetaryValue>500</MonetaryValue></Amount>"
    "</FiscalTransactionInformation>"
)
REQUESTS = {
    "checkout": ("CheckOutItem", "{user}{item}"),
    "checkin": ("CheckInItem", "{item}"),
    "renew": ("RenewItem", "{user}{item}"),
    "hold": (
        "RequestItem",
        "{user}{item}"
        + _HOLD
        + "<RequestScopeType>Item</RequestScopeType><PickupLocation>3F</PickupLocation>",
    ),
    "hold:cancel": ("CancelRequestItem", "{user}{item}" + _HOLD),
    "pay-fee": ("CreateUserFiscalTransaction", "{user}" + _FEE),
    "checkin:cancel": ("UndoCheckOutItem", "{user}{item}"),
    "checkout no block": ("CheckOutItem", _MANDATED + "{user}{item}"),
    "checkin no block": ("CheckInItem", _MANDATED + "{item}"),
    "renew no block": ("RenewItem", _MANDATED + "{user}{item}"),
}
"""By kind: the service, and what its message says."""


class Devices:
    """Those who ask by SIP2 for every change, each on a connection of its own."""

    listen = ({"sip2": "127.0.0.1:0"},)
    changes = state_changes.CHANGES

    def connected(self, running, changes):
        return [connected(running.ports[0]) for _ in changes]

    def say(self, device, change):
        device.say(change.request)

    def hear(self, device):
        """What it hears; nothing if its connection has ended."""
        try:
            return device.hear()
        except OSError:
            return ""

    def is_yes(self, change, heard):
        return heard.startswith(change.yes)


class Partners:
    """Those who ask by NCIP, over HTTP and on streams."""

    listen = (*Devices.listen, {"ncip": "127.0.0.1:0"}, {"ncip-tcp": "127.0.0.1:0"})
    changes = tuple(each for each in state_changes.CHANGES if each.kind in REQUESTS)

    def connected(self, running, changes):
        ways = zip(cycle([OverHttp, OnAStream]), cycle(running.ports[1:]), changes)
        return [way(port) for way, port, _ in ways]

    def say(self, partner, change):
        service, inner = REQUESTS[change.kind]
        partner.say(service, inner.format(user=user(change.patron), item=item(change.item)))

    def hear(self, partner):
        """What it hears; nothing if its connection has ended."""
        return partner.hear()

    def is_yes(self, change, heard):
        return problems(heard) == []
