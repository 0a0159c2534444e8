"""Content models as the standard prints them, read into trees.

>>> model = parsed("UserId?, (DateSent | DateWillSend)?, Ext?")
>>> names(model)
('UserId', 'DateSent', 'DateWillSend', 'Ext')
"""

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from softdock.circulation.records import record


@record
class Name:
    """An element, by its name."""

    name: str
    least: int = 1
    many: bool = False


@record
class Sequence:
    """All of its parts, in their order."""

    parts: "tuple[Part, ...]"
    least: int = 1
    many: bool = False


@record
class Choice:
    """One of its parts."""

    parts: "tuple[Part, ...]"
    least: int = 1
    many: bool = False


Part: TypeAlias = Name | Sequence | Choice

_TOKEN: Final = re.compile(r"\s*([A-Za-z0-9]+|[(),|?*+])")
_OCCURRENCES: Final = {"?": (0, False), "*": (0, True), "+": (1, True)}


class _Tokens:
    """The tokens of one model, taken from the left."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.tokens: list[str] = _TOKEN.findall(model)
        if "".join(self.tokens) != "".join(model.split()):
            raise self.wrong()
        self.tokens.append("")

    def wrong(self) -> ValueError:
        return ValueError(f"{self.model!r} is no content model")

    def take(self, expected: str) -> str:
        """The next token, if it is one of the characters `expected`; else "", and nothing is taken."""
        if self.tokens[0] and self.tokens[0] in expected:
            return self.tokens.pop(0)
        return ""


def parsed(model: str) -> Part:
    """The tree of `model`.  Raises ValueError where it is none."""
    tokens = _Tokens(model)
    part = _parts(tokens)
    if tokens.tokens != [""]:
        raise tokens.wrong()
    return part


def _parts(tokens: _Tokens) -> Part:
    """What stands between brackets, or in the whole model."""
    parts = [_one(tokens)]
    separator = tokens.take(",|")
    if separator:
        parts.append(_one(tokens))
        while tokens.take(separator):
            parts.append(_one(tokens))
    if len(parts) == 1:
        return parts[0]
    return Choice(tuple(parts)) if separator == "|" else Sequence(tuple(parts))


def _one(tokens: _Tokens) -> Part:
    """A name, or what is between brackets, with the sign that says how often."""
    part: Part
    if tokens.take("("):
        part = _parts(tokens)
        if not tokens.take(")"):
            raise tokens.wrong()
    elif tokens.tokens[0].isalnum():
        part = Name(tokens.tokens.pop(0))
    else:
        raise tokens.wrong()
    sign = tokens.take("?*+")
    if not sign:
        return part
    least, many = _OCCURRENCES[sign]
    if (part.least, part.many) != (1, False):
        raise tokens.wrong()
    match part:
        case Name(name):
            return Name(name, least, many)
        case Sequence(parts):
            return Sequence(parts, least, many)
        case Choice(parts):
            return Choice(parts, least, many)


def leaves(part: Part) -> Iterator[Name]:
    """The names in it, in their order; one that stands twice comes twice."""
    if isinstance(part, Name):
        yield part
    else:
        for each in part.parts:
            yield from leaves(each)


def names(part: Part) -> tuple[str, ...]:
    """The names in it, each once, where it stands last.

    That is the order in which children may stand: of `(ItemId | (RequestId, ItemId?))` the request comes first.
    """
    ordered = [each.name for each in leaves(part)]
    return tuple(name for place, name in enumerate(ordered) if name not in ordered[place + 1 :])


def may_be_empty(part: Part) -> bool:
    """Whether nothing at all is enough.

    >>> may_be_empty(parsed("DateOfExpectedReply?, Ext?"))
    True
    """
    if not part.least:
        return True
    match part:
        case Name():
            return False
        case Sequence(parts):
            return all(map(may_be_empty, parts))
        case Choice(parts):
            return any(map(may_be_empty, parts))
