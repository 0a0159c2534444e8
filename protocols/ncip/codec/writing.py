"""From the model to bytes, validated: in the form of the message, in the order of the standard.

The text is put together here, because a tree of libxml2 made from Python costs more than all the rest; then one call
parses and validates it, so that nothing leaves that a partner's parser would refuse.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from lxml import etree

from softdock.protocols.ncip.codec.errors import InvalidAnswer
from softdock.protocols.ncip.codec.version_one import in_version_1
from softdock.protocols.ncip.codec.withholding import for_level
from softdock.protocols.ncip.contents import ORDER, ORDER_1
from softdock.protocols.ncip.message import FORM_2_02, Element, Family, Form, Message
from softdock.protocols.ncip.schema import NAMESPACE, schema
from softdock.protocols.ncip.tables.version_one import PUBLIC, VERSION_1

_TO_ESCAPE: Final = re.compile('[&<>"\t\r\n\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]')
_ESCAPES: Final = {
    **dict.fromkeys([*range(0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "\ufffd"),
    **{ord(character): f"&#{ord(character)};" for character in "\t\r\n"},
    **{
        ord(character): f"&{name};"
        for character, name in (("&", "amp"), ("<", "lt"), (">", "gt"), ('"', "quot"))
    },
}
"""What may not stand in XML as it is.  What may not stand there at all becomes U+FFFD (XML 1.0, section 2.2)."""

_NEWEST: Final = FORM_2_02.level
_ADDRESS: Final = re.compile(r"[A-Za-z0-9:/._~?#%+-]+")
"""What may be quoted as an address without a second look."""
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_QUOTED: Final = re.compile(r"(?<=: )'.*'(?= is )", re.DOTALL)
_NAMED: Final = re.compile(r"Element '(?:\{[^}]*\})?([^']*)'")


def write(message: Message) -> bytes:
    """The bytes of `message`.  Raises InvalidAnswer where they do not fit the schema of its version."""
    family = message.form.family
    if family is Family.V1:
        elements: Sequence[Element] = in_version_1(message)
    elif message.form.level < _NEWEST:
        elements = for_level(message)
    else:
        elements = message.elements
    data = _written(message.form, elements)
    if _complaint(family, data):
        # Whoever built it need not know the order.
        order = ORDER if family is Family.V2 else ORDER_1
        data = _written(message.form, [_in_order(each, order) for each in elements])
        complaint = _complaint(family, data)
        if complaint:
            raise _invalid(complaint)
    return data


def prepare() -> None:
    """Compile the schemas, which the first message of each family would wait for."""
    for family in Family:
        _validating(family)


def _written(form: Form, elements: Sequence[Element]) -> bytes:
    """The document, as it leaves."""
    version = _escaped(form.version)
    if form.family is Family.V2:
        prefix = "ns1:"
        parts = [_HEAD, f'<ns1:{form.root} xmlns:ns1="{NAMESPACE}" ns1:version="{version}">']
    else:
        prefix = ""
        system = form.version if _ADDRESS.fullmatch(form.version) else VERSION_1
        public = PUBLIC.get(form.level, PUBLIC[1, 0])
        parts = [
            _HEAD,
            f'<!DOCTYPE {form.root} PUBLIC "{public}" "{system}">\n<{form.root} version="{version}">',
        ]
    _append(elements, prefix, parts)
    parts.append(f"</{prefix}{form.root}>\n")
    return "".join(parts).encode()


def _append(elements: Sequence[Element], prefix: str, parts: list[str]) -> None:
    """Write `elements`, and what is in them, to the end of `parts`."""
    for element in elements:
        name, text = element.name, element.text
        if element.children:
            parts.append(f"<{prefix}{name}>")
            _append(element.children, prefix, parts)
            parts.append(f"</{prefix}{name}>")
        elif not text:
            parts.append(f"<{prefix}{name}/>")
        else:
            if _TO_ESCAPE.search(text):
                text = text.translate(_ESCAPES)
            scheme = f' {prefix}Scheme="{_escaped(element.scheme)}"' if element.scheme else ""
            parts.append(f"<{prefix}{name}{scheme}>{text}</{prefix}{name}>")


def _in_order(element: Element, order: Mapping[str, Mapping[str, int]]) -> Element:
    """`element` with all children where the standard has them."""
    if element.name.startswith("{"):
        raise InvalidAnswer(element.name, "An element of another namespace has no schema here.")
    children = [_in_order(each, order) for each in element.children]
    places = order.get(element.name)
    if places:
        children.sort(key=lambda each: places.get(each.name, len(places)))
    return Element(element.name, element.text, element.scheme, children)


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES) if _TO_ESCAPE.search(text) else text


@cache
def _validating(family: Family) -> etree.XMLParser:
    return etree.XMLParser(
        schema=schema(family),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        attribute_defaults=False,
    )


def _complaint(family: Family, data: bytes) -> str:
    """What the schema has against `data`; "" where it takes it."""
    try:
        etree.fromstring(data, _validating(family))
    except etree.XMLSyntaxError as wrong:
        return str(wrong)
    return ""


def _invalid(complaint: str) -> InvalidAnswer:
    named = _NAMED.search(complaint)
    return InvalidAnswer(named[1] if named else "", without_values(complaint))


def without_values(complaint: str) -> str:
    """What libxml2 complains of, without the values that it quotes."""
    return _QUOTED.sub(" ", complaint)
