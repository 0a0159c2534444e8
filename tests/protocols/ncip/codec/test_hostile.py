"""Documents that were made to hurt: refused or harmless, and never fetched from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncip_strategies import FORM_1_01, damaged, document, messages_1, messages_2
from softdock.protocols.ncip.checking import faults
from softdock.protocols.ncip.codec import Unreadable, read
from softdock.protocols.ncip.codec.documents import MOST_BYTES, MOST_DEPTH, MOST_ELEMENTS, MOST_TEXT

ROOT = "<NCIPMessage><DeleteUser>{}</DeleteUser></NCIPMessage>"
LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))


def detail(text: str) -> str:
    with pytest.raises(Unreadable) as caught:
        read(text.encode())
    return caught.value.detail


def is_read_or_refused(data: bytes, charset: str = "") -> bool:
    """Whether what is read can be checked and walked through, and what is refused says why; else it raises."""
    try:
        message = read(data, charset)
    except Unreadable as refused:
        return 0 < len(refused.detail) < 200 and bool(refused.problem_type)
    return all(fault.element for fault in faults(message)) and all(each.name for each in message.body.walk())


@pytest.mark.parametrize(
    "subset",
    [
        f'<!ENTITY l0 "lol">{LAUGHS}',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1:9/a.dtd"> %a;',
        "%a;",
        '<!-- --><!ELEMENT a ANY><!ENTITY a "b">',
        "<!ENTITY",
        '"',
        "]",
        "[",
        "<!-- ",
    ],
)
def test_declarations_of_entities_are_refused(subset: str):
    assert "document type" in detail(f"<!DOCTYPE NCIPMessage [{subset}]>" + ROOT.format("&l9;&a;"))


def test_a_second_document_type_is_refused():
    twice = "<!DOCTYPE a>" + '<!DOCTYPE a [<!ENTITY a "b">]>'
    assert "two" in detail(twice + ROOT.format("&a;"))


def test_a_document_type_within_a_comment_is_none():
    text = '<!-- <!DOCTYPE a [<!ENTITY a "b">]> -->' + ROOT.format("")
    assert read(text.encode()).body.name == "DeleteUser"


def test_nothing_is_included(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    include = f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}" parse="text"/>'
    body = read(ROOT.format(f"<UserId>{include}</UserId>").encode()).body
    assert [each.text for each in body.walk()] == ["", "", ""]


def test_depth_is_bounded():
    deep = MOST_DEPTH
    assert read(ROOT.format("<Ext>" * deep + "</Ext>" * deep).encode())
    assert "deep" in detail(ROOT.format("<Ext>" * (deep + 1) + "</Ext>" * (deep + 1)))
    assert "well-formed" in detail(ROOT.format("<Ext>" * 10_000))


def test_the_number_of_elements_is_bounded():
    assert "too many" in detail(ROOT.format("<a/>" * (2 * MOST_ELEMENTS)))


def test_the_length_of_a_value_is_bounded():
    assert read(ROOT.format(f"<ItemNote>{'x' * MOST_TEXT}</ItemNote>").encode())
    assert "too long" in detail(ROOT.format(f"<ItemNote>{'x' * (MOST_TEXT + 1)}</ItemNote>"))


def test_the_length_of_a_document_is_bounded():
    assert "too long" in detail(ROOT.format("x" * MOST_BYTES))


ATTRIBUTES = " ".join(f"a{n}='1'" for n in range(20_000))
NAMESPACES = " ".join(f"xmlns:a{n}='urn:{n}'" for n in range(20_000))


@pytest.mark.parametrize(
    "inside",
    [
        f"<Ext a='{'x' * 500_000}'/>",
        f"<Ext {ATTRIBUTES}/>",
        f"<Ext {NAMESPACES}/>",
        f"<{'x' * 49_000}/>",
        "<!--" + "-" * 100_000 + "-->",
        "<!-- x -->" * 40_000,
        "&#x41;" * 10_000,
        "<![CDATA[" + "]" * 50_000 + "]]>",
    ],
    ids=[
        "long attribute",
        "attributes",
        "namespaces",
        "long name",
        "comment",
        "comments",
        "references",
        "cdata",
    ],
)
def test_what_is_huge_in_other_ways_is_read_or_refused(inside: str):
    assert is_read_or_refused(ROOT.format(inside).encode())


@pytest.mark.parametrize(
    "prolog",
    [
        "<?" * 100_000,
        "<!--" * 100_000,
        "<!-- -->" * 50_000,
        "<!DOCTYPE" * 50_000,
        "<!DOCTYPE a [" + "<!" * 100_000,
        '<!DOCTYPE a "' + "'\"" * 100_000,
        "<!DOCTYPE a [" + "<!-- --" * 50_000,
        " " * 500_000 + "x",
        "<?xml " * 100_000,
    ],
    ids=lambda prolog: prolog[:20].strip(),
)
def test_what_stands_before_the_root_is_read_in_one_go(prolog: str):
    """Were it tried in several ways, these would take minutes."""
    assert is_read_or_refused((prolog + ROOT.format("")).encode())


mutations = st.lists(
    st.tuples(st.integers(0, 4000), st.sampled_from(["set", "cut", "put", "copy"]), st.binary(max_size=6)),
    max_size=6,
)


@given(
    whole=st.one_of(
        damaged(messages_2()).map(document), messages_1().map(lambda one: document(one, FORM_1_01))
    ),
    changes=mutations,
    charset=st.sampled_from(["", "utf-8", "gbk", "ISO-8859-1", "utf-16", "\0"]),
)
def test_whatever_happens_to_a_document_it_is_read_or_refused(whole: bytes, changes: list, charset: str):
    data = bytearray(whole)
    for place, what, piece in changes:
        at = place % (len(data) + 1)
        if what == "set":
            data[at : at + len(piece)] = piece
        elif what == "cut":
            del data[at : at + 7 * len(piece)]
        elif what == "put":
            data[at:at] = piece
        else:
            data[at:at] = data[max(0, at - 40) : at]
    assert is_read_or_refused(bytes(data), charset)


@given(data=st.binary(max_size=60), charset=st.text(max_size=10))
def test_whatever_arrives_is_read_or_refused(data: bytes, charset: str):
    with pytest.raises(Unreadable):
        read(data, charset)
