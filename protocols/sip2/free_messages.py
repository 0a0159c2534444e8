"""Messages beyond the standard, in its manner: a code, a fixed part, and fields by two letters.

What they say is known to whoever asks and answers.  Here they are written and read: no layout stands behind them but
the width of the fixed part, and where nobody has told that, it ends where letters begin which are none of its own.
"""

import re
from collections.abc import Sequence

from softdock.protocols.sip2.errors import RemoteProtocolError, Violation
from softdock.protocols.sip2.layouts import LAYOUTS, Layout, Message, OtherFields

_FIXED = re.compile(r"[0-9 YNU]*", re.ASCII)
"""Numbers, dates and flags.  No field that is known begins with Y, N or U."""


class FreeLayout(Layout):
    """Reads and writes messages of one code, all of whose fields are `other`."""

    def __init__(self, code: str, fixed_width: int | None = None) -> None:
        """`fixed_width` counts the characters between the code and the first field; None to find that field."""
        self.code = code
        self.required = self.needed = frozenset()
        self.names = {}
        self.fixed_width = fixed_width or 0
        self.write = _written
        self._width = fixed_width
        self._required_names = self._needed_names = ()

    def read(self, text: str, delimiter: str, lenient: bool = False) -> "FreeMessage":
        """The message in `text`.  Raises RemoteProtocolError(FIXED_PART)."""
        return self.assemble(text, text[self._width_in(text) :].split(delimiter), lenient)

    def assemble(self, text: str, parts: Sequence[str], lenient: bool = False) -> "FreeMessage":
        """See `Layout`."""
        if len(text) < self.fixed_width:
            raise RemoteProtocolError(Violation.FIXED_PART, f"{self.code}: the fixed part is too short")
        fields = tuple((part[:2], part[2:]) for part in parts if len(part) > 1)
        return FreeMessage(self, text[: self._width_in(text)], fields)

    def _width_in(self, text: str) -> int:
        if self._width is not None:
            return self._width
        found = _FIXED.match(text)
        assert found is not None  # it may be empty
        return found.end()


class FreeMessage(Message):
    """A message whose fields nobody here knows."""

    __slots__ = ("fixed", "layout", "other")

    def __init__(self, layout: Layout, fixed: str, other: OtherFields) -> None:
        self.layout = layout  # type: ignore[misc]  # each has its own
        self.fixed = fixed
        self.other = other

    def __repr__(self) -> str:
        """The code and which fields there are."""
        return f"<{type(self).__name__} {self.layout.code} {' '.join(name for name, _ in self.other)}>"


class FreeRequest(FreeMessage):
    """A message that is answered by one of the code `answer`, with a fixed part of `answer_fixed` characters."""

    __slots__ = ("answer", "answers")

    def __init__(
        self, code: str, fixed: str, fields: OtherFields, answer: str, answer_fixed: int | None = None
    ) -> None:
        super().__init__(FreeLayout(code, len(fixed)), fixed, fields)
        self.answers = {code: LAYOUTS[code] for code in ("96", "98")} | {
            answer: FreeLayout(answer, answer_fixed)
        }
        """What may come, by code: its answer, or that it was not understood, or how the system stands."""
        self.answer = answer


def _written(message: Message) -> tuple[str, list[str]]:
    assert isinstance(message, FreeMessage)
    return message.layout.code + message.fixed, [name + value for name, value in message.other]
