"""Where a long answer goes on (NextItemToken).

A token tells the place, and by a digest to which request it belongs; nothing has to be kept for it, so that any process
can go on with what another began.  Whoever makes one up gets no more than by asking for the place.
"""

import re
from hashlib import blake2b
from typing import Final, NamedTuple

from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.problems import P, trouble
from softdock.protocols.ncip.north.talk import Talk

_SHAPE: Final = re.compile(r"([0-9a-f]{1,6})-([0-9a-f]{1,6})-([0-9a-f]{16})", re.ASCII)


class Place(NamedTuple):
    """Before which part of the answer a page begins: of which thing that is asked for, and of which copy of it."""

    asked: int = 0
    copy: int = 0


def token_for(talk: Talk, place: Place, asked: list[Element]) -> Element:
    """NextItemToken, for whoever repeats the request."""
    return Element("NextItemToken", f"{place.asked:x}-{place.copy:x}-{_digest(talk, asked)}")


def place_in(talk: Talk, asked: list[Element]) -> Place:
    """Where the request wants the answer to go on; raises Trouble for a token that is not one of its own."""
    token = talk.request.value("NextItemToken")
    if not token:
        return Place()
    found = _SHAPE.fullmatch(token)
    if found is None or found[3] != _digest(talk, asked) or int(found[1], 16) >= len(asked):
        raise trouble(
            P.ELEMENT_RULE_VIOLATED, "This token belongs to no such request.", "NextItemToken", token[:128]
        )
    return Place(int(found[1], 16), int(found[2], 16))


def _digest(talk: Talk, asked: list[Element]) -> str:
    """Of who asks, and of what is asked for; not of how much of it at a time."""
    digest = blake2b(digest_size=8, key=talk.account.name.encode()[:64])
    for each in asked:
        for part in each.walk():
            digest.update(
                f"{len(part.name)} {len(part.text)} {part.name}{part.text}".encode(errors="replace")
            )
    return digest.hexdigest()
