"""From the model to bytes, validated: in the form of the message, in the order of the standard.

The text is put together here, because a tree of libxml2 made from Python costs more than all the rest; then one call
parses and validates it, so that nothing leaves that a partner's parser would refuse.
"""

import re
from functools import cache
from typing import Final

from lxml import etree

from softdock.protocols.ncip.codec.errors import InvalidAnswer
from softdock.protocols.ncip.contents import ORDER
from softdock.protocols.ncip.message import Element, Message
from softdock.protocols.ncip.schema import NAMESPACE, schema_2

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

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_QUOTED: Final = re.compile(r"(?<=: )'.*'(?= is )", re.DOTALL)
_NAMED: Final = re.compile(r"Element '(?:\{[^}]*\})?([^']*)'")


def write(message: Message) -> bytes:
    """The bytes of `message`.  Raises InvalidAnswer where they do not fit the schema of its version."""
    text = _written(message)
    data = text.encode()
    try:
        etree.fromstring(data, _validating_2())
    except etree.XMLSyntaxError as wrong:
        raise _invalid(str(wrong)) from None
    return data


def _written(message: Message) -> str:
    version = _escaped(message.form.version)
    root = message.form.root
    parts = [_HEAD, f'<ns1:{root} xmlns:ns1="{NAMESPACE}" ns1:version="{version}">']
    for each in message.elements:
        _append(each, parts)
    parts.append(f"</ns1:{root}>")
    return "".join(parts)


def _append(element: Element, parts: list[str]) -> None:
    """Write `element`, and what is in it, to the end of `parts`."""
    name = element.name
    if name[0] == "{":
        raise InvalidAnswer(name, "An element of another namespace has no schema here.")
    if element.children:
        parts.append(f"<ns1:{name}>")
        for each in ordered(element):
            _append(each, parts)
        parts.append(f"</ns1:{name}>")
    elif element.text:
        scheme = f' ns1:Scheme="{_escaped(element.scheme)}"' if element.scheme else ""
        parts.append(f"<ns1:{name}{scheme}>{_escaped(element.text)}</ns1:{name}>")
    else:
        parts.append(f"<ns1:{name}/>")


def ordered(element: Element) -> list[Element]:
    """The children of `element` as the standard orders them."""
    places = ORDER.get(element.name)
    if places is None or len(element.children) == 1:
        return element.children
    return sorted(element.children, key=lambda each: places.get(each.name, 0))


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES) if _TO_ESCAPE.search(text) else text


@cache
def _validating_2() -> etree.XMLParser:
    return etree.XMLParser(schema=schema_2(), resolve_entities=False, no_network=True)


def _invalid(detail: str) -> InvalidAnswer:
    """What libxml2 complains of, without the values that it quotes."""
    named = _NAMED.search(detail)
    return InvalidAnswer(named[1] if named else "", _QUOTED.sub(" ", detail))
