"""From bytes to a tree, whoever sent them: what is read of XML here is elements, attributes and text.

A document type is cut off before the parser sees it: version 1 has one, some senders of version 2 keep it, and none
is ever of use.  One that declares entities is refused.  So the parser meets no declaration, fetches nothing, and knows
the five entities of XML itself.
"""

import re
from typing import Final

from lxml import etree

from softdock.protocols.ncip.codec.charsets import UnknownCharset, decoded
from softdock.protocols.ncip.codec.parsers import parsed

MOST_BYTES: Final = 4 * 1024 * 1024
"""Of a document.  A request has a few thousand; whoever listens asks for less."""
MOST_ELEMENTS: Final = 50_000
MOST_DEPTH: Final = 48
"""The standard nests 14 elements at most, version 1 two more."""
MOST_TEXT: Final = 64 * 1024
"""Characters of one value."""

_BLANK: Final = " \t\r\n\ufeff"
_DECLARATION: Final = re.compile(r"<\?xml\s[^>]*\?>")
_MISCELLANEOUS: Final = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
"""What may stand before a document type.  Possessive: it is read once, from left to right."""
_OUTSIDE: Final = re.compile(r"""<!DOCTYPE(?:[^"'\[\]<>]++|"[^"]*+"|'[^']*+')*+""")
"""A document type up to its end, or to the declarations within it."""
_INSIDE: Final = re.compile(
    r"""\[(?:[^"'\[\]<>%]++|"[^"]*+"|'[^']*+'|<!--.*?-->|<\?.*?\?>|<!(?!ENTITY|--)|>)*+\]\s*>""", re.DOTALL
)
"""Declarations of anything but entities."""


class NotXml(Exception):
    """The document was refused.  The message names no value of it."""


def root_of(data: bytes, charset: str = "") -> tuple[etree._Element, str]:
    """The root of a document, and its document type, "" where it has none.  Raises NotXml."""
    if len(data) > MOST_BYTES:
        raise NotXml("The document is too long.")
    try:
        text = decoded(data, charset).strip(_BLANK + "\0")
    except UnknownCharset:
        raise NotXml("The document is not in the charset that it says.") from None
    declaration = _DECLARATION.match(text)
    if declaration:
        text = text[declaration.end() :]
    kind = ""
    if "<!DOCTYPE" in text:
        text, kind = _without_document_type(text)
    if text.count("<") > 2 * MOST_ELEMENTS:
        raise NotXml("The document has too many elements.")
    try:
        root = parsed(text)
    except etree.XMLSyntaxError as wrong:
        line, column = wrong.position
        raise NotXml(f"The document is not well-formed (line {line}, column {column}).") from None
    except UnicodeEncodeError:
        raise NotXml("The document holds half a character.") from None
    if kind and root.getroottree().docinfo.internalDTD is not None:
        raise NotXml("The document has two document types.")
    return root, kind


def _without_document_type(text: str) -> tuple[str, str]:
    """`text` without the document type that it may begin with, and that."""
    before = _MISCELLANEOUS.match(text)
    start = before.end() if before else 0
    if not text.startswith("<!DOCTYPE", start):
        return text, ""
    outside = _OUTSIDE.match(text, start)
    end = outside.end() if outside else start
    if text.startswith(">", end):
        return text[:start] + text[end + 1 :], text[start : end + 1]
    inside = _INSIDE.match(text, end)
    if inside is None:
        raise NotXml("The document type declares entities, or is not well-formed.")
    return text[:start] + text[inside.end() :], text[start:end]
