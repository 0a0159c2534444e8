"""The verbs of a rule, each with the one place where it is explained."""

from collections.abc import Mapping
from typing import Any, Final

from softdock.mappings.converters import converter_schema

SOURCES: Final[Mapping[str, str]] = {
    "from": "A path into the reply; in a request, into the operation: z303/z303-name, loanlist[0].title, patron.id.",
    "is": "A fixed text.",
    "setting": "The name of a setting of the adapter.",
    "asked": "A path into the operation, such as item.id; in a request `from` does the same.",
    "kept": "The name of a value that an earlier step or a session has kept.",
    "first_of": "A list of rules; the first that gives a value counts.",
    "join": "A list of rules whose texts are put together, with `with` between them; those that give nothing are left out.",
    "all": "A path; the texts of all values there, with `with` between them.",
    "count": "A path; how many there are, or how many for which `where` holds.",
    "sum": "A path; what the amounts there come to. `of` reads the amount of each.",
    "digest": "The name of a hash (md5, sha1, sha256, sm3) over the texts of `over`; with `key` an HMAC.",
    "sign": "`sm2`: a signature over the texts of `over` with the private `key`; needs the extra `sm`.",
    "encrypt": "`sm4-cbc` or `sm4-ecb`: the texts of `over`, encrypted with `key` and, for CBC, `iv`.",
    "parameter": "The name of another parameter of the same request, as it is sent.",
    "parameters": "All other parameters of the request as name=value with & between: `sorted` by name, or as `written`.",
    "body": "`written`: the body of the request, as it is sent; for headers that sign it.",
}
"""Where the value comes from: each rule has exactly one of these."""

MODIFIERS: Final[Mapping[str, str]] = {
    "when": "A condition; without it holding, the rule gives nothing.",
    "lookup": "Where in the reply the value is a key: a path of a table, or {in: path, key: path, take: path}.",
    "as": "Converters that the value goes through, from left to right.",
    "codes": 'What stands for which value: a table, or the name of one of the adapter. "*" stands for any other value.',
    "minus_when": "A condition; where it holds, the amount is taken with the other sign.",
    "less": "A rule; its amount is taken off, as a credit is off a debt.",
    "default": "What stands in where there is no value.",
    "required": "true: without a value the reply does not fit, or the request is not sent. Beside `when` only where that holds.",
    "with": "What is put between the texts of `join`, `all` or `digest`.",
    "where": "With `count` and `sum`: a condition on each.",
    "of": "With `sum`: the rule that reads the amount of each.",
    "over": "With `digest`, `sign` and `encrypt`: the rules whose texts are put together.",
    "key": "With `digest` the rule that gives the key of an HMAC; with `sign` and `encrypt` that of the key, in hexadecimal digits.",
    "iv": "With `encrypt`: the rule that gives the first block, in hexadecimal digits.",
    "write": "With `digest`, `sign` and `encrypt`: hex, HEX or base64.",
    "charset": "With `digest`: in which charset the texts are taken; utf-8 without it.",
}
"""What happens to the value."""

ENTRIES: Final[Mapping[str, str]] = {
    "each": "A path, or a list of paths one below the other; every place there makes an entry of the list.",
    "keyed": "true: the path leads to an object whose names are keys; @key reads the name.",
    "where": "A condition; places for which it does not hold are left out.",
    "when": "A condition on the reply; without it holding, the list is not told, which is not the same as an empty one.",
    "fields": "What is read at each place, by the names of the entry.",
}
"""The table that fills a list."""


def wide_rule_schema() -> dict[str, Any]:
    """JSON schema of a rule, for editors and for the reference."""
    text: dict[str, Any] = {"type": "string"}
    rule: dict[str, Any] = {"$ref": "#/$defs/rule"}
    rules: dict[str, Any] = {"type": "array", "items": rule}
    condition: dict[str, Any] = {"$ref": "#/$defs/condition"}
    scalar: dict[str, Any] = {"type": ["string", "number", "boolean"]}
    converters = converter_schema()
    types: dict[str, dict[str, Any]] = {
        "is": scalar,
        "first_of": rules,
        "join": rules,
        "over": rules,
        "of": rule,
        "key": rule,
        "iv": rule,
        "when": condition,
        "where": condition,
        "minus_when": condition,
        "less": rule,
        "as": {"anyOf": [{"type": "array", "items": converters}, converters]},
        "codes": {"anyOf": [text, {"type": "object", "additionalProperties": scalar}]},
        "default": scalar,
        "required": {"type": "boolean"},
        "lookup": {"anyOf": [text, {"type": "object"}]},
        "sign": {"enum": ["sm2"]},
        "encrypt": {"enum": ["sm4-cbc", "sm4-ecb"]},
        "digest": {"enum": ["md5", "sha1", "sha256", "sm3"]},
        "parameters": {"enum": ["sorted", "written"]},
        "write": {"enum": ["hex", "HEX", "base64"]},
    }
    verbs = {**SOURCES, **MODIFIERS}
    return {
        "anyOf": [
            text,
            {
                "type": "object",
                "properties": {
                    verb: {**types.get(verb, text), "description": said} for verb, said in verbs.items()
                },
                "additionalProperties": False,
            },
        ]
    }
