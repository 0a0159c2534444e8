"""Paths of XPath 1.0, checked and compiled: what can be said against one is said before any document comes.

What is beyond a path to a value is refused: variables, functions of extensions, and what would go through the document
for each of its elements: conditions that look out of the element that they are put on, // behind another //, and steps
along siblings.  What is left costs as much as the document is large; only lists that are compared with lists or united
with them cost the product of both.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from lxml import etree

from softdock.mappings.problems import nearest, quoted
from softdock.mappings.shapes import NotFound

_NAME: Final = r"[^\W\d][\w.\-]*"
_TOKEN: Final = re.compile(
    rf"""\s*(?:
        (?P<literal>"[^"]*"|'[^']*'|\d+(?:\.\d*)?|\.\d+)
      | \$(?P<variable>{_NAME}(?::{_NAME})?)
      | (?P<axis>{_NAME})\s*::
      | (?P<function>{_NAME}(?::{_NAME})?)\s*\(
      | (?P<prefix>{_NAME}):(?:{_NAME}|\*)
      | (?P<name>{_NAME})
      | (?P<sign>//|\.\.|[!<>]=|[.@/|()\[\],=<>+\-*])
    )""",
    re.VERBOSE,
)
_PREFIX: Final = re.compile(_NAME)

_FUNCTIONS: Final = tuple(
    "last position count local-name namespace-uri name string concat starts-with contains substring-before "
    "substring-after substring string-length normalize-space translate boolean not true false number sum floor "
    "ceiling round text node".split()
)
"""Those of XPath 1.0 but `id` and `lang`, and the tests of nodes, which look like functions."""
_AXES: Final = ("child", "descendant", "descendant-or-self", "self", "attribute", "parent")
"""Those whose cost grows with the document; to ancestors and along siblings, it grows with its square."""
_OPERATORS: Final = frozenset({"and", "or", "div", "mod"})
_DEEP: Final = frozenset({"//", "descendant", "descendant-or-self"})


def is_prefix(name: str) -> bool:
    return _PREFIX.fullmatch(name) is not None and name != "xml"


def compiled(path: str, namespaces: Mapping[str, str] | None) -> etree.XPath | NotFound:
    """`path` ready for use; `namespaces` are the prefixes that it may have, None if namespaces are taken off."""
    wrong = _refused(path, namespaces)
    if wrong is not None:
        return wrong
    try:
        xpath = etree.XPath(
            path, namespaces=dict(namespaces or {}) or None, regexp=False, smart_strings=False
        )
        xpath(etree.Element("probe"))
    except (etree.XPathError, ValueError):
        return NotFound(
            f"{quoted(path)} is not a path of XPath 1.0.", "Write it like z303/z303-name or loan/@id."
        )
    return xpath


def _refused(path: str, namespaces: Mapping[str, str] | None) -> NotFound | None:
    """What can be told of `path` by its words alone."""
    within = deep = unions = 0
    for kind, word in _tokens(path):
        if kind in _REFUSALS and (wrong := _REFUSALS[kind](word, namespaces)) is not None:
            return wrong
        within += (word == "[") - (word == "]") if kind == "sign" else 0
        unions += word == "|"
        deep += word in _DEEP and kind in {"sign", "axis", "root"}
        if within and (kind == "root" or word == ".." or (kind == "axis" and word == "parent")):
            return NotFound(
                f"In {quoted(path)}, a condition looks out of the element that it is put on.",
                "Put it on an element further out, or find the other place by a table.",
            )
    if deep > unions + 1 or unions > 1:
        return NotFound(
            f"{quoted(path)} goes through the document more than once.",
            "Name the steps instead of //, and try several paths with first_of.",
        )
    return None


def _tokens(path: str) -> Iterator[tuple[str, str]]:
    """The words of `path`, each with its kind, up to the first that is none.

    A name or * behind what could be the end of an operand is an operator (XPath 1.0, section 3.7); a / that is not
    behind one begins at the root.
    """
    at = 0
    operand = False
    while found := _TOKEN.match(path, at):
        at = found.end()
        kind = found.lastgroup or ""
        word = found[kind]
        if operand and (word == "*" or word in _OPERATORS):
            kind = "operator"
        elif word in {"/", "//"} and not operand:
            kind = "root"
        operand = kind in {"literal", "prefix", "name"} or (
            kind == "sign" and word in {")", "]", ".", "..", "*"}
        )
        yield kind, word


def _function(name: str, _: object) -> NotFound | None:
    if name in _FUNCTIONS:
        return None
    near = nearest(name, _FUNCTIONS)
    remedy = f"Did you mean {near}()?" if near else "Functions are those of XPath 1.0."
    return NotFound(f"{quoted(name)} is not a function of paths.", remedy)


def _axis(name: str, _: object) -> NotFound | None:
    if name in _AXES:
        return None
    return NotFound(f"{quoted(name)} is not an axis that paths may take.", f"There are {', '.join(_AXES)}.")


def _prefix(name: str, namespaces: Mapping[str, str] | None) -> NotFound | None:
    if name == "xml" and namespaces is not None:
        return None
    if namespaces is None:
        sentence = f"{quoted(name)} is a prefix, and this map ignores namespaces."
        return NotFound(sentence, "Leave the prefix out.")
    if name in namespaces:
        return None
    declared = f"Declare it: namespaces: {{{name}: its address}}, or write namespaces: ignore."
    return NotFound(f"{quoted(name)} is not the prefix of a namespace.", declared)


def _variable(name: str, _: object) -> NotFound:
    return NotFound(f"{quoted('$' + name)} is a variable, and there are none.", "Write the value itself.")


_REFUSALS: Final[Mapping[str, Callable[[str, Mapping[str, str] | None], NotFound | None]]] = {
    "axis": _axis,
    "function": _function,
    "prefix": _prefix,
    "variable": _variable,
}
