"""Bodies that are trees: JSON and XML, each leaf of which is a rule.

    json: {card: {from: patron.id}, renew: {asked: renewal_allowed, type: flag}, items: [{id: {from: item.id}}]}
    xml:
      Loan:
        "@version": {is: "1"}
        Card: {from: patron.id}
        Payload: {as_text: {json: {barcode: {from: item.id}}}}

A leaf whose rule gives nothing is left out.  `as_text` makes a document of its own, whose text becomes the leaf.
In a table whose keys are verbs and that is no rule, write it under `table:`.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from lxml import etree

from softdock.mappings.positions import Node, Series, Table
from softdock.mappings.problems import quoted
from softdock.mappings.requests.parts import Unsendable, is_rule
from softdock.mappings.rules.compiler import RuleCompiler
from softdock.mappings.rules.source import TEXT, Source

JsonLeaf: TypeAlias = Callable[[Source], str | None]
"""Writes JSON; None for nothing."""

_TYPES: Final = ("text", "number", "flag")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?", re.ASCII)


# --- JSON --------------------------------------------------------------------------------------------------


def json_tree(node: Node, compiler: RuleCompiler) -> JsonLeaf:
    """What writes the JSON that `node` describes."""
    if isinstance(node, Series):
        members = [json_tree(each, compiler) for each in node]
        return lambda source: f"[{','.join(text for each in members if (text := each(source)) is not None)}]"
    if isinstance(node, Table) and "as_text" in node:
        inner = as_text(node, compiler)
        return lambda source: (
            None if (text := inner(source)) is None else json.dumps(text, ensure_ascii=False)
        )
    if isinstance(node, Table) and "table" in node and len(node) == 1:
        return _json_table(node["table"], compiler)
    if is_rule(node):
        return _json_leaf(node, compiler)
    return _json_table(node, compiler)


def _json_table(node: Node, compiler: RuleCompiler) -> JsonLeaf:
    if not isinstance(node, Table):
        compiler.complain(node.place, "This is a table of names and parts.")
        return lambda _: None
    parts = [
        (json.dumps(str(name), ensure_ascii=False), json_tree(each, compiler)) for name, each in node.items()
    ]

    def written(source: Source) -> str:
        return (
            "{"
            + ",".join(f"{name}:{text}" for name, each in parts if (text := each(source)) is not None)
            + "}"
        )

    return written


def _json_leaf(node: Node, compiler: RuleCompiler) -> JsonLeaf:
    said: Node | None = None
    if isinstance(node, Table) and "type" in node:
        said = node["type"]
        node = Table(((key, each) for key, each in node.items() if key != "type"), node.place)
    read, place = compiler.value(node, TEXT), node.place
    if said is not None and said not in _TYPES:
        compiler.complain(
            said.place, f"{quoted(str(said))} is not a type of JSON.", f"There are {', '.join(_TYPES)}."
        )

    def leaf(source: Source) -> str | None:
        text = read(source)
        if text is None:
            return None
        if said == "number":
            if not _is_number(text):
                raise Unsendable(place, "this is not a number")
            return str(text)
        if said == "flag":
            if text not in ("true", "false"):
                raise Unsendable(place, "this is neither true nor false")
            return str(text)
        return json.dumps(text, ensure_ascii=False)

    return leaf


def _is_number(text: str) -> bool:
    return len(text) < 64 and _NUMBER.fullmatch(text) is not None


# --- XML ---------------------------------------------------------------------------------------------------


class XmlTree:
    """Compiles trees of XML; prefixes of names are those of `namespaces`."""

    def __init__(self, compiler: RuleCompiler, namespaces: Mapping[str, str]) -> None:
        self._compiler = compiler
        self._namespaces = dict(namespaces)

    @property
    def spaces(self) -> dict[str | None, str]:
        """What an element declares."""
        return {prefix or None: uri for prefix, uri in self._namespaces.items()}

    def children(self, node: Node) -> Callable[[Source, Any], None]:
        """What adds to an element the attributes, children and text that `node` describes."""
        if is_rule(node) or (isinstance(node, Table) and "as_text" in node):
            return self._text(node)
        if not isinstance(node, Table):
            self._compiler.complain(
                node.place, "This is a table of elements.", "Write it like {Card: {from: patron.id}}."
            )
            return lambda *_: None
        if "table" in node and len(node) == 1 and isinstance(node["table"], Table):
            node = node["table"]
        parts: list[Callable[[Source, Any], None]] = []
        for name, each in node.items():
            if name == "#text":
                parts.append(self._text(each))
            elif name.startswith("@"):
                parts.append(self._attribute(node, name, each))
            else:
                parts += [
                    self._element(node, name, one) for one in (each if isinstance(each, Series) else [each])
                ]

        def add(source: Source, element: Any) -> None:
            for part in parts:
                part(source, element)

        return add

    def _text(self, node: Node) -> Callable[[Source, Any], None]:
        read = self._leaf(node)

        def add(source: Source, element: Any) -> None:
            text = read(source)
            if text is not None:
                _put(node, lambda: setattr(element, "text", text))

        return add

    def _leaf(self, node: Node) -> Callable[[Source], str | None]:
        if isinstance(node, Table) and "as_text" in node:
            return as_text(node, self._compiler)
        return self._compiler.value(node, TEXT)

    def _attribute(self, table: Table, name: str, node: Node) -> Callable[[Source, Any], None]:
        qualified, read = self.name(table, name, name[1:]), self._leaf(node)

        def add(source: Source, element: Any) -> None:
            text = read(source)
            if text is not None and qualified is not None:
                _put(node, lambda: element.set(qualified, text))

        return add

    def _element(self, table: Table, name: str, node: Node) -> Callable[[Source, Any], None]:
        qualified = self.name(table, name, name)
        if qualified is None:
            return lambda *_: None
        is_leaf = is_rule(node) or (isinstance(node, Table) and "as_text" in node)
        if not is_leaf:
            fill = self.children(node)

            def add(source: Source, element: Any) -> None:
                fill(source, etree.SubElement(element, qualified))

            return add
        read = self._leaf(node)

        def add_leaf(source: Source, element: Any) -> None:
            text = read(source)
            if text is not None:
                child = etree.SubElement(element, qualified)
                _put(node, lambda: setattr(child, "text", text))

        return add_leaf

    def name(self, table: Table, key: str, name: str) -> str | None:
        """`name` with its namespace, None where it can name nothing."""
        prefix, colon, local = name.rpartition(":")
        uri = self._namespaces.get(prefix if colon else ("" if not key.startswith("@") else "\0"))
        try:
            if colon and uri is None:
                raise ValueError("its prefix is not declared under namespaces")
            qualified = f"{{{uri}}}{local}" if uri else local
            etree.QName(qualified)
        except ValueError as error:
            self._compiler.complain(table.key_place(key), f"{quoted(name)} cannot name an element: {error}.")
            return None
        return qualified


def _put(node: Node, put: Callable[[], None]) -> None:
    try:
        put()
    except ValueError:
        raise Unsendable(node.place, "XML cannot hold one of these characters") from None


def as_text(node: Table, compiler: RuleCompiler) -> Callable[[Source], str | None]:
    """A document of its own, as the text of a leaf."""
    inner = node["as_text"]
    for key in node:
        if key != "as_text":
            compiler.complain(
                node.key_place(key), f"{quoted(key)} has nothing to do beside as_text.", "Leave it out."
            )
    if isinstance(inner, Table) and len(inner) == 1 and "json" in inner:
        return json_tree(inner["json"], compiler)
    if isinstance(inner, Table) and len(inner) == 1 and "xml" in inner:
        make = xml_document(inner["xml"], compiler, {})
        return lambda source: (
            None if (root := make(source)) is None else etree.tostring(root, encoding="unicode")
        )
    compiler.complain(
        inner.place, "A document inside a text is json or xml.", "Write as_text: {json: {...}}."
    )
    return lambda _: None


def xml_document(
    node: Node, compiler: RuleCompiler, namespaces: Mapping[str, str]
) -> Callable[[Source], Any]:
    """What makes the root element that `node` describes: a table with its name as the one key."""
    tree = XmlTree(compiler, namespaces)
    if not isinstance(node, Table) or len(node) != 1:
        compiler.complain(
            node.place, "A document has one root.", "Write it like xml: {Loan: {Card: {from: patron.id}}}."
        )
        return lambda _: None
    ((name, inside),) = node.items()
    qualified, fill = tree.name(node, name, name), tree.children(inside)

    def make(source: Source) -> Any:
        if qualified is None:
            return None
        root = etree.Element(qualified, nsmap=tree.spaces)
        fill(source, root)
        return root

    return make
