"""Requests over HTTP: query, form, JSON, XML, SOAP 1.1 or plain text, in a charset of the system's own.

request:
post: /loans/{card}
path: {card: {from: patron.id}}
query: {branch: {setting: branch}}
json: {barcode: {from: item.id}}
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote, quote_plus

from lxml import etree

from softdock.mappings.exchange import HttpRequest
from softdock.mappings.positions import Node, Table, Text
from softdock.mappings.problems import Place, quoted
from softdock.mappings.requests.parts import Build, Pair, Pairs, Unsendable, charset_of, encoded, known_keys
from softdock.mappings.requests.trees import XmlTree, json_tree, xml_document
from softdock.mappings.rules.compiler import RuleCompiler
from softdock.mappings.rules.source import TEXT, Reader, Source

METHODS: Final = ("get", "post", "put", "delete", "patch")
BODIES: Final = ("form", "json", "xml", "soap", "text")

KEYS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        METHODS, "The path below the address of the back end; {name} stands for a part under `path`."
    ),
    "path": "What stands for the names in braces, each percent-encoded.",
    "query": "Parameters of the query, by name; a list of rules repeats one.",
    "headers": "Headers, by name.",
    "form": "The body as a form: parameters by name.",
    "json": "The body as JSON: a tree of rules.",
    "xml": "The body as XML: its root as the one key, and below it a tree of rules.",
    "soap": "The body as a SOAP 1.1 message: {action: text, namespace: uri, body: tree}.",
    "text": "The body as text: one rule.",
    "namespaces": 'Of XML: namespaces by their prefixes; "" is the one without a prefix.',
    "charset": "Charset of the body, and of what is percent-encoded; utf-8 without it.",
    "content_type": "In place of the usual content type of the body.",
}

_SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_SAFE: Final = "-._~"


def http_request(table: Table, compiler: RuleCompiler) -> Build | None:
    """What builds the request that `table` describes."""
    known_keys(table, KEYS, "a request over HTTP", compiler)
    methods = [each for each in METHODS if each in table]
    bodies = [each for each in BODIES if each in table]
    for said, what in ((methods[1:], "method"), (bodies[1:], "body")):
        for key in said:
            compiler.complain(
                table.key_place(key), f"A request has one {what}.", f"Leave {key} out, or the other."
            )
    charset = charset_of(table, compiler)
    path = _Path(table, methods[0], charset, compiler)
    _known_headers(table, compiler)
    query, form = Pairs(table.get("query"), compiler), Pairs(table.get("form"), compiler)
    headers = Pairs(table.get("headers"), compiler)
    body = _body(table, bodies[0], charset, compiler) if bodies and bodies[0] != "form" else None
    content_type = _content_type(table, bodies[0] if bodies else "", charset)
    method, place = methods[0].upper(), table.place
    has_form = bool(bodies) and bodies[0] == "form"

    def build(source: Source) -> HttpRequest:
        asked, formed, added = query.plain(source), form.plain(source), headers.plain(source)
        written = b"" if body is None else body(source)
        scope = source.scope
        scope.parameters = [each for each in (*asked, *formed) if each is not None]
        scope.body = written.decode(charset, "replace") if written else ""
        data = _encoded_pairs(form.signed(source, formed), charset, place) if has_form else ""
        sent = [(name, _header(name, text, place)) for name, text in headers.signed(source, added)]
        soap = [("SOAPAction", f'"{action}"')] if (action := _action(table)) is not None else []
        typed = [("Content-Type", content_type)] if content_type else []
        return HttpRequest(
            method=method,
            path=path.written(source),
            query=_encoded_pairs(query.signed(source, asked), charset, place),
            headers=[*typed, *soap, *sent],
            body=data.encode("ascii") if has_form else written,
        )

    return build


def _known_headers(table: Table, compiler: RuleCompiler) -> None:
    """Complain of names of headers that are none, and of fixed values that no header can have."""
    headers, soap = table.get("headers"), table.get("soap")
    headers = headers if isinstance(headers, Table) else Table()
    for name in headers:
        if _HEADER.fullmatch(name) is None:
            compiler.complain(
                headers.key_place(name),
                f"{quoted(name)} is not the name of a header.",
                "Write it like X-Token.",
            )
    for node in (table.get("content_type"), soap.get("action") if isinstance(soap, Table) else None):
        if node is not None and not (isinstance(node, Text) and node.isascii() and node.isprintable()):
            compiler.complain(node.place, "What becomes a header is one line of ASCII.")


def _action(table: Table) -> str | None:
    soap = table.get("soap")
    if not isinstance(soap, Table):
        return None
    action = soap.get("action")
    return str(action) if isinstance(action, Text) else ""


def _content_type(table: Table, body: str, charset: str) -> str:
    said = table.get("content_type")
    if isinstance(said, Text):
        return str(said)
    return {
        "form": f"application/x-www-form-urlencoded; charset={charset}"
        if charset != "utf-8"
        else "application/x-www-form-urlencoded",
        "json": "application/json" if charset == "utf-8" else f"application/json; charset={charset}",
        "xml": f"application/xml; charset={charset}",
        "soap": f"text/xml; charset={charset}",
        "text": f"text/plain; charset={charset}",
    }.get(body, "")


def _body(table: Table, kind: str, charset: str, compiler: RuleCompiler) -> Callable[[Source], bytes]:
    node = table[kind]
    if kind == "json":
        tree = json_tree(node, compiler)
        return lambda source: encoded(tree(source) or "null", charset, node.place)
    if kind == "xml":
        namespaces = _namespaces(table, compiler)
        _sendable(namespaces, charset, node.place, compiler)
        make = xml_document(node, compiler, namespaces)
        return lambda source: b"" if (root := make(source)) is None else _xml(root, charset)
    if kind == "soap":
        return _soap(node, table, charset, compiler)
    rule = compiler.value(node, TEXT)
    return lambda source: encoded(rule(source) or "", charset, node.place)


def _soap(node: Node, table: Table, charset: str, compiler: RuleCompiler) -> Callable[[Source], bytes]:
    if not isinstance(node, Table) or not isinstance(node.get("body"), Table):
        compiler.complain(
            node.place,
            "A SOAP message has a body.",
            "Write soap: {action: text, namespace: uri, body: {Name: {...}}}.",
        )
        return lambda _: b""
    known_keys(node, dict.fromkeys(("action", "namespace", "header", "body"), ""), "a SOAP message", compiler)
    namespaces = _namespaces(table, compiler)
    own = node.get("namespace")
    if isinstance(own, Text):
        namespaces[""] = str(own)
    _sendable(namespaces, charset, node.place, compiler)
    tree = XmlTree(compiler, namespaces)
    parts = [
        (name, tree.children(each))
        for name, key in (("Header", "header"), ("Body", "body"))
        if (each := node.get(key)) is not None
    ]

    def written(source: Source) -> bytes:
        envelope = etree.Element(f"{{{_SOAP}}}Envelope", nsmap={"soap": _SOAP, **tree.spaces})
        for name, fill in parts:
            fill(source, etree.SubElement(envelope, f"{{{_SOAP}}}{name}"))
        return _xml(envelope, charset)

    return written


def _sendable(namespaces: Mapping[str, str], charset: str, place: Place, compiler: RuleCompiler) -> None:
    """Complain where lxml takes no document with these namespaces, or in this charset."""
    try:
        _xml(
            etree.Element("probe", nsmap={prefix or None: uri for prefix, uri in namespaces.items()}), charset
        )
    except (ValueError, LookupError):
        compiler.complain(
            place, "XML has no such namespaces, or is not written in this charset.", "Write utf-8 or gb18030."
        )


def _namespaces(table: Table, compiler: RuleCompiler) -> dict[str, str]:
    node = table.get("namespaces")
    if node is None:
        return {}
    if not isinstance(node, Table) or not all(isinstance(each, Text) and each for each in node.values()):
        compiler.complain(
            node.place,
            "Namespaces are a table of prefixes and addresses.",
            'Write it like {ncip: "http://..."}.',
        )
        return {}
    return {str(prefix): str(uri) for prefix, uri in node.items()}


def _xml(root: Any, charset: str) -> bytes:
    written: bytes = etree.tostring(root, encoding=charset, xml_declaration=True)
    return written


class _Path:
    """The path of a request, whose parts in braces are rules."""

    def __init__(self, table: Table, method: str, charset: str, compiler: RuleCompiler) -> None:
        self._charset = charset
        self._pieces: list[str | tuple[Place, Reader]] = []
        node, parts = table[method], table.get("path")
        if not isinstance(node, Text) or not node.startswith("/"):
            compiler.complain(
                node.place,
                "The path of a request begins with /.",
                f"Write it like {method}: /patrons/{{card}}.",
            )
            return
        rules = parts if isinstance(parts, Table) else Table(place=table.place)
        used = set()
        rest = str(node)
        while rest:
            before, brace, behind = rest.partition("{")
            if before:
                try:
                    self._pieces.append(
                        quote(encoded(before, charset, node.place), safe="/:@!$&'()*+,;=-._~%")
                    )
                except Unsendable as error:
                    compiler.complain(node.place, f"This path cannot be sent: {error.why}.")
            if not brace:
                break
            name, closing, rest = behind.partition("}")
            if not closing or name not in rules:
                compiler.complain(
                    node.place,
                    f"{quoted(name)} stands in braces, and path: does not say what it is.",
                    "Write path: {name: {from: patron.id}}.",
                )
                return
            used.add(name)
            self._pieces.append((rules.key_place(name), compiler.value(rules[name], TEXT)))
        for name in rules:
            if name not in used:
                compiler.complain(
                    rules.key_place(name),
                    f"{quoted(name)} does not stand in the path.",
                    f"Write {{{name}}} where it belongs.",
                )

    def written(self, source: Source) -> str:
        """The path, percent-encoded.  An empty part would lead somewhere else, and so would dots alone."""
        written = []
        for piece in self._pieces:
            if isinstance(piece, str):
                written.append(piece)
                continue
            place, read = piece
            text = read(source)
            if not text or text in (".", ".."):
                raise Unsendable(place, "nothing, or dots alone, cannot be part of a path")
            written.append(quote(encoded(text, self._charset, place), safe=_SAFE))
        return "".join(written)


def _encoded_pairs(pairs: list[Pair], charset: str, place: Place) -> str:
    return "&".join(
        f"{quote_plus(encoded(name, charset, place), safe=_SAFE)}={quote_plus(encoded(text, charset, place), safe=_SAFE)}"
        for name, text in pairs
    )


def _header(name: str, text: str, place: Place) -> str:
    if not text.isprintable() or not text.isascii():
        raise Unsendable(place, f"the header {name} is one line of ASCII")
    return text
