"""Hypothesis strategies for NCIP: messages made from the content models, and what happens to documents on their way."""

from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from softdock.protocols.ncip.codec.writing import _written
from softdock.protocols.ncip.contents import MODELS, MODELS_1
from softdock.protocols.ncip.grammar import Choice, Name, Part
from softdock.protocols.ncip.message import FORM_2_02, Element, Family, Form
from softdock.protocols.ncip.tables import version_one
from softdock.protocols.ncip.tables.elements import CODED, FLAGS, MOMENTS, NUMBERS
from softdock.protocols.ncip.tables.services import SERVICES

FORM_1_01 = Form(Family.V1, "http://ncip.envisionware.com/documentation/ncip_v1_01.dtd", (1, 1))

SERVICES_2 = [each for each in SERVICES.values() if each.until >= (2, 0)]
MESSAGES_2 = sorted(name for each in SERVICES_2 for name in (each.name, each.response))
"""The names of all messages of version 2."""
MESSAGES_1 = sorted(name for each in SERVICES.values() for name in (each.name, each.response))
"""And of version 1, in which some senders use those that came later."""

Draw = Callable[[st.SearchStrategy], object]

TEXTS = (
    st.text(
        st.one_of(
            st.sampled_from("abcXYZ019 &<>\"'\t\n\r-张三Čø😀\x85\u2028"),
            st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
        ),
        min_size=1,
        max_size=8,
    )
    .map(str.strip)
    .filter(bool)
)
"""Values as they are read: something, and no blanks around it."""

SCHEMES = st.sampled_from(["", "urn:isil", "http://www.niso.org/ncip/v1_0/schemes/x/x.scm", "a&b"])
MOMENTS_WRITTEN = st.sampled_from(
    ["2026-03-01T08:30:00Z", "1999-05-01T00:00:00+08:00", "2026-03-01T08:30:00.123"]
)


def values(name: str) -> st.SearchStrategy[str]:
    """What may stand in an element that holds text."""
    if name in MOMENTS:
        return MOMENTS_WRITTEN
    if name in NUMBERS:
        least = NUMBERS[name]
        return st.integers(-(10**6) if least is None else least, 10**6).map(str)
    return TEXTS


def messages_2(name: str | None = None) -> st.SearchStrategy[Element]:
    """Any message of version 2, or one of that name, with as much in it as the schema takes."""
    names = st.sampled_from(MESSAGES_2) if name is None else st.just(name)
    return names.flatmap(lambda one: _elements(one, MODELS, _leaf_2))


def messages_1(name: str | None = None) -> st.SearchStrategy[Element]:
    """The same of version 1, under its own names."""
    names = st.sampled_from(MESSAGES_1) if name is None else st.just(name)
    return names.flatmap(lambda one: _elements(one, MODELS_1, _leaf_1))


def document(element: Element, form: Form = FORM_2_02) -> bytes:
    """The bytes of it, right or wrong."""
    return _written(form, [element])


@st.composite
def _elements(
    draw: Draw, name: str, models: Mapping[str, Part], leaf: Callable[[Draw, str], Element]
) -> Element:
    return _element(draw, name, models, leaf)


def _element(
    draw: Draw, name: str, models: Mapping[str, Part], leaf: Callable[[Draw, str], Element]
) -> Element:
    if name not in models:
        return leaf(draw, name)
    children = [_element(draw, each, models, leaf) for each in _names(draw, models[name])]
    return Element(name, children=children)


def _leaf_2(draw: Draw, name: str) -> Element:
    if name in FLAGS or name == "Ext":
        return Element(name)
    return Element(name, str(draw(values(name))), str(draw(SCHEMES)) if name in CODED else "")


def _leaf_1(draw: Draw, name: str) -> Element:
    if name in FLAGS:
        return Element(name)
    if name in CODED or name in version_one.CODED:
        scheme = Element("Scheme", str(draw(SCHEMES)) or "urn:other")
        return Element(name, children=[scheme, Element("Value", str(draw(TEXTS)))])
    return Element(name, str(draw(values(name))))


def _names(draw: Draw, part: Part) -> list[str]:
    """The children that stand for `part`."""
    times = part.least
    if not part.least or part.many:
        times = draw(
            st.sampled_from([0, 0, 1] if not part.many else [part.least, part.least, part.least + 1])
        )
    found: list[str] = []
    for _ in range(times):
        if isinstance(part, Name):
            found.append(part.name)
        elif isinstance(part, Choice):
            found.extend(_names(draw, draw(st.sampled_from(part.parts))))
        else:
            found.extend(name for each in part.parts for name in _names(draw, each))
    return found


def _drop(draw: Draw, at: Element) -> None:
    if at.children:
        at.children.pop(draw(st.integers(0, len(at.children) - 1)))


def _double(draw: Draw, at: Element) -> None:
    if at.children:
        place = draw(st.integers(0, len(at.children) - 1))
        at.children.insert(place, at.children[place])


def _swap(draw: Draw, at: Element) -> None:
    at.children.reverse()


def _rename(draw: Draw, at: Element) -> None:
    at.name = draw(st.sampled_from(["UserId", "Problem", "DateDue", "AgencyId", "Ext", "Unheard"]))


def _empty(draw: Draw, at: Element) -> None:
    at.text = ""
    at.children.clear()


def _reword(draw: Draw, at: Element) -> None:
    if not at.children:
        at.text = draw(
            st.sampled_from(["", "x", "2026-13-01T00:00:00Z", "2026-03-01", "-1", "0", "1.5", "+7", "007"])
        )


@st.composite
def damaged(draw: Draw, elements: st.SearchStrategy[Element]) -> Element:
    """One of `elements`, and something in it that is not as it should be, most times."""
    element = draw(elements)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.sampled_from(list(element.walk())))
        if at is not element:
            draw(st.sampled_from([_drop, _double, _swap, _rename, _empty, _reword]))(draw, at)
        else:
            draw(st.sampled_from([_drop, _double, _swap]))(draw, at)
    return element
