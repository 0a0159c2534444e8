"""Builds requests: `http`, `sql`, `sip2`, `files`, each out of rules, as trees and bound parameters.

Nothing is pasted: texts are percent-encoded, escaped, quoted or bound by what writes the form.
"""

from collections.abc import Callable, Mapping
from typing import Final

from softdock.mappings.positions import Table
from softdock.mappings.problems import suggestion
from softdock.mappings.requests.files import file_request
from softdock.mappings.requests.http import METHODS, http_request
from softdock.mappings.requests.parts import Build
from softdock.mappings.requests.sip2 import sip2_request
from softdock.mappings.requests.sql import sql_request
from softdock.mappings.rules.compiler import RuleCompiler

KINDS: Final[Mapping[str, tuple[tuple[str, ...], Callable[[Table, RuleCompiler], Build | None]]]] = {
    "http": (METHODS, http_request),
    "sql": (("sql", "call"), sql_request),
    "sip2": (("sip2",), sip2_request),
    "files": (("read", "append"), file_request),
}
"""By transport: the keys by which its requests begin, one of which each has, and what compiles them."""


def compile_request(table: Table, transport: str, compiler: RuleCompiler) -> Build | None:
    """What builds the request that `table` describes for `transport`; what is wrong with it, `compiler` has noted."""
    with compiler.about("request"):
        return _compiled(table, transport, compiler)


def _compiled(table: Table, transport: str, compiler: RuleCompiler) -> Build | None:
    kind = KINDS.get(transport)
    if kind is None:
        remedy = suggestion(transport, list(KINDS), "There are")
        sentence = "The transport of this back end is not known."
        compiler.complain(table.place, sentence, remedy, "back-end")
        return None
    keys, compile_kind = kind
    if not any(key in table for key in keys):
        compiler.complain(
            table.place, "This request does not say what is sent.", f"It has one of {', '.join(keys)}."
        )
        return None
    return compile_kind(table, compiler)
