"""Hypothesis strategies for SIP2: messages from the layouts, text from the charsets, and bytes of every sort."""

import unicodedata
from typing import get_type_hints

from hypothesis import strategies as st

from sip2_wire import MESSAGES, sealed
from softdock.protocols.sip2.charsets import Charset
from softdock.protocols.sip2.layouts import FixedKind, Message

VENDOR_FIELDS = ["PA", "PB", "PC", "PD", "XH", "XY", "ZY", "FA", "FB", "FE", "KQ", "U1", "U5"]
"""Identifiers to which makers give meanings of their own, and the standard none."""


def _two_byte_characters(codec: str) -> str:
    pairs = (
        bytes([lead, trail]) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF) if trail != 0x7F
    )
    characters = (pair.decode(codec, "ignore") for pair in pairs)
    return "".join(each for each in characters if not each.isascii() and len(each) == 1 and _may_leave(each))


def _may_leave(character: str) -> bool:
    """Whether `character` is text that is sent as it is."""
    ordinary = unicodedata.category(character) not in {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"}
    return ordinary and unicodedata.is_normalized("NFC", character)


_ASCII = "".join(map(chr, range(0x20, 0x7F))).replace("|", "")
_GBK = _two_byte_characters("gbk")
_ENDING_IN_THE_DELIMITER = "東億珅媩纜"
"""Their second byte in GBK and GB18030 is 0x7C."""

ALPHABETS = {
    "ascii": st.sampled_from(_ASCII),
    "latin-1": st.sampled_from(_ASCII + "".join(filter(_may_leave, map(chr, range(0xA0, 0x100))))),
    "cp850": st.sampled_from(_ASCII + "".join(filter(_may_leave, bytes(range(0x80, 0x100)).decode("cp850")))),
    "utf-8": st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"], exclude_characters="|"),
    "gbk": st.one_of(*map(st.sampled_from, (_ASCII, _GBK, _ENDING_IN_THE_DELIMITER))),
    "gb18030": st.one_of(*map(st.sampled_from, (_ASCII, _GBK, _ENDING_IN_THE_DELIMITER, "𠮷㐂ǎắ😀한"))),
}
"""What each charset can carry, by its name in the settings."""


def texts(charset: str = "utf-8", max_size: int = 20) -> st.SearchStrategy[str]:
    """Values that arrive as they were sent."""

    def unchanged(text: str) -> bool:
        return Charset(charset).writable(text) == text

    composed = st.text(ALPHABETS[charset], max_size=max_size).map(
        lambda text: unicodedata.normalize("NFC", text)
    )
    return composed if charset == "ascii" else composed.filter(unchanged)


def stamps() -> st.SearchStrategy[str]:
    """Time stamps in every zone, and none."""
    zones = st.sampled_from(["    ", "   Z", "   H", "   Q"])
    moments = st.tuples(st.dates(), zones, st.times()).map(
        lambda parts: f"{parts[0].isoformat().replace('-', '')}{parts[1]}{parts[2]:%H%M%S}"
    )
    return st.one_of(st.just(" " * 18), st.just("0" * 18), moments)


def messages(cls: type[Message], charset: str = "utf-8") -> st.SearchStrategy[Message]:
    """Messages of one class as a peer that keeps to the standard may send them."""
    layout = cls.layout
    hints = get_type_hints(cls, include_extras=True)
    parts: dict[str, st.SearchStrategy[object]] = {}
    values = texts(charset)
    for name, hint in hints.items():
        kind = next((each for each in getattr(hint, "__metadata__", ()) if isinstance(each, FixedKind)), None)
        if kind is not None:
            parts[name] = _fixed(kind, hint.__origin__)
    for kind, name in layout.variable:
        if kind.repeats:
            parts[name] = st.lists(values, max_size=3).map(tuple)
        else:
            parts[name] = values if kind.id in layout.required else st.none() | values
    others = st.tuples(st.sampled_from(VENDOR_FIELDS), values)
    return st.builds(cls, **parts, other=st.lists(others, max_size=3).map(tuple))


def _fixed(kind: FixedKind, type_: object) -> st.SearchStrategy[object]:
    if type_ is bool:
        return st.booleans()
    if type_ == bool | None:
        return st.none() | st.booleans()
    if type_ == int | None:
        return st.none() | st.integers(0, 10**kind.width - 1)
    if kind.width == 18:
        return stamps()
    alphabet = [each for each in _ASCII if _has_meaning(kind, each * kind.width)]
    if len(alphabet) < len(_ASCII):
        alphabet = [
            each for each in alphabet if each != " "
        ]  # all blank has a meaning, a blank among digits has none
    texts = st.text(st.sampled_from(alphabet), min_size=kind.width, max_size=kind.width)
    # No field need follow the version of the protocol, and AY or AZ in it could not be told from error detection.
    return texts.filter(lambda text: "AY" not in text and "AZ" not in text)


def _has_meaning(kind: FixedKind, text: str) -> bool:
    try:
        kind.read(text)
    except (KeyError, ValueError):
        return False
    return True


def cut(data: bytes) -> st.SearchStrategy[list[bytes]]:
    """`data` in segments as a network might deliver it."""
    places = st.lists(st.integers(0, len(data)), max_size=8).map(sorted)
    return places.map(
        lambda ends: [data[start:end] for start, end in zip([0, *ends], [*ends, len(data)], strict=True)]
    )


def _damaged(wire: bytes) -> st.SearchStrategy[bytes]:
    place = st.integers(0, max(0, len(wire) - 1))
    return st.one_of(
        st.builds(lambda at, byte: wire[:at] + bytes([byte]) + wire[at + 1 :], place, st.integers(0, 255)),
        st.builds(lambda at: wire[:at], place),
        st.builds(lambda at, junk: wire[:at] + junk + wire[at:], place, st.binary(max_size=4)),
    )


_WHOLE = st.builds(
    sealed, st.sampled_from([each.wire for each in MESSAGES]), st.sampled_from([None, "1", "10"])
)
_PLAIN = st.sampled_from([each.wire for each in MESSAGES])
_PIECE = st.sampled_from(
    [b"\r", b"\n", b"\r\n", b"|", b"^", b"97", b"97AZFEF5", b"96", b"9900802.00", b"AY1AZ", b"AY", b"AZ", b"AA", b"\0",
     b"\xff\xfb\x01", b"\xff\xfa", b"\xff\xf0", b"\x81", b"\xab|", b"9" * 300, b"|" * 300, b"GET / HTTP/1.1"]
)  # fmt: skip

wire_bytes = st.lists(
    st.one_of(_WHOLE, _PLAIN, _WHOLE.flatmap(_damaged), _PIECE, st.binary(max_size=12)), max_size=12
).map(lambda parts: [b"".join(each) for each in zip(parts, [b"\r", b"", b"\n"] * 4, strict=False)])
"""What may come out of a socket: messages whole and damaged, their pieces, and anything."""
