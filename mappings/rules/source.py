"""What a compiled rule reads: a place in a document, and what surrounds the document."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from softdock.mappings.documents.protocol import Format
from softdock.mappings.positions import Node, Table
from softdock.mappings.problems import Place
from softdock.mappings.shapes import Found, Kind, Shape, Value


@dataclass(frozen=True, slots=True)
class Unread:
    """A value that was there, and that its rule could not read: counted, told, and taken for absent."""

    place: Place
    """Of the rule."""
    value: str = field(repr=False)


class Scope:
    """What surrounds a document while it is read, or a request while it is built."""

    __slots__ = ("answer", "asked", "body", "kept", "parameters", "unread")

    def __init__(self, asked: Any, kept: dict[str, Value], answer: Any = None) -> None:
        self.asked = asked
        """The operation."""
        self.kept = kept
        """Values of earlier steps and of sessions, by their names."""
        self.answer = answer
        """The answer that is read."""
        self.parameters: list[tuple[str, str]] = []
        """Those of the request that is built, as far as it is."""
        self.body = ""
        """The body of the request that is built."""
        self.unread: list[Unread] = []


class Source:
    """A cursor, and what surrounds its document.  In a request the cursor is the operation."""

    __slots__ = ("here", "scope")

    def __init__(self, here: Any, scope: Scope) -> None:
        self.here = here
        self.scope = scope


Reader: TypeAlias = Callable[[Source], Value | None]
"""A compiled rule: the value, None for none.  Raises DocumentError and Missing, and nothing else."""


class OfDocument:
    """A reader that needs no more than the cursor: `get` takes that, and saves a call for each value."""

    __slots__ = ("get",)

    def __init__(self, get: Callable[[Any], Value | None]) -> None:
        self.get = get

    def __call__(self, source: Source) -> Value | None:
        """As any reader."""
        return self.get(source.here)


TEXT: Final = Found(Kind.TEXT, lambda _: None)
"""A target that takes a text."""
AMOUNT: Final = Found(Kind.AMOUNT, lambda _: None)
"""A target that takes an amount."""


class Missing(Exception):
    """A value that a rule calls required is not there, or cannot be read."""

    def __init__(self, place: Place, field: str, value: str = "") -> None:
        super().__init__(f"{place}: {field}")
        self.place = place
        self.field = field
        self.value = value


class Witness:
    """Sees every value that is read, so that `softdock mapping try` can show it.  Only made for that."""

    def raw(self, value: Value | None, line: int) -> None:
        """A rule took `value`, read from a place that begins in `line` of the document; 0 where nobody knows."""

    def enter(self, name: str) -> None:
        """What follows belongs to `name`, until `leave`."""

    def leave(self, place: Place, value: Value | None) -> None:
        """What was entered last is read, by the rule at `place`, and came to `value`."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What rules may refer to, known at load."""

    asked: Shape
    """The operation."""
    document: Format | None = None
    """What `from` reads; None in a request, where `from` reads the operation."""
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Texts of the adapter's settings, by their names; "" for one that is declared and not given."""
    secrets: frozenset[str] = frozenset()
    """Names of the settings that hold secrets: never shown, and never read into a field."""
    codes: Mapping[str, Table] = field(default_factory=dict)
    """Tables of codes that have names."""
    converters: Mapping[str, Node] = field(default_factory=dict)
    """Chains of converters that have names."""
    kept: Mapping[str, Found] = field(default_factory=dict)
    """What earlier steps and sessions keep, by its names; `get` takes a Scope's `kept`."""
    redact: frozenset[str] = frozenset()
    """Names in replies that no rule may read."""
    zone: Any = None
    """Where times are that name no zone."""
    witness: Witness | None = None
