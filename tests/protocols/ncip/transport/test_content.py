"""What kinds of content are taken, and where the document is in them."""

from urllib.parse import quote_from_bytes, urlencode

import pytest

from ncip_over_http import Http, a_post, head_of, status_of

DOCUMENT = "<NCIPMessage>图 &amp; + % =</NCIPMessage>".encode()
FORM = "application/x-www-form-urlencoded"


def received(body, kind):
    peer = Http()
    assert status_of(peer.says(a_post(body, kind=kind))) == 200
    return peer.received[0]


@pytest.mark.parametrize(
    ("kind", "charset"),
    [
        ("application/xml", ""),
        ("Application/XML; charset=utf-8", "utf-8"),
        ('application/xml; charset="utf-8"', "utf-8"),
        ("application/xml;CHARSET='GB18030'", "GB18030"),
        ('text/xml; boundary=x; charset="UTF-16" ; q=1', "UTF-16"),
        ("text/xml;charset=", ""),
        ("application/octet-stream", ""),
        ("application/soap+xml", ""),
        (FORM, ""),
        ("text/plain;charset=UTF-8", "UTF-8"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_document_comes_under_many_names_and_with_the_charset_that_is_named(kind, charset):
    got = received(DOCUMENT, kind)
    assert (got.document, got.charset) == (DOCUMENT, charset)


@pytest.mark.parametrize(
    "kind", ["application/json", "text/html", "multipart/form-data; boundary=x", "xml", "*/*"]
)
def test_any_other_kind_is_refused(kind):
    peer = Http()
    assert status_of(peer.says(a_post(kind=kind))) == 415
    assert peer.violations == ["not-served"]


@pytest.mark.parametrize("field", ["xml", "XForms:Model", "data"])
def test_a_form_has_the_document_in_a_field(field):
    """As Koha's and Evergreen's servers take it."""
    written = urlencode({"op": "x", field: DOCUMENT}).encode()
    assert received(written, FORM).document == DOCUMENT
    assert (
        received(b"op=1&%s=%s&z" % (field.encode(), quote_from_bytes(DOCUMENT).encode()), FORM).document
        == DOCUMENT
    )


@pytest.mark.parametrize(
    "document",
    [
        b"<a>x=1&amp;xml=2</a>",
        b"\r\n <a/>",
        b"\xef\xbb\xbf<a/>",
        "<a/>".encode("utf-16"),
        "<a/>".encode("utf-16-be"),
        "<a/>".encode("utf-16-le"),
    ],
)
def test_a_document_that_is_called_a_form_is_a_document(document):
    """ReShare's client, and curl without more ado, send it so."""
    assert received(document, FORM).document == document


@pytest.mark.parametrize("body", [b"", b"hello", b"a=b&c=d", b"=&&=", b"xml", b"&" * 5000])
def test_a_form_without_a_document_is_for_ncip_to_complain_of(body):
    """It has an answer for what cannot be read; HTTP has none that partners look at."""
    assert received(body, FORM).document == body


def test_of_a_form_with_two_documents_the_first_counts():
    assert received(b"xml=%3Ca%2F%3E&xml=%3Cb%2F%3E", FORM).document == b"<a/>"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "GZIP", "identity, gzip"])
def test_a_packed_body_is_refused(coding):
    """A few thousand bytes could unpack to any number of them."""
    answer = Http().says(a_post(b"<a/>", f"Content-Encoding: {coding}"))
    assert status_of(answer) == 415
    assert "Accept-Encoding: identity" in head_of(answer)


def test_a_body_that_is_said_not_to_be_packed_is_taken():
    assert status_of(Http().says(a_post(b"<a/>", "Content-Encoding: identity"))) == 200
