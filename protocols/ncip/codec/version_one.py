"""From the model to the elements of version 1: other names, Scheme and Value, and what came later left out.

An identifier has an agency there.  Where the model has none, the identifier is one of the responder's, as version 2
takes it to be, and so the header says whose it is.
"""

from collections.abc import Iterator
from typing import Final

from softdock.protocols.ncip.contents import MODELS_1
from softdock.protocols.ncip.grammar import leaves
from softdock.protocols.ncip.message import Element, Message
from softdock.protocols.ncip.tables.elements import CODED
from softdock.protocols.ncip.tables.levels import has
from softdock.protocols.ncip.tables.lists import SCHEMES
from softdock.protocols.ncip.tables.problem_types import MESSAGING, ProblemType, scheme_of
from softdock.protocols.ncip.tables.services import OF_RESPONSE
from softdock.protocols.ncip.tables.version_one import (
    NO_SCHEME,
    UNIQUE,
    VISIBLE,
    VISIBLE_PARTS,
    WITH_AGENCY,
)

_HELD: Final = {parent: {leaf.name for leaf in leaves(model)} for parent, model in MODELS_1.items()}
_TAKES_VISIBLE: Final = frozenset(
    (parent, name) for parent, held in _HELD.items() for name in VISIBLE if VISIBLE[name] in held
)
"""Where an identifier may be a visible one."""
_TAKES_NO_OTHER: Final = frozenset(
    (parent, name) for parent, name in _TAKES_VISIBLE if UNIQUE[name] not in _HELD[parent]
)
_MESSAGING: Final = frozenset(each.value for each in MESSAGING)
_PROBLEM_TYPES: Final = {each.value: each for each in ProblemType}
_IN_TRANSACTION: Final = frozenset(leaf.name for leaf in leaves(MODELS_1["UserTransaction"]))


def in_version_1(message: Message) -> list[Element]:
    """What `message` holds, as version 1 has it."""
    conversion = _Conversion(message)
    return [conversion.converted(each) for each in message.elements[:1]]


class _Conversion:
    """What is the same all through one message."""

    def __init__(self, message: Message) -> None:
        body = message.body
        service = OF_RESPONSE.get(body.name)
        self.service = service.name if service else ""
        self.level = message.form.level
        header = ("ResponseHeader", "FromAgencyId") if service else ("InitiationHeader", "ToAgencyId")
        self.agency = body.at(*header, "AgencyId")
        """Whose the identifiers are of which that is not said."""

    def converted(self, element: Element) -> Element:
        """`element` and all below it."""
        name = element.name
        if name == "Problem":
            return self.problem(element)
        if name in CODED:
            return self.pair(
                UNIQUE.get(name, name), element.text, element.scheme or SCHEMES.get(name, NO_SCHEME)
            )
        converted = Element(UNIQUE.get(name, name), element.text, "", list(self.children(element)))
        if name in WITH_AGENCY and self.agency and not element.has("AgencyId"):
            converted.children.insert(0, self.converted(self.agency))
        if name == "LookupUserResponse":
            _wrap_transaction(converted)
        return converted

    def children(self, element: Element) -> Iterator[Element]:
        """Those that version 1 knows, converted.  Of several problems it tells one."""
        told = False
        for each in element.children:
            if not has(self.level, element.name, each.name) or (told and each.name == "Problem"):
                continue
            told = told or each.name == "Problem"
            place = (element.name, each.name)
            if place in _TAKES_VISIBLE and each.has(each.name.removesuffix("Id") + "IdentifierType"):
                yield self.visible(each)
            elif place not in _TAKES_NO_OTHER:
                yield self.converted(each)

    def visible(self, identifier: Element) -> Element:
        """An identifier that has a type."""
        agency = identifier.first("AgencyId")
        children = [self.converted(agency)] if agency else []
        for name, visible in VISIBLE_PARTS.items():
            part = identifier.first(name)
            if part and part.name in CODED:
                children.append(self.pair(visible, part.text, part.scheme or SCHEMES.get(name, NO_SCHEME)))
            elif part:
                children.append(Element(visible, part.text))
        return Element(VISIBLE[identifier.name], children=children)

    def problem(self, problem: Element) -> Element:
        """Why not, without the sentence for people: version 1 has no place for it."""
        kind = problem.value("ProblemType")
        error = "MessagingError" if kind in _MESSAGING else "ProcessingError"
        known = _PROBLEM_TYPES.get(kind)
        given = problem.first("ProblemType")
        customary = scheme_of(known, self.service) if known else NO_SCHEME
        children = [self.pair(error + "Type", kind, (given.scheme if given else "") or customary)]
        if problem.value("ProblemElement"):
            name = problem.value("ProblemElement")
            about = [Element("ElementName", UNIQUE.get(name, name))]
            if problem.value("ProblemValue"):
                about.append(Element(error + "Value", problem.value("ProblemValue")))
            children.append(Element(error + "Element", children=about))
        return Element("Problem", children=[Element(error, children=children)])

    def pair(self, name: str, value: str, scheme: str) -> Element:
        """A coded value."""
        return Element(name, children=[Element("Scheme", scheme), Element("Value", value)])


def _wrap_transaction(response: Element) -> None:
    """Put loans, requests and account of a LookupUserResponse where version 1 has them."""
    inside = [each for each in response.children if each.name in _IN_TRANSACTION]
    if inside:
        rest = [each for each in response.children if each.name not in _IN_TRANSACTION]
        response.children = [*rest, Element("UserTransaction", children=inside)]
