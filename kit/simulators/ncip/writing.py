"""From nodes to bytes, in a manner."""

from collections.abc import Mapping, Sequence
from typing import Final

from lxml import etree

from softdock.kit.simulators.ncip.manners import V2_02, Manner
from softdock.kit.simulators.ncip.nodes import Node, holding
from softdock.kit.simulators.ncip.reading import NAMESPACE, ROOTS, Request

_CODED: Final = frozenset(
    """
    AgencyElementType AgencyId AgencyUserPrivilegeType ApplicationProfileSupportedType ApplicationProfileType
    AuthenticationDataFormatType AuthenticationInputType AuthenticationPromptType BibliographicItemIdentifierCode
    BibliographicRecordIdentifierCode BlockOrTrapType CirculationStatus CurrencyCode ElectronicAddressType
    FiscalActionType FiscalTransactionType FromSystemId ItemIdentifierType ItemUseRestrictionType LocationType MediumType
    OrganizationNameType PhysicalAddressType PickupLocation ProblemType RequestIdentifierType RequestScopeType
    RequestStatusType RequestType SecurityMarker ToSystemId UnstructuredAddressType UserAddressRoleType
    UserIdentifierType UserLanguage UserPrivilegeStatusType
    """.split()
)
"""Elements whose text is a word of a list."""

_PRIVATE: Final = frozenset({"AgencyId", "FromSystemId", "PickupLocation", "ToSystemId"})
"""Whose list is the library's own."""

_UNIQUE: Final = frozenset({"AgencyId", "BibliographicId", "ItemId", "RequestId", "UserId"})
_LATER: Final = frozenset(
    {"ItemIdentifierType", "PickupLocation", "RequestIdentifierType", "UserIdentifierType"}
)
"""Elements that came with version 2."""
_LATER_IN: Final[Mapping[str, frozenset[str]]] = {
    "LoanedItem": frozenset({"MediumType", "Title"}),
    "RequestedItem": frozenset({"MediumType", "Title"}),
    "RoutingInformation": frozenset({"NameInformation"}),
}
"""Elements that were there before, but not in these."""
_TRANSACTION: Final = (
    "UserFiscalAccount", "LoanedItemsCount", "LoanedItem", "RequestedItemsCount", "RequestedItem"
)  # fmt: skip
_MESSAGING: Final = frozenset(
    {"Invalid Message Syntax Error", "Protocol Error", "Unknown Element", "Unknown Service"}
)

_DOCTYPE: Final = '<!DOCTYPE {} PUBLIC "-//NISO//NCIP DTD Version 1.01//EN" "{}">'


def write(manner: Manner, messages: Sequence[Node], request: Request | None, library: str) -> bytes:
    """The document that answers `request`, or what could not be read as one."""
    root = ROOTS[0] if request is None else request.root
    version = manner.version or (request.version if request is not None and request.version else V2_02)
    if manner.is_version_1:
        messages = list(map(_Version1(library).shaped, messages))
        element = etree.Element(root, {"version": version})
        qualified = scheme = ""
    else:
        qualified = f"{{{NAMESPACE}}}"
        scheme = "" if manner.has_bare_attributes else qualified
        names = {manner.prefix or None: NAMESPACE}
        element = etree.Element(qualified + root, {f"{scheme}version": version}, nsmap=names)
    for message in messages:
        _put(element, message, qualified, f"{scheme}Scheme" if manner.tells_schemes else "")
    text = etree.tostring(element, encoding="unicode")
    head = f'<?xml version="1.0" encoding="{manner.charset}"?>'
    if manner.is_version_1:
        head += "\n" + _DOCTYPE.format(root, version)
    return f"{head}\n{text}\n".encode()


def _put(parent: etree._Element, node: Node, qualified: str, scheme: str) -> None:
    made = etree.SubElement(parent, qualified + node.name)
    if scheme and node.name in _CODED:
        made.set(scheme, scheme_of(node.name))
    made.text = node.text or None
    for each in node.children:
        _put(made, each, qualified, scheme)


def scheme_of(name: str) -> str:
    """The list that the words of this element are of."""
    if name in _PRIVATE:
        return "http://library.test/schemes/own.scm"
    word = name.lower()
    return f"http://www.niso.org/ncip/v1_0/imp1/schemes/{word}/{word}.scm"


class _Version1:
    """Gives messages the shape that version 1 has for them."""

    def __init__(self, library: str) -> None:
        self._library = library
        """Whose ids are meant where none says so."""

    def shaped(self, node: Node) -> Node:
        """`node` with the names of version 1, and pairs for coded values."""
        if node.name == "Problem":
            return self._problem(node)
        name = f"Unique{node.name}" if node.name in _UNIQUE else node.name
        if node.name in _CODED:
            return _pair(name, node.text)
        gone = _LATER | _LATER_IN.get(node.name, frozenset())
        children = [self.shaped(each) for each in node.children if each.name not in gone]
        if node.name in {"ItemId", "RequestId", "UserId"} and not node.has("AgencyId"):
            children.insert(0, _pair("UniqueAgencyId", self._library))
        if node.name == "LookupUserResponse":
            children = _with_transaction(children)
        return Node(name, node.text, children)

    def _problem(self, node: Node) -> Node:
        kind = "MessagingError" if node.value("ProblemType") in _MESSAGING else "ProcessingError"
        element = None
        if at := node.value("ProblemElement"):
            value = node.first("ProblemValue")
            element = holding(
                f"{kind}Element",
                Node("ElementName", at),
                None if value is None else Node(f"{kind}Value", value.text),
            )
        return holding("Problem", holding(kind, _pair(f"{kind}Type", node.value("ProblemType")), element))


def _pair(name: str, value: str) -> Node:
    plain = name.removeprefix("Unique")
    return Node(name, children=[Node("Scheme", scheme_of(plain)), Node("Value", value)])


def _with_transaction(children: list[Node]) -> list[Node]:
    """Loans, requests and the account have a wrapper."""
    inside = [each for each in children if each.name in _TRANSACTION]
    if not inside:
        return children
    others = [each for each in children if each.name not in _TRANSACTION]
    place = next((at for at, each in enumerate(others) if each.name == "UserOptionalFields"), len(others))
    return [*others[:place], Node("UserTransaction", children=inside), *others[place:]]
