"""Money: CreateUserFiscalTransaction, for what is paid, charged and forgiven."""

from softdock.circulation.identifiers import FeeId
from softdock.circulation.items import FeeType
from softdock.circulation.operations import ChargeFee, PayFee, WaiveFee
from softdock.circulation.outcomes import Charged, Done, Paid
from softdock.circulation.ports import AnyOutcome
from softdock.protocols.ncip import asking
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.south.patrons import prove
from softdock.protocols.ncip.south.talk import Talk


async def pay_fee(operation: PayFee, talk: Talk) -> AnyOutcome:
    """Payment.  The device's own number goes along, by which a system can tell a repeat."""
    pin = await prove(talk, "CreateUserFiscalTransaction", operation.patron, operation.pin)
    words = talk.system.dialect.crosswalk
    method = operation.payment_type
    answer = await talk.ask(
        "CreateUserFiscalTransaction",
        talk.who(operation.patron, pin),
        _information(
            talk,
            "Payment",
            operation.fee_type,
            talk.amount("Amount", operation.amount),
            asking.transaction_id("FiscalTransactionReferenceId", operation.transaction, talk.system.agency),
            asking.transaction_id("RelatedFiscalTransactionReferenceId", operation.fee, talk.system.agency),
            asking.text("PaymentMethodType", words.payment.tell(method) or method),
        ),
    )
    return Done(Paid(operation.patron, transaction=_number(answer) or operation.transaction))


async def charge_fee(operation: ChargeFee, talk: Talk) -> AnyOutcome:
    """Assess."""
    about = None
    if operation.item is not None:
        about = asking.holding("ItemDetails", talk.item(operation.item), Element("BibliographicDescription"))
    answer = await talk.ask(
        "CreateUserFiscalTransaction",
        talk.who(operation.patron),
        _information(
            talk,
            "Assess",
            operation.fee_type,
            talk.amount("Amount", operation.amount),
            asking.transaction_id("FiscalTransactionReferenceId", operation.fee, talk.system.agency),
            asking.text("FiscalTransactionDescription", operation.note),
            about,
        ),
    )
    return Done(Charged(operation.patron, _fee(answer, operation.fee, talk)))


async def waive_fee(operation: WaiveFee, talk: Talk) -> AnyOutcome:
    """Waive."""
    answer = await talk.ask(
        "CreateUserFiscalTransaction",
        talk.who(operation.patron),
        _information(
            talk,
            "Waive",
            FeeType.OTHER,
            talk.amount("Amount", operation.amount),
            asking.transaction_id("RelatedFiscalTransactionReferenceId", operation.fee, talk.system.agency),
            asking.text("FiscalTransactionDescription", operation.note),
        ),
    )
    return Done(Charged(operation.patron, _fee(answer, operation.fee, talk)))


def _information(talk: Talk, action: str, fee_type: FeeType, *parts: asking.Part) -> Element | None:
    return asking.holding(
        "FiscalTransactionInformation",
        asking.text("FiscalActionType", action),
        asking.text("FiscalTransactionType", talk.system.dialect.crosswalk.fee_type.tell(fee_type)),
        parts,
    )


def _number(answer: Element) -> str:
    return answer.value("FiscalTransactionReferenceId", "FiscalTransactionIdentifierValue")


def _fee(answer: Element, fee: FeeId | None, talk: Talk) -> FeeId:
    number = _number(answer) or fee
    if not number:
        raise talk.system.malformed(answer, "FiscalTransactionReferenceId")
    return FeeId(number)
