"""The base class for pytest, with an adapter that is a class and a counterpart of its own."""

from typing import ClassVar

import pytest

from softdock.adapters import (
    API_VERSION,
    Adapter,
    AdapterSettings,
    Done,
    Item,
    ItemId,
    LookupItem,
    Reason,
    Refused,
    SystemUnavailable,
)
from softdock.kit.checks import CHECKS, ClassSubject, Verdict, carry_out
from softdock.kit.counterparts import Case, Counterpart, Expected
from softdock.kit.testing import AdapterChecks

SHELVES = {}
"""What a system of this name has."""


class ShelfSettings(AdapterSettings):
    shelf: str
    """The name of the shelf."""


class Shelf(Adapter[ShelfSettings]):
    """Looks items up on a shelf."""

    Settings: ClassVar[type[AdapterSettings]] = ShelfSettings
    api_version = API_VERSION

    async def probe(self):
        if self.settings.shelf not in SHELVES:
            raise SystemUnavailable("there is no such shelf")

    async def lookup_item(self, operation):
        await self.probe()
        title = SHELVES[self.settings.shelf].get(operation.item)
        return Refused(Reason.ITEM_UNKNOWN) if title is None else Done(Item(operation.item, title))


class ShelfCounterpart(Counterpart):
    settings: ClassVar = {"shelf": "A"}
    cases: ClassVar = [
        Case("one", LookupItem(ItemId("I1")), Expected.DONE),
        Case("none", LookupItem(ItemId("I9")), Expected.REFUSED, Reason.ITEM_UNKNOWN),
    ]

    async def start(self, reactor):
        SHELVES["A"] = {"I1": "A title"}

    async def stop(self):
        SHELVES.pop("A", None)


class TestShelf(AdapterChecks):
    adapter = Shelf

    def counterpart(self):
        return ShelfCounterpart()


def tried(adapter):
    subject = ClassSubject(adapter, ShelfCounterpart, {})
    return {id_: carry_out(check, subject).verdict for id_, check in CHECKS.items()}


def test_a_counterpart_that_says_little_proves_what_it_can():
    """What needs one that fails is not tried, and said so; nothing passes by that."""
    verdicts = tried(Shelf)

    assert {id_ for id_, each in verdicts.items() if each is Verdict.PASSED} == {
        "KIT-01", "KIT-02", "KIT-03", "KIT-06", "KIT-07", "KIT-08", "KIT-09", "KIT-10", "KIT-11", "KIT-13", "KIT-23", "KIT-24",
    }  # fmt: skip
    assert Verdict.FAILED not in verdicts.values()


def test_a_class_that_says_nothing_of_itself_is_found_out():
    class Silent(Shelf):
        api_version = None

    Silent.__doc__ = None
    result = carry_out(CHECKS["KIT-01"], ClassSubject(Silent, ShelfCounterpart, {}))

    assert [each.sentence for each in result.findings] == [
        "The class has no docstring that says what it speaks.",
        "It does not say for which version it was written: api_version = 1.",
    ]


def test_every_check_is_a_test_by_its_id():
    names = {name for name in vars(AdapterChecks) if name.startswith("test_kit_")}

    assert len(names) == len(CHECKS)
    assert "test_kit_07_answers_well" in names


class BrokenShelf(Shelf):
    """Finds everything."""

    async def lookup_item(self, operation):
        return Done(Item(operation.item, "A title"))


class BrokenChecks(AdapterChecks):
    adapter = BrokenShelf

    def counterpart(self):
        return ShelfCounterpart()


def test_a_must_that_is_not_passed_fails_its_test_with_what_was_found():
    with pytest.raises(
        pytest.fail.Exception, match=r"KIT-08: .*\n.*none: refused \(item-unknown\) is expected"
    ):
        BrokenChecks().test_kit_08_refuses_well()


def test_what_is_waived_is_skipped_with_the_reason():
    class Waived(BrokenChecks):
        waivers: ClassVar = {"KIT-08": "the shelf of this library has everything"}

    Waived().test_every_waiver_is_of_a_check_and_has_a_reason()
    with pytest.raises(pytest.skip.Exception, match="waived: the shelf of this library has everything"):
        Waived().test_kit_08_refuses_well()
