"""One of every kind of change that a device can ask for, each with a patron and an item of its own; and books for them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

STAMP = datetime.now(UTC).strftime("%Y%m%d   Z%H%M%S")
LIBRARY = "CDL"
OTHER = "P99"
"""Who has what others wait for."""
FEE = 500
HERE, THERE = "1F", "3F"
"""Where holds wait for their patrons: as it was, and as it is wanted."""
NOTE = "torn"


@dataclass
class Books:
    """What stands in a library's books."""

    loans: dict = field(default_factory=dict)
    """From item to patron, and how often it was renewed."""
    holds: dict = field(default_factory=dict)
    """From patron to item, and where it is to be picked up."""
    fees: dict = field(default_factory=dict)
    """From patron to what is owed, in the smallest unit."""
    blocked: set = field(default_factory=set)
    notes: dict = field(default_factory=dict)
    """From item to note."""


@dataclass(frozen=True)
class Change:
    """One kind, as a device asks for it."""

    kind: str
    number: int
    request: str
    yes: str
    """How the answer begins if it is done."""
    is_done: Callable[[Books], bool]
    begin: Callable[[Books], None] = lambda books: None
    """Makes the books ready for it."""

    @property
    def patron(self):
        return patron(self.number)

    @property
    def item(self):
        return item(self.number)

    def __str__(self):
        return self.kind


def patron(number):
    return f"P{number:02}"


def item(number):
    return f"I{number:02}"


def _changes():
    def lend(number, to=None):
        return lambda books: books.loans.update({item(number): (to or patron(number), 0)})

    def lent(number):
        return lambda books: books.loans.get(item(number), ("", 0))[0] == patron(number)

    def free(number):
        return lambda books: item(number) not in books.loans

    def renewed(number):
        return lambda books: books.loans.get(item(number)) == (patron(number), 1)

    def waits(number, where):
        def begin(books):
            lend(number, OTHER)(books)
            books.holds[patron(number)] = (item(number), where)

        return begin

    def holds(number, where):
        return lambda books: books.holds.get(patron(number)) == (item(number), where)

    def no_hold(number):
        return lambda books: patron(number) not in books.holds

    nothing = lambda books: None  # noqa: E731
    table = [
        ("checkout", "11NN{s}{s}{ids}|", "121", lent, nothing),
        ("checkin", "09N{s}{s}AP3F|AO{l}|AB{i}|AC|", "101", free, lend),
        ("renew", "29NN{s}{s}{ids}|", "301", renewed, lend),
        ("renew-all", "65{s}AO{l}|AA{p}|AC|", "661", renewed, lend),
        ("hold", "15+{s}BS3F|{ids}|", "161", lambda n: holds(n, THERE), lambda n: lend(n, OTHER)),
        ("hold:change", "15*{s}BS3F|{ids}|", "161", lambda n: holds(n, THERE), lambda n: waits(n, HERE)),
        ("hold:cancel", "15-{s}{ids}|", "161", no_hold, lambda n: waits(n, HERE)),
        ("pay-fee", "37{s}0400CNYBV5.00|AO{l}|AA{p}|BKT{p}|", "38Y", _is_paid, _owes),
        ("block-patron", "01Y{s}AO{l}|AL|AA{p}|AC|", "24YYYY", _is_blocked, nothing),
        ("enable-patron", "25{s}AO{l}|AA{p}|AC|", "26    ", _is_free, _block),
        ("update-item", "19{s}AO{l}|AB{i}|AC|CHtorn|", "201", _has_its_note, nothing),
        ("checkout:cancel", "11NN{s}{s}{ids}|BIY|", "121", lent, lend),
        ("checkin:cancel", "09N{s}{s}AP3F|AO{l}|AB{i}|AC|BIY|", "101", free, nothing),
        ("checkout no block", "11NY{s}{s}{ids}|", "121", lent, nothing),
        ("checkin no block", "09Y{s}{s}AP3F|AO{l}|AB{i}|AC|", "101", free, lend),
        ("renew no block", "29NY{s}{s}{ids}|", "301", renewed, lend),
    ]
    for number, (kind, request, yes, is_done, begin) in enumerate(table, 1):
        names = {"s": STAMP, "l": LIBRARY, "p": patron(number), "i": item(number)}
        ids = "AO{l}|AA{p}|AB{i}|AC".format(**names)
        begins = begin if begin is nothing else begin(number)
        yield Change(kind, number, request.format(ids=ids, **names), yes, is_done(number), begins)


def _is_paid(number):
    return lambda books: not books.fees.get(patron(number))


def _owes(number):
    return lambda books: books.fees.update({patron(number): FEE})


def _is_blocked(number):
    return lambda books: patron(number) in books.blocked


def _is_free(number):
    return lambda books: patron(number) not in books.blocked


def _block(number):
    return lambda books: books.blocked.add(patron(number))


def _has_its_note(number):
    return lambda books: books.notes.get(item(number)) == NOTE


CHANGES = list(_changes())
BY_KIND = {each.kind: each for each in CHANGES}
SET_UP = {
    "checkout:cancel": "09N{s}{s}AP3F|AO{l}|AB{i}|AC|".format(
        s=STAMP, l=LIBRARY, i=BY_KIND["checkout:cancel"].item
    ),
    "checkin:cancel": "11NN{s}{s}AO{l}|AA{p}|AB{i}|AC|".format(
        s=STAMP, l=LIBRARY, p=BY_KIND["checkin:cancel"].patron, i=BY_KIND["checkin:cancel"].item
    ),
}
"""What a device has done before, that is to be undone now."""


def books_before():
    """The books, made ready for every change; what is in `SET_UP` has yet to be done."""
    books = Books()
    for each in CHANGES:
        each.begin(books)
    return books


def holdings():
    """The same, as an import file of the embedded library."""
    books = books_before()
    patrons = [{"id": each.patron, "name": f"Reader {each.number}"} for each in CHANGES]
    for each in patrons:
        if each["id"] in books.blocked:
            each["blocked"] = "Please see the desk."
        if owed := books.fees.get(each["id"]):
            each["fees"] = [{"id": "F1", "amount": f"{owed / 100:.2f}"}]
    return {
        "library": {"id": LIBRARY},
        "policies": {"default": {"loan_days": 30, "renewals": 9, "max_fees": "50.00"}},
        "patrons": [*patrons, {"id": OTHER, "name": "Another"}],
        "items": [{"id": each.item, "title": f"Volume {each.item}"} for each in CHANGES],
        "loans": [
            {"item": thing, "patron": who, "lent": f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"}
            for thing, (who, _) in books.loans.items()
        ],
        "holds": [
            {"patron": who, "item": thing, "pickup_location": where}
            for who, (thing, where) in books.holds.items()
        ],
    }


def books_in_tables(connection):
    """The books, as the tables of the embedded library have them."""
    rows = connection.execute
    return Books(
        {thing: (who, count) for thing, who, count in rows("SELECT item, patron, renewals FROM loan")},
        {who: (thing, where) for who, thing, where in rows("SELECT patron, item, pickup_location FROM hold")},
        dict(rows("SELECT patron, sum(amount) FROM fee GROUP BY patron").fetchall()),
        {who for (who,) in rows("SELECT id FROM patron WHERE blocked IS NOT NULL")},
        dict(rows("SELECT id, note FROM item WHERE note != ''").fetchall()),
    )
