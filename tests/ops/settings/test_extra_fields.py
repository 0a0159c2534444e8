"""Extra fields of a profile, from the settings to what a message carries."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.items import Item
from softdock.circulation.patrons import Patron
from softdock.mappings.positions import placed
from softdock.ops.settings import ProblemsFound, Profile, compile_extra_fields


def test_extra_fields_are_compiled_for_the_time_zone_of_their_devices():
    profile = Profile.model_validate(
        {
            "extra_fields": {
                "64": {
                    "PB": {"from": "patron.birth_date", "as": [{"date": "%Y%m%d"}]},
                    "PI": {"from": "patron.extra.internet"},
                },
                "18": {"XD": {"from": "item.due", "as": [{"date": "%d.%m.%Y %H:%M"}]}},
            }
        }
    )
    compiled = compile_extra_fields(profile.extra_fields, ZoneInfo("Asia/Shanghai"))
    patron = Patron(PatronId("R1"), birth_date=date(1990, 1, 5))
    item = Item(ItemId("C1"), due=datetime(2026, 3, 1, 16, 30, tzinfo=UTC))
    answer = SimpleNamespace(patron=patron, item=item)
    assert [(field, rule(answer)) for field, rule in compiled["64"]] == [("PB", "19900105"), ("PI", None)]
    assert [(field, rule(answer)) for field, rule in compiled["18"]] == [("XD", "02.03.2026 00:30")]
    nothing = SimpleNamespace(patron=None, item=None)
    assert [rule(nothing) for rules in compiled.values() for _, rule in rules] == [None, None, None]


def test_wrong_rules_are_told_all_at_once():
    rules = {
        "64": {"PB": placed({"from": "x"}), "PC": placed({"from": "patron.name"})},
        "18": {"PD": placed({})},
    }
    with pytest.raises(ProblemsFound) as caught:
        compile_extra_fields(rules, ZoneInfo("UTC"))
    assert len(caught.value.problems) == 2
    with pytest.raises(ProblemsFound):
        Profile.model_validate({"extra_fields": {"64": {"PB": {"from": "x"}}}})
