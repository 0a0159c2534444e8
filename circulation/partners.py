"""Partners: what a message that stands alone says of its sender, and why nobody may be found for it."""

from collections.abc import Sequence
from dataclasses import field

from softdock.circulation.identifiers import Secret
from softdock.circulation.records import record
from softdock.circulation.words import Word


@record
class Claimed:
    """Who the sender of one message claims to be, and how that may be proven.  "" for what is not said."""

    agency: str = ""
    """The sender's agency, as the message names it."""
    system: str = ""
    """The sender's system, as the message names it."""
    application_profile: str = ""
    path: str = field(default="", repr=False)
    """The account that the address of the request named; some partners have their key there."""
    address: str = ""
    """From where the connection came."""
    certificates: Sequence[str] = ()
    """The names in a certificate that was verified."""
    user: str = ""
    password: Secret | None = None
    """With `user`: of the transport, not of the message."""
    token: Secret | None = field(default=None, repr=False)
    agency_secret: Secret | None = None
    system_secret: Secret | None = None


class Stranger(Word):
    """Why no account was found."""

    UNKNOWN_AGENCY = "unknown-agency"
    UNKNOWN_COMBINATION = "unknown-combination"
    """Agency and system are known, but not for this application profile."""
    AGENCY_NOT_PROVEN = "agency-not-proven"
    UNKNOWN_SYSTEM = "unknown-system"
    SYSTEM_NOT_PROVEN = "system-not-proven"
    UNPROVEN = "unproven"
    """What the transport carried to prove it is wrong, or is lacking."""
    NOT_HERE = "not-here"
    """Known, but not from there."""
    BUSY = "busy"
    """Nobody looks at its secret now: too many wait for that, or it was wrong again and again."""
