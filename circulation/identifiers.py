"""Names of people and things, and secrets; all of them safe to put into a log by accident.

`repr()` of everything here is masked.  `str()` of an identifier is the identifier itself, because it
has to be sent and looked up; logs are written through `masked`.
"""

import hmac
from typing import NewType


def masked(text: str) -> str:
    """Show so much of `text` that staff recognise it and nobody else learns it.

    >>> masked("R0012345"), masked("AB12"), masked("")
    ('R0***45', '***', '')
    """
    if len(text) >= 8:
        return f"{text[:2]}***{text[-2:]}"
    return "***" if text else ""


class PatronId(str):
    """What identifies a patron to a library: the card's number, as the device read it.

    Never converted: leading zeros, letters and blanks inside it belong to it.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"PatronId({masked(self)!r})"


ItemId = NewType("ItemId", str)
"""An item's barcode.  Unique only together with the library that owns the item."""

TitleId = NewType("TitleId", str)
"""A bibliographic title, as SIP2's AJ in a hold request names it."""

LibraryId = NewType("LibraryId", str)
"""A member institution: SIP2's AO, NCIP's AgencyId, the key under `libraries:` in the settings."""

FeeId = NewType("FeeId", str)
"""One fee of a patron, where a library tells its fees apart (SIP2's CG)."""

HoldId = NewType("HoldId", str)
"""One hold, by the name that the library or a partner has given it: NCIP's RequestId."""


class Secret:
    """A PIN or a password: never shown, compared in constant time."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself.  Whoever calls this keeps it out of logs, errors and answers."""
        return self._text

    def equals(self, text: str) -> bool:
        """Whether this is `text`; takes as long for a near miss as for a wild one."""
        return hmac.compare_digest(self._text.encode(), text.encode())

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.equals(other._text)

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret(***)"
