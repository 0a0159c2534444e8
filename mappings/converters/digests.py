"""Digests, with a key or without one: for signatures that systems ask for, and for names that give nobody away.

MD5 and SHA-1 protect nothing any more; they are here because systems sign with them.
"""

import hashlib
import hmac
from typing import Final, Literal, TypeAlias, get_args

from softdock.mappings.converters.sm3 import BLOCK, sm3

DigestName: TypeAlias = Literal["md5", "sha1", "sha256", "sm3"]
DIGESTS: Final[tuple[str, ...]] = get_args(DigestName)


def digest(name: str, data: bytes, key: bytes | None = None) -> bytes:
    """The digest of `data` by the function `name`, one of `DIGESTS`; its HMAC (RFC 2104) with `key`, if there is one.

    >>> digest("md5", b"").hex(), digest("sha1", b"data", b"key").hex()[:12]
    ('d41d8cd98f00b204e9800998ecf8427e', '104152c5bfdc')
    """
    if name == "sm3" and not _OPENSSL_HAS_SM3:
        return sm3(data) if key is None else _hmac_sm3(key, data)
    if key is None:
        return hashlib.new(name, data, usedforsecurity=False).digest()
    return hmac.digest(key, data, name)


def _has_sm3() -> bool:
    try:
        hashlib.new("sm3", b"")
    except ValueError:
        return False
    return True


_OPENSSL_HAS_SM3: Final = _has_sm3()


def _hmac_sm3(key: bytes, data: bytes) -> bytes:
    padded = (sm3(key) if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    inner = sm3(bytes(each ^ 0x36 for each in padded) + data)
    return sm3(bytes(each ^ 0x5C for each in padded) + inner)
