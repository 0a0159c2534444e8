"""SIP2 as the load generator speaks it: requests made ahead of time, answers checked in full.

Kept apart from the product's own codec on purpose: a mistake there must show up here as a wrong answer.  The
requests are put together once; only the transaction date, and with it the checksum, is filled in when a request is
sent, because a device sends fresh dates and the product treats stale ones differently.  An answer is checked for its
code, its ok flags, one more fixed field, three fields that must be there, its sequence number, its checksum and its
line end.
"""

import time
import zlib
from typing import NamedTuple

LIBRARY = b"BENCH"
ENGLISH = b"001"
NO_SUMMARY = b" " * 10
CHARGED_ITEMS = b"  Y       "
NO_DATE = b" " * 18
GOOD_STANDING = b" " * 14

ADLER_IS_EXACT_UP_TO = 250
"""Longer texts may pass the modulus of Adler-32 (65 521), so they are added up the slow way."""


class Request(NamedTuple):
    """A request, complete but for its transaction dates and its checksum."""

    before: bytes
    """The code and what stands before the dates."""
    dates: int
    """How many dates follow: none, one, or two (a checkin names the return date as well)."""
    after: bytes
    """The rest, up to and with `AZ`."""
    total: int
    """The sum of the bytes of `before` and `after`."""


class Answer(NamedTuple):
    """What the right answer to a request looks like."""

    code: bytes
    head: bytes
    """The code and the flags right behind it."""
    place: int
    """Where `fixed` stands."""
    fixed: bytes
    """One more fixed field: a count, a version."""
    field_1: bytes
    field_2: bytes
    field_3: bytes
    """Three fields, each with name and delimiter; empty for none."""
    sequence: bytes
    """`AYnAZ` with the sequence number of the request."""


class Exchange(NamedTuple):
    """One request and its right answer."""

    request: Request
    answer: Answer


class Stamp(NamedTuple):
    """A transaction date, none, once and twice, each with the sum of its bytes."""

    texts: tuple[bytes, bytes, bytes]
    totals: tuple[int, int, int]


def byte_sum(data: bytes) -> int:
    """Add up the bytes of a text; by Adler-32 where that gives the plain sum (ten times as fast)."""
    if len(data) <= ADLER_IS_EXACT_UP_TO:
        return (zlib.adler32(data) & 0xFFFF) - 1
    return sum(data)


def checksum(data: bytes) -> bytes:
    """The four hexadecimal digits that follow `data`, which ends in `AZ`."""
    return b"%04X" % (-byte_sum(data) & 0xFFFF)


def stamp(now: float) -> Stamp:
    """The transaction date of a moment, in local time."""
    text = time.strftime("%Y%m%d    %H%M%S", time.localtime(now)).encode("ascii")
    total = sum(text)
    return Stamp((b"", text, text + text), (0, total, total + total))


def render(request: Request, date: Stamp) -> bytes:
    """The bytes to send: the request with its dates, its checksum and its line end."""
    before, dates, after, total = request
    return b"%b%b%b%04X\r" % (before, date.texts[dates], after, -(total + date.totals[dates]) & 0xFFFF)


def passes(line: bytes, answer: Answer) -> bool:
    """Whether a line, with its line end, is the right answer.

    Every check is made whatever the others say, so that a wrong answer costs the generator as much as a right one:
    the bare server's lines get the same treatment, and the comparison stays fair.
    """
    _, head, place, fixed, field_1, field_2, field_3, sequence = answer
    size = len(line)
    if size <= ADLER_IS_EXACT_UP_TO:
        total = (zlib.adler32(line[:-5]) & 0xFFFF) - 1
    else:
        total = sum(line[:-5])
    return (
        line.startswith(head)
        + line.startswith(fixed, place)
        + (field_1 in line)
        + (field_2 in line)
        + (field_3 in line)
        + (line[-10:-5] == sequence)
        + (line[-5:] == b"%04X\r" % (-total & 0xFFFF))
        + (line.find(b"\r") == size - 1)
    ) == 8


def faults(line: bytes, answer: Answer) -> list[str]:
    """What is wrong with a line, in words; nothing for the right answer."""
    found = []
    if not line.startswith(answer.code):
        found.append(f"code {line[:2]!r} instead of {answer.code!r}")
    elif not line.startswith(answer.head):
        found.append(f"flags {line[: len(answer.head)]!r} instead of {answer.head!r}")
    if not line.startswith(answer.fixed, answer.place):
        there = line[answer.place : answer.place + len(answer.fixed)]
        found.append(f"{there!r} instead of {answer.fixed!r} at {answer.place}")
    found.extend(
        f"no {field!r}" for field in (answer.field_1, answer.field_2, answer.field_3) if field not in line
    )
    if line[-10:-5] != answer.sequence:
        found.append(f"{line[-10:-5]!r} instead of {answer.sequence!r}")
    if line[-5:-1] != checksum(line[:-5]):
        found.append(f"checksum {line[-5:-1]!r} instead of {checksum(line[:-5])!r}")
    if line.find(b"\r") != len(line) - 1:
        found.append("not exactly one line, ended by CR")
    return found


def login(user: bytes, password: bytes, location: bytes, sequence: int) -> Exchange:
    """93: the account logs in."""
    text = b"9300CN%b|CO%b|CP%b|" % (user, password, location)
    return _exchange(text, 0, b"", sequence, b"94", b"941", (0, b""), (b"", b"", b""))


def status(sequence: int) -> Exchange:
    """99: is the library on-line?  The answer names the library, the version and what is supported."""
    fields = (b"AO%b|" % LIBRARY, b"BXYYY", b"")
    return _exchange(b"9900802.00", 0, b"", sequence, b"98", b"98Y", (32, b"2.00"), fields)


def patron_status(patron: bytes, pin: bytes, sequence: int) -> Exchange:
    """23: may this patron borrow?"""
    text = b"AO%b|AA%b|AC|AD%b|" % (LIBRARY, patron, pin)
    head = b"24" + GOOD_STANDING
    return _exchange(b"23" + ENGLISH, 1, text, sequence, b"24", head, (0, b"24"), _proven(patron))


def patron_information(
    patron: bytes, pin: bytes, sequence: int, *, summary: bytes = NO_SUMMARY, loans: int = 0
) -> Exchange:
    """63: how does this patron stand, and what is lent?  The count of loans must be right."""
    text = b"%bAO%b|AA%b|AC|AD%b|" % (summary, LIBRARY, patron, pin)
    head = b"64" + GOOD_STANDING
    return _exchange(b"63" + ENGLISH, 1, text, sequence, b"64", head, (45, b"%04d" % loans), _proven(patron))


def item_information(item: bytes, title: bytes, sequence: int, *, lent: bool = False) -> Exchange:
    """17: where does this item stand?"""
    text = b"AO%b|AB%b|AC|" % (LIBRARY, item)
    head = b"1804" if lent else b"1803"
    fields = (b"AB%b|" % item, b"AJ%b|" % title, b"")
    return _exchange(b"17", 1, text, sequence, b"18", head, (0, b"18"), fields)


def checkout(patron: bytes, pin: bytes, item: bytes, title: bytes, sequence: int) -> Exchange:
    """11: lend an item that is not lent."""
    text = b"%bAO%b|AA%b|AB%b|AC|AD%b|BON|BIN|" % (NO_DATE, LIBRARY, patron, item, pin)
    fields = (b"AA%b|" % patron, b"AB%b|" % item, b"AJ%b|" % title)
    return _exchange(b"11NN", 1, text, sequence, b"12", b"121N", (0, b"12"), fields)


def checkin(item: bytes, place: bytes, sequence: int) -> Exchange:
    """09: take back an item that is lent."""
    text = b"AP%b|AO%b|AB%b|AC|BIN|" % (place, LIBRARY, item)
    fields = (b"AO%b|" % LIBRARY, b"AB%b|" % item, b"")
    return _exchange(b"09N", 2, text, sequence, b"10", b"101", (0, b"10"), fields)


def renewal(patron: bytes, pin: bytes, item: bytes, title: bytes, sequence: int) -> Exchange:
    """29: renew a loan."""
    text = b"%bAO%b|AA%b|AD%b|AB%b|AC|BON|" % (NO_DATE, LIBRARY, patron, pin, item)
    fields = (b"AA%b|" % patron, b"AB%b|" % item, b"AJ%b|" % title)
    return _exchange(b"29NN", 1, text, sequence, b"30", b"301Y", (0, b"30"), fields)


def _proven(patron: bytes) -> tuple[bytes, bytes, bytes]:
    return b"AA%b|" % patron, b"BLY|", b"CQY|"


def _exchange(
    before: bytes,
    dates: int,
    after: bytes,
    sequence: int,
    code: bytes,
    head: bytes,
    fixed: tuple[int, bytes],
    fields: tuple[bytes, bytes, bytes],
) -> Exchange:
    trailer = b"AY%dAZ" % (sequence % 10)
    after += trailer
    place, value = fixed
    request = Request(before, dates, after, sum(before) + sum(after))
    return Exchange(request, Answer(code, head, place, value, *fields, trailer))
