"""Money: what a patron pays, owes more, or owes no longer (CreateUserFiscalTransaction)."""

import secrets
from typing import Final

from softdock.circulation.identifiers import FeeId
from softdock.circulation.money import Money
from softdock.circulation.operations import ChargeFee, PayFee, WaiveFee
from softdock.circulation.outcomes import Charged, Paid
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.building import agency, holding, user_id
from softdock.protocols.ncip.north.problems import P, trouble
from softdock.protocols.ncip.north.reading import Who, amount_of, fee_type_of, identifier, item_if_any, who
from softdock.protocols.ncip.north.services.patrons import proven_report
from softdock.protocols.ncip.north.talk import Talk
from softdock.protocols.ncip.value_lists import folded

LONGEST_NOTE: Final = 500


async def create_user_fiscal_transaction(talk: Talk) -> list[Element]:
    """CreateUserFiscalTransaction: Payment is booked as paid; Assess and Penalty charge; all else forgives.

    The partner's own reference number makes a payment or a charge unique, so that a repeat of it is none.
    """
    asked = who(talk)
    information = talk.request.first("FiscalTransactionInformation")
    assert information is not None
    action = information.value("FiscalActionType")
    booking = _BOOKINGS.get(folded(action))
    if booking is None:
        raise trouble(
            P.UNKNOWN_VALUE_FROM_KNOWN_SCHEME,
            "This action is not known here.",
            "FiscalActionType",
            action[:128],
        )
    money = amount_of(talk, information)
    if money is None or money.minor <= 0:
        raise trouble(
            P.INVALID_AMOUNT,
            "Only an amount of more than nothing can be booked.",
            "MonetaryValue",
            "" if money is None else str(money.minor),
        )
    reference = await booking(talk, asked, information, money)
    return [
        user_id(talk, asked.patron, asked),
        holding(
            "FiscalTransactionReferenceId",
            agency(talk),
            Element("FiscalTransactionIdentifierValue", reference),
        ),
    ]


async def _pay(talk: Talk, asked: Who, information: Element, money: Money) -> str:
    """Book a payment; its number is the partner's, or else one of our own that the library keeps with it."""
    own = _own_reference(information)
    method = information.value("PaymentMethodType")
    paid: Paid = await talk.ask(
        PayFee(
            asked.patron,
            money,
            asked.pin,
            fee_type=fee_type_of(talk, information),
            payment_type=talk.crosswalk.payment.known(method) or method[:64],
            fee=_related(information),
            transaction=own or secrets.token_hex(8),
        ),
        once=bool(own),
    )
    return own or paid.transaction


async def _charge(talk: Talk, asked: Who, information: Element, money: Money) -> str:
    """Let the patron owe more."""
    own = _own_reference(information)
    await _prove(talk, asked)
    details = information.first("ItemDetails")
    charged: Charged = await talk.ask(
        ChargeFee(
            asked.patron,
            money,
            fee_type=fee_type_of(talk, information),
            fee=FeeId(own) if own else None,
            item=item_if_any(talk, details) if details is not None and details.has("ItemId") else None,
            note=_note(information),
        ),
        once=bool(own),
    )
    return charged.fee


async def _waive(talk: Talk, asked: Who, information: Element, money: Money) -> str:
    """Let the patron owe less: of the related fee, or of that which the reference names, or of whichever."""
    own = _own_reference(information)
    await _prove(talk, asked)
    waived: Charged = await talk.ask(
        WaiveFee(
            asked.patron,
            money,
            fee=_related(information) or (FeeId(own) if own else None),
            note=_note(information),
        ),
        once=bool(own),
    )
    return waived.fee


_BOOKINGS: Final = {
    "payment": _pay,
    "assess": _charge,
    "penalty": _charge,
    "cancel": _waive,
    "forgive": _waive,
    "waive": _waive,
    "write off": _waive,
}


async def _prove(talk: Talk, asked: Who) -> None:
    """See to it that a secret that was sent, or has to be, is the right one: charges carry none to the library."""
    if asked.pin is not None or talk.account.require_pin:
        await proven_report(talk, asked)


def _own_reference(information: Element) -> str:
    return _reference(information.first("FiscalTransactionReferenceId"))


def _related(information: Element) -> FeeId | None:
    """The fee that is meant: the first, because a booking is of one."""
    found = _reference(information.first("RelatedFiscalTransactionReferenceId"))
    return FeeId(found) if found else None


def _reference(named: Element | None) -> str:
    text = "" if named is None else named.value("FiscalTransactionIdentifierValue")
    return identifier(text, "FiscalTransactionIdentifierValue")


def _note(information: Element) -> str:
    return " ".join(information.value("FiscalTransactionDescription").split())[:LONGEST_NOTE]
