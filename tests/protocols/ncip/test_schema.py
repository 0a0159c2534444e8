"""Our schema against the official one, where that is at hand: NCIP_XSD names it."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ncip_strategies import FORM_1_01, MESSAGES_1, MESSAGES_2, damaged, document, messages_1, messages_2
from softdock.protocols.ncip.message import Element, Family
from softdock.protocols.ncip.schema import schema, source

OFFICIAL = Path(os.environ.get("NCIP_XSD", "none"))
BESIDE_IT = {"LookupVersion", "LookupVersionResponse"}
"""What the official schema does not declare."""

needs_official = pytest.mark.skipif(not OFFICIAL.is_file(), reason="NCIP_XSD names no schema")


@pytest.fixture(scope="module")
def official() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(OFFICIAL))


def takes(judge: etree.XMLSchema, data: bytes) -> bool:
    return judge.validate(etree.fromstring(data))


@pytest.mark.parametrize("name", MESSAGES_2)
@settings(max_examples=5)
@given(data=st.data())
def test_every_message_that_the_tables_allow_is_taken(name: str, data: st.DataObject):
    assert takes(schema(Family.V2), document(data.draw(messages_2(name))))


@pytest.mark.parametrize("name", MESSAGES_1)
@settings(max_examples=5)
@given(data=st.data())
def test_every_message_of_version_1_that_the_tables_allow_is_taken(name: str, data: st.DataObject):
    assert takes(schema(Family.V1), document(data.draw(messages_1(name)), FORM_1_01))


@needs_official
@pytest.mark.parametrize("name", sorted(set(MESSAGES_2) - BESIDE_IT))
@settings(max_examples=10)
@given(data=st.data())
def test_it_takes_and_refuses_what_the_official_one_does(
    name: str, data: st.DataObject, official: etree.XMLSchema
):
    whole = data.draw(messages_2(name))
    assert takes(official, document(whole))
    written = document(data.draw(damaged(st.just(whole))))
    assert takes(schema(Family.V2), written) == takes(official, written)


@needs_official
@pytest.mark.parametrize(
    "inside",
    [
        b"",
        b"<ns1:Problem><ns1:ProblemType>x</ns1:ProblemType></ns1:Problem>" * 2,
        b"<ns1:Ext><ns1:UserId><ns1:UserIdentifierValue>1</ns1:UserIdentifierValue></ns1:UserId></ns1:Ext>",
        b"<ns1:Ext/><ns1:Ext/>",
        b"<ns1:DeleteItemResponse/>",
        b"text",
        b"<ns1:Unheard/>",
    ],
)
@pytest.mark.parametrize("version", [b'ns1:version=""', b'version="x"', b""])
def test_it_asks_of_the_root_what_the_official_one_asks(
    inside: bytes, version: bytes, official: etree.XMLSchema
):
    written = b'<ns1:NCIPMessage xmlns:ns1="http://www.niso.org/2008/ncip" %s>%s</ns1:NCIPMessage>' % (
        version,
        inside,
    )
    assert takes(schema(Family.V2), written) == takes(official, written)


@needs_official
def test_every_element_is_declared_as_in_the_official_one():
    """But for a list of words that none of its elements refers to."""
    theirs, ours = declarations(etree.parse(OFFICIAL).getroot()), declarations(source(Family.V2))
    assert set(theirs) - set(ours) == {"UserElementEnum"}
    assert set(ours) - set(theirs) == {*BESIDE_IT, "NCIPVersionMessage", "VersionSupported"}
    (_, (messages, version)), (_, (official_messages, official_version)) = (
        declared.pop("NCIPMessage") for declared in (ours, theirs)
    )
    assert {name for _, name, *_ in set(messages[1]) ^ set(official_messages[1])} == BESIDE_IT
    assert version == official_version
    for name in set(theirs) & set(ours):
        assert ours[name] == theirs[name], name


def declarations(schema: etree._Element) -> dict[str, tuple]:
    """What each element may hold, the same for every way to write it."""
    return {each.get("name"): _shape(each) for each in schema.iterchildren("{*}element")}


def _shape(at: etree._Element) -> tuple:
    kind = etree.QName(at).localname
    occurs = (at.get("minOccurs", "1"), at.get("maxOccurs", "1"))
    if kind in {"element", "attribute", "any"} and at.get("name") is None:
        return (kind, at.get("ref"), *occurs)
    if at.get("type"):
        return (kind, at.get("type"), at.get("name") if kind == "attribute" else "", at.get("use"))
    parts: list[tuple] = []
    for each in at.iterchildren("{*}*"):
        shape = _shape(each)
        # A group in a group of its sort that stands once says nothing, nor does one of a single part.
        parts.extend(shape[1] if shape[0] == kind and shape[2:] == ("1", "1") else (shape,))
    if kind in {"element", "complexType"} or (len(parts) == 1 and occurs == ("1", "1")):
        return parts[0] if len(parts) == 1 else (kind, tuple(parts))
    return (kind, tuple(parts), *occurs)


def test_lookup_version_is_taken_in_both_roots():
    agencies = [
        Element(name, children=[Element("AgencyId", "LIB")]) for name in ("FromAgencyId", "ToAgencyId")
    ]
    question = document(Element("LookupVersion", children=agencies))
    assert takes(schema(Family.V2), question)
    assert takes(schema(Family.V2), question.replace(b"NCIPMessage", b"NCIPVersionMessage"))
