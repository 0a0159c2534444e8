"""Reading a JSON file that is larger than the memory, entry by entry.

The outermost value is an object.  Where a member of it is a list, each of its elements is given as soon as it is read;
every other member is given whole.  One entry at a time is in memory, and no entry may be longer than `LONGEST`.
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

PORTION = 1 << 18
"""Bytes that are read at a time."""

LONGEST = 1 << 23
"""Characters of one entry at most."""

_BLANKS = re.compile(r"[ \t\r\n]*")
_IN_NUMBER = re.compile(r"[0-9eE.+-]*")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""Half of a character that JSON writes in two: no text if it stands alone."""
_decode = json.JSONDecoder().raw_decode


class NotJson(ValueError):
    """The file is not JSON, or not of the outer form that is expected; the message says what and where."""


class Part(NamedTuple):
    """One member of the outermost object, or one element of a member that is a list."""

    name: str
    place: int | None
    """The place in the list; None for a member that is none, -1 for a list as such, before its elements."""
    value: object


def parts_of(file: BinaryIO) -> Iterator[Part]:
    """All parts of `file`, in its order.  Raises NotJson where it ends to be JSON."""
    text = _Text(file)
    if not text.accept("{"):
        raise NotJson("The file must hold one table: { ... }.")
    if text.accept("}"):
        text.expect_end()
        return
    while True:
        name = text.value()
        if not isinstance(name, str):
            raise text.fault("a name in quotation marks is missing")
        text.expect(":", "a colon is missing")
        if text.accept("["):
            yield Part(name, -1, None)
            yield from _elements(text, name)
        else:
            yield Part(name, None, text.value())
        if not text.accept(","):
            break
    text.expect("}", "a comma, or the end of the table, is missing")
    text.expect_end()


def _elements(text: "_Text", name: str) -> Iterator[Part]:
    if text.accept("]"):
        return
    index = 0
    while True:
        yield Part(name, index, text.value())
        index += 1
        if not text.accept(","):
            break
    text.expect("]", "a comma, or the end of the list, is missing")


class _Text:
    """The characters of a file from where it has been read to, as many as are needed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = ""
        self._at = 0
        self._lines = 1
        """The line in which `_text` begins."""
        self._columns = 0
        """Characters of that line before it."""
        self._ended = False

    def accept(self, character: str) -> bool:
        """Whether `character` comes next; if so, it is behind us."""
        self._skip_blanks()
        if self._text.startswith(character, self._at):
            self._at += 1
            return True
        return False

    def expect(self, character: str, otherwise: str) -> None:
        """Go past `character`; it is a fault if it does not come next."""
        if not self.accept(character):
            raise self.fault(otherwise)

    def expect_end(self) -> None:
        """It is a fault if anything but blanks follows."""
        self._skip_blanks()
        if self._at < len(self._text):
            raise self.fault("something stands behind the end")

    def value(self) -> object:
        """The next value."""
        self._skip_blanks()
        while True:
            try:
                value, end = _decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._ended or len(self._text) - self._at > LONGEST:
                    raise self.fault(error.msg, error.pos) from None
            except RecursionError:
                raise self.fault("too much is nested here") from None
            except ValueError:
                raise self.fault("a number has too many digits") from None
            else:
                if self._ended or not _IN_NUMBER.fullmatch(self._text, end):  # a number may go on
                    if _HALF.search(self._text, self._at, end) and not _is_text(value):
                        raise self.fault("half a character stands alone here")
                    self._at = end
                    return value
            self._read()

    def fault(self, what: str, at: int | None = None) -> NotJson:
        """What is wrong at the present place, or at `at`."""
        before = self._text[: self._at if at is None else at]
        line = self._lines + before.count("\n")
        column = len(before) - before.rfind("\n") + (0 if "\n" in before else self._columns)
        return NotJson(
            f"This is not JSON: {what[:1].lower()}{what[1:].rstrip('.')}: line {line} column {column}."
        )

    def _skip_blanks(self) -> None:
        while True:
            found = _BLANKS.match(self._text, self._at)
            assert found is not None
            self._at = found.end()
            if self._at < len(self._text) or self._ended:
                return
            self._read()

    def _read(self) -> None:
        """Read on, and forget what is behind us."""
        behind = self._text[: self._at]
        if "\n" in behind:
            self._lines += behind.count("\n")
            self._columns = len(behind) - behind.rfind("\n") - 1
        else:
            self._columns += len(behind)
        data = self._file.read(PORTION)
        self._ended = not data
        try:
            more = self._decoder.decode(data, final=self._ended)
        except UnicodeDecodeError:
            raise self.fault("this is not UTF-8 text", len(self._text)) from None
        self._text = self._text[self._at :] + more
        self._at = 0


def _is_text(value: object) -> bool:
    """Whether all texts in `value` could be written down."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
