"""Schemas made of the tables, so that an answer is held to what the tables say by libxml2 before it leaves.

They are trees of XML Schema 1.0, compiled once when they are first asked for.  That of version 2 takes what the
official one of 2.02 takes, and beside it LookupVersion, which the official one does not declare.  That of version 1
says in the same language what its document type said, and more: what a date is, and a number.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from lxml import etree

from softdock.protocols.ncip.contents import MODELS, MODELS_1
from softdock.protocols.ncip.grammar import Choice, Name, Part, leaves, parsed
from softdock.protocols.ncip.message import Family
from softdock.protocols.ncip.tables import version_one
from softdock.protocols.ncip.tables.elements import CODED, FLAGS, MOMENTS, NUMBERS
from softdock.protocols.ncip.tables.services import SERVICES, Service

NAMESPACE: Final = "http://www.niso.org/2008/ncip"
"""Of all versions 2."""

_XS: Final = "{http://www.w3.org/2001/XMLSchema}"
_NUMBER_TYPES: Final[Mapping[int | None, str]] = {
    None: "xs:integer",
    0: "xs:nonNegativeInteger",
    1: "xs:positiveInteger",
}
_PAIR: Final = "SchemeValuePair"
_VERSION_MESSAGE: Final = parsed("(LookupVersion | LookupVersionResponse)")


@cache
def schema(family: Family) -> etree.XMLSchema:
    """What every message of `family` is held to."""
    return etree.XMLSchema(source(family))


def source(family: Family) -> etree._Element:
    """The schema of `family`, as a tree."""
    return _source_2() if family is Family.V2 else _source_1()


def _source_2() -> etree._Element:
    root = etree.Element(_XS + "schema", nsmap={"xs": _XS[1:-1], None: NAMESPACE})
    root.set("targetNamespace", NAMESPACE)
    root.set("elementFormDefault", "qualified")
    root.set("attributeFormDefault", "qualified")
    pair = etree.SubElement(root, _XS + "complexType", {"name": _PAIR})
    content = etree.SubElement(pair, _XS + "simpleContent")
    text = etree.SubElement(content, _XS + "extension", {"base": "xs:string"})
    etree.SubElement(text, _XS + "attribute", {"name": "Scheme", "type": "xs:anyURI"})
    anything = etree.SubElement(_complex(root, "Ext"), _XS + "sequence")
    etree.SubElement(anything, _XS + "any", {"minOccurs": "0", "maxOccurs": "unbounded"})

    services = [each for each in SERVICES.values() if each.until >= (2, 0)]
    _declare_roots(root, services, Name("Problem", many=True), Name("Ext"))
    gone = {name for each in SERVICES.values() if each not in services for name in (each.name, each.response)}
    models = {name: model for name, model in MODELS.items() if name not in gone}
    _declare(root, models, CODED, declared={"Ext"})
    return root


def _source_1() -> etree._Element:
    root = etree.Element(_XS + "schema", nsmap={"xs": _XS[1:-1]})
    _holding(etree.SubElement(root, _XS + "complexType", {"name": _PAIR}), parsed("Scheme, Value"))
    _declare_roots(root, SERVICES.values(), Name("Problem"))
    coded = CODED | version_one.CODED
    _declare(root, MODELS_1, coded, declared=set())
    for name in ("Scheme", "Value"):
        etree.SubElement(root, _XS + "element", {"name": name, "type": "xs:string"})
    return root


def _declare_roots(schema: etree._Element, services: Iterable[Service], *others: Name) -> None:
    """Declare what a message stands in."""
    messages = (Name(name) for each in services for name in (each.name, each.response))
    for name, model in (
        ("NCIPMessage", Choice((*messages, *others))),
        ("NCIPVersionMessage", _VERSION_MESSAGE),
    ):
        kind = _complex(schema, name)
        _holding(kind, model)
        etree.SubElement(kind, _XS + "attribute", {"name": "version", "type": "xs:string", "use": "required"})


def _declare(
    schema: etree._Element, models: Mapping[str, Part], coded: frozenset[str], declared: set[str]
) -> None:
    """Declare all elements of `models`, and what these hold, but what was declared before."""
    held = {leaf.name for model in models.values() for leaf in leaves(model)}
    for name in sorted((held | set(models)) - declared):
        if name in models:
            _holding(_complex(schema, name), models[name])
        elif name in FLAGS:
            _complex(schema, name)
        else:
            kind = _PAIR if name in coded else _simple_type(name)
            etree.SubElement(schema, _XS + "element", {"name": name, "type": kind})


def _simple_type(name: str) -> str:
    """The type of an element that holds text and nothing else."""
    if name in MOMENTS:
        return "xs:dateTime"
    return _NUMBER_TYPES[NUMBERS[name]] if name in NUMBERS else "xs:string"


def _complex(schema: etree._Element, name: str) -> etree._Element:
    """The declaration of an element that is more than text; empty so far."""
    element = etree.SubElement(schema, _XS + "element", {"name": name})
    return etree.SubElement(element, _XS + "complexType")


def _holding(kind: etree._Element, model: Part) -> None:
    """Let the type `kind` hold what `model` says."""
    _add(etree.SubElement(kind, _XS + "sequence") if isinstance(model, Name) else kind, model)


def _add(parent: etree._Element, part: Part) -> None:
    """Put `part` of a content model below `parent`."""
    occurrences = {} if part.least else {"minOccurs": "0"}
    if part.many:
        occurrences["maxOccurs"] = "unbounded"
    if isinstance(part, Name):
        etree.SubElement(parent, _XS + "element", {"ref": part.name} | occurrences)
        return
    group = etree.SubElement(
        parent, _XS + ("choice" if isinstance(part, Choice) else "sequence"), occurrences
    )
    for each in part.parts:
        _add(group, each)
