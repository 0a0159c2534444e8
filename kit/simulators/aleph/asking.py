"""What the services of the X-Server share: parameters, errors, and what they work on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import NoReturn, TypeAlias

from softdock.adapters.inhouse.snapshot import Title
from softdock.circulation.operations import Operation
from softdock.circulation.outcomes import Done, Refused
from softdock.circulation.reasons import Reason
from softdock.kit.simulators.aleph import records as r
from softdock.kit.simulators.aleph import tables as t
from softdock.kit.simulators.aleph.forms import Node
from softdock.kit.simulators.books import Books

Given: TypeAlias = Mapping[str, str]
"""The parameters, by their names with underscores."""

_MOST_SETS = 1_000


class ServiceError(Exception):
    """A service answers with `error`, and perhaps with more texts."""

    def __init__(self, *content: Node) -> None:
        super().__init__("the service answers with an error")
        self.content = content


def fail(text: str) -> NoReturn:
    """Answer with this error."""
    raise ServiceError(("error", text))


def refuse(reason: Reason) -> NoReturn:
    """Answer with the error for `reason`."""
    fail(t.REFUSALS.get(reason, t.OTHER_REFUSAL))


@dataclass(slots=True)
class Shop:
    """What the services work on."""

    books: Books
    sets: dict[str, str] = field(default_factory=dict)
    """Result sets: the number of each, with the document that it holds."""
    _numbers: Callable[[], int] = field(default_factory=lambda: count(1).__next__)

    def keep(self, document: str) -> str:
        """The number of a new set."""
        number = f"{self._numbers():06d}"
        self.sets[number] = document
        while len(self.sets) > _MOST_SETS:
            del self.sets[next(iter(self.sets))]
        return number


def words_of(given: Given) -> r.Words:
    """Whether codes or words are asked for."""
    return r.coded if given.get("translate") == "N" else r.shown


def need(given: Given, name: str) -> str:
    """A parameter that cannot be left out."""
    return given.get(name) or fail(f"Parameter {name} must be supplied")


def library(given: Given, *known: str) -> None:
    """Let the parameter `library` be one of those that are `known`."""
    if need(given, "library").upper() not in known:
        fail("Library is not defined")


def done(books: Books, operation: Operation) -> None:
    """Perform, or answer with the error."""
    outcome = books.perform(operation)
    if isinstance(outcome, Refused):
        refuse(outcome.reason)
    assert isinstance(outcome, Done)


def title_of(shop: Shop, number: str) -> Title:
    """A document by its number, with zeros before it or without."""
    return shop.books.title(number.strip().zfill(9)) or fail("Document does not exist")
