"""Paths of plain names: whatever the document, the index of children tells what the evaluator tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from softdock.mappings.documents.children import WIDEST, text_at
from softdock.mappings.documents.xml import Xml, XmlCursor

NAMES = st.sampled_from(["a", "b", "a-b"])
TREES = st.recursive(
    st.sampled_from(["", "x", " y "]).map(lambda text: ("", text, [])),
    lambda inside: st.tuples(NAMES, st.sampled_from(["", "x"]), st.lists(inside, max_size=4)),
    max_leaves=12,
)


def written(tree):
    name, text, inside = tree
    within = text + "".join(map(written, inside))
    return f"<{name}>{within}</{name}>" if name else within


@given(TREES, st.lists(NAMES, min_size=1, max_size=3))
def test_a_plain_path_gives_what_the_evaluator_gives(tree, names):
    path = "/".join(names)
    cursor = Xml().parse(f"<r>{written(tree)}</r>")
    found = etree.XPath(path)(cursor.at)
    assert Xml().at(path).get(cursor) == ("".join(found[0].itertext()) if found else None)


def test_a_path_that_is_no_plain_names_is_left_to_the_evaluator():
    for path in ("//a", "a[1]", "@id", "a/@id", "a/text()", ".", "n:a", "a/*", "string(a)"):
        assert text_at(path, len) is len
    assert text_at("a/b-c/d.e", len) is not len


def test_a_very_wide_element_is_left_to_the_evaluator():
    wide = "<a/>" * WIDEST + "<b>x</b>"
    cursor = Xml().parse(f"<r>{wide}</r>")
    assert text_at("b", lambda _: "asked")(cursor) == "asked"
    assert Xml().at("b").get(cursor) == "x"
    assert cursor.document.children == {}


@pytest.mark.parametrize(
    ("document", "value"),
    [
        ("<r><a/><a><b>x</b></a></r>", "x"),
        ("<r><a><b>1</b></a><a><b>2</b></a></r>", "1"),
        ("<r><a><b>1</b><b>2</b></a></r>", "1"),
        ("<r><a><b/></a></r>", ""),
        ("<r><a><b>x<c>y</c>z</b></a></r>", "xyz"),
        ("<r><a xmlns='urn:n'><b>x</b></a></r>", None),
        ("<r/>", None),
    ],
)
def test_the_first_place_in_the_document_counts(document, value):
    assert Xml().at("a/b").get(Xml().parse(document)) == value


def test_a_plain_path_from_an_attribute_leads_nowhere():
    cursor = Xml().parse("<r id='1'/>")
    (at,) = Xml().each("@id").get(cursor)
    assert isinstance(at, XmlCursor)
    assert Xml().at("a").get(at) is None
