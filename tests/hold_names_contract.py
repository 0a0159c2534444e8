"""What holds of every place where the names of holds are kept."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from softdock.circulation.hold_names import NamedHold
from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.identifiers import HoldId, ItemId, LibraryId, PatronId, TitleId

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
CDL, CQL = LibraryId("CDL"), LibraryId("CQL")
LATE = 1e9


def a_hold(name="ILL-1", patron="R1", item="B1", library=CDL, account="BROKER", **more):
    return NamedHold(library, account, HoldId(name), PatronId(patron), NOON, item and ItemId(item), **more)


EVERYTHING = a_hold(
    title=TitleId("T1"),
    kind=HoldKind.LOAN,
    scope=HoldScope.ANY_COPY,
    pickup_location="总馆",
    expires=date(2026, 12, 24),
    status=HoldStatus.CANCELLED,
    ended=NOON,
)


class HoldNamesContract:
    """The fixture `names` is the place, and `result_of` what comes of asking it."""

    def named(self, names, result_of, name="ILL-1", library=CDL, account="BROKER"):
        return result_of(names.named(library, account, HoldId(name), LATE))

    def of_patron(self, names, result_of, patron="R1", library=CDL):
        return list(result_of(names.of_patron(library, PatronId(patron), LATE)))

    @pytest.mark.parametrize("hold", [a_hold(), EVERYTHING], ids=["plain", "in full"])
    def test_a_hold_is_found_by_its_name_as_it_was_kept(self, names, result_of, hold):
        result_of(names.keep(hold, LATE))

        found = self.named(names, result_of)
        assert found == hold
        assert "R1" not in repr(found)

    def test_nobody_else_finds_it(self, names, result_of):
        result_of(names.keep(a_hold(), LATE))

        assert self.named(names, result_of, "ILL-2") is None
        assert self.named(names, result_of, account="ANOTHER") is None
        assert self.named(names, result_of, library=CQL) is None

    def test_two_accounts_call_different_holds_the_same(self, names, result_of):
        theirs = a_hold(account="ANOTHER", patron="R2")
        result_of(names.keep(a_hold(), LATE))
        result_of(names.keep(theirs, LATE))

        assert self.named(names, result_of) == a_hold()
        assert self.named(names, result_of, account="ANOTHER") == theirs

    def test_what_is_kept_last_counts(self, names, result_of):
        moved = replace(a_hold(), pickup_location="东馆")
        result_of(names.keep(a_hold(), LATE))
        result_of(names.keep(moved, LATE))

        assert self.named(names, result_of) == moved
        assert self.of_patron(names, result_of) == [moved]

    def test_the_holds_of_a_patron_are_those_that_have_not_ended(self, names, result_of):
        later = a_hold("ILL-2", item=None, title=TitleId("T1"), account="ANOTHER")
        result_of(names.keep(replace(later, placed=NOON.replace(hour=13)), LATE))
        for each in (a_hold(), a_hold("ILL-3", "R2"), a_hold("ILL-4", library=CQL)):
            result_of(names.keep(each, LATE))
        result_of(names.keep(replace(EVERYTHING, name=HoldId("ILL-5")), LATE))

        assert {each.name for each in self.of_patron(names, result_of)} == {"ILL-1", "ILL-2"}
        assert self.of_patron(names, result_of, "R9") == []

    def test_whatever_a_partner_calls_a_hold_is_a_name(self, names, result_of):
        odd = a_hold("'; DROP TABLE hold_name; --", "读者 1\0")
        result_of(names.keep(odd, LATE))

        assert self.named(names, result_of, odd.name) == odd
        assert self.of_patron(names, result_of, odd.patron) == [odd]
