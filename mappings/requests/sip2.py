"""Messages in the manner of SIP2, of the standard or beyond it.

request:
sip2: "91"
fixed: [{from: operation.now, as: [{date: "%Y%m%d    %H%M%S"}]}]
fields: {AO: {setting: institution}, AA: {from: patron.id}, XK: {is: "0"}}
answer: "92"
answer_fixed: 18
"""

from collections.abc import Mapping
from typing import Final

from softdock.mappings.exchange import Sip2Request
from softdock.mappings.positions import Series, Table, Text
from softdock.mappings.problems import quoted
from softdock.mappings.requests.parts import Build, Unsendable, known_keys
from softdock.mappings.rules.compiler import RuleCompiler
from softdock.mappings.rules.source import TEXT, Source

KEYS: Final[Mapping[str, str]] = {
    "sip2": "The code of the message, two digits in quotation marks.",
    "fixed": "What stands between the code and the first field: a list of rules, put together.",
    "fields": "The fields by their two letters, in order; a list of rules repeats one.",
    "answer": "The code of the message that answers it.",
    "answer_fixed": "How many characters of the answer stand before its first field; without it, the first field is looked for.",
}
_LONGEST_FIXED: Final = 255


def sip2_request(table: Table, compiler: RuleCompiler) -> Build | None:
    """What builds the request that `table` describes."""
    known_keys(table, KEYS, "a message of SIP2", compiler)
    code, answer = (_code(table, key, compiler) for key in ("sip2", "answer"))
    node = table.get("fixed", Series(place=table.place))
    fixed = [compiler.value(each, TEXT) for each in (node if isinstance(node, Series) else [node])]
    fields = []
    given = table.get("fields", Table(place=table.place))
    if not isinstance(given, Table):
        compiler.complain(
            given.place,
            "The fields are a table of two letters and rules.",
            "Write it like {AA: {from: patron.id}}.",
        )
        given = Table(place=table.place)
    for name, rule in given.items():
        place = given.key_place(name)
        if (
            len(name) != 2
            or not (name.isascii() and name.isalnum() and name == name.upper())
            or name in ("AY", "AZ")
        ):
            compiler.complain(
                place,
                f"{quoted(name)} is not a field.",
                "Write two capitals or digits; AY and AZ belong to error detection.",
            )
        fields += [
            (str(name), place, compiler.value(each, TEXT))
            for each in (rule if isinstance(rule, Series) else [rule])
        ]
    length = _length(table, compiler)
    where = node.place

    def build(source: Source) -> Sip2Request:
        texts = "".join(each(source) or "" for each in fixed)
        if len(texts) > _LONGEST_FIXED or not texts.isprintable():
            raise Unsendable(where, "the fixed part is too long, or more than one line")
        written = []
        for name, place, read in fields:
            text = read(source)
            if text is None:
                continue
            if "|" in text or not (text.isprintable() or not text):
                raise Unsendable(place, "a field holds no | and no line break")
            written.append((name, str(text)))
        return Sip2Request(code, texts, written, answer, length)

    return build


def _code(table: Table, key: str, compiler: RuleCompiler) -> str:
    node = table.get(key)
    if isinstance(node, Text) and len(node) == 2 and node.isascii() and node.isdigit():
        return str(node)
    place = table.place if node is None else node.place
    compiler.complain(
        place, f"{key} is the code of a message.", f'Write two digits in quotation marks: {key}: "64".'
    )
    return ""


def _length(table: Table, compiler: RuleCompiler) -> int | None:
    node = table.get("answer_fixed")
    if node is None:
        return None
    if (
        isinstance(node, Text)
        and node.isascii()
        and node.isdigit()
        and len(node) < 4
        and int(node) <= _LONGEST_FIXED
    ):
        return int(node)
    compiler.complain(node.place, "answer_fixed is a number of characters.", "Write it like 18.")
    return None
