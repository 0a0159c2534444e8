"""What a converter is, and how it is declared: once, for both directions, for the check at load and for the reference.

`Option` is one thing that may be said of a converter; how it is written, one of the `Written` kinds says.  The JSON
schema of the argument, the messages about a wrong one and the rows of the reference all come from there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final, TypeAlias

from pydantic_core import PydanticCustomError

from softdock.mappings.positions import Node, Table
from softdock.mappings.problems import NOWHERE, Place, Problem, quoted, suggestion
from softdock.mappings.shapes import Absent, Kind, Value
from softdock.mappings.written import Written

LONGEST: Final = 64 * 1024
"""Characters of a text that documents hand to a converter at most.

Every converter takes linear time in its text, and those that could make a longer one give None where it would exceed
this.  So whatever a system answers, no chain of converters makes much of little.
"""

Read: TypeAlias = Callable[[str], Value | Absent | None]
Write: TypeAlias = Callable[[Value], str | None]


@dataclass(frozen=True, slots=True)
class Converter:
    """One converter, ready for use: texts on one side, values of `kind` on the other.

    `read` gives `ABSENT` for a text that says there is no value, and None for one that it cannot read.  Neither `read`
    nor `write` ever raises for what is of its kind.
    """

    kind: Kind
    read: Read
    write: Write
    exact: bool = True
    """Whether `write(read(text))` is `text`, for every text that is read."""
    cannot_read: str = ""
    """Why this one only writes, "" if it reads as well."""
    cannot_write: str = ""
    """Why this one only reads, "" if it writes as well."""


class Mistake(Exception):
    """An argument that cannot be used, told by the functions that build converters; it never leaves this package."""

    def __init__(self, sentence: str, remedy: str = "", place: Place = NOWHERE) -> None:
        super().__init__(sentence, remedy)
        self.problem = Problem(place, sentence, remedy, "converter")


@dataclass(frozen=True, slots=True)
class Option:
    """One key of a converter's argument."""

    name: str
    description: str
    takes: Written
    default: Any = None
    """What holds where it is left out, as a value."""
    required: bool = False


class Given:
    """The argument of a converter, read: a value for every option, and where each was written."""

    __slots__ = ("_nodes", "_values", "place", "zone")

    def __init__(
        self,
        values: Mapping[str, Any],
        nodes: Mapping[str, Node] | None = None,
        place: Place = NOWHERE,
        zone: tzinfo | None = None,
    ) -> None:
        self._values = values
        self._nodes = nodes or {}
        self.place = place
        """Where the argument begins."""
        self.zone = zone
        """Where local times are meant, None where nobody said so."""

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __contains__(self, name: str) -> bool:
        """Whether `name` was written, rather than left to its default."""
        return name in self._nodes

    def node(self, name: str) -> Node | None:
        """`name` as it was written."""
        return self._nodes.get(name)

    def wrong(self, name: str, sentence: str, remedy: str = "") -> Mistake:
        """The mistake to raise for what was written under `name`."""
        node = self._nodes.get(name)
        return Mistake(sentence, remedy, self.place if node is None else node.place)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A converter as people meet it."""

    name: str
    description: str
    """One sentence."""
    build: Callable[[Given], Converter]
    options: tuple[Option, ...] = ()
    short: str = ""
    """The option that an argument stands for which is no table; "" if there is none."""
    argument: str = ""
    """An example of an argument, as YAML; "" if it takes none."""
    example: tuple[str, str] = ("", "")
    """A text, and the value that `argument` makes of it, as people may be shown it."""
    loses: str = ""
    """What of a text cannot be had back, or "" where writing gives it back as it was."""

    @property
    def written(self) -> str:
        """How it is written under `as`, with an argument if it may have one."""
        return f"{{{self.name}: {self.argument}}}" if self.argument else self.name

    @property
    def needs_argument(self) -> bool:
        """Whether it cannot stand alone."""
        return any(each.required for each in self.options)

    def make(self, argument: Node | None, zone: tzinfo | None) -> Converter | Problem:
        """The converter for `argument`; local times are those of `zone`."""
        try:
            return self.build(self._given(argument, zone))
        except Mistake as mistake:
            problem = mistake.problem
            if problem.place is NOWHERE and argument is not None:
                problem = Problem(argument.place, problem.sentence, problem.remedy, "converter")
            return problem

    def schema(self) -> dict[str, Any]:
        """JSON schema of the argument."""
        short = dict(self._option(self.short).takes.schema) if self.short else {}
        if short.get("type") == "object":
            return short
        table: dict[str, Any] = {
            "type": "object",
            "properties": {
                each.name: {**each.takes.schema, "description": each.description} for each in self.options
            },
            "additionalProperties": False,
        }
        required = [each.name for each in self.options if each.required]
        if required:
            table["required"] = required
        return {"anyOf": [short, table]} if short else table

    def _option(self, name: str) -> Option:
        return next(each for each in self.options if each.name == name)

    def _given(self, argument: Node | None, zone: tzinfo | None) -> Given:
        place = NOWHERE if argument is None else argument.place
        nodes = self._nodes(argument, place)
        values = {each.name: each.default for each in self.options}
        for name, node in nodes.items():
            try:
                values[name] = self._option(name).takes.read(node)
            except PydanticCustomError as error:
                said = error.context or {}
                raise Mistake(said["sentence"], said["remedy"], node.place) from None
        missing = next((each.name for each in self.options if each.required and each.name not in nodes), None)
        if missing is not None:
            raise Mistake(f"{self.name} needs {quoted(missing)}.", f"Write {self.written}.", place)
        return Given(values, nodes, place, zone)

    def _nodes(self, argument: Node | None, place: Place) -> Mapping[str, Node]:
        """What was written for each option."""
        if argument is None:
            return {}
        if not self.options:
            raise Mistake(f"{self.name} stands alone.", f"Write {self.name}.", place)
        if not isinstance(argument, Table) or self._is_whole():
            if self.short:
                return {self.short: argument}
            raise Mistake(f"{self.name} takes a table.", f"Write {self.written}.", place)
        known = [each.name for each in self.options]
        for key in argument:
            if key not in known:
                remedy = suggestion(key, known, f"{self.name} takes")
                raise Mistake(f"{quoted(key)} says nothing to {self.name}.", remedy, argument.key_place(key))
        return {str(key): node for key, node in argument.items()}

    def _is_whole(self) -> bool:
        """Whether a table is the value of the short option itself, which takes tables."""
        return self.short != "" and self._option(self.short).takes.schema.get("type") == "object"


def fixed(converter: Converter) -> Callable[[Given], Converter]:
    """Builds the one `converter` that needs no argument."""
    return lambda _: converter
