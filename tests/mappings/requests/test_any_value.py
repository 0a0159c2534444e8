"""Requests of every kind, whatever a device puts into them: built, or refused because they cannot be sent."""

import json
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from softdock.adapters.declarative.asking import asked_of
from softdock.mappings.problems import ProblemsFound
from softdock.mappings.requests.parts import Unsendable
from softdock.mappings.rules.source import Missing, Scope, Source
from written_maps import compiled

CARD = {"from": "patron.id"}
NAMED = {"is": "读者"}
VALUES = st.text(min_size=1, max_size=12) | st.sampled_from(
    ["..", "a/b", "a&b=c", "1e999999", "NaN", "'; DROP", "a|b", "a\r\nX: y", "\ud800", "<a>", "]]>", "٣", "读者", '"', "😀"]
)  # fmt: skip


def builder(transport, request):
    adapter = {"back_ends": {"main": {"transport": transport}}, "settings": {"key": {"default": "k"}}}
    made = compiled({"lookup-patron": {"request": request, "reply": {"format": "text"}}}, adapter)
    return made.maps["lookup-patron"].steps[0].build


UNSENDABLE = ("", "|", "\n", "\0", "\u20ac", "\ud800", "..", "=1", "no number")
"""Values of which each kind of request cannot send one or the other: what is said of them is said of others as well."""


def tried(build, value):
    """The request, and what is said where it cannot be sent."""
    asked = asked_of("lookup-patron", {"patron.id": value})
    try:
        return build(Source(asked, Scope(asked, {}))), ""
    except (Missing, Unsendable) as error:
        return None, str(error)


def built(build, value):
    """The request, None where it cannot be sent; the value itself is not quoted then."""
    request, said = tried(build, value)
    if len(value) > 2 and value in said:  # as "est" is in every "request"
        assert any(value in tried(build, other)[1] for other in UNSENDABLE if other != value)
    return request


QUERY = builder("http", {"get": "/p/{card}", "path": {"card": CARD}, "query": {"c": CARD, "n": NAMED}})
FORM = builder("http", {"post": "/p", "charset": "gbk", "form": {"c": CARD, "s": {"digest": "md5", "over": [{"parameters": "sorted"}]}}})  # fmt: skip
JSON = builder("http", {"post": "/p", "json": {"c": CARD, "l": [CARD, {"x": {"from": "pin"}}], "t": {"as_text": {"json": {"c": CARD}}}}})  # fmt: skip
NUMBER = builder("http", {"post": "/p", "json": {"c": CARD | {"type": "number"}}})
XML = builder("http", {"post": "/p", "xml": {"R": {"@id": CARD, "C": CARD, "T": {"as_text": {"xml": {"C": CARD}}}}}})  # fmt: skip
SOAP = builder("http", {"post": "/p", "charset": "gb18030", "soap": {"action": "a", "namespace": "urn:n", "body": {"Q": {"C": CARD}}}})  # fmt: skip
HEADER = builder("http", {"get": "/p", "headers": {"X-Card": CARD}})
SIP2 = builder("sip2", {"sip2": "63", "answer": "64", "fixed": [{"is": "000"}], "fields": {"AA": CARD}})
LINE = builder("files", {"append": "f.csv", "columns": {"c": CARD, "n": NAMED}, "header": "true"})
SQL = builder("sql", {"sql": "SELECT :c, :n", "parameters": {"c": CARD, "n": CARD | {"type": "number"}}})


@given(VALUES)
def test_a_value_stays_in_its_place_of_the_address(value):
    request = built(QUERY, value)
    if request is None:
        assert value in (".", "..") or max(value) >= "\ud800"
        return
    assert request.path.count("/") == 2
    assert unquote(request.path) == f"/p/{value}"
    assert parse_qsl(request.query, keep_blank_values=True) == [("c", value), ("n", "读者")]


@given(VALUES)
def test_a_form_in_gbk_holds_what_gbk_has(value):
    request = built(FORM, value)
    try:
        value.encode("gbk")
    except UnicodeEncodeError:
        assert request is None
        return
    (_, card), (_, signature) = parse_qsl(request.body.decode(), encoding="gbk", keep_blank_values=True)
    assert (card, len(signature)) == (value, 32)


@given(VALUES)
def test_json_is_json_again(value):
    request = built(JSON, value)
    if request is not None:
        told = json.loads(request.body)
        assert (told["c"], told["l"], json.loads(told["t"])) == (value, [value, {}], {"c": value})


@pytest.mark.parametrize("value", ["0", "-1", "12.50", "1e3"])
def test_a_number_is_written_as_it_was(value):
    assert built(NUMBER, value).body == f'{{"c":{value}}}'.encode()


@pytest.mark.parametrize("value", ["NaN", "Infinity", "01", "1.", " 1", "true", "[1]", "1e9999", "٣", "1,2"])
def test_what_is_no_number_is_not_sent_as_one(value):
    assert built(NUMBER, value) is None


@given(VALUES)
def test_xml_and_soap_are_well_formed(value):
    for build, path in ((XML, "C"), (SOAP, ".//{urn:n}C")):
        request = built(build, value)
        if request is not None:
            assert etree.fromstring(request.body).findtext(path).replace("\r", "\n") == value.replace(
                "\r", "\n"
            )


@given(VALUES)
def test_nothing_breaks_out_of_a_header_a_field_or_a_line(value):
    if (request := built(HEADER, value)) is not None:
        assert request.headers == [("X-Card", value)]
        assert value.isascii()
        assert value.isprintable()
    if (request := built(SIP2, value)) is not None:
        assert request.fields == [("AA", value)]
        assert "|" not in value
    if (request := built(LINE, value)) is not None:
        assert request.line.count(b"\n") == 1
        assert request.header == b"c,n\r\n"


@given(VALUES)
def test_values_are_bound_beside_the_statement_and_numbers_are_small(value):
    request = built(SQL, value)
    if request is not None:
        assert request.statements == ["SELECT :c, :n"]
        assert request.parameters["c"] == value
        assert abs(request.parameters["n"]) < 10**30


@pytest.mark.parametrize(
    ("transport", "request_", "sentence"),
    [
        ("http", {"get": "p"}, "The path of a request begins with /."),
        ("http", {"get": "/p/{a}"}, '"a" stands in braces, and path: does not say what it is.'),
        ("http", {"get": "/p", "path": {"a": CARD}}, '"a" does not stand in the path.'),
        ("http", {"get": "/é", "charset": "ascii"}, "This path cannot be sent: ascii has no character U+00E9."),
        ("http", {"get": "/p", "post": "/q"}, "A request has one method."),
        ("http", {"post": "/p", "json": {}, "form": {}}, "A request has one body."),
        ("http", {"get": "/p", "charset": "rot13"}, "This charset is not known."),
        ("http", {"get": "/p", "charset": "undefined"}, "This charset is not known."),
        ("http", {"get": "/p", "headers": {"a b": CARD}}, '"a b" is not the name of a header.'),
        ("http", {"get": "/p", "content_type": "a\nb"}, "What becomes a header is one line of ASCII."),
        ("http", {"post": "/p", "soap": {"action": "é", "body": {"A": CARD}}}, "What becomes a header is one line of ASCII."),
        ("http", {"post": "/p", "soap": {"action": "a"}}, "A SOAP message has a body."),
        ("http", {"post": "/p", "xml": {"A": CARD, "B": CARD}}, "A document has one root."),
        ("http", {"post": "/p", "xml": {"1": CARD}}, None),
        ("http", {"post": "/p", "xml": {"A": CARD}, "namespaces": {"": "a b\t"}}, None),
        ("http", {"post": "/p", "json": {"a": {"as_text": {"json": {}}, "b": CARD}}}, '"b" has nothing to do beside as_text.'),
        ("http", {"post": "/p", "json": CARD | {"type": "date"}}, '"date" is not a type of JSON.'),
        ("sql", {"sql": "SELECT :a"}, ":a stands in the statement, and parameters: does not say what it is."),
        ("sql", {"sql": "SELECT 1", "parameters": {"a": CARD}}, '"a" does not stand in the statement.'),
        ("sql", {"call": "a; b"}, "This is not the name of a stored procedure."),
        ("sql", {"call": "a", "out": {"b": "clob"}}, "An OUT parameter has a name, and is text, number or date."),
        ("sip2", {"sip2": "6", "answer": "64"}, "sip2 is the code of a message."),
        ("sip2", {"sip2": "63", "answer": "64", "fields": {"AY": CARD}}, '"AY" is not a field.'),
        ("sip2", {"sip2": "63", "answer": "64", "answer_fixed": "999"}, "answer_fixed is a number of characters."),
        ("files", {"read": "../f"}, "A file is named below the folder of the back end."),
        ("files", {"append": "f"}, "A line has columns."),
        ("files", {"append": "f", "columns": {"a": CARD}, "separator": "ab"}, "A separator is one character."),
        ("files", {"append": "f", "columns": {"读": CARD}, "header": "true", "charset": "ascii"}, "The names of the columns cannot be written: ascii has no character U+8BFB."),
        ("http", {"gets": "/p"}, "This request does not say what is sent."),
        ("http", {"get": "/p", "quary": {}}, '"quary" is not known in a request over HTTP.'),
    ],
)  # fmt: skip
def test_a_wrong_request_is_told_at_load(transport, request_, sentence):

    with pytest.raises(ProblemsFound) as found:
        builder(transport, request_)
    assert sentence is None or sentence in [each.sentence for each in found.value.problems]
