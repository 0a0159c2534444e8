"""How a document was written, told from its root: family, version and level (Z39.83-1, version of the message)."""

import re
from functools import lru_cache
from typing import Final

from softdock.protocols.ncip.message import FORM_2_02, Family, Form
from softdock.protocols.ncip.schema import NAMESPACE
from softdock.protocols.ncip.tables.version_one import VERSION_1

ROOTS: Final = ("NCIPMessage", "NCIPVersionMessage")

_LONGEST: Final = 200
_V: Final = re.compile(r"v(?:ersion)?[ _]?([12])(?:[._]0*([0-9]))?", re.IGNORECASE)
_BARE: Final = re.compile(r"\s*([12])(?:\.0*([0-9]))?")
_NEWEST_OF_NAME: Final = re.compile(r"ncip_v([12])_0?([0-9])", re.IGNORECASE)
"""The name of the file tells most: the folders of 2.01 are those of 2.0."""


@lru_cache(maxsize=64)
def form_of(version: str, root: str, namespace: str, looks_like_1: bool) -> Form:
    """The form of a document whose root says `version`.

    Without a namespace the version tells the family, and where it tells nothing, what the document looks like.
    A version that nobody knows is answered as it came, by all that 2.02 has.
    """
    version = version[:_LONGEST]
    found = _NEWEST_OF_NAME.search(version) or _V.search(version) or _BARE.match(version)
    if namespace == NAMESPACE:
        first = "2"
    elif found:
        first = found[1]
    else:
        first = "1" if looks_like_1 else "2"
    later = int(found[2] or 0) if found and found[1] == first else None
    if first == "1":
        return Form(Family.V1, version or VERSION_1, (1, min(later or 0, 1)), root)
    if not version:
        return Form(Family.V2, FORM_2_02.version, FORM_2_02.level, root)
    return Form(Family.V2, version, (2, 2 if later is None else min(later, 2)), root)


_ATTRIBUTE: Final = re.compile(rb"""version\s*=\s*["']([^"'<>&]{1,200})["']""")


def guessed(data: bytes) -> Form:
    """The form of what could not be read, as far as its first bytes tell it."""
    start = data[:2000].replace(b"\0", b"").replace(b"<?xml version", b"")
    found = _ATTRIBUTE.search(start)
    version = found[1].decode("ascii", "ignore") if found else ""
    namespace = NAMESPACE if NAMESPACE.encode() in start else ""
    if "ncip" not in version.lower():
        version = ""
    return form_of(version, ROOTS[0], namespace, b"NCIP DTD Version 1" in start)
