"""Text on the wire: six charsets, composed, and without anything that would break a message.

The paper's default is code page 850; UTF-8 and, on Chinese kiosks, GBK and GB18030 are what is spoken.
Outgoing text is composed (NFC): a decomposed "á" arrives as two characters on most devices.  What the
target charset lacks is transliterated, and becomes `?` where there is no transliteration.
"""

import unicodedata
from dataclasses import dataclass

from anyascii import anyascii

PYTHON_CODECS = {
    "ascii": "ascii",
    "latin-1": "latin-1",
    "cp850": "cp850",
    "utf-8": "utf-8",
    "gbk": "gbk",
    "gb18030": "gb18030",
}
"""The charsets by the names that the settings use."""


@dataclass(slots=True, frozen=True)
class Charset:
    """One charset, by its name in the settings."""

    name: str

    def __post_init__(self) -> None:
        if self.name not in PYTHON_CODECS:
            raise ValueError(f"{self.name!r} is not one of {', '.join(PYTHON_CODECS)}")

    def decode(self, data: bytes) -> str:
        """Text of `data`; raises UnicodeDecodeError."""
        return data.decode(PYTHON_CODECS[self.name])

    def decode_with_replacement(self, data: bytes) -> str:
        """Text of `data`, with U+FFFD for every byte that has no place in the charset."""
        return data.decode(PYTHON_CODECS[self.name], "replace")

    def encode(self, text: str) -> bytes:
        """Bytes of `text`; raises UnicodeEncodeError."""
        return text.encode(PYTHON_CODECS[self.name])

    def writable(self, text: str) -> str:
        r"""`text` composed, and with every character that the charset lacks replaced.

        >>> Charset("ascii").writable("Čapek"), Charset("cp850").writable("e\u0301t\u00e9")
        ('Capek', 'été')
        """
        text = unicodedata.normalize("NFC", text)
        try:
            self.encode(text)
        except UnicodeEncodeError:
            return "".join(map(self._writable_character, text))
        return text

    def _writable_character(self, character: str) -> str:
        try:
            self.encode(character)
        except UnicodeEncodeError:
            pass
        else:
            return character
        if _character_width(character) == 0:
            return ""  # a combining mark, or a sign that only steers how others are shown
        replaced = anyascii(character)
        return replaced if replaced.isascii() and replaced.isprintable() and replaced else "?"


def needs_composing(text: str) -> bool:
    """Whether `text` is not in NFC."""
    return not text.isascii() and not unicodedata.is_normalized("NFC", text)


def without_controls(text: str, delimiter: str, replacement: str) -> str:
    r"""`text` with every delimiter replaced and every control character turned into a blank.

    A CR LF becomes one blank; a line or paragraph separator counts as a control character.

    >>> without_controls("War|Peace\r\nTolstoy", "|", "/")
    'War/Peace Tolstoy'
    """
    text = text.replace(delimiter, replacement).replace("\r\n", " ")
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(each) in _CONTROLS else each for each in text)


_CONTROLS = frozenset({"Cc", "Zl", "Zp"})


def display_width(text: str) -> int:
    r"""Columns that `text` takes on a receipt: two for a Chinese character, none for a combining mark.

    >>> display_width("ab"), display_width("图书"), display_width("e\u0301")
    (2, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrapped(text: str, columns: int) -> list[str]:
    """`text` in lines of at most `columns` columns, cut at blanks where there are any.

    Never cut inside a character: a combining mark stays with its letter.  A character that is wider
    than a line has a line of its own.

    >>> wrapped("Please see the desk.", 10)
    ['Please see', 'the desk.']
    >>> wrapped("请到服务台办理", 6)
    ['请到服', '务台办', '理']
    """
    if columns <= 0 or display_width(text) <= columns:
        return [text]
    lines: list[str] = []
    line, width, blank = "", 0, -1
    for character in text:
        wide = _character_width(character)
        if line and wide and width + wide > columns:
            if character == " ":
                lines.append(line)
                line, width, blank = "", 0, -1
                continue
            head, rest = (line[:blank], line[blank + 1 :]) if blank > 0 else (line, "")
            lines.append(head)
            line, width, blank = rest, display_width(rest), -1
        if character == " ":
            blank = len(line)
        line += character
        width += wide
    if line:
        lines.append(line)
    return lines


def shortened(text: str, limit: int, charset: Charset | None = None) -> str:
    """The beginning of `text` that fits `limit` characters, or `limit` bytes of `charset` if given.

    >>> shortened("图书馆", 5, Charset("gbk"))
    '图书'
    """
    if charset is None:
        cut = text[:limit]
    else:
        data = charset.encode(text)
        if len(data) <= limit:
            return text
        cut = text[:limit]
        while len(charset.encode(cut)) > limit:
            cut = cut[:-1]
    if len(cut) == len(text):
        return text
    while cut and unicodedata.combining(text[len(cut)]):
        cut = cut[:-1]
    return cut
