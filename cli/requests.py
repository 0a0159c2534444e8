"""What a kiosk can ask: each of the requests of SIP2 as a verb with options.

The verbs are a table, from which both the commands of one call and the words at the prompt are made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

from softdock.protocols.sip2 import codes
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.layouts import NO_STAMP, Message
from softdock.protocols.sip2.timestamps import write_stamp

LISTS = [each.value for each in codes.SUMMARY]


@dataclass(slots=True, kw_only=True)
class Given:
    """What a request is made of.  None leaves a field out; fields that SIP2 requires are then sent empty."""

    now: datetime
    """Aware; sent as local time of its own zone."""
    institution: str = ""
    terminal_password: str | None = None
    language: str = "000"
    user: str = ""
    password: str = ""
    patron: str | None = None
    pin: str | None = None
    item: str | None = None
    title: str | None = None
    properties: str | None = None
    location: str | None = None
    list: str | None = None
    first: str | None = None
    last: str | None = None
    amount: str | None = None
    currency: str = "   "
    fee_type: str = "01"
    payment_type: str = "00"
    fee: str | None = None
    transaction: str | None = None
    pickup: str | None = None
    expires: datetime | None = None
    hold_type: str | None = None
    message: str | None = None
    retained: bool = False
    third_party: bool = False
    no_renewal: bool = False
    fee_ok: bool = False
    undo: bool = False
    no_block: bool = False
    at: datetime | None = None
    due: datetime | None = None
    state: str = "0"
    width: int = 0

    def stamp(self, moment: datetime | None = None) -> str:
        """`moment`, or the present, as SIP2 writes it."""
        moment = moment or self.now
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.now.tzinfo)
        return write_stamp(moment, self.now.tzinfo or moment.tzinfo)  # type: ignore[arg-type]

    @property
    def card(self) -> dict[str, Any]:
        """Who asks, for any request about a patron."""
        return self.terminal | {"patron_identifier": self.patron}

    @property
    def proven_card(self) -> dict[str, Any]:
        """The card with its PIN."""
        return self.card | {"patron_password": self.pin}

    @property
    def terminal(self) -> dict[str, Any]:
        """Where it is asked."""
        return {"institution_id": self.institution, "terminal_password": self.terminal_password}


def _summary(wanted: str | None) -> str:
    return "".join("Y" if each == wanted else " " for each in LISTS).ljust(10)


def _yes(flag: bool) -> str | None:
    return "Y" if flag else None


def _checkout(given: Given) -> Message:
    return m.Checkout(
        sc_renewal_policy=not given.no_renewal,
        no_block=given.no_block,
        transaction_date=given.stamp(given.at),
        nb_due_date=given.stamp(given.due) if given.due else NO_STAMP,
        item_identifier=given.item,
        item_properties=given.properties,
        fee_acknowledged=_yes(given.fee_ok),
        cancel=_yes(given.undo),
        **given.proven_card,
    )


def _checkin(given: Given) -> Message:
    return m.Checkin(
        no_block=given.no_block,
        transaction_date=given.stamp(given.at),
        return_date=given.stamp(given.at),
        current_location=given.location,
        item_identifier=given.item,
        item_properties=given.properties,
        cancel=_yes(given.undo),
        **given.terminal,
    )


def _renew(given: Given) -> Message:
    return m.Renew(
        third_party_allowed=given.third_party,
        no_block=given.no_block,
        transaction_date=given.stamp(given.at),
        nb_due_date=given.stamp(given.due) if given.due else NO_STAMP,
        item_identifier=given.item,
        title_identifier=given.title,
        item_properties=given.properties,
        fee_acknowledged=_yes(given.fee_ok),
        **given.proven_card,
    )


def _hold(mode: str) -> Callable[[Given], Message]:
    return lambda given: m.Hold(
        hold_mode=mode,
        transaction_date=given.stamp(),
        expiration_date=given.stamp(given.expires) if given.expires else None,
        pickup_location=given.pickup,
        hold_type=given.hold_type,
        item_identifier=given.item,
        title_identifier=given.title,
        fee_acknowledged=_yes(given.fee_ok),
        **given.proven_card,
    )


def _patron(given: Given) -> Message:
    return m.PatronInformation(
        language=given.language,
        transaction_date=given.stamp(),
        summary=_summary(given.list),
        start_item=given.first,
        end_item=given.last,
        **given.proven_card,
    )


def _pay(given: Given) -> Message:
    return m.FeePaid(
        transaction_date=given.stamp(),
        fee_type=given.fee_type,
        payment_type=given.payment_type,
        currency_type=given.currency,
        fee_amount=given.amount,
        fee_identifier=given.fee,
        transaction_id=given.transaction,
        **given.proven_card,
    )


@dataclass(slots=True, frozen=True)
class Verb:
    """One thing to ask."""

    help: str
    build: Callable[[Given], Message]
    subject: str = ""
    """The option that may also be given as a plain word."""
    options: str = ""
    """Names of `OPTIONS`, with blanks between them."""
    needs: str = ""
    """What has to be known: `patron`, `item`; `item|title` is either."""


VERBS: Mapping[str, Verb] = {
    "login": Verb(
        "Log in (93).",
        lambda given: m.Login(
            login_user_id=given.user, login_password=given.password, location_code=given.location
        ),
        options="location",
        needs="user",
    ),
    "acs-status": Verb(
        "Ask what the library's side offers (99).",
        lambda given: m.ScStatus(status_code=given.state, max_print_width=given.width),
        options="state width",
    ),
    "status": Verb(
        "Ask how a card stands (23).",
        lambda given: m.PatronStatus(
            language=given.language, transaction_date=given.stamp(), **given.proven_card
        ),
        "patron", "patron pin", "patron",
    ),
    "patron": Verb(
        "Ask about a patron, and for one list (63).", _patron, "patron", "patron pin list first last", "patron"
    ),
    "checkout": Verb(
        "Lend an item (11).",
        _checkout,
        "item", "item patron pin no-renewal fee-ok undo no-block at due properties", "patron item",
    ),
    "checkin": Verb(
        "Take an item back (09).", _checkin, "item", "item location undo no-block at properties", "item"
    ),
    "renew": Verb(
        "Lend an item on (29).",
        _renew,
        "item", "item title patron pin third-party fee-ok no-block at due properties", "patron item|title",
    ),
    "renew-all": Verb(
        "Lend on everything that a patron has (65).",
        lambda given: m.RenewAll(
            transaction_date=given.stamp(), fee_acknowledged=_yes(given.fee_ok), **given.proven_card
        ),
        "patron", "patron pin fee-ok", "patron",
    ),
    "item": Verb(
        "Ask about an item (17).",
        lambda given: m.ItemInformation(
            transaction_date=given.stamp(), item_identifier=given.item, **given.terminal
        ),
        "item", "item", "item",
    ),
    "hold": Verb(
        "Place a hold (15).",
        _hold("+"),
        "item", "item title patron pin pickup expires hold-type fee-ok", "patron item|title",
    ),
    "change-hold": Verb(
        "Change a hold (15).",
        _hold("*"),
        "item", "item title patron pin pickup expires hold-type", "patron item|title",
    ),
    "cancel-hold": Verb(
        "Cancel a hold (15).", _hold("-"), "item", "item title patron pin", "patron item|title"
    ),
    "pay": Verb(
        "Book a payment (37).",
        _pay,
        "amount", "amount patron pin currency fee-type payment-type fee transaction", "patron amount",
    ),
    "block": Verb(
        "Block a card (01).",
        lambda given: m.BlockPatron(
            card_retained=given.retained,
            transaction_date=given.stamp(),
            blocked_card_message=given.message,
            **given.card,
        ),
        "patron", "patron message retained", "patron",
    ),
    "enable": Verb(
        "Lift the block of a card (25).",
        lambda given: m.PatronEnable(transaction_date=given.stamp(), **given.proven_card),
        "patron", "patron pin", "patron",
    ),
    "update-item": Verb(
        "Store properties with an item (19).",
        lambda given: m.ItemStatusUpdate(
            transaction_date=given.stamp(),
            item_identifier=given.item,
            item_properties=given.properties,
            **given.terminal,
        ),
        "item", "item properties", "item properties",
    ),
    "end": Verb(
        "End the patron's session (35).",
        lambda given: m.EndPatronSession(transaction_date=given.stamp(), **given.proven_card),
        "patron", "patron pin", "patron",
    ),
    "resend": Verb("Ask for the last answer again (97).", lambda _: m.RequestAcsResend()),
}  # fmt: skip
"""By name, in the order of the help."""

_MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])

OPTIONS: Mapping[str, dict[str, Any]] = {
    "patron": {"help": "The card's number (AA)."},
    "pin": {"help": "The card's PIN (AD)."},
    "item": {"help": "The item's barcode (AB)."},
    "title": {"help": "The title (AJ), where no item is meant."},
    "properties": {"help": "The item's properties (CH)."},
    "location": {"help": "Where the device stands (AP; CP in a login)."},
    "list": {"type": click.Choice(LISTS), "help": "The list that is wanted."},
    "first": {"help": "First entry of the list (BP), counted from 1."},
    "last": {"help": "Last entry of the list (BQ)."},
    "amount": {"help": "The amount (BV), as it is to be sent: 12.50."},
    "currency": {"help": "ISO 4217 code."},
    "fee-type": {"help": "01 other, 02 administrative, 03 damage, 04 overdue, 05 processing, 06 rental ..."},
    "payment-type": {"help": "00 cash, 01 VISA, 02 credit card, or as agreed."},
    "fee": {"help": "Which fee is paid (CG)."},
    "transaction": {"help": "The device's number of the payment (BK)."},
    "pickup": {"help": "Where the patron will fetch it (BS)."},
    "expires": {"type": _MOMENT, "help": "When the hold lapses (BW)."},
    "hold-type": {"help": "1 other, 2 any copy, 3 this copy, 4 any copy at one branch (BY)."},
    "message": {"help": "Why the card is blocked (AL)."},
    "retained": {"is_flag": True, "help": "The device has kept the card."},
    "third-party": {"is_flag": True, "help": "The loan may be another patron's."},
    "no-renewal": {"is_flag": True, "help": "The patron must not have the item already."},
    "fee-ok": {"is_flag": True, "help": "The patron has agreed to the fee (BO)."},
    "undo": {"is_flag": True, "help": "Undo what the device could not complete (BI)."},
    "no-block": {"is_flag": True, "help": "It has happened already: book it."},
    "at": {"type": _MOMENT, "help": "When it happened, in local time."},
    "due": {"type": _MOMENT, "help": "The due date that the patron was told."},
    "state": {"type": click.Choice(["0", "1", "2"]), "help": "0 fine, 1 out of paper, 2 about to shut down."},
    "width": {"type": click.IntRange(0, 999), "help": "Longest line that the device prints."},
}
"""By name, how click is to declare it."""
