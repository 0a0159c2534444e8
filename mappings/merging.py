"""Putting one file over another: a version over its vendor, a site over the version, a branch over the site.

Tables are merged key by key; a list or a text takes the place of what was there, and so does a rule that takes its value
from somewhere else.  Everything keeps the place where it is
written, so that a merged file can still say where each of its lines comes from.
"""

from collections.abc import Sequence

from softdock.mappings.positions import Node, Series, Table, Text
from softdock.mappings.problems import Place

_TAKEN_FROM = frozenset({"from", "is", "setting", "asked", "kept", "first_of", "join"})
"""What says where the value of a rule comes from; a rule has one of them."""


def over(base: Table, own: Table) -> Table:
    """`base` with what `own` says otherwise.  Keys keep the places where they are written."""
    keys = {str(key): key for key in base} | {str(key): key for key in own}
    merged: list[tuple[str, Node]] = []
    for name, key in keys.items():
        below, above = base.get(name), own.get(name)
        if isinstance(below, Table) and isinstance(above, Table) and not _is_another_rule(below, above):
            merged.append((key, over(below, above)))
        else:
            value = above if above is not None else below
            assert value is not None  # it is a key of one of the two
            merged.append((key, value))
    return Table(merged, own.place)


def _is_another_rule(base: Table, own: Table) -> bool:
    said, before = own.keys() & _TAKEN_FROM, base.keys() & _TAKEN_FROM
    return bool(said and before) and said != before


def place_of(node: Node, steps: Sequence[str | int]) -> Place:
    """Where the last key of `steps` that is there is written."""
    found = node.place
    for step in steps:
        if isinstance(node, Table) and isinstance(step, str) and step in node:
            found, node = node.key_place(step), node[step]
        elif isinstance(node, Series) and isinstance(step, int) and step < len(node):
            node = node[step]
            found = node.place
        elif isinstance(node, Table) and isinstance(step, int) and step < len(node):
            key = list(node)[step]  # of a table that is read as the list of its values
            found, node = node.key_place(key), node[key]
        else:
            break
    return found


def without(node: Node, steps: Sequence[str | int]) -> Node:
    """`node` without what `steps` lead to; as it is where they lead to nothing."""
    if not steps or isinstance(node, Text):
        return node
    step, rest = steps[0], steps[1:]
    if isinstance(node, Series):
        kept = enumerate(node)
        parts = [without(each, rest) if at == step else each for at, each in kept if rest or at != step]
        return Series(parts, node.place)
    name = list(node)[step] if isinstance(step, int) and step < len(node) else str(step)
    entries = [(key, without(each, rest) if key == name else each) for key, each in node.items()]
    return Table(((key, each) for key, each in entries if rest or key != name), node.place)
