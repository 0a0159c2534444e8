"""What kind of content a body is said to be, and where the document is in it."""

from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from softdock.protocols.ncip.transport.refusals import Refusal

FORM = b"application/x-www-form-urlencoded"

FIELDS = (b"xml", b"XForms:Model", b"data")
"""Of a form, in which Koha's and Evergreen's servers take the document."""

MOST_FIELDS = 100

_KINDS = frozenset({b"", b"application/xml", b"text/xml", b"text/plain", b"application/octet-stream", FORM})
"""Plain text is what programs say that were not told what they send."""

_BEGINNINGS = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0<")
"""With which a document begins: its first tag, or a byte order mark."""


class Content(NamedTuple):
    """What Content-Type says."""

    is_form: bool
    charset: str
    """As it is named; "" where none is."""


@lru_cache(maxsize=64)
def content_of(content_type: bytes) -> Content:
    """What `content_type` announces.  Raises `Refusal` for what is no place for a document.

    >>> content_of(b'application/xml; charset="utf-8"')
    Content(is_form=False, charset='utf-8')
    """
    kind, *parameters = content_type.split(b";")
    kind = kind.strip().lower()
    if kind not in _KINDS and not kind.endswith(b"+xml"):
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the document as application/xml.")
    charset = ""
    for each in parameters:
        name, _, value = each.partition(b"=")
        if name.strip().lower() == b"charset":
            charset = value.strip().strip(b"\"'").strip().decode("latin-1")
            break
    return Content(kind == FORM, charset)


def check_coding(encoding: bytes) -> None:
    """Raise `Refusal` for a body that is packed: what it unpacks to, nobody could bound while it arrives."""
    if encoding.lower() not in {b"", b"identity"}:
        raise Refusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "Send the document unpacked.",
            header=b"Accept-Encoding: identity\r\n",
        )


def document_in_form(body: bytes) -> bytes:
    """The document in what is said to be a form: often the document itself, sent under a wrong name.

    >>> document_in_form(b"op=1&xml=%3CNCIPMessage%2F%3E"), document_in_form(b" <NCIPMessage/>")
    (b'<NCIPMessage/>', b' <NCIPMessage/>')
    """
    if body.lstrip(b" \t\r\n").startswith(_BEGINNINGS):
        return body
    found: dict[bytes, bytes] = {}
    for each in body.split(b"&", MOST_FIELDS)[:MOST_FIELDS]:
        name, equals, value = each.partition(b"=")
        if equals and (name := unquote_to_bytes(name)) in FIELDS:
            found.setdefault(name, value)
    for name in FIELDS:
        if name in found:
            return unquote_to_bytes(found[name].replace(b"+", b" "))
    return body
