"""The day-end file: every payment that devices have taken, and what became of it, for whoever counts the money.

CSV (RFC 4180) with one table: a line for each payment, then the totals of each library, terminal, way of payment and
currency.  A payment counts to the day, by its library's own time, on which its device reported it.  What devices sent is
text to a spreadsheet, never a formula.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple, TypeAlias

from softdock.circulation.identifiers import masked
from softdock.circulation.journal import EntryState, JournalEntry, Resolution
from softdock.circulation.money import Money
from softdock.circulation.operations import PayFee
from softdock.circulation.outcomes import Done, Paid

COLUMNS = (
    "line", "date", "time", "library", "account", "location", "payment_type", "currency", "amount", "count", "state",
    "answer_lost", "system", "patron", "fee_type", "fee", "device_number", "system_number", "operation_id", "remark",
)  # fmt: skip

WIDEST_ZONE = timedelta(hours=15)
"""No zone is further from UTC."""

Zones: TypeAlias = Mapping[str, tzinfo]
"""By library; the days of one that is not there are those of UTC."""


class Standing(NamedTuple):
    """What became of a payment."""

    word: str
    """As the file says it."""
    total: str
    """To which of the totals it counts."""


BOOKED, NOT_BOOKED, NOT_KNOWN = "booked", "not booked", "not known"

_SETTLED: Mapping[Resolution, Standing] = {
    Resolution.NOT_DONE: Standing("settled: not done", NOT_BOOKED),
    Resolution.UNDONE: Standing("settled: undone", NOT_BOOKED),
    Resolution.STANDS: Standing("settled: stands", BOOKED),
    Resolution.DONE_NOW: Standing("settled: done now", BOOKED),
    Resolution.RETURNED: Standing("settled", NOT_KNOWN),
}


def standing_of(payment: JournalEntry) -> Standing:
    """What became of `payment`, whose device has taken the money in any case."""
    if payment.resolution is not None:
        return _SETTLED[payment.resolution]
    if payment.state is EntryState.ANSWERED:
        done = type(payment.outcome) is Done
        return Standing("booked", BOOKED) if done else Standing("refused", NOT_BOOKED)
    if payment.state is EntryState.OPEN:
        return Standing("under way", NOT_KNOWN)
    return Standing("lost: waits for staff" if payment.listed else "lost", NOT_KNOWN)


def was_lost(payment: JournalEntry) -> bool:
    """Whether its answer was lost, however it was settled since."""
    return payment.state in {EntryState.UNKNOWN, EntryState.SETTLED}


def around(day: date) -> tuple[datetime, datetime]:
    """Between which moments `day` lies in whatever zone."""
    noon = datetime.combine(day, time(12), UTC)
    return noon - timedelta(hours=12) - WIDEST_ZONE, noon + timedelta(hours=12) + WIDEST_ZONE


def local_time(payment: JournalEntry, zones: Zones) -> datetime:
    """When it was claimed, by the time of the library where the device stands."""
    return payment.claim.at.astimezone(zones.get(payment.claim.library, UTC))


def day_end(payments: Iterable[JournalEntry], zones: Zones) -> str:
    """The whole file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    totals: dict[tuple[str, ...], dict[str, _Total]] = {}
    for each in payments:
        line = _line(each, zones)
        writer.writerow(line[column] for column in COLUMNS)
        key = tuple(line[column] for column in _KEY)
        operation = each.claim.operation
        assert isinstance(operation, PayFee)
        for word in ("taken", standing_of(each).total):
            totals.setdefault(key, {}).setdefault(word, _Total()).add(operation.amount)
    for key in sorted(totals):
        for word in ("taken", BOOKED, NOT_BOOKED, NOT_KNOWN):
            if (total := totals[key].get(word)) is not None:
                told = {
                    "line": "total",
                    **dict(zip(_KEY, key, strict=True)),
                    "amount": str(Money(total.minor, key[-1])),
                    "count": str(total.count),
                    "state": word,
                }
                writer.writerow(told.get(column, "") for column in COLUMNS)
    return text.getvalue()


_KEY = ("library", "account", "location", "payment_type", "currency")


class _Total:
    __slots__ = ("count", "minor")

    def __init__(self) -> None:
        self.count = self.minor = 0

    def add(self, amount: Money) -> None:
        self.count += 1
        self.minor += amount.minor


def _line(payment: JournalEntry, zones: Zones) -> dict[str, str]:
    claim, operation = payment.claim, payment.claim.operation
    assert isinstance(operation, PayFee)
    at = local_time(payment, zones)
    result = getattr(payment.outcome, "result", None)
    return {
        "line": "payment",
        "date": f"{at:%Y-%m-%d}",
        "time": f"{at:%H:%M:%S}",
        "library": as_text(claim.library),
        "account": as_text(claim.account),
        "location": as_text(claim.location),
        "payment_type": as_text(operation.payment_type),
        "currency": as_text(operation.amount.currency),
        "amount": str(operation.amount),
        "count": "1",
        "state": standing_of(payment).word,
        "answer_lost": "yes" if was_lost(payment) else "no",
        "system": as_text(claim.system),
        "patron": as_text(masked(operation.patron)),
        "fee_type": operation.fee_type.value,
        "fee": as_text(operation.fee or ""),
        "device_number": as_text(operation.transaction),
        "system_number": as_text(result.transaction) if isinstance(result, Paid) else "",
        "operation_id": as_text(claim.operation_id),
        "remark": as_text(payment.remark),
    }


_BEGINS_A_FORMULA = tuple("=+-@＝＋－＠|%")


def as_text(told: str) -> str:
    r"""`told` so that no spreadsheet takes it for a formula; control characters are blanks.

    >>> as_text("=HYPERLINK(...)"), as_text("\t+1"), as_text("3F"), as_text("a\r\nb")
    ("'=HYPERLINK(...)", "' +1", '3F', 'a  b')
    """
    text = "".join(each if each.isprintable() else " " for each in told)
    return f"'{text}" if text.lstrip().startswith(_BEGINS_A_FORMULA) else text
