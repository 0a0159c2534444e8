"""Fills a record, with the lists that hang on it, by one rule for each field.

    patron.name:  {from: z303/z303-name, as: [trim]}
    patron.standing:
      - {from: z305/z305-loan-permission, codes: {N: checkout-denied}}
    patron.loans:
      each: item-l
      fields:
        item.id: z30/z30-barcode

What fields and lists there are, whoever reads the reply says: a `Target`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, TypeAlias

from softdock.mappings.documents.protocol import Many
from softdock.mappings.positions import Node, Series, Table, Text
from softdock.mappings.problems import Place, quoted, suggestion
from softdock.mappings.rules.compiler import RuleCompiler
from softdock.mappings.rules.source import Reader, Source, Witness
from softdock.mappings.rules.verbs import ENTRIES
from softdock.mappings.shapes import Found, NotFound, Shape, Value

Filled: TypeAlias = dict[str, Any]
"""What was read, by the names of fields: values, and lists of values or of the same again.  Nothing absent is in it."""

_MOST_ENTRIES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Target:
    """A record that can be filled."""

    shape: Shape
    """Its single fields."""
    words: Mapping[str, Found] = field(default_factory=dict)
    """Its lists of words, each with what one of them is."""
    lists: Mapping[str, "Target"] = field(default_factory=dict)
    """Its lists of records."""
    names: Sequence[str] = ()
    """All of it, for suggestions."""


Fill: TypeAlias = Callable[[Source, Filled], None]
"""Reads one field and puts it into what is filled; adds to a list that is there."""


class FieldsCompiler:
    """Compiles the fields of records."""

    def __init__(self, compiler: RuleCompiler) -> None:
        self._rules = compiler
        self._witness = compiler.ground.witness

    def fields(self, node: Node | None, target: Target) -> Callable[[Source, Filled], None]:
        """What fills a record of `target`, as the table in `node` says."""
        reads: list[tuple[str, Reader]] = []
        fills: list[Fill] = []
        if not isinstance(node, Table):
            if node is not None:
                self._rules.complain(node.place, "The fields are a table of names and rules.", rule="field")
            return lambda *_: None
        for key, rule in node.items():
            place = node.key_place(key)
            if key in target.words:
                fills.append(self._several(str(key), self._words(rule, target.words[key])))
            elif key in target.lists:
                told = self._told(rule)
                fills.append(self._several(str(key), self._records(rule, target.lists[key]), told))
            elif (read := self._single(str(key), place, rule, target)) is not None:
                reads.append((str(key), read))

        def fill(source: Source, filled: Filled) -> None:
            for name, read in reads:
                value = read(source)
                if value is not None:
                    filled[name] = value
            for each in fills:
                each(source, filled)

        return fill

    def _single(self, key: str, place: Place, rule: Node, target: Target) -> Reader | None:
        found = target.shape.at(key)
        if isinstance(found, NotFound):
            remedy = suggestion(key, list(target.names), "There are") if target.names else found.remedy
            self._rules.complain(place, f"{quoted(key)} is not a field of this.", remedy, "field")
            return None
        return witnessed(self._witness, key, place, self._rules.value(rule, found))

    def _told(self, node: Node) -> Callable[[Source], bool]:
        """Whether one of the tables in `node` tells of the list at all."""
        parts = [each for each in (node if isinstance(node, Series) else [node]) if isinstance(each, Table)]
        if not all("when" in each for each in parts):
            return lambda _: True
        conditions = [self._rules.condition(each["when"]) for each in parts]
        return lambda source: any(each(source) for each in conditions)

    def _several(
        self,
        key: str,
        read: Callable[[Source, list[Any]], None],
        told: Callable[[Source], bool] = lambda _: True,
    ) -> Fill:
        witness = self._witness

        def fill(source: Source, filled: Filled) -> None:
            if not told(source):
                return
            into = filled.setdefault(key, [])
            if witness is None:
                read(source, into)
                return
            witness.enter(key)
            try:
                read(source, into)
            finally:
                witness.leave(Place(""), None)

        return fill

    def _words(self, node: Node, word: Found) -> Callable[[Source, list[Any]], None]:
        """A list of values: each of the rules in `node` may add one, or one for each place."""
        readers = [self._word(each, word) for each in (node if isinstance(node, Series) else [node])]

        def read(source: Source, into: list[Any]) -> None:
            for each in readers:
                for value in each(source):
                    if value not in into and len(into) < _MOST_ENTRIES:
                        into.append(value)

        return read

    def _word(self, node: Node, word: Found) -> Callable[[Source], Sequence[Value]]:
        if isinstance(node, Table) and "each" in node:
            places = self._places(node)
            rest = Table(
                ((key, each) for key, each in node.items() if key not in ("each", "keyed", "where")),
                node.place,
            )
            document = self._rules.ground.document
            if "from" not in rest and document is not None and document.itself:
                rest[Text("from", node.place)] = Text(document.itself, node.place)
            value = witnessed(self._witness, "", node.place, self._rules.value(rest, word))
            return lambda source: [each for place in places(source) if (each := value(place)) is not None]
        read = witnessed(self._witness, "", node.place, self._rules.value(node, word))
        return lambda source: () if (value := read(source)) is None else (value,)

    def _records(self, node: Node, target: Target) -> Callable[[Source, list[Any]], None]:
        """A list of records: one or several tables that say where they are."""
        parts = [self._part(each, target) for each in (node if isinstance(node, Series) else [node])]

        def read(source: Source, into: list[Any]) -> None:
            for each in parts:
                each(source, into)

        return read

    def _part(self, node: Node, target: Target) -> Callable[[Source, list[Any]], None]:
        if not isinstance(node, Table) or "each" not in node or "fields" not in node:
            self._rules.complain(
                node.place,
                "A list says where its entries are, and what is read of each.",
                "Write each: path, and fields: a table.",
                "list",
            )
            return lambda *_: None
        for key in node:
            if key not in ENTRIES:
                remedy = suggestion(key, list(ENTRIES), "There are")
                sentence = f"{quoted(key)} is not known in a list."
                self._rules.complain(node.key_place(key), sentence, remedy, "list")
        places = self._places(node)
        fill = self.fields(node["fields"], target)
        witness = self._witness
        told = self._told(node)

        def read(source: Source, into: list[Any]) -> None:
            for place in places(source) if told(source) else ():
                if len(into) >= _MOST_ENTRIES:
                    return
                if witness is not None:
                    witness.enter(f"[{len(into)}]")
                entry: Filled = {}
                try:
                    fill(place, entry)
                finally:
                    if witness is not None:
                        witness.leave(node.place, None)
                if entry:
                    into.append(entry)

        return read

    def _places(self, node: Table) -> Callable[[Source], Sequence[Source]]:
        """The places that `each` of `node` leads to."""
        rules, document = self._rules, self._rules.ground.document
        path, keyed = node["each"], rules.truth(node, "keyed")
        if document is None:
            rules.complain(path.place, "each reads a reply, and there is none here.", rule="list")
            return lambda _: ()
        ways: list[Many] = []
        paths = path if isinstance(path, Series) else Series([path], path.place)
        for at, each in enumerate(paths):
            if not isinstance(each, Text):
                rules.complain(each.place, "A path is one text.", rule="path")
                continue
            if not rules.readable(each.place, str(each)):
                continue
            way = rules.told(each.place, document.each(str(each), keyed=keyed and at == 0))
            if way is not None:
                ways.append(way)
        holds = rules.condition(node["where"]) if "where" in node else None

        def places(source: Source) -> Sequence[Source]:
            here = [source.here]
            for way in ways:
                here = list(islice((below for each in here for below in way.get(each)), _MOST_ENTRIES))
            found = [Source(each, source.scope) for each in here]
            return found if holds is None else [each for each in found if holds(each)]

        return places


def witnessed(witness: Witness | None, name: str, place: Place, read: Reader) -> Reader:
    """`read`, seen by `witness` under `name`."""
    if witness is None:
        return read

    def seen(source: Source) -> Value | None:
        witness.enter(name)
        value = None
        try:
            value = read(source)
        finally:
            witness.leave(place, value)
        return value

    return seen
