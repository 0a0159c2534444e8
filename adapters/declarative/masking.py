"""Makes replies of real patrons fit to be kept: what could tell of anybody is put in the place of something of the same shape.

Everything is masked, unless it is known to tell of nobody: texts that the maps themselves name, dates, amounts, numbers
and words that were read as such, and single letters and digits.  Digits stay digits, letters letters and Chinese
characters Chinese; the same word becomes the same everywhere, in the request as in the reply, by a key that is thrown
away.  What stands under `redact` is taken out altogether.
"""

import hmac
import json
import re
import secrets
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from softdock.mappings.exchange import Fields, Rows

_TOKEN: Final = re.compile(r"[^\W_]+")
_LEAF: Final = re.compile(r"(?<=>)[^<>]+(?=<)|(?<==\")[^\"<>]*(?=\")|(?<==')[^'<>]*(?=')")
_PROLOG: Final = re.compile(
    r"\s*<\?xml[^>]*\?>|<!\[CDATA\[|\]\]>|\sxmlns(?::\w+)?=(?:\"[^\"]*\"|'[^']*')|&#?\w+;"
)
_PLAIN: Final = frozenset({"true", "false", "null", "none"})
_SHORT: Final = 2
_CHINESE: Final = "某甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
_DATES: Final = ("%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y")
_CHARSETS: Final = ("utf-8", "gb18030", "latin-1")


class Masking:
    """Masks the texts of one capture."""

    def __init__(
        self,
        words: Collection[str],
        parts: Collection[str] = (),
        redact: Collection[str] = (),
        key: bytes = b"",
    ) -> None:
        """`words` are left as they are where they stand alone, `parts` wherever they stand."""
        self._words = {each.strip() for each in words}
        self._parts = re.compile(
            "|".join(map(re.escape, sorted(filter(None, parts), key=len, reverse=True))) or r"(?!)"
        )
        self._redact = frozenset(redact)
        self._key = key or secrets.token_bytes(32)
        self._dates: dict[str, str] = {}

    def keep(self, raw: str) -> None:
        """Leave `raw` as it is: it was read as something that tells of nobody."""
        self._words.add(raw.strip())

    def birthday(self, raw: str, read: date) -> None:
        """Put the first day of its year in the place of `raw`, which was read as the day of a birth."""
        form = next((each for each in _DATES if read.strftime(each) == raw.strip()), None)
        if form is not None:
            self._dates[raw.strip()] = read.replace(month=1, day=1).strftime(form)

    # --- texts ----------------------------------------------------------------------------------------------

    def text(self, text: str) -> str:
        """`text`, which may be a document of its own."""
        bare = text.strip()
        if bare in self._dates:
            return text.replace(bare, self._dates[bare])
        if (
            not bare
            or bare in self._words
            or bare.lower() in _PLAIN
            or (bare.isascii() and len(bare) < _SHORT)
        ):
            return text
        if bare[0] in "{[<":
            return self.document(text)
        masked, end = "", 0
        for found in self._parts.finditer(text):
            masked += self._tokens(text[end : found.start()]) + found[0]
            end = found.end()
        return masked + self._tokens(text[end:])

    def _tokens(self, text: str) -> str:
        return _TOKEN.sub(lambda found: self._stand_in(found[0]), text)

    def _stand_in(self, token: str) -> str:
        stream = b""
        while len(stream) < len(token):
            stream += hmac.digest(self._key, f"{len(stream)} {token}".encode(), "sha256")
        return "".join(map(_alike, token, stream))

    # --- documents ------------------------------------------------------------------------------------------

    def data(self, data: Any) -> bytes:
        """What a system gave back, as it is kept in a file."""
        if isinstance(data, Rows):
            rows = [self._members(row) for row in data.rows]
            told = {"rows": rows, "out": self._members(data.out), "changed": data.changed}
            return json.dumps(told, ensure_ascii=False, indent=2, default=str).encode()
        if isinstance(data, Fields):
            fields = [f"{name}{self.text(text)}|" for name, text in data.fields if name not in self._redact]
            return f"{data.code}{data.fixed}{''.join(fields)}\r".encode()
        for charset in _CHARSETS:
            try:
                return self.document(data.decode(charset)).encode(charset)
            except UnicodeError:
                continue
        return b""

    def document(self, text: str) -> str:
        """A document of XML or JSON; anything else word by word."""
        bare = text.strip()
        if bare.startswith("<"):
            return self._xml(text)
        if bare[:1] in ("{", "["):
            try:
                tree = json.loads(bare, parse_int=_Number, parse_float=_Number)
            except (ValueError, RecursionError):
                return self._tokens(text)
            return _json(self._tree(tree))
        return self._tokens(text)

    def _xml(self, text: str) -> str:
        for name in self._redact:
            tag = rf"(?:\w+:)?{re.escape(name)}"
            text = re.sub(rf"\s{tag}=(?:\"[^\"]*\"|'[^']*')", "", text)
            text = re.sub(rf"<({tag})(?:\s[^>]*)?(?:/>|>.*?</\1\s*>)", "", text, flags=re.DOTALL)
        kept: list[str] = []

        def hold(found: re.Match[str]) -> str:
            kept.append(found[0])
            return f"\0{len(kept) - 1}\0"

        held = _PROLOG.sub(hold, text)
        masked = _LEAF.sub(lambda found: "".join(self._around(found[0])), held)
        return re.sub("\0(\\d+)\0", lambda found: kept[int(found[1])], masked)

    def _around(self, leaf: str) -> list[str]:
        """The parts of a leaf, with what is held in it left alone."""
        parts = re.split("(\0\\d+\0)", leaf)
        return [each if each.startswith("\0") else self.text(each) for each in parts]

    def _tree(self, value: Any) -> Any:
        if isinstance(value, dict):
            return self._members(value)
        if isinstance(value, list):
            return [self._tree(each) for each in value]
        if isinstance(value, _Number):
            masked = value if len(value) < 2 + _SHORT or value in self._words else _Number(self.text(value))
            return _Number(re.sub(r"^(-?)0+(?=\d)", r"\g<1>1", masked))
        return self.text(value) if isinstance(value, str) else value

    def _members(self, table: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._tree(each) for name, each in table.items() if name not in self._redact}


class _Number(str):
    """A number of JSON, as it was written."""

    __slots__ = ()


def _json(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(
                f"{json.dumps(name, ensure_ascii=False)}: {_json(each)}" for name, each in value.items()
            )
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    return str(value) if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)


def _alike(character: str, byte: int) -> str:
    """Another character of the kind of `character`."""
    if character.isdigit():
        return str(byte % 10)
    if character.isascii():
        return chr((ord("A") if character.isupper() else ord("a")) + byte % 26)
    if "\u3400" <= character <= "\u9fff":
        return _CHINESE[byte % len(_CHINESE)]
    return "X" if character.isupper() else "x"
