"""From bytes to nodes: by name, whatever the order, the prefixes and the version.

Nothing is fetched and nothing is expanded: a document that declares entities is refused, and so is one that nests deeper
than any message.
"""

import re
from dataclasses import dataclass
from typing import Final

from lxml import etree

from softdock.kit.simulators.ncip.nodes import Node

NAMESPACE: Final = "http://www.niso.org/2008/ncip"
ROOTS: Final = ("NCIPMessage", "NCIPVersionMessage")

MOST_DEPTH: Final = 40

_NAMES_1: Final = {
    "UniqueAgencyId": "AgencyId",
    "UniqueBibliographicId": "BibliographicId",
    "UniqueItemId": "ItemId",
    "UniqueRequestId": "RequestId",
    "UniqueUserId": "UserId",
    "VisibleItemId": "ItemId",
    "VisibleItemIdentifier": "ItemIdentifierValue",
    "VisibleItemIdentifierType": "ItemIdentifierType",
    "VisibleUserId": "UserId",
    "VisibleUserIdentifier": "UserIdentifierValue",
    "VisibleUserIdentifierType": "UserIdentifierType",
}
"""Names of version 1, with those of version 2."""

_LEVEL: Final = re.compile(r"v(\d)_(\d+)(?!.*v\d_)", re.DOTALL)
"""The last that the attribute `version` says of itself: the folder in its path may be that of an older one."""


class NotNcip(Exception):
    """The bytes are no message.  Says why, without a value of it."""


@dataclass(frozen=True, slots=True)
class Request:
    """An initiation message."""

    service: Node
    root: str = ROOTS[0]
    version: str = ""
    """The attribute, as it was sent."""
    level: tuple[int, int] = (2, 2)
    """(1, 1) for 1.01, (2, 2) for 2.02; the latest for one that does not say."""

    @property
    def is_version_1(self) -> bool:
        """Whether the names are those of version 1."""
        return self.level[0] == 1


def read(body: bytes) -> Request:
    """The message in `body`.  Raises NotNcip."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body.lstrip(b" \t\r\n"), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise NotNcip("not well-formed") from None
    document = root.getroottree().docinfo
    declared = document.internalDTD
    if declared is not None and next(iter(declared.iterentities()), None) is not None:
        raise NotNcip("declares entities")
    name = _local(root)
    if name not in ROOTS:
        raise NotNcip("not an NCIPMessage")
    services = [each for each in root if isinstance(each.tag, str)]
    if len(services) != 1:
        raise NotNcip("not one message")
    version = next((value for key, value in root.items() if key.rpartition("}")[2] == "version"), "").strip()
    old = "NCIP DTD Version 1" in (document.public_id or "") or name != ROOTS[0]
    return Request(_node(services[0], 1), name, version, level_of(version, (1, 1) if old else (2, 2)))


def level_of(version: str, otherwise: tuple[int, int]) -> tuple[int, int]:
    """What the attribute `version` says of itself; `otherwise` for one that says nothing."""
    found = _LEVEL.search(version)
    return otherwise if found is None else (int(found[1]), int(found[2]))


def _local(element: etree._Element) -> str:
    tag = element.tag
    return etree.QName(tag).localname if isinstance(tag, str) else ""


def _node(element: etree._Element, depth: int) -> Node:
    if depth > MOST_DEPTH:
        raise NotNcip("nested too deep")
    name = _local(element)
    children = [_node(each, depth + 1) for each in element if isinstance(each.tag, str)]
    if [each.name for each in children] == ["Scheme", "Value"]:
        return Node(_NAMES_1.get(name, name), children[1].text)
    return Node(_NAMES_1.get(name, name), "" if children else (element.text or "").strip(), children)
