"""A simulator of the kit as a counterpart, with cases found in its books."""

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from softdock.adapters import (
    BlockPatron,
    CancelHold,
    ChangeHold,
    Checkin,
    Checkout,
    Done,
    EnablePatron,
    EndSession,
    LookupItem,
    LookupPatron,
    Money,
    Operation,
    PatronId,
    PayFee,
    PlaceHold,
    Refused,
    Renew,
    RenewAll,
    Secret,
    UpdateItem,
)
from softdock.adapters.inhouse.snapshot import Card, Copy
from softdock.circulation.identifiers import ItemId
from softdock.kit.counterparts.port import Case, Counterpart, Expected, Heard, NoCounterpart, Referred
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.faults import Faults
from softdock.kit.simulators.site import Asked

_NOBODY: Final = PatronId("9999999999")
_NOTHING: Final = ItemId("99999999")
_PERSONAL: Final = ("id", "pin", "name", "address", "phone", "email")
_SHORTEST_EXTRA: Final = 8


class _Played(Protocol):
    @property
    def faults(self) -> Faults: ...
    @property
    def listeners(self) -> list[Callable[[Asked], object]]: ...


class _Running(Protocol):
    @property
    def simulator(self) -> _Played: ...
    @property
    def books(self) -> Books: ...
    async def stop(self) -> None: ...


Started = tuple[_Running, Mapping[str, object]]


async def start_interlib(reactor: Any, **books: Any) -> Started:
    """An Interlib, and the settings that lead to it; `books` are the `stock` and the `now` of its books."""
    from softdock.kit.simulators.interlib import service as of  # noqa: PLC0415 - for this one alone

    running = await of.start_interlib(reactor, **books)
    url = running.url.rstrip("/")
    return running, {"url": url, "appid": of.APPID, "secret": Referred(of.SECRET)}


async def start_aleph(reactor: Any, **books: Any) -> Started:
    """The same of an ALEPH."""
    from softdock.kit.simulators.aleph import running as of  # noqa: PLC0415 - for this one alone
    from softdock.kit.simulators.aleph import sip2, tables, xserver  # noqa: PLC0415

    running = await of.start_aleph(reactor, **books)
    return running, {
        "adm_library": tables.ADM,
        "bib_library": tables.BIB,
        "user": xserver.USER,
        "password": Referred(xserver.PASSWORD),
        "reading": {"url": running.url.rstrip("/")},
        "circulation": {
            "address": f"127.0.0.1:{running.sip2_port}",
            "user": sip2.USER,
            "password": Referred(sip2.PASSWORD),
            "profile": {"like": "aleph", "date_formats": ["%d/%m/%Y"]},
        },
        "converters": {"site-date": {"date": {"patterns": ["%Y%m%d", "%d/%m/%Y", "%d/%m/%Y %H:%M"]}}},
    }


async def _aleph_rest(reactor: Any) -> Started:
    running, settings = await start_aleph(reactor)
    return running, {**settings, "rest": settings["reading"]}


async def _house_rest(reactor: Any) -> Started:
    from softdock.kit.simulators.house import rest as of  # noqa: PLC0415 - for this one alone

    running = await of.start_rest(reactor)
    return running, {"url": running.url.rstrip("/"), "client": of.CLIENT, "secret": Referred(of.SECRET)}


async def _house_forms(reactor: Any) -> Started:
    from softdock.kit.simulators.house import forms as of  # noqa: PLC0415 - for this one alone

    running = await of.start_forms(reactor)
    return running, {"url": running.url.rstrip("/"), "appid": of.APPID, "secret": Referred(of.SECRET)}


async def _house_soap(reactor: Any) -> Started:
    from softdock.kit.simulators.house import soap as of  # noqa: PLC0415 - for this one alone

    running = await of.start_soap(reactor)
    return running, {"url": running.url.rstrip("/"), "user": of.USER, "password": Referred(of.PASSWORD)}


async def _house_sip2(reactor: Any) -> Started:
    from softdock.kit.simulators.house.sip2 import start_sip2  # noqa: PLC0415 - for this one alone

    running = await start_sip2(reactor)
    return running, {"address": running.address}


async def _ncip(reactor: Any) -> Started:
    from softdock.kit.simulators.ncip import running as of  # noqa: PLC0415 - for this one alone

    running = await of.start_ncip(reactor)
    return running, {"url": running.url, "from_agency": of.PARTNER, "to_agency": of.LIBRARY}


async def _ncip_1(reactor: Any) -> Started:
    from softdock.kit.simulators.ncip import running as of  # noqa: PLC0415 - for this one alone
    from softdock.kit.simulators.ncip.manners import VERSION_1  # noqa: PLC0415

    running = await of.start_ncip(reactor, manner=VERSION_1, transport=of.Transport.TCP)
    address = f"127.0.0.1:{running.port}"
    return running, {
        "address": address,
        "profile": "version-1",
        "from_agency": of.PARTNER,
        "to_agency": of.LIBRARY,
    }


SIMULATORS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "interlib": start_interlib,
    "aleph": start_aleph,
    "aleph-rest": _aleph_rest,
    "house-forms": _house_forms,
    "house-rest": _house_rest,
    "house-sip2": _house_sip2,
    "house-soap": _house_soap,
    "ncip": _ncip,
    "ncip-1": _ncip_1,
}
"""What starts each simulator, by the name that `simulator:` in `adapter.yaml` gives; and the settings that lead to it."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The books as they are in the beginning, with what nobody sees in them."""

    cards: Sequence[Card]
    copies: Sequence[Copy]
    pins: Mapping[str, str]

    def pin(self, card: Card) -> Secret | None:
        text = self.pins.get(str(card.patron.id))
        return Secret(text) if text else None


class Simulated(Counterpart):
    """Plays the simulator of the kit that goes by a name."""

    def __init__(self, name: str) -> None:
        """Raises NoCounterpart."""
        super().__init__()
        if name not in SIMULATORS:
            raise NoCounterpart(f"there is no simulator {name}: there are {', '.join(SIMULATORS)}")
        self._start = SIMULATORS[name]
        self.faults: Faults = Faults()
        self._running: _Running | None = None
        self._settings: Mapping[str, object] = {}
        self._cases: Sequence[Case] = ()
        self._states: list[tuple[str, Hashable]] = []

    @property
    def settings(self) -> Mapping[str, object]:
        """See `Counterpart`."""
        return self._settings

    @property
    def cases(self) -> Sequence[Case]:
        """See `Counterpart`."""
        return self._cases

    async def start(self, reactor: Any) -> None:
        """See `Counterpart`."""
        running, self._settings = await self._start(reactor)
        self._running = running
        books = running.books
        self.library, self.zone, self.currency = books.house.library, books.zone, books.currency
        self.faults = running.simulator.faults
        stock = json.loads(books.stock.read_bytes())
        self.personal = frozenset(_about_people(stock))
        self._cases = list(cases_in(books, {each["id"]: each.get("pin", "") for each in stock["patrons"]}))
        running.simulator.listeners.append(lambda asked: self._hear(asked.call))

    async def stop(self) -> None:
        """See `Counterpart`."""
        if self._running is not None:
            await self._running.stop()

    def play(self, case: Case | None) -> None:
        """See `Counterpart`."""
        super().play(case)
        assert self._running is not None
        self._running.books.begin_anew()
        self._states.clear()

    def state(self) -> Hashable:
        """See `Counterpart`."""
        assert self._running is not None
        self._look()
        return self._running.books.state()

    def now(self) -> datetime:
        """See `Counterpart`."""
        return datetime.now(self.zone) if self._running is None else self._running.books.now()

    def _hear(self, call: str) -> None:
        """A request has come: what the one before has done shows by now."""
        self._look()
        assert self._running is not None
        self._states.append((call, self._running.books.state()))
        self.hear(call, changed=False)

    def _look(self) -> None:
        if self._states and self._running is not None:
            call, before = self._states.pop()
            self.heard[-1] = Heard(call, self._running.books.state() != before)


def _about_people(stock: Mapping[str, Any]) -> Iterator[str]:
    for patron in stock["patrons"]:
        yield from (str(patron[key]) for key in _PERSONAL if patron.get(key))
        extra = patron.get("extra", {})
        yield from (text for text in extra.values() if len(text) >= _SHORTEST_EXTRA and not _is_date(text))


def _is_date(text: str) -> bool:
    return text.count("-") == 2


# --- cases --------------------------------------------------------------------------------------------


def cases_in(books: Books, pins: Mapping[str, str]) -> Iterator[Case]:
    """For each operation one that the books do, and one that they refuse: found by asking them."""
    snapshot = books.snapshot()
    known = _Known(list(snapshot.cards.values()), list(snapshot.copies.values()), pins)
    for name, does, refuses in _WISHES:
        done = _first(books, does(known), Done)
        if done is not None:
            yield Case(f"{name}: done", done, Expected.DONE)
        refused = _first(books, refuses(known), Refused)
        if refused is not None:
            yield Case(f"{name}: refused", refused, Expected.REFUSED)
    books.begin_anew()


def _first(books: Books, wishes: Iterable[Operation], outcome: type) -> Operation | None:
    for each in wishes:
        books.begin_anew()
        if isinstance(books.perform(each), outcome):
            return each
    return None


def _good(known: _Known) -> Iterator[Card]:
    """Cards with which nothing is wrong, those that have loans first."""
    good = [each for each in known.cards if known.pin(each) and not each.fees and each.block is None]
    yield from sorted(good, key=lambda each: not each.loans)


def _lent(known: _Known) -> Iterator[tuple[Card, Copy]]:
    yield from ((card, copy) for card in _good(known) for copy in card.loans)


def _free(known: _Known) -> Iterator[Copy]:
    yield from (each for each in known.copies if each.loan is None and each.hold is None)


def _lookups(known: _Known) -> Iterator[Operation]:
    yield from (LookupPatron(each.patron.id, known.pin(each)) for each in _good(known))


def _loans(known: _Known) -> Iterator[Operation]:
    yield from (
        Checkout(card.patron.id, copy.item.id, known.pin(card))
        for card in _good(known)
        for copy in _free(known)
    )


def _loans_refused(known: _Known) -> Iterator[Operation]:
    item = next(_free(known)).item.id
    yield from (
        Checkout(card.patron.id, item, known.pin(card)) for card in known.cards if card.patron.card_lost
    )
    yield Checkout(_NOBODY, item)


def _renewals(known: _Known) -> Iterator[Operation]:
    yield from (Renew(card.patron.id, copy.item.id, pin=known.pin(card)) for card, copy in _lent(known))


def _renewals_refused(known: _Known) -> Iterator[Operation]:
    item = next(_free(known)).item.id
    yield from (Renew(card.patron.id, item, pin=known.pin(card)) for card in _good(known))


def _holds(known: _Known) -> Iterator[Operation]:
    lent = [each for each in known.copies if each.loan is not None]
    yield from (
        PlaceHold(card.patron.id, copy.item.id, pin=known.pin(card)) for card in _good(known) for copy in lent
    )


def _holds_refused(known: _Known) -> Iterator[Operation]:
    yield from (PlaceHold(card.patron.id, _NOTHING, pin=known.pin(card)) for card in _good(known))


def _holds_given_up(known: _Known) -> Iterator[Operation]:
    yield from (
        CancelHold(card.patron.id, copy.item.id, pin=known.pin(card))
        for card in known.cards
        if card.holds
        for copy in known.copies
    )


def _no_holds_given_up(known: _Known) -> Iterator[Operation]:
    yield from (
        CancelHold(card.patron.id, copy.item.id, pin=known.pin(card))
        for card in _good(known)
        for copy in _free(known)
    )


_LATER: Final = datetime(2099, 12, 31, 12, tzinfo=UTC)
"""Until when a hold is wanted: not every system can change its place."""


def _holds_changed(known: _Known) -> Iterator[Operation]:
    yield from (
        ChangeHold(card.patron.id, copy.item.id, pin=known.pin(card), expires=_LATER)
        for card in known.cards
        if card.holds
        for copy in known.copies
    )


def _no_holds_changed(known: _Known) -> Iterator[Operation]:
    yield from (
        ChangeHold(card.patron.id, copy.item.id, pin=known.pin(card), expires=_LATER)
        for card in _good(known)
        for copy in _free(known)
    )


def _payments(known: _Known) -> Iterator[Operation]:
    yield from (
        PayFee(card.patron.id, fee.amount, known.pin(card), payment_type="00", fee=fee.id, transaction="T-1")
        for card in known.cards
        for fee in card.fees
    )


def _payments_refused(known: _Known) -> Iterator[Operation]:
    """More than anybody owes."""
    for card in known.cards:
        for fee in card.fees:
            amount = Money(fee.amount.minor + 100_000_000, fee.amount.currency)
            yield PayFee(
                card.patron.id, amount, known.pin(card), payment_type="00", fee=fee.id, transaction="T-2"
            )


def _nobody(known: _Known) -> Iterator[Operation]:
    yield LookupPatron(_NOBODY)


def _ends(known: _Known) -> Iterator[Operation]:
    yield from (EndSession(each.patron.id, known.pin(each)) for each in _good(known))


_Wishes = Callable[[_Known], Iterable[Operation]]

_WISHES: Final[Sequence[tuple[str, _Wishes, _Wishes]]] = (
    ("lookup-patron", _lookups, _nobody),
    ("lookup-item", lambda known: map(LookupItem, (each.item.id for each in _free(known))), lambda _: [LookupItem(_NOTHING)]),
    ("checkout", _loans, _loans_refused),
    ("checkin", lambda known: (Checkin(copy.item.id) for _, copy in _lent(known)), lambda _: [Checkin(_NOTHING)]),
    ("renew", _renewals, _renewals_refused),
    ("renew-all", lambda known: (RenewAll(card.patron.id, known.pin(card)) for card, _ in _lent(known)), lambda _: [RenewAll(_NOBODY)]),
    ("place-hold", _holds, _holds_refused),
    ("cancel-hold", _holds_given_up, _no_holds_given_up),
    ("change-hold", _holds_changed, _no_holds_changed),
    ("pay-fee", _payments, _payments_refused),
    ("block-patron", lambda known: (BlockPatron(each.patron.id) for each in _good(known)), lambda _: [BlockPatron(_NOBODY)]),
    ("enable-patron", lambda known: (EnablePatron(each.patron.id, known.pin(each)) for each in known.cards if each.block is not None), lambda _: [EnablePatron(_NOBODY)]),
    ("update-item", lambda known: (UpdateItem(each.item.id, "CHECKED") for each in _free(known)), lambda _: [UpdateItem(_NOTHING, "CHECKED")]),
    ("end-session", _ends, lambda _: ()),
)  # fmt: skip
"""Each operation: wishes that the books may grant, and wishes that they may refuse; the first that do are taken."""
