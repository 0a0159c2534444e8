"""What a device was told that loans would cost, because its yes (BO) names no amount.

The patron has agreed to what was shown, and to no more: a yes becomes `acknowledged_fee`, and a system that asks for
more by now refuses again, with the new amount.  A yes where nothing was shown is one to whatever it costs.
"""

from softdock.circulation.money import Money
from softdock.protocols.sip2.layouts import Message

MOST_SHOWN = 32
"""Amounts that are kept of one patron; those that were shown first are forgotten first."""


class ShownFees:
    """The amounts that one device showed to the patron who stands before it.  Nobody is shown them."""

    __slots__ = ("_amounts", "patron")

    def __init__(self) -> None:
        self.patron: str | None = None
        """To whom there is something that was shown; None if there is nothing."""
        self._amounts: dict[str, Money] = {}

    def show(self, patron: str | None, named: str | None, amount: Money) -> None:
        """The device shows that what it has `named` would cost `patron` so much."""
        if not patron or not named:
            return
        if self.patron != patron:
            self.forget()
            self.patron = patron
        self._amounts.pop(named, None)
        if len(self._amounts) >= MOST_SHOWN:
            del self._amounts[next(iter(self._amounts))]
        self._amounts[named] = amount

    def of(self, patron: str | None, named: str | None) -> Money | None:
        """What was shown last to `patron` for what the device has `named` in the same way; None for nothing."""
        return self._amounts.get(named) if named and self.patron == patron else None

    def hear(self, message: Message) -> None:
        """The device asks something: if it is for another patron, the one before has left."""
        if (named := message.field("AA")) is not None and named != self.patron:
            self.forget()

    def forget(self) -> None:
        """The patron has left, or the device speaks for somebody else."""
        self.patron = None
        self._amounts.clear()
