"""Converters: what `as` may name, each declared once for both directions.

`read` makes a value of a text, `write` a text of a value; which of the two is meant follows from what a
rule has in hand.  Either gives None for what it cannot take, and `read` gives `ABSENT` for a text that says there
is no value.

The law: for every text that `read` accepts, `write(read(text)) == text`, where a converter is `exact`.  The others
lose something on purpose, which their declaration names, and then `read(write(read(text))) == read(text)`: what was
written means the same.  Some only read: what they leave out is gone, and they say so.

Read `declaring` first, then a short family such as `flags`.
"""

from collections.abc import Mapping
from typing import Any, Final

from softdock.mappings.converters import (
    amounts,
    codings,
    dates,
    flags,
    identity,
    names,
    numbers,
    parts,
    texts,
)
from softdock.mappings.converters.declaring import LONGEST, Converter, Declaration, Option

__all__ = ["DECLARED", "LONGEST", "Converter", "Declaration", "Option", "converter_schema"]

_FAMILIES = (texts, parts, numbers, amounts, flags, dates, names, identity, codings)

DECLARED: Final[Mapping[str, Declaration]] = {
    each.name: each for family in _FAMILIES for each in family.DECLARED
}
"""All converters by their names."""


def converter_schema() -> dict[str, Any]:
    """JSON schema of one converter under `as`."""
    alone = [each.name for each in DECLARED.values() if not each.needs_argument]
    tables = [
        {
            "type": "object",
            "properties": {each.name: {**each.schema(), "description": each.description}},
            "required": [each.name],
            "additionalProperties": False,
        }
        for each in DECLARED.values()
        if each.options
    ]
    return {"anyOf": [{"enum": alone}, *tables]}
