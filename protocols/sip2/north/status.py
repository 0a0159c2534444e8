"""The messages about the service itself: 99/98 and 93/94."""

import math
from functools import lru_cache

from softdock.circulation.capabilities import Capability
from softdock.circulation.ports import ServiceStatus
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.codes import MESSAGES_OF_BX
from softdock.protocols.sip2.north.terminal import Terminal


@lru_cache(1024)
def supported_messages(capabilities: frozenset[Capability]) -> str:
    """The sixteen characters of BX.

    >>> supported_messages(frozenset({Capability.CHECKIN}))
    'NNYNYYYNNNNNNNNN'
    """
    return "".join("Y" if each is None or each in capabilities else "N" for _, each in MESSAGES_OF_BX)


def write_acs_status(status: ServiceStatus | None, terminal: Terminal) -> m.AcsStatus:
    """98, to 99.

    Before the login there is no library to speak of: a device that asks nevertheless, and never again, is
    told that everything is to be had, so that it hides no function from its patrons; what its account may
    not do is refused when it is asked for.  The off-line flag says whether a device may store transactions while it is cut
    off, so it stays as it is when the library is not on-line.
    """
    if status is None:
        return terminal.finish(
            m.AcsStatus(
                on_line_status=True,
                checkin_ok=True,
                checkout_ok=True,
                acs_renewal_policy=True,
                timeout_period=300,
                retries_allowed=terminal.dialect.retries,
                date_time_sync="0" * 18,
                institution_id=terminal.institution,
                supported_messages=supported_messages(frozenset(Capability)),
            )
        )
    can = status.capabilities
    online = status.online
    response = m.AcsStatus(
        on_line_status=online,
        checkin_ok=online and Capability.CHECKIN in can,
        checkout_ok=online and Capability.CHECKOUT in can,
        acs_renewal_policy=online and Capability.RENEW in can,
        status_update_ok=online and Capability.BLOCK_PATRON in can,
        off_line_ok=Capability.OFFLINE_TRANSACTIONS in can,
        timeout_period=min(math.ceil(status.timeout * 10), 998),
        retries_allowed=terminal.dialect.retries,
        date_time_sync=terminal.stamp(),
        institution_id=terminal.institution or status.library,
        library_name=status.library_name,
        supported_messages=supported_messages(can),
        terminal_location=terminal.location or None,
        screen_message=terminal.screen(status.notice),
    )
    return terminal.finish(response)


def write_login(accepted: bool, terminal: Terminal) -> m.LoginResponse:
    """94, to 93."""
    return terminal.finish(m.LoginResponse(ok=accepted))
