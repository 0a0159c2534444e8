"""Between the bytes of a frame and a message.

**Decode first, split afterwards.**  The second byte of a GBK or GB18030 character may be 0x7C, the
delimiter: 珅, 東 and a hundred others end in it.  Plain simplified text has none of them, so splitting
bytes passes every naive test and breaks on a rare given name.

Decoding first has a price of its own: on a wrong charset a lead byte swallows the delimiter behind it.
So when a required field is missing, the same bytes are read in other ways, and such a reading is
believed only if it is clean and finds what was missing; an identifier in it must be plain ASCII,
because a guess must never lend a book to somebody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from softdock.protocols.sip2.charsets import (
    Charset,
    needs_composing,
    shortened,
    without_controls,
)
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.errors import LocalProtocolError, RemoteProtocolError, Violation
from softdock.protocols.sip2.layouts import LAYOUTS, Layout, Message

_IDENTIFIERS = frozenset({"AA", "AB"})
_CONTINUED = frozenset({"AF", "AG"})
"""Text for people: what does not fit one field goes on in the next."""


@dataclass(slots=True)
class Reading:
    """A message as it was read, and what was strange about it."""

    message: Message
    strangeness: Violation | None = None
    """CHARSET_MISMATCH if another charset than the dialect's gave the reading, BAD_BYTES if bytes had to be
    replaced."""


def layout_of(body: bytes, layouts: Mapping[str, Layout] = LAYOUTS) -> Layout:
    """The layout of the message in `body`.  Raises RemoteProtocolError(UNKNOWN_MESSAGE or NOT_A_MESSAGE)."""
    code = body[:2]
    layout = layouts.get(str(code, "latin-1"))
    if layout is None:
        if len(code) == 2 and code.isdigit():
            raise RemoteProtocolError(
                Violation.UNKNOWN_MESSAGE, "a code that the standard does not name here"
            )
        raise RemoteProtocolError(Violation.NOT_A_MESSAGE, "no message code where one is expected")
    return layout


def decode(body: bytes, dialect: Dialect, layouts: Mapping[str, Layout] = LAYOUTS) -> Reading:
    """The message in `body`, the part of a frame in front of AY and AZ, if it is one of `layouts`.

    Raises RemoteProtocolError(UNKNOWN_MESSAGE, NOT_A_MESSAGE or FIXED_PART).
    """
    layout = layout_of(body, layouts)
    if body.isascii():
        return Reading(layout.read(body[2:].decode("ascii"), dialect.delimiter, dialect.lenient))
    try:
        text = dialect.charset.decode(body[2:])
        strangeness = None
    except UnicodeDecodeError:
        text = dialect.charset.decode_with_replacement(body[2:])
        strangeness = Violation.BAD_BYTES
    if not (dialect.lenient or text[: layout.fixed_width].isascii()):
        raise RemoteProtocolError(Violation.FIXED_PART, f"{layout.code}: the fixed part is not ASCII")
    message = layout.read(text, dialect.delimiter, dialect.lenient)
    if layout.required and (strangeness or layout.absent(message) or layout.missing(message)):
        guess = _read_otherwise(message, body[2:], dialect, clean=strangeness is None)
        if guess is not None:
            return Reading(guess, Violation.CHARSET_MISMATCH)
    return Reading(message, strangeness)


def _read_otherwise(read: Message, data: bytes, dialect: Dialect, *, clean: bool) -> Message | None:
    """The first clean reading of `data`, other than `read`, that has every needed field.

    It has to find more of the required fields than `read`; no fewer will do if `read` was not `clean`.
    """
    layout = read.layout
    absent = layout.absent(read)
    ways = [(dialect.charset, True), (dialect.charset, False)]
    if (other := dialect.fallback_charset) is not None:
        # A whole message that is well-formed in the other charset says more than pieces in this one: most
        # pieces of UTF-8 make sense in GBK.
        ways = [(other, False), *ways, (other, True)]
    for charset, split_first in ways:
        try:
            message = _read_strictly(layout, data, dialect, charset, split_first)
        except (UnicodeDecodeError, RemoteProtocolError):
            continue
        found = layout.absent(message)
        better = found < absent or (found == absent and not clean)
        if better and not layout.missing(message) and _identifiers_are_plain(message):
            return message
    return None


def _read_strictly(
    layout: Layout, data: bytes, dialect: Dialect, charset: Charset, split_first: bool
) -> Message:
    if not split_first:
        return layout.read(charset.decode(data), dialect.delimiter, dialect.lenient)
    fixed = data[: layout.fixed_width].decode("ascii")
    parts = data[layout.fixed_width :].split(dialect.delimiter.encode("ascii"))
    return layout.assemble(fixed, [charset.decode(part) for part in parts], dialect.lenient)


def _identifiers_are_plain(message: Message) -> bool:
    values = (message.field(each) for each in _IDENTIFIERS)
    return all(value is None or value.isascii() for value in values)


def encode(message: Message, dialect: Dialect) -> bytes:
    """The bytes of `message`, in front of AY and AZ.

    No delimiter, CR, LF or control character leaves inside a value; text leaves composed, and what the
    charset lacks is transliterated.  Raises LocalProtocolError for what can not be written at all.
    """
    layout = message.layout
    delimiter = dialect.delimiter
    try:
        fixed, pieces = layout.write(message)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise LocalProtocolError(f"{layout.code}: a field can not have such a value: {error}") from None
    if message.other:
        _check_identifiers(message)
    text = f"{fixed}{delimiter.join(pieces)}{delimiter if pieces else ''}"
    limit = dialect.field_length
    if (
        text.count(delimiter) != len(pieces)
        or not text.isprintable()
        or (0 < limit < len(text) and max(map(len, pieces), default=0) > limit + 2)
    ):
        return _encode_carefully(message, fixed, dialect)
    if text.isascii():
        return text.encode("ascii")
    if dialect.field_length_in_bytes or needs_composing(text) or not fixed.isascii():
        return _encode_carefully(message, fixed, dialect)
    try:
        return dialect.charset.encode(text)
    except UnicodeEncodeError:
        return _encode_carefully(message, fixed, dialect)


def _encode_carefully(message: Message, fixed: str, dialect: Dialect) -> bytes:
    """What `encode` does where a value needs mending: field by field."""
    charset, delimiter = dialect.charset, dialect.delimiter
    replacement = charset.writable(dialect.delimiter_replacement)
    if delimiter in replacement or not replacement.isprintable():
        replacement = " "
    parts = [_mended_fixed(fixed, delimiter)]
    for piece in message.layout.write_fields(message):
        field = piece[:2]
        value = without_controls(charset.writable(piece[2:]), delimiter, replacement)
        for each in _cut(value, field, dialect):
            parts += (field, each, delimiter)
    return charset.encode("".join(parts))


def _mended_fixed(fixed: str, delimiter: str) -> str:
    """The fixed part in as many bytes as it has characters; what can not stand there becomes a blank.

    Some delimiters have a meaning there, as in the version 2.00 and in the hold mode.
    """
    spoilt = delimiter if delimiter not in "+-*." else ""
    return "".join(
        each if each.isascii() and each.isprintable() and each != spoilt else " " for each in fixed
    )


def _cut(value: str, field: str, dialect: Dialect) -> list[str]:
    """`value` as it fits into one field, or into as many as it takes if it is text for people."""
    limit = dialect.field_length
    if not limit or field in _IDENTIFIERS:
        return [value]
    counted_in = dialect.charset if dialect.field_length_in_bytes else None
    cut = [shortened(value, limit, counted_in)]
    while field in _CONTINUED and cut[-1] and (value := value[len(cut[-1]) :].lstrip(" ")):
        cut.append(shortened(value, limit, counted_in))
    return cut


def _check_identifiers(message: Message) -> None:
    for field, _ in message.other:
        if len(field) != 2 or not (field.isascii() and field.isalnum()):
            raise LocalProtocolError(f"{message.layout.code}: {field!r} can not identify a field")
