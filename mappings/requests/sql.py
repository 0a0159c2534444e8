"""Requests to a database: statements with bound parameters, or a stored procedure.

request:
sql: SELECT name, expires FROM readers WHERE card = :card
parameters: {card: {from: patron.id}}

request:
call: lend_item
in: {card: {from: patron.id}, barcode: {from: item.id}}
out: {code: text, due: date}
changes: true
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from softdock.mappings.exchange import SqlRequest
from softdock.mappings.positions import Node, Series, Table, Text
from softdock.mappings.problems import Place, quoted
from softdock.mappings.requests.parts import Build, Unsendable, known_keys
from softdock.mappings.rules.compiler import RuleCompiler
from softdock.mappings.rules.source import TEXT, Reader, Source
from softdock.mappings.shapes import Found, Kind

KEYS: Final[Mapping[str, str]] = {
    "sql": "One statement, or a list of statements in one transaction; :name stands for a parameter.",
    "parameters": "The parameters by name, each a rule; with `type: number` or `type: date` it is bound as such.",
    "call": "The name of a stored procedure.",
    "in": "Its IN parameters by name, each a rule, in the order of the procedure.",
    "out": "Its OUT parameters by name, each text, number or date; they come behind those of `in`.",
    "changes": "true where it may change anything; without it the transaction is read-only.",
}
_TYPES: Final = ("text", "number", "date")
_DATE: Final = Found(Kind.DATE, lambda _: None)
_PARAMETER: Final = re.compile(r"(?:^|[^:\w\\]):([A-Za-z_]\w*)")
_NAME: Final = re.compile(r"[A-Za-z_][\w$]*(?:\.[A-Za-z_][\w$]*){0,2}")
_NUMBER: Final = re.compile(r"[+-]?\d{1,30}(?:\.\d{1,30})?", re.ASCII)
_MOST_STATEMENTS: Final = 32


def sql_request(table: Table, compiler: RuleCompiler) -> Build | None:
    """What builds the request that `table` describes."""
    known_keys(table, KEYS, "a request to a database", compiler)
    changes = compiler.truth(table, "changes")
    if "call" in table:
        return _call(table, compiler, changes)
    node = table["sql"]
    statements = [
        str(each)
        for each in (node if isinstance(node, Series) else [node])
        if isinstance(each, Text) and each.strip()
    ]
    if not 1 <= len(statements) <= _MOST_STATEMENTS:
        compiler.complain(node.place, f"A request has 1 to {_MOST_STATEMENTS} statements, each a text.")
    parameters = _parameters(table, "parameters", compiler)
    bound = {name for each in statements for name in _PARAMETER.findall(each)}
    for name in sorted(bound - parameters.keys()):
        compiler.complain(
            node.place,
            f":{name} stands in the statement, and parameters: does not say what it is.",
            f"Write parameters: {{{name}: {{from: patron.id}}}}.",
        )
    for name in parameters:
        if name not in bound:
            compiler.complain(
                table.key_place("parameters"),
                f"{quoted(name)} does not stand in the statement.",
                f"Write :{name} where it belongs.",
            )

    def build(source: Source) -> SqlRequest:
        values = {name: each(source) for name, each in parameters.items()}
        return SqlRequest(statements, values, changes=changes)

    return build


def _call(table: Table, compiler: RuleCompiler, changes: bool) -> Build | None:
    node = table["call"]
    if not isinstance(node, Text) or _NAME.fullmatch(str(node)) is None:
        compiler.complain(
            node.place,
            "This is not the name of a stored procedure.",
            "Write it like lend_item or circ.lend_item.",
        )
    given = _parameters(table, "in", compiler)
    out = table.get("out", Table(place=table.place))
    if not isinstance(out, Table):
        compiler.complain(
            out.place, "OUT parameters are a table of names and types.", "Write it like {code: text}."
        )
        out = Table(place=table.place)
    types: dict[str, str] = {}
    for name, kind in out.items():
        if kind not in _TYPES or _NAME.fullmatch(str(name)) is None:
            compiler.complain(
                out.key_place(name),
                "An OUT parameter has a name, and is text, number or date.",
                "Write it like out: {code: text}.",
            )
        types[str(name)] = str(kind)
    name, order = str(node), (*given, *types)

    def build(source: Source) -> SqlRequest:
        values = {key: each(source) for key, each in given.items()}
        return SqlRequest((), values, call=name, arguments=order, out=types, changes=changes)

    return build


def _parameters(table: Table, key: str, compiler: RuleCompiler) -> dict[str, Reader]:
    node = table.get(key)
    if node is None:
        return {}
    if not isinstance(node, Table):
        compiler.complain(
            node.place,
            "Parameters are a table of names and rules.",
            "Write it like {card: {from: patron.id}}.",
        )
        return {}
    return {str(name): _parameter(rule, compiler) for name, rule in node.items()}


def _parameter(rule: Node, compiler: RuleCompiler) -> Reader:
    said = rule.get("type") if isinstance(rule, Table) else None
    if isinstance(rule, Table) and said is not None:
        rule = Table(((key, each) for key, each in rule.items() if key != "type"), rule.place)
    if said is None or said == "text":
        return compiler.value(rule, TEXT)
    if said == "date":
        return compiler.value(rule, _DATE)
    if said != "number":
        compiler.complain(said.place, "A parameter is bound as text, number or date.")
    read = compiler.value(rule, TEXT)
    return lambda source: None if (text := read(source)) is None else _number(text, rule.place)


def _number(text: str, place: Place) -> Any:
    if _NUMBER.fullmatch(text) is None:
        raise Unsendable(place, "this is not a number")
    return Decimal(text) if "." in text else int(text)
