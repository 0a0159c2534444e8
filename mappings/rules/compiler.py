"""Compiles one rule of the wide language to a reader of one value.

A rule is compiled for a target: a field of a record, a parameter of a request.  The kind that the target needs is known
at load, so every mistake that does not need a reply to be seen is told then.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from softdock.mappings.language import PLAIN, SAY_HOW, Compiler, Step
from softdock.mappings.positions import Node, Series, Table, Text
from softdock.mappings.problems import Place, quoted, suggestion
from softdock.mappings.rules.source import Ground, Missing, OfDocument, Reader, Source, Unread
from softdock.mappings.rules.taking import TAKERS, looked_up
from softdock.mappings.rules.verbs import MODIFIERS, SOURCES
from softdock.mappings.shapes import ABSENT, Found, Kind, NotFound, Value
from softdock.mappings.values import SAY_WHAT, as_day

COMPOSED: Final = frozenset({"first_of", "join", "digest", "sign", "encrypt"})
"""Verbs whose values are made of those of other rules, which are seen by themselves."""
_ANY_OTHER = "*"
_LONGEST_LIST = 64
_NAMES: Final = re.compile(r"[\w-]+")


def nothing(source: Source) -> None:
    """Stand in for a rule that could not be compiled; never called."""


class RuleCompiler(Compiler):
    """Compiles rules on one ground, and collects what is wrong with them in `problems`."""

    def __init__(self, ground: Ground) -> None:
        super().__init__(ground.asked, ground.zone)
        self.ground = ground

    # --- one value ------------------------------------------------------------------------------------------

    def value(self, node: Node, target: Found) -> Reader:
        """What makes a value of the kind of `target`, as the rule in `node` says."""
        with self.about("verb"):
            return self._value(node, target)

    def _value(self, node: Node, target: Found) -> Reader:
        rule = self.rule_in(node)
        if rule is None:
            return nothing
        sources = [verb for verb in SOURCES if verb in rule]
        if len(sources) != 1:
            if not sources:
                self.complain(
                    rule.place, "This rule does not say where its value comes from.", "Write from and a path."
                )
            else:
                first, second = sources[:2]
                sentence = f"{first} and {second} both say where the value comes from."
                self.complain(
                    rule.key_place(second), sentence, "Keep one of them, or list both under first_of."
                )
            return nothing
        verb = sources[0]
        if verb == "is":
            read = self._fixed(rule, target)
        elif verb == "first_of" and not rule.keys() & {"as", "codes", "lookup", "minus_when", "less"}:
            read = self.alternatives(rule, target)
        else:
            read = self._taken(rule, verb, target)
        return self._guarded(rule, read)

    def rule_in(self, node: Node) -> Table | None:
        """The rule in `node`, which may be no more than a path."""
        if isinstance(node, Text):
            return Table([(Text("from", node.place), node)], node.place)
        if not isinstance(node, Table):
            self.complain(
                node.place, "This is not a rule.", "Write a path, or a table such as {from: patron.name}."
            )
            return None
        known = [*SOURCES, *MODIFIERS]
        for verb in node:
            if verb not in known:
                remedy = suggestion(verb, known, "The verbs are")
                self.complain(node.key_place(verb), f"{quoted(verb)} is not a verb of a rule.", remedy)
        return node

    def _guarded(self, rule: Table, read: Reader) -> Reader:
        """`read`, insisting where it is `required`, under its `when`."""
        if self.truth(rule, "required"):
            asked, place, field = read, rule.place, rule.place.path

            def read(source: Source) -> Value | None:
                value = asked(source)
                if value is None or value == "":
                    unread = [each.value for each in source.scope.unread if each.place == place]
                    raise Missing(place, field, unread[-1] if unread else "")
                return value

        if "when" in rule:
            holds, inner = self.condition(rule["when"]), read

            def read(source: Source) -> Value | None:
                return inner(source) if holds(source) else None

        return read

    def condition(self, node: Node) -> Callable[[Source], bool]:
        """What tells whether the condition in `node` holds."""
        from softdock.mappings.rules.conditions import condition  # noqa: PLC0415 - conditions hold rules, rules conditions

        ground, self.ground = self.ground, replace(self.ground, witness=None)
        try:
            return condition(self, node)
        finally:
            self.ground = ground

    def truth(self, table: Table, key: str) -> bool:
        """Whether `key` is there and says true."""
        said = table.get(key)
        if said is None or said in ("true", "false"):
            return said == "true"
        self.complain(said.place, f"Behind {key} belongs true or false.")
        return False

    def _fixed(self, rule: Table, target: Found) -> Reader:
        fixed = self.meant(rule["is"], target)
        for verb in rule:
            if verb in MODIFIERS and verb not in ("when", "required"):
                sentence = f"{quoted(verb)} has nothing to do beside is, which is a fixed text."
                self.complain(rule.key_place(verb), sentence, f"Leave {verb} or is out.")
        return lambda _: fixed

    def alternatives(self, rule: Table, target: Found) -> Reader:
        readers = [self.value(each, target) for each in self.listed(rule, "first_of")]
        default = self._standing_in(rule, target)

        def read(source: Source) -> Value | None:
            for each in readers:
                value = each(source)
                if value is not None and value != "":
                    return value
            return default

        return read

    def _taken(self, rule: Table, verb: str, target: Found) -> Reader:
        """A value that is taken from somewhere and goes through converters and codes."""
        default = self._standing_in(rule, target)
        found = TAKERS[verb](self, rule, target)
        if found is None:
            return nothing
        is_watched = self.ground.witness is not None and verb not in COMPOSED
        get = self._seen(found.get) if is_watched else found.get
        steps: list[Step] = []
        if "lookup" in rule:
            get = looked_up(self, rule["lookup"], get)
            found = Found(Kind.TEXT, get)
        kind = self.converted(self._chain(rule), found.kind, steps)
        if kind is not None:
            self._fitted(rule, verb, found, kind, target, steps)
        if "minus_when" not in rule and "less" not in rule:
            return through(get, steps, rule.place, default)
        return self._reckoned(rule, through(get, steps, rule.place, None), target, default)

    def _chain(self, rule: Table) -> Series | None:
        """The converters under `as`, with those that stand behind names."""
        node = rule.get("as")
        if node is None:
            return None
        chain = Series(place=node.place)
        for each in node if isinstance(node, Series) else [node]:
            named = self.ground.converters.get(str(each)) if isinstance(each, Text) else None
            chain += [each] if named is None else named if isinstance(named, Series) else [named]
        return chain

    def _seen(self, get: Callable[[Source], Value | None]) -> Reader:
        witness, document = self.ground.witness, self.ground.document
        assert witness is not None

        def seen(source: Source) -> Value | None:
            value = get(source)
            witness.raw(value, 0 if document is None or source.here is None else document.line(source.here))
            return value

        return seen

    def _standing_in(self, rule: Table, target: Found) -> Value | None:
        default = rule.get("default")
        return None if default is None else self.meant(default, target)

    def _reckoned(self, rule: Table, read: Reader, target: Found, default: Value | None) -> Reader:
        """An amount with the sign that `minus_when` gives it, and without what `less` takes off."""
        is_minus = self.condition(rule["minus_when"]) if "minus_when" in rule else None
        less = self.value(rule["less"], target) if "less" in rule else None
        if target.kind not in (Kind.AMOUNT, Kind.NUMBER):
            verb = "less" if is_minus is None else "minus_when"
            self.complain(
                rule.key_place(verb), "Only amounts and numbers are reckoned with.", f"Leave {verb} out."
            )

        def reckoned(source: Source) -> Value | None:
            value = read(source)
            off = None if less is None else less(source)
            if value is None:
                return default if off is None else -off
            if is_minus is not None and is_minus(source):
                value = -value
            return value if off is None else value - off

        return reckoned

    # --- fitting what was found to its target ---------------------------------------------------------------

    def meant(self, node: Node, target: Found) -> Value | None:
        """The value that the fixed text in `node` stands for."""
        if not isinstance(node, Text):
            self.complain(node.place, "One text belongs here.", rule="kind")
            return None
        text = str(node)
        if target.kind is Kind.TEXT:
            return text
        if target.values:
            if text not in target.values:
                remedy = suggestion(text, list(target.values), "There are")
                self.complain(node.place, f"{quoted(text)} is not a value of this.", remedy, "kind")
            return target.values.get(text)
        if target.kind is Kind.NUMBER and text.removeprefix("-").isdecimal() and len(text) < 19:
            return int(text)
        if target.kind is Kind.AMOUNT and _is_amount(text):
            return Decimal(text)
        sentence = f"{quoted(text)} cannot stand for {target.kind.value}."
        remedy = "" if target.kind is not Kind.DATE else "A date is never fixed."
        self.complain(node.place, sentence, remedy, "kind")
        return None

    def _fitted(
        self, rule: Table, verb: str, found: Found, kind: Kind, target: Found, steps: list[Step]
    ) -> None:
        """Add to `steps` what makes a value for `target` of one of `kind`."""
        codes = rule.get("codes")
        if codes is not None:
            if kind in (Kind.DATE, Kind.LIST):
                self.complain(codes.place, f"Codes stand for texts, and this is {kind.value}.", rule="kind")
                return
            table = self._table_of_codes(codes)
            if kind is Kind.FLAG:
                steps.append({True: "true", False: "false"}.get)
            elif kind is not Kind.TEXT:
                steps.append(PLAIN[kind])
            if table is not None:
                steps.append(self._coded(table, found.words if kind is found.kind else (), target))
            return
        if kind is target.kind and (kind is not Kind.WORD or found.values == target.values):
            if target.day:
                steps.append(as_day)
            return
        if target.kind is Kind.TEXT and kind in PLAIN:
            steps.append(PLAIN[kind])
            return
        sentence = f"This is {kind.value}, and {target.kind.value} belongs here."
        remedy = (SAY_HOW if target.kind is Kind.TEXT else SAY_WHAT).get(
            kind if target.kind is Kind.TEXT else target.kind, ""
        )
        self.complain(rule[verb].place, sentence, remedy, "kind")

    def _table_of_codes(self, codes: Node) -> Table | None:
        if isinstance(codes, Text):
            table = self.ground.codes.get(str(codes))
            if table is None:
                known = list(self.ground.codes)
                remedy = (
                    suggestion(codes, known, "There are")
                    if known
                    else "Write the table here, or under codes: of the adapter."
                )
                self.complain(
                    codes.place, f"There is no table of codes named {quoted(codes)}.", remedy, "codes"
                )
            return table
        if not isinstance(codes, Table) or not codes:
            self.complain(
                codes.place,
                "Codes are a table of texts and values, or its name.",
                "Write it like {B: book}.",
                "codes",
            )
            return None
        return codes

    def _coded(self, codes: Table, words: tuple[str, ...], target: Found) -> Step:
        table: dict[str, Value | None] = {}
        for code, node in codes.items():
            if words and code not in words and code != _ANY_OTHER:
                remedy = suggestion(code, words, "Its values are")
                sentence = f"{quoted(code)} is not a value that this has."
                self.complain(codes.key_place(code), sentence, remedy, "codes")
            table[str(code)] = ABSENT if node == "" else self.meant(node, target)
        if _ANY_OTHER not in table:
            return table.get
        other = table.pop(_ANY_OTHER)
        return lambda code: table.get(code, other)

    # --- for what takes values ------------------------------------------------------------------------------

    def listed(self, rule: Table, verb: str) -> Series:
        """The rules under `verb`."""
        rules = rule[verb]
        if not isinstance(rules, Series) or not rules or len(rules) > _LONGEST_LIST:
            self.complain(
                rules.place,
                f"Behind {verb} belongs a list of 1 to {_LONGEST_LIST} rules.",
                f"Write it like {verb}: [a, b].",
            )
            return Series(place=rules.place)
        return rules

    def readable(self, place: Place, path: str) -> bool:
        """Whether nothing that has to stay where it is lies on `path`; otherwise that is told."""
        words = {each.casefold() for each in _NAMES.findall(path)}
        for name in sorted(each for each in self.ground.redact if each.casefold() in words):
            self.complain(
                place,
                f"{quoted(name)} never leaves the adapter.",
                "It stands under redact: of the adapter.",
                "redact",
            )
            return False
        return True

    def named(self, rule: Table, verb: str) -> str | None:
        """The text under `verb`."""
        node = rule[verb]
        if isinstance(node, Text):
            return str(node)
        self.complain(node.place, f"Behind {verb} belongs one text.")
        return None

    def between(self, rule: Table) -> str:
        """What is put between texts."""
        return (self.named(rule, "with") or "") if "with" in rule else ""

    def told(self, place: Place, found: Any) -> Any:
        """`found`, or None where a path leads nowhere, which is told."""
        if isinstance(found, NotFound):
            self.complain(place, found.sentence, found.remedy, "path")
            return None
        return found

    def path(self, rule: Table, verb: str) -> str | None:
        """The path under `verb` into the document, where there is one to read."""
        path = self.named(rule, verb)
        if path is not None and self.ground.document is None:
            self.complain(
                rule.key_place(verb),
                f"{verb} reads a reply, and there is none here.",
                "Write from and a path into the operation.",
            )
            return None
        if path is not None and not self.readable(rule[verb].place, path):
            return None
        return path


def through(get: Reader, steps: list[Step], place: Place, default: Value | None) -> Reader:
    """The reader that takes a value by `get` through `steps`; what they cannot take is noted."""
    of_document = isinstance(get, OfDocument)
    take = get.get if isinstance(get, OfDocument) else get
    if not steps:

        def taken(source: Source) -> Value | None:
            value = take(source.here if of_document else source)
            return default if value is None or value == "" else value

        return taken

    def converted(source: Source) -> Value | None:
        raw = value = take(source.here if of_document else source)
        if value is None or value == "":
            return default
        for step in steps:
            value = step(value)
            if value is None or value is ABSENT:
                if value is None and (not isinstance(raw, str) or raw.strip()):
                    source.scope.unread.append(Unread(place, str(raw)))
                return default
        return value

    return converted


def _is_amount(text: str) -> bool:
    whole, _, part = text.removeprefix("-").partition(".")
    return whole.isdecimal() and (part.isdecimal() or not part) and len(text) < 19
