"""SM3 of GB/T 32905-2016, for a Python whose OpenSSL was built without it.  Slow: for signatures, not for files."""

import struct
from typing import Final

_START: Final = (
    0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
)  # fmt: skip
_MASK: Final = 0xFFFFFFFF
BLOCK: Final = 64
"""Bytes that are taken in at once."""


def sm3(data: bytes) -> bytes:
    """The 32 bytes of the digest.

    >>> sm3(b"abc").hex()[:16]
    '66c7f0f462eeedd9'
    """
    padded = data + b"\x80" + bytes(-(len(data) + 9) % BLOCK) + struct.pack(">Q", len(data) * 8)
    state: tuple[int, ...] = _START
    for at in range(0, len(padded), BLOCK):
        state = _compressed(state, struct.unpack(">16L", padded[at : at + BLOCK]))
    return struct.pack(">8L", *state)


def _turned(word: int, by: int) -> int:
    by %= 32
    return (word << by | word >> (32 - by)) & _MASK


def _compressed(state: tuple[int, ...], block: tuple[int, ...]) -> tuple[int, ...]:
    """Clause 5.3: the block is extended to 68 words, and 64 rounds mix it into the state."""
    words = list(block)
    for at in range(16, 68):
        mixed = words[at - 16] ^ words[at - 9] ^ _turned(words[at - 3], 15)
        mixed ^= _turned(mixed, 15) ^ _turned(mixed, 23)
        words.append(mixed ^ _turned(words[at - 13], 7) ^ words[at - 6])
    a, b, c, d, e, f, g, h = state
    for at in range(64):
        early = at < 16
        constant = _turned(0x79CC4519 if early else 0x7A879D8A, at)
        first = _turned((_turned(a, 12) + e + constant) & _MASK, 7)
        second = first ^ _turned(a, 12)
        chosen = a ^ b ^ c if early else a & b | a & c | b & c
        picked = e ^ f ^ g if early else e & f | ~e & g
        third = (chosen + d + second + (words[at] ^ words[at + 4])) & _MASK
        fourth = (picked + h + first + words[at]) & _MASK
        a, b, c, d = third, a, _turned(b, 9), c
        e, f, g, h = fourth ^ _turned(fourth, 9) ^ _turned(fourth, 17), e, _turned(f, 19), g
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True))
