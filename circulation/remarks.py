"""What is said beside a reason, where several libraries are about."""

from softdock.circulation.words import Word


class Remark(Word):
    """A sentence with the name of a library in it."""

    LIBRARY_CONCERNED = "library-concerned"
    """Whose system, or whose rule, it was."""
    CARD_UNKNOWN_TO_OWNER = "card-unknown-to-owner"
    """The library that owns an item does not know the patron's card."""
