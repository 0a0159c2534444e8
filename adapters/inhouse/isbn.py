"""The number by which booksellers know a title: libraries keep it with their items, in `extra` under `isbn`."""

import re
from collections.abc import Mapping

KEY = "isbn"

_ISBN = re.compile(r"[0-9]{9}[0-9X]|[0-9]{13}").fullmatch
_BETWEEN = str.maketrans("x", "X", "- ")


def isbn_in(text: str) -> str | None:
    """The ISBN that `text` is, as it is compared: without hyphens.

    >>> isbn_in("978-7-5366-9293-0"), isbn_in("080442957x"), isbn_in("T0001")
    ('9787536692930', '080442957X', None)
    """
    if len(text) > 32:
        return None
    bare = text.translate(_BETWEEN)
    return bare if _ISBN(bare) else None


def isbn_of(extra: Mapping[str, str]) -> str | None:
    """The ISBN of an item with this `extra`."""
    return isbn_in(extra[KEY]) if KEY in extra else None
