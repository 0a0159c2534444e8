"""The same document again: whether it is the same request.

A partner numbers no messages, and many date none.  The same bytes of the same partner come from a program that has
heard no answer and tries again, or from one that means it twice.  What tells them apart is whether an answer was
handed to the partner: as long as none was, a repeat within the promised time joins what was done, or may have been;
once one was, the same document asks anew.  A refusal is never joined.
"""

from collections import OrderedDict
from hashlib import blake2b
from typing import Final

from softdock.circulation.journal import REQUEST_BYTES, Fingerprint
from softdock.protocols.ncip.north.partner import Partner

REMEMBERED: Final = 10_000
"""Requests whose answers were handed over; the oldest are forgotten first."""


def fingerprint_of(partner: Partner, document: bytes) -> Fingerprint:
    """By what the same document of the same partner is known again."""
    key = partner.account.name.encode()[:64]
    digest = blake2b(document, key=key, digest_size=REQUEST_BYTES).digest()
    return Fingerprint(digest, tries=1, joins_refusal=False)


class Heard:
    """The requests whose answers this process has handed to their partners."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._digests: OrderedDict[bytes, None] = OrderedDict()

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._digests

    def add(self, digest: bytes) -> None:
        """The answer to the request has been handed over."""
        self._digests[digest] = None
        self._digests.move_to_end(digest)
        if len(self._digests) > self._most:
            self._digests.popitem(last=False)
