"""PINs in memory: sealed under a key that lives and dies with the process, so that no dump of it shows one.

A seal is not a password hash: four digits are guessed through any hash by whoever also has the key.
"""

import hmac
import secrets
from hashlib import blake2b

from softdock.circulation.identifiers import Secret
from softdock.circulation.outcomes import PinCheck

_SEAL = blake2b(key=secrets.token_bytes(32), digest_size=16)


def sealed(pin: str) -> bytes:
    """What is kept of `pin`; nothing of an empty one."""
    if not pin:
        return b""
    seal = _SEAL.copy()
    seal.update(pin.encode())
    return seal.digest()


def check_pin(kept: bytes, given: Secret | None) -> PinCheck:
    """How `given` compares with what was `kept`.  An empty PIN is none."""
    if not kept:
        return PinCheck.NOT_SET
    if not given:
        return PinCheck.NOT_ASKED
    return PinCheck.RIGHT if hmac.compare_digest(kept, sealed(given.reveal())) else PinCheck.WRONG
