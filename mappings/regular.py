"""Regular expressions that take linear time, whatever the expression and whatever the text: those of RE2.

There are no back references and there is no looking around, which is the price.
"""

from collections.abc import Mapping
from typing import Final

import re2  # type: ignore[import-untyped]  # it brings no types

_MEMORY: Final = 1 << 20
"""Bytes that one compiled expression may take: RE2 refuses one that needs more, and gets slower rather than grow."""


class ExpressionError(Exception):
    """A text that is no regular expression: what RE2 says of it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Expression:
    """A compiled expression, found anywhere in a text; ^ and $ tie it to the ends.

    >>> Expression("^id:(?P<value>.+)$").found("id:R01", "value"), Expression("失败").found("续借成功")
    ('R01', None)
    """

    def __init__(self, pattern: str) -> None:
        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MEMORY
        try:
            self._compiled = re2.compile(pattern, options)
        except (re2.error, UnicodeEncodeError) as error:
            said = error.args[0]
            raise ExpressionError(
                said.decode("utf-8", "replace") if isinstance(said, bytes) else said
            ) from None
        self.groups: int = self._compiled.groups
        """How many groups there are."""
        self.named: Mapping[str, int] = dict(self._compiled.groupindex)
        """The numbers of the groups with a name."""

    def found(self, text: str, group: int | str = 0) -> str | None:
        """What `group` matched at the first place where the expression is found; "" where it took no part."""
        try:
            match = self._compiled.search(text)
        except UnicodeEncodeError:  # a lone half of a surrogate pair is in no text of a system
            return None
        return None if match is None else match[group] or ""
