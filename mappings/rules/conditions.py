"""Conditions: what stands under `when`, `where` and `success`.

    {present: error}                                    there is such a place in the reply, be it empty
    {status: [401, 403]}                                the HTTP status; 4xx and 5xx stand for a hundred of them
    {root: login}                                       the name of the document's root
    {text: 失败}                                         a text anywhere in the reply
    {from: success, equals: ["true", "1"]}              a value, by any rule, and what is asked of it
    {count: users, over: 1}
    {from: valid, as: [{date: "%Y%m%d"}], past: true}   a date, before today
    {all: [...]}, {any: [...]}, {not: {...}}            of conditions; a list stands for all of them

A value that is asked nothing of has to be there, and not empty.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from softdock.mappings.positions import Node, Series, Table, Text
from softdock.mappings.problems import quoted, suggestion
from softdock.mappings.regular import Expression, ExpressionError
from softdock.mappings.rules.source import Source
from softdock.mappings.rules.verbs import MODIFIERS, SOURCES
from softdock.mappings.shapes import Found, Kind, NotFound

if TYPE_CHECKING:
    from softdock.mappings.rules.compiler import RuleCompiler

Condition: TypeAlias = Callable[[Source], bool]

WHOLE: Final[Mapping[str, str]] = {
    "present": "A path: there is something, be it empty.",
    "absent": "A path: there is nothing.",
    "status": "The HTTP status, or a list of them: 404, 4xx.",
    "root": "The name of the document's root, or a list of names.",
    "text": "A text, or a list of texts; one of them is somewhere in the reply.",
    "header": "The name of a header of the answer; beside it one of equals, contains and matches.",
    "all": "A list of conditions, all of which hold.",
    "any": "A list of conditions, one of which holds.",
    "not": "A condition that does not hold.",
}
"""What a condition can be without a value."""

ASKED: Final[Mapping[str, str]] = {
    "equals": "A text, or a list of texts; the value is one of them.",
    "differs": "A text, or a list of texts; the value is there, and none of them.",
    "contains": "A text, or a list of texts; one of them is in the value.",
    "matches": "A regular expression (RE2), which is found somewhere in the value.",
    "over": "A number; the value is greater.",
    "under": "A number; the value is less.",
    "past": "true: the date that the rule reads is before today, or the point in time before now; false: it is not.",
}
"""What can be asked of a value."""

_ANY_TEXT = Found(Kind.TEXT, lambda _: None)
_A_DATE = Found(Kind.DATE, lambda _: None)
_LONGEST_PATTERN = 1000


def never(source: Source) -> bool:
    """Stand in for a condition that could not be compiled; never called."""
    return False


def condition(compiler: "RuleCompiler", node: Node) -> Condition:
    """What tells whether the condition in `node` holds; what is wrong with it, `compiler` has noted."""
    if isinstance(node, Series):
        return _every([condition(compiler, each) for each in node])
    if not isinstance(node, Table) or not node:
        compiler.complain(
            node.place,
            "This is not a condition.",
            "Write it like {present: error} or {from: path, equals: text}.",
            "condition",
        )
        return never
    return _Conditions(compiler).of(node)


def _every(conditions: list[Condition]) -> Condition:
    return lambda source: all(each(source) for each in conditions)


class _Conditions:
    """Compiles one table."""

    def __init__(self, compiler: "RuleCompiler") -> None:
        self._compiler = compiler
        self._complain = partial(compiler.complain, rule="condition")

    def of(self, table: Table) -> Condition:
        """The condition that `table` describes; what stands in it holds together."""
        kinds = [key for key in WHOLE if key in table and not (key == "all" and isinstance(table[key], Text))]
        parts = [self._whole(table, key) for key in kinds if key != "header"]
        rest = [key for key in table if key not in kinds]
        if "header" in kinds and not self._of_a_reply(table["header"], "header"):
            return never
        if "header" in kinds:
            parts.append(self._asked(table, self._header(table["header"])))
            self._known(table, [key for key in rest if key not in ASKED])
        elif rest:
            parts.append(self._value(table, rest))
        return parts[0] if len(parts) == 1 else _every(parts)

    def _known(self, table: Table, rest: list[str]) -> None:
        for key in rest:
            remedy = suggestion(key, [*WHOLE, *SOURCES, *MODIFIERS, *ASKED], "There are")
            self._complain(table.key_place(key), f"{quoted(key)} is not part of a condition.", remedy)

    def _together(self, table: Table, key: str) -> Condition:
        node = table[key]
        if not isinstance(node, Series):
            self._complain(node.place, f"Behind {key} belongs a list of conditions.")
            return never
        self._known(table, [each for each in table if each not in WHOLE])
        conditions = [condition(self._compiler, each) for each in node]
        if key == "any":
            return lambda source: any(each(source) for each in conditions)
        return _every(conditions)

    def _whole(self, table: Table, key: str) -> Condition:
        node = table[key]
        if key in ("all", "any"):
            return self._together(Table([(key, node)], table.place), key)
        if key == "not":
            inner = condition(self._compiler, node)
            return lambda source: not inner(source)
        if key in ("present", "absent"):
            return self._presence(node, there=key == "present")
        texts = self._texts(node)
        document = self._compiler.ground.document
        if not self._of_a_reply(node, key) or document is None:
            return never
        if key == "status":
            return self._status(node, texts)
        if key == "root":
            return lambda source: document.root(source.here) in texts
        return lambda source: any(each in document.text(source.here) for each in texts)

    def _of_a_reply(self, node: Node, key: str) -> bool:
        if self._compiler.ground.document is None:
            self._complain(node.place, f"{key} is asked of a reply, and there is none here.")
            return False
        return True

    def _presence(self, node: Node, *, there: bool) -> Condition:
        document = self._compiler.ground.document
        if not isinstance(node, Text):
            self._complain(node.place, "A path is one text.")
            return never
        if document is None:
            rule = Table([(Text("from", node.place), node)], node.place)
            value = self._compiler.value(rule, _ANY_TEXT)
            return lambda source: (value(source) is not None) is there
        found = self._compiler.told(node.place, document.presence(str(node)))
        return never if found is None else lambda source: found(source.here) is there

    def _status(self, node: Node, texts: list[str]) -> Condition:
        exact, hundreds = set(), set()
        for text in texts:
            if len(text) == 3 and text[0] in "12345" and text[1:] in ("xx", "XX"):
                hundreds.add(int(text[0]))
            elif len(text) == 3 and text.isascii() and text.isdigit():
                exact.add(int(text))
            else:
                self._complain(
                    node.place, f"{quoted(text)} is not an HTTP status.", "Write it like 404 or 5xx."
                )

        def holds(source: Source) -> bool:
            status = source.scope.answer.status
            return status in exact or status // 100 in hundreds

        return holds

    def _header(self, node: Node) -> Callable[[Source], Any]:
        name = str(node).lower() if isinstance(node, Text) else ""
        if not name:
            self._complain(node.place, "A header is named by one text.")
        return lambda source: source.scope.answer.headers.get(name)

    def _value(self, table: Table, rest: list[str]) -> Condition:
        """What is asked of the value that a rule takes."""
        rule = Table(
            (
                (key, table[key])
                for key in rest
                if key in SOURCES or (key in MODIFIERS and key not in ("when", "required"))
            ),
            table.place,
        )
        self._known(table, [key for key in rest if key not in rule and key not in ASKED])
        if not any(key in SOURCES for key in rule):
            self._complain(
                table.place,
                "This condition does not say of what.",
                "Write from and a path, or present and a path.",
            )
            return never
        if "past" in table:
            return self._past(table, self._compiler.value(rule, _A_DATE))
        return self._asked(table, self._compiler.value(rule, _ANY_TEXT))

    def _past(self, table: Table, value: Callable[[Source], Any]) -> Condition:
        """A date, by the day of the library on which the operation happens."""
        compiler = self._compiler
        is_past, now = compiler.truth(table, "past"), compiler.ground.asked.at("operation.now")
        for key in ASKED:
            if key in table and key != "past":
                self._complain(
                    table.key_place(key),
                    f"{quoted(key)} has nothing to do beside past.",
                    "Leave one of them out.",
                )
        if isinstance(now, NotFound):
            self._complain(table.key_place("past"), "There is no operation here, and so no today.")
            return never

        def holds(source: Source) -> bool:
            when = value(source)
            if when is None:
                return False
            moment: Any = now.get(source.scope.asked)
            if not isinstance(when, datetime):
                return (when < moment.date()) is is_past
            return (when < (moment if when.tzinfo is not None else moment.replace(tzinfo=None))) is is_past

        return holds

    def _asked(self, table: Table, value: Callable[[Source], Any]) -> Condition:
        asked = [key for key in ASKED if key in table]
        tests = [self._test(key, table[key]) for key in asked]
        if not tests:
            return lambda source: value(source) not in (None, "")
        if asked == ["equals"]:
            (only,) = tests
            return lambda source: only(value(source))

        def holds(source: Source) -> bool:
            found = value(source)
            return all(each(found) for each in tests)

        return holds

    def _test(self, key: str, node: Node) -> Callable[[Any], bool]:
        """Tells of a value, a text or None, whether it is what is asked."""
        texts = self._texts(node)
        match key:
            case "equals":
                return frozenset(texts).__contains__
            case "differs":
                return lambda value: value is not None and value not in texts
            case "contains":
                return lambda value: value is not None and any(each in value for each in texts)
            case "matches":
                return self._pattern(node)
        limit = _number(texts[0]) if len(texts) == 1 else None
        if limit is None:
            self._complain(node.place, f"Behind {key} belongs one number.", "Write it like 0 or 12.50.")
            return lambda _: False
        if key == "over":
            return lambda value: (number := _number(value)) is not None and number > limit
        return lambda value: (number := _number(value)) is not None and number < limit

    def _pattern(self, node: Node) -> Callable[[Any], bool]:
        try:
            if not isinstance(node, Text) or len(node) > _LONGEST_PATTERN:
                raise ExpressionError(f"it is not one text of at most {_LONGEST_PATTERN} characters")
            expression = Expression(str(node))
        except ExpressionError as error:
            self._complain(
                node.place, f"This is not a regular expression: {error.sentence}.", "See the syntax of RE2."
            )
            return lambda _: False
        return lambda value: value is not None and expression.found(value) is not None

    def _texts(self, node: Node) -> list[str]:
        texts = [
            str(each) for each in (node if isinstance(node, Series) else [node]) if isinstance(each, Text)
        ]
        if not texts or (isinstance(node, Series) and len(texts) != len(node)):
            self._complain(node.place, "One text belongs here, or a list of texts.")
        return texts or [""]


def _number(text: Any) -> Decimal | None:
    try:
        number = Decimal(str(text).strip()) if text is not None and len(str(text)) < 32 else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None
