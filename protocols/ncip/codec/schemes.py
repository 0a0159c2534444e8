"""The URIs of lists, as they are sent: some are none, and could not be told again in a valid answer."""

from functools import cache, lru_cache
from typing import Final

from lxml import etree

LONGEST: Final = 1000

_SCHEMA: Final = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="Scheme" type="xs:anyURI"/>
</xs:schema>"""


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(_SCHEMA))


@lru_cache(maxsize=256)
def uri_of(text: str) -> str:
    """`text`, if libxml2 takes it for a URI; else "", as where none is named.

    >>> uri_of("http://www.niso.org/ncip/v1_0/schemes/x.scm"), uri_of("100%")
    ('http://www.niso.org/ncip/v1_0/schemes/x.scm', '')
    """
    if not text or len(text) > LONGEST:
        return ""
    element = etree.Element("Scheme")
    element.text = text
    return text if _schema().validate(element) else ""
