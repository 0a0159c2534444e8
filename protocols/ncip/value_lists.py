"""Words of the standard's lists, however they are spelled."""

from collections.abc import Mapping
from typing import Final

from softdock.protocols.ncip.tables.lists import VALUES


def folded(text: str) -> str:
    """What two spellings of one word have in common: neither case nor blanks matter.

    >>> folded("  Block  check out ")
    'block check out'
    """
    return " ".join(text.split()).casefold()


_KNOWN: Final[Mapping[str, Mapping[str, str]]] = {
    name: {folded(value): value for value in values} for name, values in VALUES.items()
}


def known(list_name: str, text: str) -> str | None:
    """The word of the list `list_name`, an element's name, that `text` stands for; None where there is no such word.

    >>> known("RequestType", "hold")
    'Hold'
    """
    return _KNOWN.get(list_name, {}).get(folded(text))
