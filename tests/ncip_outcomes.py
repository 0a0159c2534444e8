"""Whatever a library's system may answer: outcomes with odd texts, odd dates, and nothing where something is hoped for."""

import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from softdock.circulation import outcomes
from softdock.circulation.identifiers import Secret
from softdock.circulation.items import Item
from softdock.circulation.operations import (
    AcceptItem,
    AmendItem,
    AmendPatron,
    BlockPatron,
    CancelHold,
    CancelRecall,
    ChangeHold,
    ChargeFee,
    Checkin,
    Checkout,
    CreateItem,
    CreatePatron,
    DeleteItem,
    DeletePatron,
    EnablePatron,
    LookupHold,
    LookupItem,
    LookupPatron,
    LookupTitle,
    PayFee,
    PlaceHold,
    RecallItem,
    Renew,
    RenewAll,
    SetItemStatus,
    UpdateItem,
    WaiveFee,
)
from softdock.circulation.reasons import Reason

RESULTS = {
    **dict.fromkeys((LookupPatron, CreatePatron, AmendPatron, BlockPatron, EnablePatron), outcomes.PatronReport),
    **dict.fromkeys((Checkout, Renew), outcomes.Lent),
    **dict.fromkeys((LookupHold, PlaceHold, ChangeHold, CancelHold), outcomes.HoldState),
    **dict.fromkeys((RecallItem, CancelRecall), outcomes.Recalled),
    **dict.fromkeys((ChargeFee, WaiveFee), outcomes.Charged),
    **dict.fromkeys((DeleteItem, DeletePatron), outcomes.Deleted),
    **dict.fromkeys((CreateItem, AmendItem, SetItemStatus, UpdateItem), outcomes.ItemUpdated),
    AcceptItem: outcomes.Accepted,
    Checkin: outcomes.Returned,
    LookupItem: Item,
    LookupTitle: outcomes.TitleReport,
    PayFee: outcomes.Paid,
    RenewAll: outcomes.RenewedAll,
}  # fmt: skip
"""What each operation is answered with when it is done."""

TEXTS = st.one_of(
    st.sampled_from(
        ["", " ", "R0001", "CD0001", "张三", "a\x00b", "]]>&<\"'", "\ud800", "\r\n\t", "x" * 10_000]
    ),
    st.text(max_size=10),
)
ZONES = st.sampled_from([None, UTC, ZoneInfo("Asia/Shanghai")])


@st.composite
def _moments(draw):
    """Moments from the first to the last there is, in a zone or in none."""
    moment = draw(st.one_of(st.datetimes(), st.sampled_from([datetime.min, datetime.max])))  # noqa: DTZ901
    return moment.replace(tzinfo=draw(ZONES))


_PLAIN = {
    str: TEXTS,
    bool: st.booleans(),
    int: st.one_of(st.integers(-2, 3), st.just(10**12)),
    date: st.dates(),
    datetime: _moments(),
    Secret: st.builds(Secret, TEXTS),
    type(None): st.none(),
}


def any_of(hint):  # noqa: PLR0911
    """Anything that a field of this type may hold."""
    hint = getattr(hint, "__supertype__", hint)
    origin, within = typing.get_origin(hint), typing.get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if origin in {typing.Union, types.UnionType}:
        return st.one_of(*map(any_of, within))
    if origin is frozenset:
        return st.frozensets(any_of(within[0]), max_size=4)
    if origin in {tuple, Sequence}:
        if len(within) == 2 and within[1] is not Ellipsis:
            return st.tuples(*map(any_of, within))
        return st.lists(any_of(within[0]), max_size=2).map(tuple)
    if origin is Mapping:
        return st.just({})
    if issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    if issubclass(hint, str):
        return TEXTS.map(hint)
    assert is_dataclass(hint), hint
    hints = typing.get_type_hints(hint)
    return st.deferred(
        lambda: st.builds(hint, **{each.name: any_of(hints[each.name]) for each in fields(hint)})
    )


def any_outcome(operation):
    """Whatever may come of `operation`; it is mostly done."""
    done = st.builds(outcomes.Done, any_of(RESULTS[type(operation)]), note=TEXTS)
    refused = st.builds(
        outcomes.Refused, st.sampled_from(Reason), note=TEXTS, fee=any_of(outcomes.Money | None),
        reason_date=st.one_of(st.none(), st.dates()),
    )  # fmt: skip
    return st.one_of(done, done, done, done, refused, st.just(outcomes.Unknown()))
