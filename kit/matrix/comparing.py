"""What came of an operation as paths with texts, and what is different between two of them.

Three things count as the same.  The last second of a day is that day: protocols say either, and mean the end of it.  What
has the value that nobody has set is not said.  The wording of a reason in a note is the reason, which is compared by itself.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from softdock.circulation.errors import LibrarySystemError, Unsupported
from softdock.circulation.identifiers import Secret
from softdock.circulation.locale import LANGUAGES, wording
from softdock.circulation.money import Money
from softdock.circulation.outcomes import Done, Refused
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.circulation.records import record
from softdock.circulation.words import Word
from softdock.kit.matrix.systems import ZONE
from softdock.kit.simulators.books import Books

Told: TypeAlias = Mapping[str, str]
"""By path, in the words of the vocabulary; what is not said is not there."""

_NUMBER: Final = re.compile(r"\[\d+\]")

NOT_OFFERED: Final = "not offered"


@record
class Came:
    """What an operation came to."""

    outcome: str
    """`done`, the reason of a refusal, `unknown`, `not offered`, or the name of an error."""
    told: Told


def came(outcome: AnyOutcome | LibrarySystemError) -> Came:
    """What `outcome` is and tells."""
    if isinstance(outcome, Unsupported):
        return Came(NOT_OFFERED, {})
    if isinstance(outcome, LibrarySystemError):
        return Came(type(outcome).__name__, {})
    if isinstance(outcome, Done):
        beside = {path: text for path, text in _paths("", outcome) if not path.startswith("result")}
        return Came("done", _noted(dict(_paths("", outcome.result)) | beside))
    if isinstance(outcome, Refused):
        told = {path: text for path, text in _paths("", outcome) if path != "reason"}
        return Came(outcome.reason.value, _noted(told))
    return Came("unknown", {})


def _noted(told: dict[str, str]) -> Told:
    """`told` without lines of the note that only word a reason."""
    lines = [line for line in told.pop("note", "").splitlines() if not line.startswith(_WORDINGS)]
    return told | {"note": " ".join(lines)} if lines else told


_WORDINGS: Final = tuple(
    wording(reason, language).rstrip(".。") for reason in Reason for language in LANGUAGES
)


def kept(books: Books) -> Told:
    """What stands in the books, as far as operations change it."""
    snapshot = books.snapshot()
    found: dict[str, str] = {}
    for patron, card in snapshot.cards.items():
        about: Mapping[str, object] = {
            "patron": card.patron,
            "block": card.block,
            "fees": card.fees,
            "payments": card.payments,
        }
        for part, value in about.items():
            found |= {f"{path}@{patron}": text for path, text in _paths(part, value)}
        for number, hold in enumerate(card.holds):
            found |= {f"holds[].{path}@{patron}/{number}": text for path, text in _paths("", hold)}
    for item, copy in snapshot.copies.items():
        about = {"item": copy.item, "state": copy.state, "loan": copy.loan, "last_return": copy.last_return}
        for part, value in about.items():
            found |= {f"{path}@{item}": text for path, text in _paths(part, value)}
    return found


def _paths(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every text in `value`, with the path to it; the default of a field counts as not said."""
    if is_dataclass(value) and not isinstance(value, type) and not isinstance(value, Money):
        for each in fields(value):
            found = getattr(value, each.name)
            if not _is_default(each, found):
                yield from _paths(f"{path}.{each.name}" if path else each.name, found)
    elif isinstance(value, Mapping):
        for key in sorted(value):
            yield from _paths(f"{path}.{key}", value[key])
    elif isinstance(value, set | frozenset):
        if value:
            yield path, " ".join(sorted(map(_text, value)))
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for number, each in enumerate(value):
            yield from _paths(f"{path}[{number}]", each)
    elif value is not None and (text := _text(value)):
        yield path, text


def _is_default(field: Any, value: object) -> bool:
    if field.default is not MISSING:
        return bool(type(value) is type(field.default) and value == field.default)
    return False


def _text(value: object) -> str:
    match value:
        case Word():
            return str(value.value)
        case Money():
            return f"{value} {value.currency}"
        case datetime():
            return (
                value.astimezone(ZONE).isoformat(" ", "seconds").partition("+")[0].removesuffix(" 23:59:59")
            )
        case date():
            return value.isoformat()
        case Secret():
            return "***"
        case bytes():
            return "bytes"
    return _MADE_UP.sub("(made up)", str(value))


_MADE_UP: Final = re.compile(r"^S[0-9a-f]{16}$")
"""The names that SoftDock makes up for holds; no two are the same."""


# --- two of them ------------------------------------------------------------------------------------------


class Change(Word):
    """What has become of something that was told directly."""

    LOST = "lost"
    ADDED = "added"
    OTHER = "other"


@record
class Difference:
    """One path at which something else is told through the front than directly."""

    path: str
    """Without the numbers of what is listed there."""
    direct: str
    through: str
    """Each "" where nothing is told."""

    @property
    def change(self) -> Change:
        """What has become of it."""
        if not self.through:
            return Change.LOST
        return Change.OTHER if self.direct else Change.ADDED


def differences(direct: Told, through: Told) -> list[Difference]:
    """Where `through` tells something else than `direct`, in order of the paths."""
    found = {
        (path_of(path), direct.get(path, ""), through.get(path, ""))
        for path in direct.keys() | through.keys()
        if direct.get(path, "") != through.get(path, "")
    }
    return [Difference(*each) for each in sorted(found)]


def path_of(path: str) -> str:
    """`path` without the numbers of what is listed, and without whose it is in the books.

    >>> path_of("entries[12].due"), path_of("holds[].item@86/0")
    ('entries[].due', 'holds[].item')
    """
    return _NUMBER.sub("[]", path.partition("@")[0])
