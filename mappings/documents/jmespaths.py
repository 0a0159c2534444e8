"""Paths of JMESPath, checked and compiled, and the numbers that they compute with.

Two things keep a path from taking longer than its document is large.  It cannot multiply what it is given without bound:
only lists and objects that are put together within a path use a value twice, and `_growth` says how often.  And no
argument of a function is both taken from the document and used once for each of its values: the separator of `join` is
a fixed text.
"""

import math
import re
import warnings
from collections.abc import Callable, Iterable
from decimal import Context, Decimal
from typing import Any, Final, Self, TypeAlias

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions, signature
from jmespath.visitor import Options, TreeInterpreter

from softdock.mappings.documents.bounds import LONGEST_NUMBER
from softdock.mappings.documents.protocol import DocumentError
from softdock.mappings.problems import nearest, quoted
from softdock.mappings.shapes import NotFound

_Tree: TypeAlias = Any
"""A node of a parsed path, as the library makes it: a type, children, perhaps a value."""


class Number(Decimal):
    """A number which knows how it was written.  It compares and adds exactly, as money has to."""

    __slots__ = ("written",)
    written: str

    @classmethod
    def read(cls, written: str) -> Self | None:
        """The number that `written` is; None if it is none, or one beyond all that anybody counts."""
        if len(written) > LONGEST_NUMBER or not _WRITTEN.fullmatch(written):
            return None
        made = cls(written)
        if made and abs(made.adjusted()) > LONGEST_NUMBER:
            return None
        made.written = written
        return made


_WRITTEN: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,4})?")


def text_of(value: Any) -> str | None:
    """The text of one value, as it was written; None for a list, an object and for nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, Number):
        return value.written
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if isinstance(value, int) else None


class _Computing(Functions):
    """The functions of JMESPath over exact numbers.

    What is given something else than it takes gives null: a filter goes on with the next member, which has what this
    one lacks.
    """

    def call_function(self, function_name: str, resolved_args: Iterable[Any]) -> Any:
        try:
            return super().call_function(function_name, resolved_args)
        except JMESPathError:
            return None

    # The library looks at the names of types, in two places which the stubs keep to themselves.

    def _get_allowed_pytypes(self, types: list[str]) -> tuple[list[str], list[tuple[str, ...]]]:
        allowed, within = super()._get_allowed_pytypes(types)  # type: ignore[misc]
        if "int" in allowed:
            allowed += _NUMBERS
        return allowed, [(*each, *_NUMBERS) if "int" in each else each for each in within]

    def _convert_to_jmespath_type(self, pyobject: str) -> str:
        return "number" if pyobject in _NUMBERS else super()._convert_to_jmespath_type(pyobject)  # type: ignore[misc]

    @signature({"types": ["number"]})
    def _func_abs(self, arg: Decimal) -> Decimal:
        return Decimal(arg).copy_abs()

    @signature({"types": ["array-number"]})
    def _func_sum(self, arg: list[Decimal]) -> Decimal:
        return _added(arg)

    @signature({"types": ["array-number"]})
    def _func_avg(self, arg: list[Decimal]) -> Decimal | None:
        return _added(arg) / len(arg) if arg else None

    @signature({"types": []})
    def _func_to_string(self, arg: Any) -> str | None:
        return text_of(arg)

    @signature({"types": []})
    def _func_to_number(self, arg: Any) -> Decimal | int | None:
        if isinstance(arg, str):
            return Number.read(arg)
        return arg if isinstance(arg, Decimal | int) and not isinstance(arg, bool) else None

    @signature({"types": []})
    def _func_type(self, arg: Any) -> str:
        return self._convert_to_jmespath_type(type(arg).__name__)


_NUMBERS: Final = ["Number", "Decimal"]
_EXACT: Final = Context(prec=4 * LONGEST_NUMBER)


def _added(numbers: Iterable[Decimal | int]) -> Decimal:
    total = Decimal(0)
    for each in numbers:
        total = _EXACT.add(total, each)
    return total


class _Interpreter(TreeInterpreter):
    def visit_comparator(self, node: Any, value: Any) -> Any:
        """A text compared with a number is null, as other pairs are that have no order."""
        try:
            return super().visit_comparator(node, value)
        except TypeError:
            return None


_INTERPRETER: Final = _Interpreter(Options(custom_functions=_Computing()))


def compiled(path: str) -> Callable[[Any], Any] | NotFound:
    """`path`, ready to be searched for from any value."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = _checked(jmespath.compile(path).parsed)
    except (JMESPathError, LookupError, ValueError, TypeError, AttributeError, RecursionError, Warning):
        return NotFound(f"{quoted(path)} is not a path of JMESPath.", _REMEDY)
    except _Refused as refusal:
        return refusal.why
    if _growth(tree) > _MOST_GROWTH:
        sentence = f"{quoted(path)} puts the same values together more than {_MOST_GROWTH} times."
        return NotFound(sentence, "Take one value at a time.")

    def search(value: Any) -> Any:
        try:
            return _INTERPRETER.visit(tree, value)
        except (JMESPathError, ArithmeticError, LookupError, TypeError, ValueError):
            raise DocumentError(f"The path {quoted(path)} cannot be followed in this document.") from None

    return search


_REMEDY: Final = (
    "Write it like data.loans[0].barcode or loans[?state=='open']; other names like \"due-date\"."
)
_MOST_GROWTH: Final = 16
_DEEPEST: Final = 40
"""Nodes of a path within each other."""


class _Refused(Exception):
    def __init__(self, sentence: str, remedy: str) -> None:
        super().__init__(sentence)
        self.why = NotFound(sentence, remedy)


def _checked(tree: _Tree, depth: int = 0) -> _Tree:
    """`tree` with exact numbers for those that are written in it.  The library keeps what it parsed: it is copied."""
    if depth > _DEEPEST:
        raise _Refused("This path has too many steps within each other.", "Take the first of them with each.")
    kind, value = tree["type"], tree.get("value")
    children = [
        _checked(each, depth + 1) if isinstance(each, dict) else each for each in tree.get("children", ())
    ]
    if kind == "literal":
        value = _exact(value)
    elif kind == "slice" and children[2] == 0:
        raise _Refused("A slice cannot go on by 0.", "Write [::2] for every second, or leave the step out.")
    elif kind == "function_expression":
        _check_call(str(value), children)
    return {**tree, "children": children, "value": value}


def _exact(value: Any) -> Any:
    """`value` with exact numbers; its lists and objects are as deep as somebody wrote them."""
    if isinstance(value, list):
        return [_exact(each) for each in value]
    if isinstance(value, dict):
        return {name: _exact(each) for name, each in value.items()}
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    number = Number.read(repr(value))
    if number is None:
        raise _Refused("This number is beyond all that can be compared.", "Write a smaller one.")
    return number


def _check_call(name: str, arguments: list[_Tree]) -> None:
    declared = _Computing.FUNCTION_TABLE.get(name)
    if declared is None:
        near = nearest(name, _Computing.FUNCTION_TABLE)
        remedy = f"Did you mean {near}()?" if near else "Functions are those of JMESPath."
        raise _Refused(f"{quoted(name)} is not a function of paths.", remedy)
    takes = declared["signature"]
    fits = len(arguments) >= len(takes) if takes[-1].get("variadic") else len(arguments) == len(takes)
    if not fits:
        raise _Refused(f"{name}() is given {len(arguments)} values and takes {len(takes)}.", "")
    if name == "join" and arguments[0]["type"] != "literal":
        raise _Refused("The separator of join() is a fixed text.", "Write it like join(', ', authors).")


def _growth(tree: _Tree) -> int:
    """How often a value may occur in what the path gives, for once in what it is given."""
    inner = [_growth(each) for each in tree["children"] if isinstance(each, dict)]
    if tree["type"] in {"multi_select_list", "multi_select_dict", "function_expression"}:
        return max(1, sum(inner))
    return math.prod(inner)
