"""Where a request goes, and what it shows to be let in: path, query, Authorization, X-API-Key."""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from softdock.circulation.identifiers import Secret
from softdock.protocols.ncip.transport.received import Peer, Transport, Way
from softdock.protocols.ncip.transport.refusals import Refusal, bad_request

PATH = b"/ncip"

LONGEST_ACCOUNT = 128
"""Characters of what follows in the path, and of a user's name."""

LONGEST_SECRET = 1024

_DIGITS = frozenset(b"0123456789abcdefABCDEF")
_KEYS = (b"apikey", b"token")
"""In the query, as FOLIO's gateway has it; the first that is there counts."""


def way_of(target: bytes, headers: Mapping[bytes, bytes], peer: Peer) -> Way:
    """Who asks, and how.  Raises `Refusal` for a target that is not here, and for what cannot be read."""
    if target.startswith((b"http://", b"https://")):
        _, slash, rest = target.partition(b"://")[2].partition(b"/")  # RFC 9112, 3.2.2: a server bears it
        target = slash + rest
    path, _, query = target.partition(b"?")
    return Way(
        peer.address,
        Transport.HTTP,
        peer.secure,
        peer.certificate,
        path_account=_account(path),
        basic=_basic(headers.get(b"authorization", b"")),
        token=_token(headers, query),
    )


def _account(path: bytes) -> str:
    """What follows `/ncip/`."""
    if path == PATH:
        return ""
    rest = path[len(PATH) + 1 :]
    account = rest.removesuffix(b"/")
    if not path.startswith(PATH + b"/") or b"/" in account or rest == b"/":
        raise Refusal(HTTPStatus.NOT_FOUND, "Nothing is here.")
    name = _text(account)
    if len(name) > LONGEST_ACCOUNT:
        raise Refusal(HTTPStatus.NOT_FOUND, "Nothing is here.")
    return name


def _text(quoted: bytes) -> str:
    """What is percent-encoded in `quoted`, as UTF-8."""
    if b"%" not in quoted:
        plain = quoted
    else:
        for part in quoted.split(b"%")[1:]:
            if len(part) < 2 or part[0] not in _DIGITS or part[1] not in _DIGITS:
                raise bad_request("After % come two hexadecimal digits.")
        plain = unquote_to_bytes(quoted)
    try:
        text = plain.decode()
    except UnicodeDecodeError as error:
        raise bad_request("The target is not written in UTF-8.") from error
    if not text.isprintable():
        raise bad_request("The target holds what cannot be printed.")
    return text


def _basic(authorization: bytes) -> tuple[str, Secret] | None:
    """RFC 7617, in UTF-8 or, as older programs have it, in ISO 8859-1."""
    scheme, _, value = authorization.partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        plain = b64decode(value.strip(b" "), validate=True)
    except (binascii.Error, ValueError) as error:
        raise bad_request("The credentials of Authorization cannot be read.") from error
    try:
        text = plain.decode()
    except UnicodeDecodeError:
        text = plain.decode("latin-1")
    user, colon, password = text.partition(":")
    if not colon or not user.isprintable() or len(user) > LONGEST_ACCOUNT or len(password) > LONGEST_SECRET:
        raise bad_request("The credentials of Authorization cannot be read.")
    return user, Secret(password)


def _token(headers: Mapping[bytes, bytes], query: bytes) -> Secret | None:
    scheme, _, value = headers.get(b"authorization", b"").partition(b" ")
    given = value.strip(b" ") if scheme.lower() == b"bearer" else headers.get(b"x-api-key", b"")
    text = given.decode("latin-1") or _key(query)
    if len(text) > LONGEST_SECRET:
        raise bad_request("The key is too long.")
    return Secret(text) if text else None


def _key(query: bytes) -> str:
    if not query:
        return ""
    found: dict[bytes, str] = {}
    for each in query.split(b"&"):
        name, _, value = each.partition(b"=")
        if name in _KEYS and value:
            if name in found:
                raise bad_request("There is more than one key.")
            found[name] = _text(value)
    for name in _KEYS:
        if name in found:
            return found[name]
    return ""
