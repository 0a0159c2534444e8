"""Why something is different: every difference that is known, by a name for which the documents have a sentence.

A difference of which no rule knows is a fault: of the translation, or of this table.
"""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

from softdock.circulation.records import record
from softdock.circulation.words import Word
from softdock.kit.matrix.cells import Cell, Row
from softdock.kit.matrix.comparing import Change, Difference


class Aspect(Word):
    """At what the difference shows."""

    TOLD = "told"
    BOOKS = "books"
    OUTCOME = "outcome"


_UNTOLD: Final = frozenset({Change.LOST})
_ANY: Final = frozenset(Change)


@record
class Why:
    """One reason why something is different."""

    name: str
    aspect: Aspect
    paths: Sequence[str] = ("*",)
    """Patterns of the paths; of an outcome, `direct -> through`."""
    changes: frozenset[Change] = _ANY
    operations: frozenset[str] = frozenset()
    """Of which it holds; empty for all."""
    scenarios: frozenset[str] = frozenset()

    def explains(self, operation: str, scenario: str, aspect: Aspect, path: str, change: Change) -> bool:
        """Whether this is why."""
        return (
            aspect is self.aspect
            and change in self.changes
            and (not self.operations or operation in self.operations)
            and (not self.scenarios or scenario in self.scenarios)
            and any(fnmatchcase(path, each) for each in self.paths)
        )


def _told(name: str, *paths: str, changes: frozenset[Change] = _UNTOLD, of: str = "", on: Sequence[str] = ()) -> Why:  # fmt: skip
    return Why(name, Aspect.TOLD, paths or ("*",), changes, frozenset(of.split()), frozenset(on))


def _outcome(name: str, *outcomes: str, of: str = "", on: Sequence[str] = ()) -> Why:
    return Why(name, Aspect.OUTCOME, outcomes, operations=frozenset(of.split()), scenarios=frozenset(on))


def _books(name: str, *paths: str, of: str = "", on: Sequence[str] = ()) -> Why:
    return Why(name, Aspect.BOOKS, paths or ("*",), operations=frozenset(of.split()), scenarios=frozenset(on))


_HOLDS: Final = "place-hold change-hold cancel-hold lookup-hold"
_ADDED: Final = frozenset({Change.ADDED})
_UNDOING: Final = ("return undone", "no return to undo")
_UNPROVEN: Final = ("PIN wrong", "PIN not set")

_ALL: Final[Sequence[Why]] = (
    _outcome("no-message", "* -> not offered"),
    _outcome("read-from-text", "declined -> *", "*-denied -> *"),
    _outcome("answered-here", "not offered -> done", of="end-session"),
    _outcome("not-in-the-system", "not offered -> not-supported"),
    _outcome("pin-as-a-refusal", "done -> pin-wrong", of="enable-patron"),
    _told("unproven", "patron.*", on=_UNPROVEN),
    _told("unproven", "patron.standing", changes=_ANY, on=_UNPROVEN),
    _told("message-as-text", "note", changes=_ANY),
    _told("message-as-text", "patron.message"),
    _told("echoed", "item.id", "title", "transaction", "fee_type", changes=_ADDED),
    _told("echoed", "patron", of="checkin"),
    _told("echoed", "pickup_location", changes=_ADDED, of="place-hold"),
    _told("own-names", "*extra.*"),
    _told("borrower", "borrower", "*item.borrower"),
    _told("patron-record", "patron.*", "reason_date"),
    _told("balance", "balance", of="pay-fee charge-fee waive-fee"),
    _told("hold-record", "id", "kind", "needed_before", "patron", "pickup_until", "placed", "scope", "status", "title_id", of=_HOLDS),
    _told("item-record", "item.*", "copies[[]].*"),
)  # fmt: skip
"""Of every front."""

_SIP2: Final[Sequence[Why]] = (
    _outcome("no-name-of-requests", "done -> hold-unknown", of="cancel-hold lookup-hold", on=["by its name"]),
    _outcome("names-kept-here", "not offered -> *", "* -> done", of="lookup-hold"),
    _told("hold-record", "*", of="lookup-hold"),
    _outcome("only-if-lent", "item-not-lent -> done", of="checkin"),
    _books("no-name-of-requests", "holds[[]].*", of="place-hold cancel-hold"),
    _books("no-desired-date", "loan.due", of="checkout renew"),
    _told("no-desired-date", "due", changes=_ANY, of="checkout renew", on=["for a shorter time", "until a day"]),
    _told("one-text-an-entry", "entries[[]].title", "entries[[]].item", changes=_ANY, of="lookup-patron"),
    _told("one-text-an-entry", "entries[[]].*"),
    _told("item-record", "author", "lendable", "lent", "magnetic", "title_id", of="lookup-item"),
    _told("renewals", "renewals", of="checkout renew"),
    _told("counts", "renewed_count", "unrenewed_count", of="renew-all"),
)  # fmt: skip

_NCIP: Final[Sequence[Why]] = (
    _outcome("no-undoing-of-returns", "nothing-to-undo -> done", "declined -> done", of="checkout"),
    _outcome("undoing-tells-little", "item-not-lent -> nothing-to-undo", of="checkin"),
    _outcome("looked-at-first", "not offered -> patron-unknown", of="amend-patron"),
    _outcome("looked-at-first", "not offered -> item-unknown", of="amend-item"),
    _outcome("blocked-alone", "not offered -> done", of="amend-patron", on=["block"]),
    _outcome("title-looked-up", "request-incomplete -> done", of="renew", on=["by title"]),
    _outcome("renews-own-loans", "already-lent -> done", of="checkout"),
    _outcome("loans-without-dates", "done -> already-lent", "* -> item-lent-to-another", of="checkout"),
    _outcome("loans-without-dates", "done -> nothing-to-renew", of="renew-all"),
    _outcome("list-left-out", "not offered -> done", of="lookup-patron"),
    _told("pin-asked-apart", "patron.*", changes=_ADDED, of="lookup-patron", on=_UNPROVEN),
    _outcome("not-lent-is-done", "item-not-lent -> done", of="checkin"),
    _outcome("lists-without-titles", "* -> item-not-lent-to-patron", of="renew", on=["by title"]),
    _outcome("renewed-one-by-one", "too-many-renewals -> done", of="renew-all"),
    _told("renewed-one-by-one", "renewed_count", "unrenewed_count", of="renew-all"),
    _outcome("names-kept-here", "hold-unknown -> *", "not offered -> *", of="cancel-hold change-hold lookup-hold"),
    _outcome("hold-told-too-little", "done -> SystemUnavailable", of="change-hold"),
    _told("no-undoing-of-returns", "due", changes=_ANY, of="checkout", on=_UNDOING),
    _books("no-undoing-of-returns", "loan.*", of="checkout", on=_UNDOING),
    _told("home-library", "patron.home_library", changes=_ADDED),
    _told("four-blocks", "patron.standing", "reason", changes=frozenset({Change.OTHER}), of="lookup-patron"),
    _told("fees-without-a-day", "entries[[]].amount", "entries[[]].fee*"),
    _told("fees-without-a-day", "entries[[]].*", of="lookup-patron", on=["fines", "fees"]),
    _told("fees-without-a-day", "patron.counts.fines", changes=_ANY, of="lookup-patron"),
    _told("requests-as-entries", "entries[[]].due", "entries[[]].title_id", changes=_ANY, of="lookup-patron"),
    _told("requests-as-entries", "holds[[]].*", of="lookup-patron"),
    _told("echoed", "owner", "item.owner", "patron", "kind", "scope", "id", "title_id", "expires", changes=_ADDED),
    _told("item-looked-up", "item.*", changes=_ADDED, of="checkout checkin"),
    _told("card-looked-up", "patron.*", changes=_ADDED, of="block-patron enable-patron"),
    _told("names-kept-here", "placed", "status", "needed_before", changes=_ADDED, of=_HOLDS),
    _told("holds-by-number-alone", "entries[[]].item", "entries[[]].title", of="lookup-patron"),
    _told("holds-by-number-alone", "patron.counts.*", changes=frozenset({Change.OTHER}), of="lookup-patron"),
    _told("hold-record", "available", "queue_position", "pickup_location", of=_HOLDS),
    _told("item-record", "collection", "fee", "fee_type", "lendable", "lent", "properties", of="lookup-item"),
    _told("magnetic-by-medium", "magnetic", "*.magnetic", changes=_ADDED),
    _told("lent-when", "entries[[]].lent", of="lookup-patron"),
    _told("fee-types", "fee_type", of="checkout renew"),
    _told("no-place-of-return", "alert", "destination", "item.current_location", changes=_ANY, of="checkin"),
    _books("no-place-of-return", "state.*", of="checkin"),
    _told("undoing-tells-little", "patron", of="checkin"),
    _told("hold-record", "hold_patron", "hold_patron_name", of="checkin"),
    _told("recall-tells-little", "patron", "due", of="recall-item cancel-recall"),
    _books("fee-types", "fees[[]].type", of="charge-fee"),
    _books("block-text", "block.text", of="block-patron amend-patron"),
)  # fmt: skip

_NCIP_1: Final[Sequence[Why]] = (
    _outcome(
        "fewer-problems",
        "card-* -> patron-blocked", "too-many-fees -> patron-blocked", "item-not-lent -> item-not-lent-to-patron",
        "*-allowed -> declined", "hold-* -> declined", "too-many-holds -> declined", "fee-unknown -> declined",
        "amount-* -> amount-invalid", "currency-* -> amount-invalid", "declined -> SystemUnavailable",
    ),
    _outcome("no-pickup-location", "done -> value-not-kept", of="change-hold", on=["pickup location"]),
    _told("fewer-problems", "pin", changes=_ANY, of="lookup-patron", on=["PIN not set"]),
    _told("lists-without-titles", "entries[[]].*", of="lookup-patron"),
    _told("no-due-of-items", "due", of="lookup-item"),
    _books("no-pickup-location", "holds[[]].pickup_location", "state.location", of="place-hold change-hold accept-item"),
)  # fmt: skip

RULES: Final[Mapping[str, Sequence[Why]]] = {
    "sip2": (*_SIP2, *_ALL),
    "ncip2": (*_NCIP, *_ALL),
    "ncip1": (*_NCIP_1, *_NCIP, *_ALL),
}
"""By front; the first that explains a difference is its name."""


def why(front: str, operation: str, scenario: str, aspect: Aspect, path: str, change: Change) -> str:
    """The name of what explains a difference; "" if nothing does."""
    found = (each.name for each in RULES[front] if each.explains(operation, scenario, aspect, path, change))
    return next(found, "")


def reasons_of(front: str, row: Row, cell: Cell) -> list[tuple[str, str]]:
    """Why `cell` is not the same: each difference, and the name of what explains it, "" if nothing does."""
    return [(shown, why(front, row.operation, cell.name, *about)) for shown, about in _differences(cell)]


def reasons_untold(front: str, row: Row) -> list[tuple[str, str]]:
    """The same of what no answer of the operation tells."""
    paths = sorted({path for each in row.untold.values() for path in each})
    return [(each, why(front, row.operation, "", Aspect.TOLD, each, Change.LOST)) for each in paths]


def _differences(cell: Cell) -> Iterator[tuple[str, tuple[Aspect, str, Change]]]:
    if cell.direct != cell.through:
        shown = f"{cell.direct} -> {cell.through}"
        yield shown, (Aspect.OUTCOME, shown, Change.OTHER)
        return  # the books then are as the outcomes say
    for each in cell.told:
        yield _shown(each), (Aspect.TOLD, each.path, each.change)
    for each in cell.books:
        yield _shown(each), (Aspect.BOOKS, each.path, each.change)


def _shown(difference: Difference) -> str:
    return f"{difference.path}: {difference.direct or '-'} -> {difference.through or '-'}"
