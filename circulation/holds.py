"""Holds: what a patron waits for, or has asked to be done with an item."""

from softdock.circulation.words import Word


class HoldScope(Word):
    """Which copies a hold may be filled with."""

    OTHER = "other"
    ANY_COPY = "any-copy"
    THIS_COPY = "this-copy"
    ANY_COPY_AT_LOCATION = "any-copy-at-location"


class HoldKind(Word):
    """What shall become of the item: the request types of NCIP."""

    HOLD = "hold"
    """It is kept for the patron once it is there."""
    LOAN = "loan"
    """Another library wants to borrow it for a patron."""
    STACK_RETRIEVAL = "stack-retrieval"
    """It is to be fetched from a closed stack."""
    COPY = "copy"
    """A copy of it is wanted, which does not come back."""
    ESTIMATE = "estimate"
    """Somebody would like to know what it would cost."""


class HoldStatus(Word):
    """How far a hold has come."""

    WAITING = "waiting"
    READY = "ready"
    """The item lies ready for the patron."""
    FILLED = "filled"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
