"""What devices, sorters and time may do to the books, for tests that try all sorts of it."""

from datetime import timedelta

from hypothesis import strategies as st

from inhouse_books import NOW, a_fee, a_loan, a_patron, an_item, yuan
from softdock.adapters.inhouse.policies import Policy, Terms
from softdock.circulation.holds import HoldKind, HoldScope
from softdock.circulation.identifiers import FeeId, HoldId, ItemId, PatronId, TitleId
from softdock.circulation.items import CirculationStatus
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
from softdock.circulation.patrons import PatronList

# One of them is not there in the beginning, of patrons and of items.
patrons = st.sampled_from([PatronId(f"R{n}") for n in range(1, 6)])
items = st.sampled_from([ItemId(f"I{n}") for n in range(1, 7)])
titles = st.sampled_from([None, TitleId("T"), TitleId("U")])
locations = st.sampled_from(["main", "west", ""])
scopes = st.sampled_from([None, *HoldScope])
names = st.sampled_from([None, None, HoldId("ILL-1"), HoldId("ILL-2")])
kinds = st.sampled_from([HoldKind.HOLD, HoldKind.HOLD, *HoldKind])
yes_no = st.booleans()
texts = st.sampled_from([None, "", "main", "T"])
amounts = st.sampled_from([0, 0.5, 1, 2, 2.5]).map(yuan)
limits = st.sampled_from([None, yuan(0.5), yuan(1)])
fees = st.sampled_from([None, FeeId("F1"), FeeId("K1")])
moments = st.none() | st.integers(-40, 40).map(lambda days: NOW + timedelta(days=days))

records = st.one_of(
    st.builds(
        CreatePatron,
        st.sampled_from([PatronId("R5"), PatronId("R4")]),
        st.just("Somebody"),
        category=st.sampled_from(["", "child"]),
        blocked=st.none() | st.just(""),
    ),
    st.builds(AmendPatron, patrons, name=texts, phone=texts, blocked=st.none() | yes_no),
    st.builds(DeletePatron, patrons),
    st.builds(
        CreateItem,
        st.sampled_from([ItemId("I6"), ItemId("I5")]),
        title_id=titles,
        title=st.sampled_from(["", "T", "V"]),
        permanent_location=locations,
    ),
    st.builds(
        AmendItem,
        items,
        titles | st.just(TitleId("")),
        title=texts,
        author=texts,
        permanent_location=texts,
        current_location=texts,
        lendable=st.none() | yes_no,
    ),
    st.builds(DeleteItem, items),
    st.builds(SetItemStatus, items, st.sampled_from(CirculationStatus)),
)
"""Patrons and items come and go, under numbers that others had before."""

wishes = st.one_of(
    st.builds(
        Checkout, patrons, items, renewal_allowed=yes_no, fee_acknowledged=yes_no, cancel=yes_no, no_block=yes_no,
        happened=moments, promised_due=moments, hold=names, desired_due=moments, acknowledged_fee=limits,
    ),
    st.builds(
        Checkin, items, returned=moments, location=locations, cancel=yes_no, no_block=yes_no, happened=moments,
        borrower=st.none() | patrons,
    ),
    st.builds(
        Renew, patrons, items, third_party_allowed=yes_no, fee_acknowledged=yes_no, no_block=yes_no, desired_due=moments,
        acknowledged_fee=limits,
    ),
    st.builds(RenewAll, patrons, fee_acknowledged=yes_no),
    st.builds(
        PlaceHold, patrons, st.none() | items, titles, pickup_location=locations, expires=moments, scope=scopes,
        hold=names, kind=kinds,
    ),
    st.builds(
        ChangeHold, patrons, st.none() | items, titles, pickup_location=locations, expires=moments, scope=scopes, hold=names,
    ),
    st.builds(CancelHold, patrons, st.none() | items, titles, hold=names),
    st.builds(RecallItem, items, moments),
    st.builds(CancelRecall, items),
    st.builds(
        AcceptItem, names.filter(bool), st.none() | patrons, st.sampled_from([None, ItemId("I6"), ItemId("X1")]),
        st.sampled_from(["", "T"]), owner=st.sampled_from(["", "CQL"]), due=moments, keep_for_patron=yes_no,
        renewable=yes_no, pickup_location=locations, pickup_until=moments,
    ),
    st.builds(LookupHold, names, st.none() | patrons, st.none() | items, titles, st.none() | kinds),
    st.builds(LookupTitle, st.sampled_from([TitleId("T"), TitleId("U"), TitleId("V")])),
    st.builds(LookupPatron, patrons, wanted=st.sampled_from(PatronList)),
    st.builds(PayFee, patrons, amounts),
    st.builds(ChargeFee, patrons, amounts, fee=fees, item=st.none() | items, note=st.just("see desk 2")),
    st.builds(WaiveFee, patrons, amounts, fee=fees),
    st.builds(BlockPatron, patrons),
    st.builds(EnablePatron, patrons),
    st.builds(UpdateItem, items, st.sampled_from(["", "torn"])),
    records,
    st.integers(1, 10).map(lambda days: timedelta(days=days)),
)  # fmt: skip


BUSY_TERMS = Terms(Policy(max_loans=3, max_holds=3, renewals=2), max_fees="5.00", fine_per_day="0.10")


def busy_parts() -> list[object]:
    """Four patrons; three copies of one title in two branches, and two of another, one of them with a price."""
    return [
        *(a_patron(f"R{n}") for n in range(1, 5)),
        an_item("I1", title="T"), an_item("I2", title="T"), an_item("I3", title="T", permanent_location="west"),
        an_item("I4", title="U"), an_item("I5", title="U", fee=yuan(1)),
        a_loan("I1", "R1"), a_fee("F1", 2, "R1"),
    ]  # fmt: skip
