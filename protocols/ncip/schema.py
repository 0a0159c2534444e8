"""Schemas made of the tables, so that an answer is held to what the tables say by libxml2 before it leaves.

They are trees of XML Schema 1.0, compiled once when they are first asked for.  That of version 2 takes what the
official one of 2.02 takes, and LookupVersion beside it, which the official one does not declare.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

from lxml import etree

from softdock.protocols.ncip.contents import MODELS, NAMES
from softdock.protocols.ncip.grammar import Choice, Name, Part
from softdock.protocols.ncip.tables.elements import CODED, FLAGS, MOMENTS, NUMBERS
from softdock.protocols.ncip.tables.services import SERVICES

NAMESPACE: Final = "http://www.niso.org/2008/ncip"
"""Of all versions 2."""

_XS: Final = "{http://www.w3.org/2001/XMLSchema}"
_NUMBER_TYPES: Final[Mapping[int | None, str]] = {
    None: "xs:integer",
    0: "xs:nonNegativeInteger",
    1: "xs:positiveInteger",
}


def source_2() -> etree._Element:
    """The schema of version 2, as a tree."""
    schema = etree.Element(
        _XS + "schema",
        {
            "targetNamespace": NAMESPACE,
            "elementFormDefault": "qualified",
            "attributeFormDefault": "qualified",
        },
        nsmap={"xs": _XS[1:-1], None: NAMESPACE},
    )
    coded = etree.SubElement(schema, _XS + "complexType", {"name": "SchemeValuePair"})
    text = etree.SubElement(
        etree.SubElement(coded, _XS + "simpleContent"), _XS + "extension", {"base": "xs:string"}
    )
    etree.SubElement(text, _XS + "attribute", {"name": "Scheme", "type": "xs:anyURI"})

    services = [each for each in SERVICES.values() if each.until >= (2, 0)]
    messages = tuple(Name(name) for each in services for name in (each.name, each.response))
    root = _holding(schema, "NCIPMessage", Choice((*messages, Name("Problem", many=True), Name("Ext"))))
    etree.SubElement(root, _XS + "attribute", {"name": "version", "type": "xs:string", "use": "required"})
    anything = etree.SubElement(_complex(schema, "Ext"), _XS + "sequence")
    etree.SubElement(anything, _XS + "any", {"minOccurs": "0", "maxOccurs": "unbounded"})

    gone = {name for each in SERVICES.values() if each not in services for name in (each.name, each.response)}
    for name in sorted(NAMES - gone - {"Ext"}):
        if name in MODELS:
            _holding(schema, name, MODELS[name])
        elif name in FLAGS:
            _complex(schema, name)
        else:
            kind = "SchemeValuePair" if name in CODED else simple_type(name)
            etree.SubElement(schema, _XS + "element", {"name": name, "type": kind})
    return schema


@cache
def schema_2() -> etree.XMLSchema:
    """What every message of version 2 is held to."""
    return etree.XMLSchema(source_2())


def simple_type(name: str) -> str:
    """The type of an element that holds text and nothing else."""
    if name in MOMENTS:
        return "xs:dateTime"
    return _NUMBER_TYPES[NUMBERS[name]] if name in NUMBERS else "xs:string"


def _complex(schema: etree._Element, name: str) -> etree._Element:
    """The declaration of an element that is more than text; empty so far."""
    element = etree.SubElement(schema, _XS + "element", {"name": name})
    return etree.SubElement(element, _XS + "complexType")


def _holding(schema: etree._Element, name: str, model: Part) -> etree._Element:
    """The declaration of an element that holds others."""
    kind = _complex(schema, name)
    _add(kind if not isinstance(model, Name) else etree.SubElement(kind, _XS + "sequence"), model)
    return kind


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
