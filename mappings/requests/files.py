"""Files: one to read, or a line to append.

request: {read: readers.csv}

request:
append: circulation.csv
columns:
time: {from: operation.now, as: [{date: "%Y-%m-%d %H:%M:%S"}]}
card: {from: patron.id}
separator: ";"
header: true
"""

import csv
import io
import re
from collections.abc import Mapping
from typing import Final

from softdock.mappings.exchange import FileRequest
from softdock.mappings.positions import Node, Table, Text
from softdock.mappings.requests.parts import Build, Unsendable, charset_of, encoded, known_keys
from softdock.mappings.rules.compiler import RuleCompiler
from softdock.mappings.rules.source import TEXT, Source

KEYS: Final[Mapping[str, str]] = {
    "read": "The name of the file that is read, below the folder of the back end.",
    "append": "The name of the file to which a line is appended.",
    "columns": "What the line holds: rules by the names of the columns.",
    "separator": "What stands between columns: one character, a comma without it; `tab` for a tab.",
    "header": "true: a new file begins with the names of the columns.",
    "charset": "Charset of the line; utf-8 without it.",
}
_NUMBER: Final = re.compile(r"[+-]\d*[.,]?\d*", re.ASCII)


def file_request(table: Table, compiler: RuleCompiler) -> Build | None:
    """What builds the request that `table` describes."""
    known_keys(table, KEYS, "a request to a file", compiler)
    key = "append" if "append" in table else "read"
    name = _name(table[key], compiler)
    if key == "read":
        return lambda _: FileRequest(name)
    charset, columns = charset_of(table, compiler), table.get("columns")
    separator = _separator(table, compiler)
    if not isinstance(columns, Table) or not columns:
        compiler.complain(table.place, "A line has columns.", "Write columns: {card: {from: patron.id}}.")
        return None
    readers = [compiler.value(rule, TEXT) for rule in columns.values()]
    names, place = [str(each) for each in columns], columns.place
    header = b""
    if compiler.truth(table, "header"):
        try:
            header = encoded(_line(names, separator), charset, place)
        except Unsendable as error:
            compiler.complain(place, f"The names of the columns cannot be written: {error.why}.")

    def build(source: Source) -> FileRequest:
        texts = [read(source) or "" for read in readers]
        if any(not text.isprintable() for text in texts):
            raise Unsendable(place, "a column holds no line break")
        if any(map(_is_formula, texts)):
            raise Unsendable(place, "a column holds what a spreadsheet would compute")
        return FileRequest(name, encoded(_line(texts, separator), charset, place), header)

    return build


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet that opens the file would carry `text` out, which may come from a barcode; numbers are not."""
    beginning = text.lstrip()[:1]
    return beginning in ("=", "@") or (beginning in ("+", "-") and _NUMBER.fullmatch(text.strip()) is None)


def _line(texts: list[str], separator: str) -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=separator, lineterminator="\r\n").writerow(texts)
    return written.getvalue()


def _name(node: Node, compiler: RuleCompiler) -> str:
    if (
        isinstance(node, Text)
        and node
        and not node.startswith(("/", "."))
        and "\\" not in node
        and ".." not in node
        and node.isprintable()
    ):
        return str(node)
    compiler.complain(
        node.place,
        "A file is named below the folder of the back end.",
        "Write it like readers.csv or out/loans.csv.",
    )
    return ""


def _separator(table: Table, compiler: RuleCompiler) -> str:
    node = table.get("separator")
    if node is None:
        return ","
    text = "\t" if node == "tab" else str(node)
    if len(text) == 1 and not text.isalnum() and text not in '"\r\n':
        return text
    compiler.complain(node.place, "A separator is one character.", 'Write it like ";" or tab.')
    return ","
