"""Paths of nothing but names, from element to child: taken by an index of children instead of by the evaluator.

Most values of a reply lie beside many others in the same element.  Its children are told apart once, which takes a part of
the time that parsing them took, and each value is then a look-up.  Where that would not be the whole truth, because an
element is very wide or one on the way has others of its name beside it, the evaluator is asked, as for all other paths.
"""

import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

_NAME: Final = r"[^\W\d][\w.\-]*"
_PLAIN: Final = re.compile(rf"{_NAME}(?:/{_NAME})*")
WIDEST: Final = 500
"""Children of an element that is indexed at most."""

Children: TypeAlias = tuple[dict[str, Any], dict[str, Any]]
"""By name: the first child of each, and those that alone have theirs."""
Indexes: TypeAlias = dict[Any, Children]
"""The children of elements, each told apart once it is asked."""


def text_at(path: str, otherwise: Callable[[Any], str | None]) -> Callable[[Any], str | None]:
    """What reads the text of the first element at `path` from a cursor; by `otherwise` where the index does not tell."""
    if _PLAIN.fullmatch(path) is None:
        return otherwise
    *above, last = path.split("/")

    def get(cursor: Any) -> str | None:
        element, indexes = cursor.at, cursor.document.children
        for name in above:
            children = indexes.get(element) or _told_apart(element, indexes)
            if children is None:
                return otherwise(cursor)
            element = children[1].get(name)
            if element is None:
                return otherwise(cursor) if name in children[0] else None
        children = indexes.get(element) or _told_apart(element, indexes)
        if children is None:
            return otherwise(cursor)
        element = children[0].get(last)
        if element is None:
            return None
        return "".join(element.itertext()) if len(element) else element.text or ""

    return get


def _told_apart(element: Any, indexes: Indexes) -> Children | None:
    if isinstance(element, str) or (number := len(element)) > WIDEST:
        return None
    first = only = {each.tag: each for each in element}
    if len(first) != number:
        first, repeated = {}, set()
        for each in element:
            tag = each.tag
            if first.setdefault(tag, each) is not each:
                repeated.add(tag)
        only = {tag: each for tag, each in first.items() if tag not in repeated}
    children = indexes[element] = first, only
    return children
