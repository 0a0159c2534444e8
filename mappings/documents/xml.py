"""XML, read by paths of XPath 1.0.

Nothing is fetched, no DTD is read and no entity is expanded but those of XML itself: a document type with declarations
of its own is refused before the parser sees it.  A path that leads to several nodes gives the first of them in the
order of the document; the value of an element is its whole text, exactly as it is written.

A value whose path is plain names is found by an index of children.  Every other path goes through the evaluator of lxml,
the values of nodes by `string()`; steps by `find` or `iterchildren` were measured beside it: none is faster.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from lxml import etree

from softdock.mappings.documents import xpaths
from softdock.mappings.documents.bounds import (
    MOST_VALUES,
    path_too_long,
    within_length,
    within_number,
)
from softdock.mappings.documents.charsets import decoded
from softdock.mappings.documents.children import Indexes, text_at
from softdock.mappings.documents.options import CHARSET, Options
from softdock.mappings.documents.protocol import DocumentError, Format, Many, Table
from softdock.mappings.positions import Table as Written
from softdock.mappings.positions import Text
from softdock.mappings.problems import Place, Problem, quoted
from softdock.mappings.shapes import Found, Kind, NotFound

OPTIONS: Final[Mapping[str, str]] = {
    "namespaces": (
        "The namespaces of prefixes that paths use, as {prefix: address}; or `ignore`, which takes the namespaces off "
        "everything, so that paths need no prefixes."
    ),
    "charset": CHARSET,
}


class _Document:
    """What all cursors of one document share."""

    __slots__ = ("children", "indexes", "root")

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.children: Indexes = {}
        self.indexes: dict[tuple[str, str], dict[str, XmlCursor]] = {}
        """Entries of tables by their keys, each table's made when it is first asked."""


class XmlCursor:
    """An element; or the text of an attribute, which a list of attributes leads to."""

    __slots__ = ("at", "document")

    def __init__(self, at: etree._Element | str, document: _Document) -> None:
        self.at = at
        self.document = document


_Evaluate: TypeAlias = Callable[[XmlCursor], Any]
"""What an XPath gives: a list of elements and texts, or a text, a number or a truth value."""


def make(options: Written | None, place: Place) -> "Xml | list[Problem]":
    """The format with `options`, or everything that is wrong with them."""
    taken = Options(options, place, OPTIONS)
    charset = taken.charset()
    namespaces: dict[str, str] = {}
    node = taken.node("namespaces")
    if isinstance(node, Written):
        for prefix, address in node.items():
            if not xpaths.is_prefix(prefix) or not isinstance(address, Text) or not address:
                remedy = "Write {prefix: address}; any prefix will do, but there has to be one."
                taken.complain(
                    node.key_place(prefix), f"{quoted(prefix)} is no prefix of a namespace.", remedy
                )
            else:
                namespaces[str(prefix)] = str(address)
    elif node is not None and node != "ignore":
        taken.complain(node.place, "Namespaces are a table of prefixes and addresses, or ignore.")
    return taken.problems or Xml(namespaces, ignored=node == "ignore", charset=charset)


class Xml(Format):
    """XML whose namespaces have the prefixes `namespaces`, or are `ignored`."""

    name = "xml"
    itself = "."

    def __init__(
        self, namespaces: Mapping[str, str] | None = None, *, ignored: bool = False, charset: str = ""
    ) -> None:
        self._namespaces = dict(namespaces or {})
        self._ignored = ignored
        self._charset = charset

    def parse(self, data: Any, charset: str = "") -> XmlCursor:
        text = decoded(data, self._charset, charset, declared_charset)
        root = _parsed(text)
        if _local(root.tag).lower() == "html":
            raise DocumentError(_PAGE)
        if self._ignored:
            _without_namespaces(root)
        return XmlCursor(root, _Document(root))

    def at(self, path: str) -> Found | NotFound:
        evaluate = self._evaluating(path)
        if isinstance(evaluate, NotFound):
            return evaluate
        if not isinstance(evaluate(_PROBE), list):
            return Found(Kind.TEXT, lambda cursor: _plain(evaluate(cursor)))
        # Of nodes, string() gives the whole text of the first, and lxml need not hand out the node itself.
        text_of = self._compiled(f"string({path})")
        if isinstance(text_of, NotFound):
            return text_of

        def get(cursor: XmlCursor) -> str | None:
            try:
                text: str = text_of(cursor.at)
            except (TypeError, etree.XPathError):
                text = ""
            if text:
                return text
            found = evaluate(cursor)
            return _text(found[0]) if found else None

        return Found(Kind.TEXT, text_at(path, get))

    def presence(self, path: str) -> Callable[[XmlCursor], bool] | NotFound:
        evaluate = self._evaluating(path)
        if isinstance(evaluate, NotFound):
            return evaluate
        return lambda cursor: _is_there(evaluate(cursor))

    def each(self, path: str, *, keyed: bool = False) -> Many | NotFound:
        if keyed:
            return NotFound(
                "Nothing is keyed by name in XML.", "Take the elements, and the name from within."
            )
        evaluate = self._places(path)
        if isinstance(evaluate, NotFound):
            return evaluate
        return Many(lambda cursor: [XmlCursor(at, cursor.document) for at in evaluate(cursor)])

    def all(self, path: str) -> Callable[[XmlCursor], Sequence[str]] | NotFound:
        evaluate = self._places(path)
        if isinstance(evaluate, NotFound):
            return evaluate
        return lambda cursor: within_length(map(_text, evaluate(cursor)))

    def without(self, cursor: XmlCursor, names: frozenset[str]) -> None:
        root = cursor.document.root
        for element in list(root.iter(*(f"{{*}}{name}" for name in names if _TAG.fullmatch(name)))):
            tail = element.tail
            element.clear()
            element.tail = tail
        for element in _WITH_ATTRIBUTES(root):
            for name in element.attrib:
                if _local(name) in names:
                    element.set(name, "")

    def table(self, path: str, key: str) -> Table | NotFound:
        entries = self.each(path)
        if isinstance(entries, NotFound):
            return entries
        if not key:
            return NotFound("In XML, a table is a list of elements.", "Say where each has its key: key: @id.")
        key_of = self.at(key)
        if isinstance(key_of, NotFound):
            return key_of

        def entry(cursor: XmlCursor, wanted: str) -> XmlCursor | None:
            indexes = cursor.document.indexes
            index = indexes.get((path, key))
            if index is None:
                index = indexes[path, key] = {}
                for each in entries.get(XmlCursor(cursor.document.root, cursor.document)):
                    name = key_of.get(each)
                    if name is not None:
                        index.setdefault(name, each)
            return index.get(wanted)

        return Table(entry)

    def root(self, cursor: XmlCursor) -> str:
        return _local(cursor.document.root.tag)

    def text(self, cursor: XmlCursor) -> str:
        return "".join(cursor.document.root.itertext())

    def line(self, cursor: XmlCursor) -> int:
        return 0 if isinstance(cursor.at, str) else cursor.at.sourceline or 0

    def _compiled(self, path: str) -> Callable[[Any], Any] | NotFound:
        return xpaths.compiled(path, None if self._ignored else self._namespaces)

    def _evaluating(self, path: str) -> _Evaluate | NotFound:
        apply = path_too_long(path) or self._compiled(path)
        if isinstance(apply, NotFound):
            return apply

        def evaluate(cursor: XmlCursor) -> Any:
            try:
                return apply(cursor.at)
            except (TypeError, etree.XPathError):
                return _not_followed(path, cursor)

        return evaluate

    def _places(self, path: str) -> Callable[[XmlCursor], Sequence[etree._Element | str]] | NotFound:
        evaluate = self._evaluating(path)
        if isinstance(evaluate, NotFound):
            return evaluate
        if not isinstance(evaluate(_PROBE), list):
            return NotFound(f"{quoted(path)} gives one value, not places.", "Write a path to elements.")
        return lambda cursor: within_number(evaluate(cursor))


def _not_followed(path: str, cursor: XmlCursor) -> list[str]:
    """What `path` gives where lxml does not follow it: at a text, which leads nowhere but to itself."""
    if isinstance(cursor.at, str):
        return [cursor.at] if path == "." else []
    raise DocumentError(f"The path {quoted(path)} cannot be followed in this document.")


def _text(node: etree._Element | str) -> str:
    if isinstance(node, str):
        return node
    return "".join(node.itertext()) if len(node) else node.text or ""


def _plain(value: object) -> str | None:
    """The text of what is no node, as XPath writes it; None for what is no number."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value) or math.isinf(value):
            return None
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    return within_length([str(value)])[0]


def _is_there(value: object) -> bool:
    """Whether there is a node, or what XPath calls true."""
    return bool(value) and value == value  # noqa: PLR0124 - what is no number is not equal to itself


# How a text becomes a tree.

PARSER: Final = etree.XMLParser(
    encoding="utf-8",  # which wins over what the document declares
    resolve_entities=False,
    load_dtd=False,
    no_network=True,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)
_DECLARED: Final = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATIONS: Final = re.compile(r"""<!DOCTYPE(?:[^\[>"']|"[^"]*"|'[^']*')*+\[""")
_BLANKS: Final = re.compile(r"\s*")
_HTML: Final = re.compile(r"(?i)<(?:!doctype\s+)?html[\s>]")
_BEGINNING: Final = 1024
"""Characters among which a page says that it is one."""
_PAGE: Final = "This is an HTML page, not the XML of a reply."
_NAMESPACED: Final = etree.XPath("//*[namespace-uri()]", regexp=False)
_WITH_ATTRIBUTES: Final = etree.XPath("//*[@*]", regexp=False)
_TAG: Final = re.compile(r"[^\W\d][\w.\-]*")
_ATTRIBUTED: Final = etree.XPath("//*[@*[namespace-uri()]]", regexp=False)
_PROBE: Final = XmlCursor(etree.Element("probe"), _Document(etree.Element("probe")))

_CAUSES: Final[Mapping[int, str]] = {
    etree.ErrorTypes.ERR_DOCUMENT_EMPTY: "there is no element",
    etree.ErrorTypes.ERR_DOCUMENT_END: "something stands behind the end of the root, or the document ends too early",
    etree.ErrorTypes.ERR_TAG_NAME_MISMATCH: "an element is closed which is not the one that is open",
    etree.ErrorTypes.ERR_TAG_NOT_FINISHED: "the document ends within an element",
    etree.ErrorTypes.ERR_GT_REQUIRED: "a > is missing",
    etree.ErrorTypes.ERR_UNDECLARED_ENTITY: "there is an entity that XML does not have",
    etree.ErrorTypes.ERR_INVALID_CHAR: "there is a character that XML does not allow",
    etree.ErrorTypes.ERR_RESOURCE_LIMIT: "it lies too deep, or repeats too much",
    etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE: "a prefix of a namespace is not declared",
}


def declared_charset(data: bytes) -> str:
    """What the declaration in front of a document says."""
    found = _DECLARED.match(data[:_BEGINNING])
    return found[1].decode("ascii") if found else ""


def _parsed(text: str) -> etree._Element:
    if len(text) > 2 * MOST_VALUES and text.count("<") > 2 * MOST_VALUES:
        raise DocumentError(f"The document has more than {2 * MOST_VALUES} tags.")
    if "!DOCTYPE" in text and _DECLARATIONS.match(text, _behind_prolog(text)):
        raise DocumentError("The document type has declarations of its own, which are not read.")
    try:
        root = etree.fromstring(text.encode(errors="replace"), PARSER)
    except etree.XMLSyntaxError as error:
        if _HTML.search(text[:_BEGINNING]):
            raise DocumentError(_PAGE) from None
        if not text or text.isspace():
            raise DocumentError("The document is empty.") from None
        line, column = error.position
        cause = _CAUSES.get(error.code, "it breaks off or breaks a rule of XML")
        raise DocumentError(f"This is no well-formed XML, line {line}, column {column}: {cause}.") from None
    return root


def _behind_prolog(text: str) -> int:
    """Where the declaration, instructions and comments end that stand in front of everything else."""
    at = 0
    while True:
        at = _BLANKS.match(text, at).end()  # type: ignore[union-attr]  # no blanks match as well
        for begin, end in ("<?", "?>"), ("<!--", "-->"):
            if text.startswith(begin, at):
                behind = text.find(end, at + len(begin))
                at = len(text) if behind < 0 else behind + len(end)
                break
        else:
            return at


def _without_namespaces(root: etree._Element) -> None:
    for element in _NAMESPACED(root):
        element.tag = _local(element.tag)
    for element in _ATTRIBUTED(root):
        for name, value in element.attrib.items():
            local = _local(name)
            if local != name:
                del element.attrib[name]
                if local not in element.attrib:
                    element.set(local, value)


def _local(name: object) -> str:
    """The name without its namespace."""
    return str(name).rpartition("}")[2]
