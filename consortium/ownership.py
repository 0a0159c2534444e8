"""Whose something is, by what its identifier looks like: the rules of all libraries as one table.

An item's barcode and a patron's card say by themselves whose they are, or they do not, and then there are libraries
that can be asked.  The most specific rule wins: a list before an ISIL before a prefix before a length; a longer
prefix before a shorter, and one with a length before one without.  Among equals it is the library that asks, then
the one that comes first in the settings.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from softdock.circulation.identifiers import LibraryId
from softdock.circulation.records import record


@record
class Pattern:
    """Identifiers that begin with `prefix`, are `length` characters long, or both."""

    prefix: str = ""
    length: int | None = None


@record
class Listed:
    """These identifiers."""

    identifiers: frozenset[str]


@record
class Marked:
    """Identifiers that begin with `mark`, a library's ISIL and a separator, which its system does not know."""

    mark: str


@record
class Asked:
    """What no rule claims may be this library's: its system is asked, in the order of these numbers."""

    order: int


Claim: TypeAlias = Pattern | Listed | Marked | Asked


class Owned(NamedTuple):
    """Whose something is, and how the owner's own system names it."""

    library: LibraryId
    identifier: str


class Ownership:
    """The claims of all libraries to one kind of thing.  Says what is so, and asks nobody."""

    def __init__(self, claims: Mapping[LibraryId, Sequence[Claim]]) -> None:
        """`claims` is in the order of the settings."""
        self._listed: dict[str, list[LibraryId]] = {}
        self._marked: list[tuple[str, LibraryId]] = []
        self._patterns: dict[tuple[str, int | None], list[LibraryId]] = {}
        asked: list[tuple[int, LibraryId]] = []
        for library, theirs in claims.items():
            for claim in theirs:
                if isinstance(claim, Pattern):
                    self._patterns.setdefault((claim.prefix, claim.length), []).append(library)
                elif isinstance(claim, Listed):
                    for identifier in claim.identifiers:
                        self._listed.setdefault(identifier, []).append(library)
                elif isinstance(claim, Marked):
                    self._marked.append((claim.mark, library))
                else:
                    asked.append((claim.order, library))
        self._marked.sort(key=lambda each: -len(each[0]))
        self._prefix_lengths = sorted({len(prefix) for prefix, _ in self._patterns}, reverse=True)
        self._asked = [library for _, library in sorted(asked, key=lambda each: each[0])]
        self.renames = bool(self._marked)
        """Whether a system may name something otherwise than devices do."""
        self.matters = self.renames or (len(claims) > 1 and any(claims.values()))
        """Whether anything can be another library's than the one's that asks, or is named otherwise there."""

    def owner(self, identifier: str, asker: LibraryId) -> Owned | None:
        """Whose `identifier` is by the rules, for a device of the library `asker`; None if no rule claims it."""
        if found := self._listed.get(identifier):
            return Owned(_first(found, asker), identifier)
        for mark, library in self._marked:
            if identifier.startswith(mark) and len(identifier) > len(mark):
                return Owned(library, identifier[len(mark) :])
        length = len(identifier)
        for beginning in self._prefix_lengths:
            prefix = identifier[:beginning]
            for key in ((prefix, length), (prefix, None)):
                if found := self._patterns.get(key):
                    return Owned(_first(found, asker), identifier)
        return None

    def candidates(self, asker: LibraryId) -> list[LibraryId]:
        """Who can be asked about what no rule claims, if anybody can: the library that asks before all others.

        Also if it has no such rule: what nobody claims is its own in the first place.
        """
        others = [each for each in self._asked if each != asker]
        return [asker, *others] if self._asked else []

    def named(self, identifier: str, owner: LibraryId, asker: LibraryId) -> str:
        """What a device of `asker` calls that which the system of `owner` calls `identifier`.

        With the owner's ISIL in front, if it has such a rule and would not be found otherwise.
        """
        if not self._marked:
            return identifier
        found = self.owner(identifier, asker) or Owned(asker, identifier)
        if found == (owner, identifier):
            return identifier
        return next((mark + identifier for mark, library in self._marked if library == owner), identifier)


def _first(libraries: Sequence[LibraryId], asker: LibraryId) -> LibraryId:
    return asker if asker in libraries else libraries[0]
