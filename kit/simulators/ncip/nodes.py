"""What a message is made of, whichever version wrote it: names and texts, under the names of version 2."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(slots=True)
class Node:
    """An element.  Its attributes are left out: nothing here depends on the scheme that a word is said to be of."""

    name: str
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def first(self, *path: str) -> "Node | None":
        """The first element that is reached so; wherever it stands among the others."""
        found: Node | None = self
        for name in path:
            if found is None:
                return None
            found = next((each for each in found.children if each.name == name), None)
        return found

    def all(self, name: str) -> Iterator["Node"]:
        """Every child of this name."""
        return (each for each in self.children if each.name == name)

    def value(self, *path: str) -> str:
        """The text of the first element that is reached so; "" for none."""
        found = self.first(*path)
        return "" if found is None else found.text

    def has(self, name: str) -> bool:
        """Whether there is such a child."""
        return self.first(name) is not None


Part: TypeAlias = "Node | Iterable[Part] | None"
"""An element, several, or none."""


def holding(name: str, *parts: Part) -> Node:
    """An element with these within it, in this order."""
    return Node(name, children=list(_flat(parts)))


def text(name: str, value: str | int | None) -> Node | None:
    """An element with this text; none for an empty one, since no element is ever empty."""
    return Node(name, str(value)) if value or value == 0 else None


def flag(name: str) -> Node:
    """An element that says something by being there."""
    return Node(name)


def _flat(parts: Iterable[Part]) -> Iterator[Node]:
    for each in parts:
        if isinstance(each, Node):
            yield each
        elif each is not None:
            yield from _flat(each)
