"""What an operator sees of somebody who is connected."""

from typing import NamedTuple


class SessionRow(NamedTuple):
    """One connected device or partner, as an operator is shown it."""

    number: int
    """No other connection has it at the same time, whichever worker it is at."""
    listener: str
    address: str
    """Empty while it is not known: behind a balancer, until the first bytes have come."""
    account: str
    """Empty before the login; a partner's messages stand alone, and may be for several."""
    location: str
    profile: str
    since: float
    """When it connected, in seconds since the epoch."""
    idle: float
    """Seconds since it was last heard, within a sweep."""
    requests: int
