"""ALEPH's SIP2 server: our own front before the same books.

A login cannot be made compulsory.  What is done on a connection without one is booked for SELFCHECK, and a new
connection has none.  The PIN is needed in 23, 35, 37 and 63 (`pin_required=Y`), and checked where it is given elsewhere.
"""

from dataclasses import replace
from functools import partial
from typing import Any, cast

from twisted.internet.interfaces import IListeningPort

from softdock.circulation.accounts import Account
from softdock.circulation.capabilities import Capability
from softdock.circulation.identifiers import LibraryId, Secret
from softdock.circulation.journal import Fingerprint
from softdock.circulation.losses import Direction, Tally
from softdock.circulation.operations import EndSession, LookupPatron, Operation, PayFee
from softdock.circulation.outcomes import Refused
from softdock.circulation.ports import AnyOutcome, Observer, ServiceStatus
from softdock.circulation.reasons import Reason
from softdock.kit.simulators.aleph.records import find_card
from softdock.kit.simulators.aleph.spoiling import Spoiling
from softdock.kit.simulators.aleph.xserver import Aleph, Transaction
from softdock.kit.simulators.doors import Doors
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.listener import Front, Limits, Listener

USER = "SIPSTAFF"
PASSWORD = "only-simulated"  # noqa: S105 - it opens what is made up
"""Of the member of staff with the right SIP2/GLOBAL."""

SELFCHECK = "SELFCHECK"

KEPT = 1_000
"""Transactions that are remembered."""

_OFFERED = frozenset({
    Capability.LOOKUP_PATRON, Capability.LOOKUP_ITEM, Capability.CHECKOUT, Capability.CHECKIN, Capability.RENEW,
    Capability.RENEW_ALL, Capability.HOLD, Capability.PAY_FEE, Capability.END_SESSION,
})  # fmt: skip
_NEEDS_PIN = (LookupPatron, PayFee, EndSession)


class Counter:
    """Takes what SIP2 asks to the books.  Implements `circulation.ports.Desk` and `Accounts`."""

    def __init__(self, aleph: Aleph) -> None:
        self._aleph = aleph
        books = aleph.books
        self._status = ServiceStatus(
            str(books.house.library), "Simulated University Library", True, _OFFERED, 30.0, books.zone, books.currency
        )  # fmt: skip

    async def perform(
        self,
        account: Account,
        operation: Operation,
        fingerprint: Fingerprint | None = None,
        until: float | None = None,
    ) -> AnyOutcome:
        """See `Desk`."""
        if operation.capability not in _OFFERED:
            return Refused(Reason.NOT_SUPPORTED)
        if isinstance(operation, _NEEDS_PIN) and not operation.pin:
            return Refused(Reason.PIN_REQUIRED)
        about = [str(getattr(operation, "item", None) or "")]
        patron = getattr(operation, "patron", None)
        if patron is not None:
            card = find_card(self._aleph.books, patron)
            if card is not None:
                operation = replace(cast("Any", operation), patron=card.patron.id)
            about.insert(0, str(patron))
        outcome = self._aleph.books.perform(operation)
        if operation.changes_state and not isinstance(outcome, Refused):
            done = self._aleph.transactions
            done.append(Transaction(account.name, type(operation).__name__, tuple(about)))
            del done[:-KEPT]
        return outcome

    def time_for(self, account: Account) -> float:
        """See `circulation.ports.Desk`: books in memory need none."""
        return 0.0

    def status(self, account: Account | None, language: str) -> ServiceStatus:
        """See `Desk`."""
        return self._status

    async def login(self, user: str, password: Secret, location: str, address: str) -> Account | None:
        """See `Accounts`."""
        right = (user, password.equals(PASSWORD)) == (USER, True)
        return Account(USER, self._aleph.books.house.library, location) if right else None

    def by_address(self, address: str) -> Account:
        """See `Accounts`.  Nobody needs a login."""
        return Account(SELFCHECK, self._aleph.books.house.library)


class _Unwatched:
    """What a front tells an observer goes nowhere."""

    def session_opened(self, listener: str) -> None: ...
    def session_closed(self, listener: str) -> None: ...
    def violation(self, kind: str, listener: str, terminal: str) -> None: ...
    def login(self, listener: str, user: str, address: str, accepted: bool) -> None: ...
    def losses(self, library: LibraryId, protocol: str, direction: Direction) -> Tally:
        return Tally()


class Sip2Door:
    """The SIP2 server, on the loopback interface."""

    def __init__(self, aleph: Aleph, reactor: Any, port: int) -> None:
        """Raises CannotListenError."""
        counter = Counter(aleph)
        front = Front(counter, counter, cast("Observer", _Unwatched()), _same, reactor, lambda: aleph.books.now().timestamp())  # fmt: skip
        dialect = Dialect(name="aleph", language="en", zone=aleph.books.zone, date_format="%d/%m/%Y")
        self._listener = Listener("aleph", front, dialect, Limits(connections=256))
        self._doors = Doors(self._listener, partial(Spoiling, aleph))
        self._listening: IListeningPort = reactor.listenTCP(port, self._doors, interface="127.0.0.1")
        self.port: int = self._listening.getHost().port

    async def stop(self) -> None:
        """Listen no more, and hang up on whoever is connected."""
        stopped = self._listening.stopListening()
        if stopped is not None:
            await stopped
        drained = self._listener.drain(0)
        await self._doors.close()
        await drained


def _same(account: Account, dialect: Dialect) -> Dialect:
    return dialect
