"""The rules of the mapping language, and how one is compiled.

A rule says how one text is made:

    {from: patron.birth_date, as: [{date: "%Y%m%d"}]}
    {from: item.media_type, codes: {cd: "006", book: "001"}, default: "000"}
    {is: SoftDock}

A value is taken `from` a path and goes through the converters under `as` from left to right; its text is
looked up in `codes`, if there are any; where nothing came of it, `default` stands in, and without one
there is no text at all.  A value that is absent, an empty text, a text that a converter cannot read and
one that `codes` does not list are all nothing.

Everything that can be known without a value is checked at load: paths, converters, their order by the
kinds that they take and give, words of closed lists.  What is compiled cannot fail.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import tzinfo
from typing import Any, Final, TypeAlias

from softdock.mappings.converters import DECLARED, Converter, Declaration, converter_schema
from softdock.mappings.positions import Node, Series, Table, Text
from softdock.mappings.problems import Place, Problem, ProblemsFound, RuleId, quoted, suggestion
from softdock.mappings.shapes import ABSENT, Found, Kind, NotFound, Shape, Value

Rule: TypeAlias = Callable[[Any], str | None]
"""A compiled rule: gives the text for a source of the shape it was compiled for, None for no text."""

VERBS: Final[Mapping[str, str]] = {
    "from": "The path of the value, such as patron.birth_date.",
    "is": "A fixed text; excludes every other verb.",
    "as": "Converters that the value goes through, from left to right.",
    "codes": "What is written for which value; a value that is not listed counts as absent.",
    "default": "What is written where there is no value.",
}
"""The verbs, each with the one place where it is explained."""

Step: TypeAlias = Callable[[Value], Value | None]
"""Makes one value of another on the way through a rule; None for nothing."""

PLAIN: Mapping[Kind, Callable[[Value], str]] = {
    Kind.TEXT: str,
    Kind.NUMBER: str,
    Kind.AMOUNT: str,
    Kind.WORD: lambda word: str(word.value),
}
"""Kinds with one plain text form, and that form."""

SAY_HOW: Mapping[Kind, str] = {
    Kind.DATE: 'Say how it is written: as: [{date: "%Y%m%d"}].',
    Kind.FLAG: 'Say how it is written: codes: {true: "Y", false: "N"}.',
    Kind.LIST: 'Say what stands between its texts: as: [{split: ","}].',
}


def compile_rule(rule: Node, shape: Shape, zone: tzinfo | None = None) -> Rule:
    """The rule that `rule` describes, reading sources of `shape`.

    Points in time are written as local times of `zone`.  Raises ProblemsFound with everything that is
    wrong with the rule.
    """
    compiler = Compiler(shape, zone)
    compiled = compiler.rule(rule)
    if compiler.problems:
        raise ProblemsFound(compiler.problems)
    return compiled


def rule_schema() -> dict[str, Any]:
    """JSON schema of a rule, for editors and for the reference."""
    text = {"type": "string"}
    types: dict[str, dict[str, Any]] = {
        "from": text,
        "is": text,
        "as": {"type": "array", "items": converter_schema()},
        "codes": {"type": "object", "additionalProperties": text},
        "default": text,
    }
    return {
        "type": "object",
        "properties": {verb: {**types[verb], "description": said} for verb, said in VERBS.items()},
        "additionalProperties": False,
    }


def _no_text(source: Any) -> None:
    """Stand in for a rule that could not be compiled; never called."""


class Compiler:
    """Compiles one rule that writes a text, and collects what is wrong with it; `values` has one for other targets."""

    def __init__(self, shape: Shape, zone: tzinfo | None) -> None:
        self.problems: list[Problem] = []
        self._shape = shape
        self._zone = zone
        self._area: RuleId = "verb"

    def complain(self, place: Place, sentence: str, remedy: str = "", rule: RuleId = "") -> None:
        self.problems.append(Problem(place, sentence, remedy, rule or self._area))

    @contextmanager
    def about(self, area: RuleId) -> Iterator[None]:
        """Meanwhile, what is complained of is about `area`, unless it says something else."""
        before, self._area = self._area, area
        try:
            yield
        finally:
            self._area = before

    def rule(self, rule: Node) -> Rule:
        table = self.table(rule)
        if table is None:
            return _no_text
        if "is" in table:
            text = self.literal(table)
            return lambda _: text
        default = self.text(table.get("default"), "default")
        path = table["from"]
        found = self.found(path)
        if found is None:
            return _no_text
        steps: list[Step] = []
        kind = self.converted(table.get("as"), found.kind, steps)
        if kind is Kind.DATE and (chain := table.get("as")):
            sentence = "This turns a text into a date, and what is written is a text."
            remedy = 'Add how it is written: as: [{date: "%d/%m/%Y"}, {date: "%Y%m%d"}].'
            self.complain(chain[-1].place, sentence, remedy)  # type: ignore[index, union-attr]  # a list: others have no kind
        elif kind is not None:
            self._spelled(table, path, kind, found.words if kind is found.kind else (), steps)
        return assembled(found.get, steps, default)

    def table(self, rule: Node) -> Table | None:
        """`rule`, if it says with known verbs what to write."""
        if not isinstance(rule, Table):
            self.complain(rule.place, "This is not a rule.", "Write it like {from: patron.name}.")
            return None
        for verb in rule:
            if verb not in VERBS:
                remedy = suggestion(verb, list(VERBS), "The verbs are")
                self.complain(rule.key_place(verb), f"{quoted(verb)} is not a verb of a rule.", remedy)
        if "from" in rule or "is" in rule:
            return rule
        if not self.problems:  # an unknown verb was most likely meant to be one of the two
            remedy = "Write from and a path, or is and a text."
            self.complain(rule.place, "This rule does not say what to write.", remedy)
        return None

    def literal(self, rule: Table) -> str | None:
        """The fixed text under `is`, which stands alone."""
        text = self.text(rule["is"], "is")
        for verb in rule:
            if verb != "is" and verb in VERBS:
                sentence = f"{quoted(verb)} has nothing to do beside is, which is a fixed text."
                self.complain(rule.key_place(verb), sentence, f"Leave {verb} or is out.")
        return text

    def text(self, node: Node | None, verb: str) -> str | None:
        """What `node` says, free of places; it is not copied for every message."""
        if node is None:
            return None
        if not isinstance(node, Text):
            self.complain(node.place, f"Behind {quoted(verb)} belongs one text.")
            return None
        if not node.isprintable():
            self.complain(node.place, "A line break or tab cannot be sent in a field.", "Leave it out.")
        return str(node)

    def found(self, path: Node) -> Found | None:
        """What lies at `path`."""
        if not isinstance(path, Text):
            self.complain(path.place, "A path is one text.", "Write it like from: patron.name.", "path")
            return None
        found = self._shape.at(str(path))
        if isinstance(found, NotFound):
            self.complain(path.place, found.sentence, found.remedy, "path")
            return None
        return found

    def converted(self, chain: Node | None, kind: Kind, steps: list[Step]) -> Kind | None:
        """Add the converters of `chain` to `steps`; the kind that comes out, None if something is wrong."""
        with self.about("converter"):
            return self._converted(chain, kind, steps)

    def _converted(self, chain: Node | None, kind: Kind, steps: list[Step]) -> Kind | None:
        if chain is None:
            return kind
        if not isinstance(chain, Series):
            self.complain(chain.place, "The converters are a list.", "Write it like as: [trim].")
            return None
        for node in chain:
            named = self._converter(node)
            if named is None:
                return None
            declaration, converter = named
            if kind is Kind.TEXT and not converter.cannot_read:
                steps.append(converter.read)
                kind = converter.kind
            elif kind is converter.kind and not converter.cannot_write:
                steps.append(converter.write)
                kind = Kind.TEXT
            elif kind is Kind.TEXT:
                sentence = f"This pattern cannot read a text: {converter.cannot_read}."
                self.complain(node.place, sentence, "It can only write a date.")
                return None
            elif kind is converter.kind:
                sentence = f"{declaration.name} cannot write {kind.value}: {converter.cannot_write}."
                self.complain(node.place, sentence, SAY_HOW.get(kind, ""))
                return None
            else:
                sentence = f"{declaration.name} does not take {kind.value}, which it is given here."
                self.complain(node.place, sentence, SAY_HOW.get(kind, ""))
                return None
        return kind

    def _converter(self, node: Node) -> tuple[Declaration, Converter] | None:
        argument: Node | None = None
        name: str = ""
        if isinstance(node, Text):
            name = node
        elif isinstance(node, Table) and len(node) == 1:
            ((name, argument),) = node.items()
        else:
            self.complain(node.place, "This is not a converter.", 'Write it like trim or {date: "%Y%m%d"}.')
            return None
        declaration = DECLARED.get(name)
        if declaration is None:
            remedy = suggestion(name, list(DECLARED), "The converters are")
            self.complain(node.place, f"{quoted(name)} is not a converter.", remedy)
        elif argument is None and declaration.needs_argument:
            self.complain(node.place, f"{name} needs to be told more.", f"Write {declaration.written}.")
        elif argument is not None and not declaration.options:
            self.complain(node.place, f"{name} stands alone.", f"Write {name}.")
        else:
            made = declaration.make(argument, self._zone)
            if isinstance(made, Converter):
                return declaration, made
            self.problems.append(made)
        return None

    def _spelled(
        self, rule: Table, path: Node, kind: Kind, words: tuple[str, ...], steps: list[Step]
    ) -> None:
        """Add to `steps` what makes the final text of a value of `kind`."""
        codes = rule.get("codes")
        if codes is None:
            if kind not in PLAIN:
                sentence = f"{quoted(str(path))} is {kind.value}, and what is written is a text."
                self.complain(path.place, sentence, SAY_HOW[kind], "kind")
            elif kind is not Kind.TEXT:
                steps.append(PLAIN[kind])
            return
        if kind in (Kind.DATE, Kind.LIST):
            self.complain(
                codes.place, f"Codes stand for texts, and this is {kind.value}.", SAY_HOW[kind], "kind"
            )
            return
        if not isinstance(codes, Table) or not codes:
            self.complain(
                codes.place, "Codes are a table of values and texts.", 'Write it like {book: "001"}.'
            )
            return
        table: dict[str, str] = {}
        for word, code in codes.items():
            if words and word not in words:
                remedy = suggestion(word, words, "Its values are")
                self.complain(codes.key_place(word), f"{quoted(word)} is not a value of {path}.", remedy)
            elif not word:
                self.complain(codes.key_place(word), "An empty value counts as absent.", "Write default.")
            text = self.text(code, "codes")
            if text is not None:
                table[str(word)] = text
        if kind is Kind.FLAG:
            by_flag = {True: table.get("true"), False: table.get("false")}
            steps.append(by_flag.get)
            return
        if kind is not Kind.TEXT:
            steps.append(PLAIN[kind])
        steps.append(table.get)


def assembled(get: Callable[[Any], Value | None], steps: list[Step], default: str | None) -> Rule:
    """The rule that takes a value by `get` through `steps` to a text."""
    if not steps:

        def taken(source: Any) -> str | None:
            return get(source) or default

        return taken

    def converted(source: Any) -> str | None:
        value = get(source)
        if value is None or value == "":
            return default
        for step in steps:
            value = step(value)
            if value is None or value is ABSENT:
                return default
        return str(value)

    return converted
