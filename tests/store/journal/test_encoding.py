"""What is kept of operations and outcomes: everything but a PIN, and it reads as it was."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from types import NoneType
from typing import get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from softdock.circulation import outcomes as o
from softdock.circulation.identifiers import Secret
from softdock.circulation.operations import Operation
from softdock.store.journal.encoding import UnknownForm, read_operation, read_outcome, written

FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Each example fills every field of a record."""

PIN = "the PIN 4711"
OPERATIONS = get_args(Operation)
RESULTS = (
    o.PatronReport,
    o.Lent,
    o.Returned,
    o.RenewedAll,
    o.HoldState,
    o.Paid,
    o.ItemUpdated,
    o.SessionEnded,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), ZoneInfo("Asia/Shanghai")])
MOMENTS = st.builds(
    datetime.fromtimestamp,
    st.integers(10**9 * 10**6, 4 * 10**9 * 10**6).map(lambda micros: micros / 10**6),
    ZONES,
)
PLAIN = {
    str: TEXTS,
    int: st.integers(-(2**40), 2**40),
    bool: st.booleans(),
    datetime: MOMENTS,
    date: st.dates(),
    Secret: st.just(Secret(PIN)),
    NoneType: st.none(),
    object: st.deferred(lambda: st.one_of(*map(values_of, RESULTS))),
}


def values_of(hint):
    """Whatever a field may hold that is declared as `hint`."""
    if hint in PLAIN:
        return PLAIN[hint]
    if hasattr(hint, "__supertype__"):
        return values_of(hint.__supertype__)
    if not isinstance(hint, type) or get_origin(hint):
        return _values_of_generic(get_origin(hint), get_args(hint))
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{each.name: values_of(hints[each.name]) for each in fields(hint)})
    assert issubclass(hint, str)
    return TEXTS.map(hint)


def _values_of_generic(origin, parts):
    if origin is tuple:
        return st.tuples(*map(values_of, parts))
    if origin is frozenset:
        return st.frozensets(values_of(parts[0]))
    if origin is Mapping:
        return st.dictionaries(*map(values_of, parts), max_size=3)
    if origin is Sequence:
        return st.lists(values_of(parts[0]), max_size=3).map(tuple)
    if parts:
        return st.one_of(*map(values_of, parts))
    return PLAIN[object]  # Done.result, which may be any of them


def without_pin(operation):
    secrets = {name: None for name in ("pin", "new_pin") if hasattr(operation, name)}
    return replace(operation, **secrets)


@pytest.mark.parametrize("kind", OPERATIONS, ids=lambda kind: kind.__name__)
@FEW
@given(data=st.data())
def test_an_operation_reads_as_it_was_without_its_pin(kind, data):
    operation = data.draw(values_of(kind))
    text = written(operation)
    read = read_operation(text)
    assert read == without_pin(operation)
    assert type(getattr(read, "patron", None)) is type(getattr(operation, "patron", None))
    assert PIN not in text


@pytest.mark.parametrize("kind", [o.Done, o.Refused, o.Unknown], ids=lambda kind: kind.__name__)
@FEW
@given(data=st.data())
def test_an_outcome_reads_as_it_was(kind, data):
    outcome = data.draw(values_of(kind))
    assert read_outcome(written(outcome)) == outcome


@FEW
@given(values_of(o.Done))
def test_what_is_kept_is_one_line_of_json_that_every_database_takes(outcome):
    text = written(outcome)
    assert "\n" not in text
    assert "\0" not in text
    assert json.loads(text)["v"] == 1


@pytest.mark.parametrize("text", ['{"v":2,"is":"Checkout"}', '{"v":1,"is":"Escape"}', '{"is":"Checkout"}'])
def test_what_a_later_version_has_written_is_not_guessed_at(text):
    with pytest.raises(UnknownForm):
        read_operation(text)
