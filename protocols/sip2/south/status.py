"""What a system can do, by what it says of itself (98) and by how far its profile believes that."""

from softdock.circulation.capabilities import Capability
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.codes import MESSAGES_OF_BX
from softdock.protocols.sip2.south.system import EVERY_REQUEST, System


def messages_of(status: m.AcsStatus | None, system: System) -> frozenset[str]:
    """The requests that the system understands, by their codes; without a status, as the profile says.

    BX is believed position by position; what a short one does not reach, and everything where there is none, is
    taken to be understood: it is asked, and the answer tells.
    """
    said = system.dialect.supported
    if said is not None:
        return said
    if status is None:
        return EVERY_REQUEST
    announced = status.supported_messages or ""
    understood = {
        code
        for place, (code, _) in enumerate(MESSAGES_OF_BX)
        if announced[place : place + 1] in ("", "Y", "y")
    }
    for allowed, code in (
        (status.checkin_ok, "09"),
        (status.checkout_ok, "11"),
        (status.acs_renewal_policy, "29"),
        (status.acs_renewal_policy, "65"),
        (status.status_update_ok, "01"),
    ):
        if not allowed:
            understood.discard(code)
    return frozenset(understood)


def capabilities(status: m.AcsStatus | None, system: System) -> frozenset[Capability]:
    """What the system can be asked for from now on; `system` takes note of the messages that this needs."""
    system.messages = messages_of(status, system)
    found = {each for code, each in MESSAGES_OF_BX if each is not None and code in system.messages}
    if status is not None and status.off_line_ok:
        found.add(Capability.OFFLINE_TRANSACTIONS)
    return frozenset(found)
