"""Rules that make a value of the kind of their target: what is read of a system's answer.

    patron.birth_date: {from: PB, as: [{date: "%Y%m%d"}]}
    patron.category: {from: PC}
    item.media_type: {from: XM, codes: {B: book, D: cd}, default: other}

The verbs are those of `language`, and so is what counts as nothing.  Here, too, no type is guessed: a text becomes a
date only by `date`, a number only by `number`, and a word of a closed list only by `codes`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any, Final, TypeAlias

from softdock.mappings.converters import DECLARED
from softdock.mappings.language import Compiler, Step
from softdock.mappings.positions import Node, Table
from softdock.mappings.problems import ProblemsFound, quoted, suggestion
from softdock.mappings.shapes import ABSENT, Found, Kind, Shape, Value

ValueRule: TypeAlias = Callable[[Any], Value | None]
"""A compiled rule: gives the value for a source of the shape it was compiled for, None for none."""

_SAY_WHAT: Final[Mapping[Kind, str]] = {
    Kind.DATE: 'Say how it is written: as: [{date: "%Y%m%d"}].',
    Kind.NUMBER: "Say that it is one: as: [number].",
    Kind.FLAG: 'Say what stands for which: codes: {"Y": true, "N": false}.',
    Kind.WORD: "Say which text stands for which word: codes: {B: book}.",
}


def compile_value(rule: Node, shape: Shape, target: Found, zone: tzinfo | None = None) -> ValueRule:
    """The rule that `rule` describes: reads sources of `shape`, makes values of the kind of `target`.

    Times that name no zone are those of `zone`.  Raises ProblemsFound with everything that is wrong with the rule.
    """
    compiler = _ValueCompiler(shape, zone, target)
    compiled = compiler.value(rule)
    if compiler.problems:
        raise ProblemsFound(compiler.problems)
    return compiled


def _nothing(source: Any) -> None:
    """Stand in for a rule that could not be compiled; never called."""


class _ValueCompiler(Compiler):
    """Compiles one rule for a target of a given kind."""

    def __init__(self, shape: Shape, zone: tzinfo | None, target: Found) -> None:
        super().__init__(shape, zone)
        self._target = target

    def value(self, rule: Node) -> ValueRule:
        table = self.table(rule)
        if table is None:
            return _nothing
        if self._target.kind is Kind.AMOUNT:
            sentence = "An amount of money is not for a rule to make."
            self.complain(table.place, sentence, "Keep the text, as patron.extra.<name>.")
            return _nothing
        if "is" in table:
            fixed = self._meant(table["is"], self.literal(table), "is")
            return lambda _: fixed
        standing_in = self._meant(table.get("default"), self.text(table.get("default"), "default"), "default")
        path = table["from"]
        found = self.found(path)
        if found is None:
            return _nothing
        steps: list[Step] = []
        kind = self.converted(table.get("as"), found.kind, steps)
        if kind is not None:
            self._fitted(table, kind, steps)
        return _assembled(found.get, steps, standing_in)

    def _meant(self, node: Node | None, text: str | None, verb: str) -> Value | None:
        """The value that the fixed `text` stands for."""
        target = self._target
        if node is None or text is None:
            return None
        if target.kind is Kind.TEXT:
            return text
        if target.values:
            return self._word(node, text)
        value = DECLARED["number"].make(None, None).read(text) if target.kind is Kind.NUMBER else None  # type: ignore[union-attr]  # it needs no argument
        if value is None:
            sentence = f"{quoted(text)} cannot stand for {target.kind.value}."
            self.complain(node.place, sentence, f"Leave {verb} out." if target.kind is Kind.DATE else "")
        return value

    def _word(self, node: Node, text: str) -> Value | None:
        values = self._target.values
        if text not in values:
            remedy = suggestion(text, list(values), "There are")
            self.complain(node.place, f"{quoted(text)} is not a value of this.", remedy)
        return values.get(text)

    def _fitted(self, rule: Table, kind: Kind, steps: list[Step]) -> None:
        """Add to `steps` what makes a value for the target of one of `kind`."""
        target = self._target
        codes = rule.get("codes")
        if codes is not None:
            if kind is not Kind.TEXT:
                self.complain(codes.place, f"Codes stand for texts, and this is {kind.value}.")
            elif not isinstance(codes, Table) or not codes:
                sentence = "Codes are a table of texts and values."
                self.complain(codes.place, sentence, "Write it like {B: book}.")
            else:
                table = {
                    str(code): self._meant(node, self.text(node, "codes"), "codes")
                    for code, node in codes.items()
                }
                steps.append(table.get)
        elif kind is not target.kind or target.kind in (Kind.WORD, Kind.FLAG):
            sentence = f"This is {kind.value}, and {target.kind.value} belongs here."
            remedy = _SAY_WHAT.get(target.kind, "Leave the last converter out.")
            self.complain(rule["from"].place, sentence, remedy)
        elif target.day:
            steps.append(_day)


def _day(value: Value) -> Value:
    return value.date() if isinstance(value, datetime) else value


def _assembled(get: Callable[[Any], Value | None], steps: list[Step], default: Value | None) -> ValueRule:
    def made(source: Any) -> Value | None:
        value = get(source)
        if value is None or value == "":
            return default
        for step in steps:
            value = step(value)
            if value is None or value is ABSENT:
                return default
        return value

    return made
