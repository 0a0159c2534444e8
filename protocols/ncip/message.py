"""One NCIP message, whichever version it was written in: names and structure are those of version 2.02."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum


class Family(Enum):
    """The two ways in which NCIP is written."""

    V1 = "1"
    """A DTD, no namespace, values as pairs of Scheme and Value."""
    V2 = "2"
    """A schema with a namespace; Scheme is an attribute."""


@dataclass(slots=True, frozen=True)
class Form:
    """How a message was written, and so how its answer has to be: an answer speaks the version of its request."""

    family: Family = Family.V2
    version: str = "http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd"
    """The value of the version attribute, as it came."""
    level: tuple[int, int] = (2, 2)
    """Which elements there are: (1, 0), (1, 1), (2, 0), (2, 1) or (2, 2)."""
    root: str = "NCIPMessage"
    """Or NCIPVersionMessage, in which version 1 asks for versions."""


FORM_2_02 = Form()


@dataclass(slots=True, repr=False)
class Element:
    """One element.  Its `repr` names it and what is in it, and shows no value."""

    name: str
    """As in version 2; `{namespace}name` for one of another namespace."""
    text: str = ""
    """Without the blanks around it; "" for an element that has children."""
    scheme: str = ""
    """The URI of the list that a coded value is from; "" where none is named."""
    children: list["Element"] = field(default_factory=list)

    def first(self, name: str) -> "Element | None":
        """The first child of that name."""
        for each in self.children:
            if each.name == name:
                return each
        return None

    def all(self, name: str) -> list["Element"]:
        """The children of that name, in order."""
        return [each for each in self.children if each.name == name]

    def has(self, name: str) -> bool:
        """Whether there is a child of that name."""
        return self.first(name) is not None

    def at(self, *names: str) -> "Element | None":
        """What is reached by the first child of each name, one below the other."""
        found: Element | None = self
        for name in names:
            if found is None:
                return None
            found = found.first(name)
        return found

    def value(self, *names: str) -> str:
        """The text of what is reached so; "" where there is nothing, or an empty one."""
        found = self.at(*names)
        return "" if found is None else found.text

    def walk(self) -> Iterator["Element"]:
        """Itself and everything below it, in the order of the document."""
        yield self
        for each in self.children:
            yield from each.walk()

    def __repr__(self) -> str:
        inside = ", ".join(each.name for each in self.children)
        return f"<{self.name}: {inside}>" if inside else f"<{self.name}>"


@dataclass(slots=True, frozen=True)
class Message:
    """What stands in the root: an initiation, a response, or problems alone."""

    form: Form
    elements: Sequence[Element]

    @property
    def body(self) -> Element:
        """The first of them, which is the only one but for problems."""
        return self.elements[0]
