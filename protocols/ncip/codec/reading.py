"""From a tree to the model: by name, whatever the order, the prefixes and the version.

What is read alike is written in several ways by those who send it (Z39.83-1 allows one): attributes and elements in
the namespace or in none, coded values as text or as Scheme and Value, identifiers with the names of version 1.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from softdock.protocols.ncip.codec.documents import MOST_DEPTH, MOST_TEXT, NotXml, root_of
from softdock.protocols.ncip.codec.errors import Unreadable
from softdock.protocols.ncip.codec.forms import ROOTS, form_of, guessed
from softdock.protocols.ncip.codec.schemes import uri_of
from softdock.protocols.ncip.contents import NAMES
from softdock.protocols.ncip.message import Element, Message
from softdock.protocols.ncip.schema import NAMESPACE
from softdock.protocols.ncip.tables.elements import CODED
from softdock.protocols.ncip.tables.problem_types import ProblemType
from softdock.protocols.ncip.tables.services import OF_RESPONSE, SERVICES
from softdock.protocols.ncip.tables.version_one import NO_SCHEME, RENAMED, UNIQUE

_QUALIFIED: Final = f"{{{NAMESPACE}}}"
_KNOWN: Final = {
    prefix + written: name
    for prefix in (_QUALIFIED, "")
    for written, name in {**{name: name for name in (*NAMES, "Scheme", "Value")}, **RENAMED}.items()
}
"""Names as trees have them, and those of the model."""

_DTD_1: Final = "NCIP DTD Version 1"
_UNIQUE: Final = tuple(UNIQUE.values())
_OURS: Final = re.compile(r"niso\.org.*ncip", re.IGNORECASE)
"""Namespaces that were meant to be that of NCIP."""


def read(data: bytes, charset: str = "") -> Message:
    """The message in `data`, whose HTTP header named `charset`.  Raises Unreadable."""
    form = None
    try:
        root, document_type = root_of(data, charset)
        namespace, name = _split(str(root.tag))
        if name not in ROOTS:
            raise NotXml("The root is not NCIPMessage.")
        looks_like_1 = not namespace and (
            _DTD_1 in document_type or next(root.iter(*_UNIQUE), None) is not None
        )
        form = form_of(_attribute(root, "version"), name, namespace, looks_like_1)
        return Message(form, _messages([_element(child, 1) for child in root]))
    except NotXml as wrong:
        syntax = ProblemType.INVALID_MESSAGE_SYNTAX_ERROR.value
        raise Unreadable(form or guessed(data), syntax, str(wrong)) from None


def _messages(children: list[Element]) -> list[Element]:
    """What the root is there for: one message, or problems, or else what nobody knows."""
    messages = [each for each in children if each.name in SERVICES or each.name in OF_RESPONSE]
    if len(messages) > 1:
        raise NotXml("There is more than one message in the root.")
    problems = [each for each in children if each.name == "Problem"]
    found = messages or problems or children[:1]
    if not found:
        raise NotXml("There is no message in the root.")
    return found


def _element(node: etree._Element, depth: int) -> Element:
    """What stands in `node`; text beside elements is not read."""
    tag = node.tag
    assert isinstance(tag, str)
    name = _KNOWN.get(tag) or _name(tag)
    if len(node):
        if depth > MOST_DEPTH:
            raise NotXml("The elements are nested too deep.")
        element = Element(name, "", "", [_element(child, depth + 1) for child in node])
        fold = _FOLDED.get(name)
        return fold(element) if fold else element
    text = node.text
    if not text:
        return Element(name)
    if len(text) > MOST_TEXT:
        raise NotXml("A value is too long.")
    return Element(name, text.strip(), uri_of(_attribute(node, "Scheme")) if name in CODED else "")


def _name(tag: str) -> str:
    """The name, in the model, of an element that is not written as most are."""
    namespace, name = _split(tag)
    return RENAMED.get(name, name) if namespace in {"", NAMESPACE} else tag


def _split(tag: str) -> tuple[str, str]:
    """Namespace and name.  A namespace that only resembles that of NCIP is taken for it."""
    if not tag.startswith("{"):
        return "", tag
    namespace, _, name = tag[1:].partition("}")
    return (NAMESPACE if _OURS.search(namespace) else namespace), name


def _attribute(node: etree._Element, name: str) -> str:
    """An attribute, in whatever namespace; "" where there is none."""
    value = node.get(_QUALIFIED + name)
    if value is None:
        for key, each in node.items():
            if str(key).rpartition("}")[2] == name:
                value = each
    return value.strip() if value else ""


# --- what version 1 wraps -----------------------------------------------------------------------------


def _pair(element: Element) -> Element:
    """A coded value of version 1."""
    scheme = uri_of(element.value("Scheme"))
    return Element(element.name, element.value("Value"), "" if scheme == NO_SCHEME else scheme)


def _unwrapped(element: Element) -> Element:
    """LookupUserResponse, where version 1 keeps loans, requests and account in UserTransaction."""
    children: list[Element] = []
    for each in element.children:
        children.extend(each.children if each.name == "UserTransaction" else (each,))
    element.children = children
    return element


def _without_header(element: Element) -> Element:
    """LookupVersion, which names its agencies itself; some wrap them in a header, as all other messages do."""
    header = element.first("InitiationHeader")
    if header is not None:
        element.children = [each for each in header.children if element.first(each.name) is None] + [
            each for each in element.children if each is not header
        ]
    return element


def _error(element: Element) -> Element:
    """ProcessingError or MessagingError as Problem: its type, and the innermost element that it names."""
    kind = element.first(element.name + "Type")
    children = [] if kind is None else [_pair(Element("ProblemType", children=kind.children))]
    at = element
    while True:
        deeper = at.first(element.name + "Element")
        if deeper is None:
            break
        at = deeper
    if at.has("ElementName"):
        name = at.value("ElementName")
        children.append(Element("ProblemElement", RENAMED.get(name, name)))
        if at.has(element.name + "Value"):
            children.append(Element("ProblemValue", at.value(element.name + "Value")))
    return Element("Problem", children=children)


def _problem(element: Element) -> Element:
    """Problem, in which version 1 has an error and nothing else."""
    return element.first("Problem") or element


_FOLDED: Final[Mapping[str, Callable[[Element], Element]]] = {
    **dict.fromkeys(CODED, _pair),
    "LookupUserResponse": _unwrapped,
    "LookupVersion": _without_header,
    "MessagingError": _error,
    "ProcessingError": _error,
    "Problem": _problem,
}
