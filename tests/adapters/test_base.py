"""What every adapter gets from its base class."""

from pathlib import Path
from typing import ClassVar

import pytest

from inhouse_books import result_of
from softdock.adapters import Adapter, AdapterContext, AdapterSettings, AdapterSettingsError
from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import Unsupported
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId
from softdock.circulation.items import Item
from softdock.circulation.operations import LookupItem, LookupPatron, PlaceHold
from softdock.circulation.outcomes import Done
from softdock.circulation.ports import AnyOutcome, LibrarySystem

CONTEXT = AdapterContext(LibraryId("LIB"), None, "CNY", None, Path())  # type: ignore[arg-type]


class CitySettings(AdapterSettings):
    base: str


class CityLibrary(Adapter[CitySettings]):
    """Knows items, and takes holds."""

    Settings: ClassVar[type[AdapterSettings]] = CitySettings

    async def lookup_item(self, operation: LookupItem) -> AnyOutcome:
        return Done(Item(operation.item, self.settings.base))

    async def place_hold(self, operation: PlaceHold) -> AnyOutcome:
        return Done("placed")


def a_city_library(**settings: object) -> LibrarySystem:
    return CityLibrary({"base": "http://backend.test", **settings}, CONTEXT)


@pytest.mark.parametrize(("whole", "workers"), [(8, 1), (8, 3), (3, 3), (2, 3), (256, 7)])
def test_what_all_workers_may_have_together_is_shared_out_to_the_last(whole, workers):
    """So a library's system never sees more of them than the settings say."""
    shares = [
        AdapterContext(CONTEXT.library, None, "CNY", None, Path(), workers=workers, worker=number).share(
            whole
        )
        for number in range(1, workers + 1)
    ]
    assert sum(shares) == whole
    assert max(shares) - min(shares) <= 1
    assert CONTEXT.share(whole) == whole


def test_what_an_adapter_can_do_follows_from_what_it_overrides():
    """Nobody has to write a list that could be wrong."""
    assert a_city_library().capabilities == {Capability.LOOKUP_ITEM, Capability.HOLD}


def test_settings_narrow_what_it_can_do():
    """And what was taken away is not done even if it is asked for."""
    library = a_city_library(without=["hold"])
    assert library.capabilities == {Capability.LOOKUP_ITEM}
    with pytest.raises(Unsupported):
        result_of(library.perform(PlaceHold(PatronId("R1"))))


def test_each_operation_goes_to_its_method():
    outcome = result_of(a_city_library().perform(LookupItem(ItemId("I1"))))
    assert outcome == Done(Item(ItemId("I1"), "http://backend.test"))


def test_what_it_can_not_do_is_said_by_the_error_that_the_desk_knows():
    with pytest.raises(Unsupported):
        result_of(a_city_library().perform(LookupPatron(PatronId("R1"))))


def test_opening_closing_and_probing_need_not_be_overridden():
    library = a_city_library()
    assert [result_of(step) for step in (library.open(), library.probe(), library.close())] == [None] * 3


def test_wrong_settings_are_told_by_place_and_sentence():
    with pytest.raises(AdapterSettingsError) as caught:
        CityLibrary({"bsae": "x"}, CONTEXT)
    assert caught.value.complaints == (("base", "This is required."), ("bsae", "This key is not known."))
    assert str(caught.value) == "base: This is required.\nbsae: This key is not known."


def test_a_method_that_is_no_coroutine_is_found_when_the_class_is_made():
    """Not when the first device asks."""
    with pytest.raises(TypeError, match=r"Hasty\.lookup_item must be a coroutine method"):
        type("Hasty", (Adapter,), {"lookup_item": lambda self, operation: None})


def test_an_adapter_of_an_adapter_keeps_what_the_first_can_do():
    class Suburb(CityLibrary):
        """A branch of the city's library."""

    assert Suburb({"base": "x"}, CONTEXT).capabilities == a_city_library().capabilities


def test_whether_an_adapter_can_probe_follows_from_what_it_overrides_too():
    """An empty probe would find every system well."""

    class Probing(CityLibrary):
        """Asks its system something harmless."""

        async def probe(self) -> None:
            """Ask it."""

    class Suburb(Probing):
        """A branch of it."""

    assert [each.can_probe for each in (CityLibrary, Probing, Suburb)] == [False, True, True]
    assert a_city_library().fails_as_a_whole
