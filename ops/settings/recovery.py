"""`libraries.ID.recovery`: what is done about operations whose answer was lost."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from softdock.consortium.recovery.policy import RecoveryPolicy, Subject, Way
from softdock.mappings.written import Seconds, choice, lasting
from softdock.ops.settings.sections import Section

Wish: TypeAlias = Literal["undo", "keep", "list"]
Standing: TypeAlias = Literal["keep", "list"]
Fact: TypeAlias = Literal["repeat", "list"]

_WISH = choice(Wish, "a way to deal with what was done but not told")
_STANDING = choice(Standing, "a way to deal with what was done but not told")
_FACT = choice(Fact, "a way to deal with what has happened but is not booked")


class Recovery(Section):
    """What is done about an operation whose answer was lost, where the device heard no and the system has done it.

    `undo` takes it back, `keep` lets it stand, `list` leaves it to a person, as always when the system cannot tell.
    """

    loan: Annotated[Wish, _WISH] = "undo"
    """A loan of which the device heard no."""
    hold: Annotated[Wish, _WISH] = "undo"
    """A hold that was placed; what was changed about one, or cancelled, cannot be undone and is left to a person."""
    renewal: Annotated[Standing, _STANDING] = "keep"
    """A renewal, also one that came of a checkout."""
    block: Annotated[Standing, _STANDING] = "keep"
    """A card that was blocked, or enabled."""
    item_update: Annotated[Standing, _STANDING] = "keep"
    """Properties that were stored with an item."""
    payment: Annotated[Standing, _STANDING] = "list"
    """A payment that is booked. Only `keep` it if your devices give no money back when they hear no."""
    returned: Annotated[Fact, _FACT] = Field(default="repeat", alias="return")
    """What has happened, whatever the device heard: a return, a loan from a time without a connection. Where the system has not booked it, that is repeated until it has (`repeat`), or left to a person (`list`)."""
    settle_after: Annotated[Seconds, lasting(0, 3600)] = Seconds(60)
    """Time after which the system does not carry out any more what it was sent: until then nothing counts as not done."""

    def policy(self) -> RecoveryPolicy:
        """The same, as the recovery goes by it."""
        ways = {
            Subject.LOAN: self.loan,
            Subject.HOLD: self.hold,
            Subject.RENEWAL: self.renewal,
            Subject.BLOCK: self.block,
            Subject.ITEM_UPDATE: self.item_update,
            Subject.PAYMENT: self.payment,
            Subject.RETURN: self.returned,
        }
        return RecoveryPolicy({subject: Way(way) for subject, way in ways.items()}, float(self.settle_after))
