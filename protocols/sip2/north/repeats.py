"""Knowing a request again that a device sends through another connection.

On one connection the session alone keeps bytes, as the standard has it.  A device that was cut off calls again and
repeats what it had asked: the same text under the same sequence number.  That means the same request only if error
detection is on and the device's clock tells the time: kiosks exist that send one date for ever, and those that send
neither number nor checksum repeat themselves all day with right.
"""

from hashlib import blake2b

from softdock.circulation.journal import Fingerprint
from softdock.protocols.sip2.frames import Frame
from softdock.protocols.sip2.layouts import Message
from softdock.protocols.sip2.north.terminal import Terminal
from softdock.protocols.sip2.timestamps import read_stamp

FRESH = 300.0
"""Seconds by which the device's clock may differ from ours, in either direction."""

_MINUTE = 16
"""Characters of a time stamp down to the minute."""


def fingerprint(message: Message, frame: Frame | None, terminal: Terminal) -> Fingerprint | None:
    """By what `message`, which came as `frame`, is known again; None if it is not to be."""
    if frame is None or not frame.error_detection or frame.sequence is None or terminal.account is None:
        return None
    stamp = getattr(message, "transaction_date", None)
    if not stamp or not _is_fresh(stamp, terminal):
        return None
    told = b"%s\0%s%s" % (terminal.account.name.encode(), frame.sequence, frame.body)
    return Fingerprint(blake2b(told, digest_size=16).digest(), terminal.dialect.retries + 1)


def _is_fresh(stamp: str, terminal: Terminal) -> bool:
    present = terminal.stamp()
    if stamp[:_MINUTE] == present[:_MINUTE]:
        return True
    zone = terminal.clock.zone
    then, now = read_stamp(stamp, zone), read_stamp(present, zone)
    return then is not None and now is not None and abs((now - then).total_seconds()) <= FRESH
