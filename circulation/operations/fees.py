"""Operations on what patrons owe."""

from typing import ClassVar

from softdock.circulation.capabilities import Capability
from softdock.circulation.identifiers import FeeId, ItemId, PatronId, Secret
from softdock.circulation.items import Extra, FeeType
from softdock.circulation.money import Money
from softdock.circulation.records import record


@record
class PayFee:
    """Book a payment of `amount` that the device has taken."""

    capability: ClassVar = Capability.PAY_FEE
    changes_state: ClassVar = True

    patron: PatronId
    amount: Money
    pin: Secret | None = None
    fee_type: FeeType = FeeType.OTHER
    payment_type: str = ""
    """How it was paid, in the device's own code: SIP2's 00 cash, 01 VISA, 02 credit card, or agreed."""
    fee: FeeId | None = None
    transaction: str = ""
    """The device's own number for the payment."""
    extra: Extra = ()


@record
class ChargeFee:
    """Let `patron` owe `amount`."""

    capability: ClassVar = Capability.CHARGE_FEE
    changes_state: ClassVar = True

    patron: PatronId
    amount: Money
    fee_type: FeeType = FeeType.OTHER
    fee: FeeId | None = None
    """By which name it shall be known; None lets the library give it one."""
    item: ItemId | None = None
    note: str = ""
    extra: Extra = ()


@record
class WaiveFee:
    """Let `patron` owe `amount` less: the library forgives it."""

    capability: ClassVar = Capability.CHARGE_FEE
    changes_state: ClassVar = True

    patron: PatronId
    amount: Money
    fee: FeeId | None = None
    note: str = ""
    extra: Extra = ()
