"""How version 1 (2002, and 1.01 of 2004) names what version 2 has.  Part 1 of the standard, history of the schema."""

from collections.abc import Mapping
from typing import Final

UNIQUE: Final[Mapping[str, str]] = {
    name: "Unique" + name for name in ("AgencyId", "BibliographicId", "ItemId", "RequestId", "UserId")
}
"""Identifiers, by their names in version 2."""

VISIBLE: Final[Mapping[str, str]] = {"ItemId": "VisibleItemId", "UserId": "VisibleUserId"}
"""Those that may also be what is printed on a card or a copy; version 2 has a type of identifier instead."""

VISIBLE_PARTS: Final[Mapping[str, str]] = {
    "ItemIdentifierType": "VisibleItemIdentifierType",
    "ItemIdentifierValue": "VisibleItemIdentifier",
    "UserIdentifierType": "VisibleUserIdentifierType",
    "UserIdentifierValue": "VisibleUserIdentifier",
}
"""What is in them."""

RENAMED: Final[Mapping[str, str]] = {
    old: new for names in (UNIQUE, VISIBLE, VISIBLE_PARTS) for new, old in names.items()
}
"""All of these, from version 1 to version 2."""
