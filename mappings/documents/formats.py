"""All formats by their names, as `format: xml` and `format: {xml: {namespaces: ignore}}` name them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from softdock.mappings.documents import delimited, fixed, json, rows, sip2, text, xml
from softdock.mappings.documents.protocol import Format
from softdock.mappings.positions import Node, Table, Text
from softdock.mappings.problems import Place, Problem, quoted, suggestion

Make: TypeAlias = Callable[[Table | None, Place], Format | list[Problem]]
"""Makes a format of its options, or tells everything that is wrong with them."""


@dataclass(frozen=True, slots=True)
class FormatDeclaration:
    """A format as people meet it."""

    name: str
    description: str
    make: Make
    options: Mapping[str, str]
    """What each option means."""


FORMATS: Final = {
    each.name: each
    for each in (
        FormatDeclaration("xml", "XML, read by paths of XPath 1.0.", xml.make, xml.OPTIONS),
        FormatDeclaration("json", "JSON, read by paths of JMESPath.", json.make, json.OPTIONS),
        FormatDeclaration(
            "rows", "Rows of a database, read by the names of their columns.", rows.make, rows.OPTIONS
        ),
        FormatDeclaration(
            "delimited",
            "CSV and its kin, read by the names or numbers of columns.",
            delimited.make,
            delimited.OPTIONS,
        ),
        FormatDeclaration("fixed", "Lines whose values stand at fixed places.", fixed.make, fixed.OPTIONS),
        FormatDeclaration(
            "sip2", "Messages in the manner of SIP2, read by the names of fields.", sip2.make, sip2.OPTIONS
        ),
        FormatDeclaration("text", "Plain text, as a whole or by its lines.", text.make, text.OPTIONS),
    )
}
"""All formats by their names."""


def format_of(node: Node | None, place: Place) -> Format | list[Problem]:
    """The format that `node` names, alone or as the one key of a table with its options."""
    name: Node | str | None = node
    options: Table | None = None
    if isinstance(node, Table) and len(node) == 1:
        ((name, inside),) = node.items()
        if not isinstance(inside, Table):
            return [
                Problem(
                    inside.place,
                    "The options of a format are a table.",
                    f"Write {{{name}: {{charset: gb18030}}}}.",
                    "format",
                )
            ]
        options = inside
    if not isinstance(name, Text):
        return [
            Problem(
                place if node is None else node.place,
                "This is not a format.",
                "Write it like format: xml.",
                "format",
            )
        ]
    declared = FORMATS.get(str(name))
    if declared is None:
        remedy = suggestion(name, list(FORMATS), "There are")
        return [Problem(name.place, f"{quoted(name)} is not a format.", remedy, "format")]
    return declared.make(options, name.place)
