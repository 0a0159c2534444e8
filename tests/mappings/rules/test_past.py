"""Dates that are past: by the day of the library on which an operation happens."""

import pytest

from written_maps import lookup, read


def is_past(text, date, now):
    condition = {"from": "day", "as": [{"date": date}], "past": "true"}
    reply = {"format": "xml", "fields": {"patron.name": {"is": "x", "when": condition}}}
    return "fields" in read(lookup(reply), f"<r><day>{text}</day></r>", **{"operation.now": now})


@pytest.mark.parametrize(
    ("text", "date", "now", "past"),
    [
        ("20261119", "%Y%m%d", "2026-11-20T00:00+08:00", True),
        ("20261120", "%Y%m%d", "2026-11-20T23:59+08:00", False),
        ("2026-11-20T08:00:00Z", "iso", "2026-11-20T16:00:01+08:00", True),
        ("2026-11-20T08:00:00Z", "iso", "2026-11-20T15:59:59+08:00", False),
    ],
)
def test_a_day_is_past_when_it_is_over_and_a_moment_when_it_was(text, date, now, past):
    assert is_past(text, date, now) is past
