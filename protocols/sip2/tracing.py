r"""A line of the wire as an operator may see it: what it says of the devices, and little of the patrons.

* Passwords are never shown: AC, AD and CO.
* What identifies somebody is masked, and what is personal or free text is hidden: names, addresses, messages
  on the screen.  So is every field that the standard does not know, because makers put birthdays there.
* What is left says what was asked and answered: codes, flags, items, amounts, institutions.
* A checksum is told as right or wrong.  Its digits would give away what is hidden: a PIN of four digits has few
  sums.

Without a mask everything but the passwords is shown.  Whatever cannot be understood is not shown in either case.

>>> traced(b"9300CNkiosk-3f|COsecret|CP3F|AY1AZF4BE", Dialect(), lambda name: name[:2] + "...")
'9300CNki...|CO***|CP3F|AY1AZ(right)'
"""

import re
from collections.abc import Callable, Iterator
from functools import cache

from softdock.protocols.sip2.charsets import Charset
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.errors import RemoteProtocolError, Violation
from softdock.protocols.sip2.frames import Frame, open_frame
from softdock.protocols.sip2.layouts import LAYOUTS, Layout

SECRETS = frozenset({"AC", "AD", "CO"})
"""Passwords of terminals, patrons and logins: never shown."""

IDENTIFIERS = frozenset({"AA", "CN", "CY"})
"""Masked: cards, and the user of a login, which may be a password that was typed into the wrong field."""

PERSONAL = frozenset({"AE", "AF", "AG", "AL", "BD", "BE", "BF", "DA"})
"""Hidden: names, addresses, and texts which may hold either."""

HARMLESS = frozenset(
    "AB AH AJ AM AN AO AP AQ AS AT AU AV BG BH BI BK BL BM BN BO BP BQ BR BS BT BU BV BW BX BY BZ"
    " CA CB CC CD CF CG CH CI CJ CK CL CM CP CQ CR CS CT CV".split()
)
"""Shown.  A field that stands in none of these lists is hidden."""

HIDDEN = "***"

_IDENTIFIER = re.compile(r"[A-Z][A-Z0-9]")
_PASSWORD_INSIDE, _FIELD_INSIDE = (
    re.compile(rf"[!-/:-@\[-`{{-~](?:{'|'.join(sorted(withheld))})")
    for withheld in (SECRETS, SECRETS | IDENTIFIERS | PERSONAL)
)
"""What looks like a field behind a delimiter, in the value of another: the device uses another delimiter than the
dialect says, which is what a trace may have been asked for."""
_STAMP = "[0-9 :./-]{8}[0-9A-Z :./-]{4}[0-9 :./-]{6}"


Mask = Callable[[str], str]
"""Shows so much of an identifier that staff recognise it."""


def traced(line: bytes, dialect: Dialect, mask: Mask | None) -> str:
    """`line`, which has no end, as it may be shown on a terminal.  Never raises.

    None for `mask` shows cards, names and texts as they are.
    """
    try:
        frame, trailer = _opened(line, dialect.delimiter)
    except RemoteProtocolError:
        return no_message(line)
    body = frame.body
    layout = LAYOUTS.get(body[:2].decode("latin-1"))
    if layout is None:
        return no_message(line)
    junk = line.find(body)
    end = 2 + layout.fixed_width
    fixed = body[:end].decode("latin-1")
    if _fixed_part(layout).fullmatch(fixed):
        fields = body[end:]
    else:  # shorter or longer than it has to be: what follows up to the first delimiter may be anything
        odd, delimited, fields = body.partition(dialect.delimiter.encode("ascii"))
        if not delimited:
            return no_message(line)
        fixed = f"{layout.code}({len(odd) - 2} odd characters){dialect.delimiter}"
    shown = [_shown(each, dialect.charset, mask) for each in _fields(fields, dialect, mask)]
    return (f"({junk} bytes)" if junk > 0 else "") + fixed + dialect.delimiter.join(shown) + trailer


def no_message(line: bytes) -> str:
    """All that is told of a line that is none of the standard's messages."""
    return f"({len(line)} bytes that are no message)"


def _opened(line: bytes, delimiter: str) -> tuple[Frame, str]:
    """The frame in `line`, and what is told of its error detection."""
    right = True
    try:
        frame = open_frame(line, delimiter)
    except RemoteProtocolError as error:
        if error.violation is not Violation.BAD_CHECKSUM:
            raise
        right = False
        frame = open_frame(line, delimiter, verify=False)
    trailer = "" if frame.sequence is None else f"AY{frame.sequence.decode('ascii')}"
    if frame.error_detection:
        trailer += "AZ(right)" if right else "AZ(wrong)"
    return frame, trailer


@cache
def _fixed_part(layout: Layout) -> re.Pattern[str]:
    """What the fixed part of a message looks like: narrow enough to tell fields that stand in its place."""
    kinds = [_STAMP if kind.width == 18 else _few_characters(kind.width) for _, kind in layout.fixed]
    return re.compile(layout.code + "".join(kinds))


def _few_characters(width: int) -> str:
    return "[0-9A-Z ]{3}" if width == 3 else f"[0-9YNUynu .+*-]{{{width}}}"


def _fields(data: bytes, dialect: Dialect, mask: Mask | None) -> Iterator[bytes]:
    """The fields in `data`.

    A delimiter may be the second byte of a character, as `codec` tells.  On a wrong charset that only seems so;
    hence it counts as a delimiter wherever a field that must not be shown begins behind it.
    """
    delimiter = dialect.delimiter.encode("ascii")
    first, *others = data.split(delimiter)
    pieces = [first]
    for part in others:
        seen = dialect.charset.decode_with_replacement(pieces[-1] + delimiter)
        if seen.endswith(dialect.delimiter) or _is_withheld(part[:2].decode("latin-1"), mask):
            yield delimiter.join(pieces)
            pieces = []
        pieces.append(part)
    yield delimiter.join(pieces)


def _is_withheld(field: str, mask: Mask | None) -> bool:
    """Whether the value of `field` is not to be seen as it is."""
    if mask is None:
        return field in SECRETS
    return field not in HARMLESS and _IDENTIFIER.fullmatch(field) is not None


def _shown(piece: bytes, charset: Charset, mask: Mask | None) -> str:
    field = piece[:2].decode("latin-1")
    if _IDENTIFIER.fullmatch(field) is None:
        return HIDDEN if piece else ""
    if len(piece) == 2:
        return field
    text = visible(charset.decode_with_replacement(piece[2:]))
    if not _is_withheld(field, mask):
        inside = (_PASSWORD_INSIDE if mask is None else _FIELD_INSIDE).search(text)
        return field + (text if inside is None else text[: inside.start()] + HIDDEN)
    return field + (mask(text) if mask is not None and field in IDENTIFIERS else HIDDEN)


def visible(text: str) -> str:
    """`text` without anything that would do something to a terminal."""
    return "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in text)
