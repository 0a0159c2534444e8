"""What the kinds of requests share: building, what stands in the way of it, and parameters by name."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from softdock.mappings.documents.charsets import known
from softdock.mappings.exchange import Request
from softdock.mappings.positions import Node, Series, Table, Text
from softdock.mappings.problems import Place, quoted, suggestion
from softdock.mappings.rules.compiler import RuleCompiler
from softdock.mappings.rules.source import TEXT, Reader, Source
from softdock.mappings.rules.verbs import SOURCES

Build: TypeAlias = Callable[[Source], Request]
"""Makes the request.  Raises Missing and Unsendable, and nothing else."""

Pair: TypeAlias = tuple[str, str]


class Unsendable(Exception):
    """A value cannot be sent as it is: its charset lacks a character, or the form forbids one.  It is not quoted."""

    def __init__(self, place: Place, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place = place
        self.why = why


def is_rule(node: Node) -> bool:
    """Whether `node` is meant as a rule rather than as a table of parts."""
    return isinstance(node, Text) or (isinstance(node, Table) and any(verb in node for verb in SOURCES))


def signs(node: Node) -> bool:
    """Whether `node` holds a digest, and so has to wait for the other parameters."""
    if isinstance(node, Text):
        return False
    if isinstance(node, Series):
        return any(signs(each) for each in node)
    return any(
        verb in node for verb in ("digest", "sign", "encrypt", "parameter", "parameters", "body")
    ) or any(map(signs, node.values()))


class Pairs:
    """Parameters by name: a query, a form, headers.  A parameter whose rule gives nothing is left out."""

    def __init__(self, node: Node | None, compiler: RuleCompiler) -> None:
        self._plain: list[tuple[str, Place, Reader, bool]] = []
        if node is None:
            return
        if not isinstance(node, Table):
            compiler.complain(
                node.place, "This is a table of names and rules.", "Write it like {card: {from: patron.id}}."
            )
            return
        for name, rule in node.items():
            for each in rule if isinstance(rule, Series) else [rule]:
                self._plain.append((str(name), node.key_place(name), compiler.value(each, TEXT), signs(each)))

    def plain(self, source: Source) -> list[Pair | None]:
        """Each parameter; None for one that is left out, and for one that waits for the others."""
        return [
            None if waits or (text := read(source)) is None else (name, text)
            for name, _, read, waits in self._plain
        ]

    def signed(self, source: Source, pairs: Sequence[Pair | None]) -> list[Pair]:
        """All parameters, once the others are known to `source`."""
        made: list[Pair] = []
        for (name, _, read, waits), pair in zip(self._plain, pairs, strict=True):
            if waits and (text := read(source)) is not None:
                made.append((name, text))
            elif pair is not None:
                made.append(pair)
        return made


def known_keys(table: Table, known: Mapping[str, str], what: str, compiler: RuleCompiler) -> None:
    """Complain of each key of `table` that is not among `known`."""
    for key in table:
        if key not in known:
            remedy = suggestion(key, list(known), "There are")
            compiler.complain(table.key_place(key), f"{quoted(key)} is not known in {what}.", remedy)


def encoded(text: str, charset: str, place: Place) -> bytes:
    """`text` in `charset`.  Raises Unsendable."""
    try:
        return text.encode(charset)
    except UnicodeEncodeError as error:
        raise Unsendable(place, f"{charset} has no character U+{ord(text[error.start]):04X}") from None


def charset_of(table: Table, compiler: RuleCompiler) -> str:
    """The charset that `table` names for what is sent."""
    node = table.get("charset")
    if node is None:
        return "utf-8"
    if not isinstance(node, Text) or known(str(node)) is None:
        compiler.complain(node.place, "This charset is not known.", "Write utf-8, gbk or gb18030.")
        return "utf-8"
    return str(node)
