"""PINs as they are kept: hashed under a key, each together with its card.

Four digits are guessed through any hash by whoever also has the key.  So the key is kept apart from the books (in the
settings, or for books in memory nowhere): a copy of the books alone gives no PIN away, not even that two patrons
have the same.
"""

import hmac
import secrets
from hashlib import blake2b

from softdock.circulation.identifiers import PatronId, Secret
from softdock.circulation.outcomes import PinCheck

SHORTEST_KEY = 16
"""Characters of a key that an operator gives."""


class PinSeal:
    """Hashes PINs under one key."""

    __slots__ = ("_hash",)

    def __init__(self, key: str) -> None:
        self._hash = blake2b(
            key=blake2b(key.encode(), digest_size=32).digest(), digest_size=16, person=b"softdock pins"
        )

    def __repr__(self) -> str:
        return "PinSeal(***)"

    def sealed(self, patron: PatronId, pin: str) -> bytes:
        """What is kept of the `pin` of `patron`; nothing of an empty one."""
        return self._digest(f"{patron}\0{pin}") if pin else b""

    def check(self, patron: PatronId, kept: bytes, given: Secret | None) -> PinCheck:
        """How `given` compares with what was `kept`.  An empty PIN is none."""
        if not kept:
            return PinCheck.NOT_SET
        if not given:
            return PinCheck.NOT_ASKED
        right = hmac.compare_digest(kept, self._digest(f"{patron}\0{given.reveal()}"))
        return PinCheck.RIGHT if right else PinCheck.WRONG

    @property
    def mark(self) -> str:
        """Tells one key from another, and nothing else about it."""
        return self._digest("\0").hex()

    def _digest(self, text: str) -> bytes:
        hashed = self._hash.copy()
        hashed.update(text.encode())
        return hashed.digest()


OF_THIS_PROCESS = PinSeal(secrets.token_hex(32))
"""For books in memory: its key lives and dies with the process, so that no dump of it is of use later."""
