"""Both fronts together, and their listeners from one settings to the next."""

import time
from collections.abc import Callable, Container
from datetime import UTC
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from twisted.internet.interfaces import IProtocolFactory

from softdock.circulation.accounts import Account
from softdock.circulation.identifiers import LibraryId, masked
from softdock.circulation.ports import Desk
from softdock.consortium.accounts import AccountBook
from softdock.consortium.partners import PartnerBook
from softdock.consortium.passwords import PasswordComparer
from softdock.ops import settings as s
from softdock.ops.fronts import devices, partners
from softdock.ops.listening import TrustedProxies, with_tls
from softdock.ops.members import account_book
from softdock.ops.observers import Observers
from softdock.ops.workers.post import Post
from softdock.protocols import listening
from softdock.protocols.ncip import listener as ncip
from softdock.protocols.ncip.north import Profile
from softdock.protocols.ncip.north.exchange import Exchange
from softdock.protocols.ncip.transport import Transport
from softdock.protocols.sip2 import listener as sip2
from softdock.protocols.sip2.dialect import Dialect

Listener: TypeAlias = listening.Listener[Any, Any]


class Heard(NamedTuple):
    """An address at which somebody is heard."""

    listener: Listener
    """The same in the next plan, if the address is."""
    served_by: IProtocolFactory
    """With TLS and the PROXY protocol around it, as the settings ask."""
    renew: Callable[[], None]
    """Puts in force what is new about it."""


class FrontsPlan(NamedTuple):
    """What holds for devices and partners once some settings are in force."""

    accounts: AccountBook
    partners: PartnerBook
    dialect_of: Callable[[Account, Dialect], Dialect]
    profile_of: Callable[[Account], Profile]
    most_waiting: int
    heard: list[Heard]


class Fronts:
    """Who is heard, in which protocol, as whom."""

    def __init__(
        self, settings: s.Settings, desk: Desk, observer: Observers, reactor: Any, post: Post
    ) -> None:
        """Every operation goes to `desk`; `post` is one of several, or alone."""
        self._reactor = reactor
        self._post = post
        self._passwords = PasswordComparer(reactor)
        self._known: tuple[AccountBook, PartnerBook] | None = None
        self._known = accounts, book = self._books(settings)
        numbers = post.numbers()
        self.devices = sip2.Front(
            desk, accounts, observer, devices.dialect_choice(settings), reactor, time.time, numbers
        )
        self._exchange = Exchange(desk, book, partners.profile_choice(settings), observer.losses)
        answering = partners.Answering(self._exchange, observer)
        self.partners = ncip.Front(answering.answer, observer, reactor, time.time, numbers)
        self.devices.left = self.partners.left = post.device_left

    def __len__(self) -> int:
        """How many are connected."""
        return len(self.devices) + len(self.partners)

    # --- from one settings to the next ----------------------------------------------------------------

    def heard(
        self,
        each: s.Sip2Listener | s.NcipListener | s.NcipStreamListener,
        there: IProtocolFactory | None,
        settings: s.Settings,
    ) -> Heard:
        """What listens by `each`; `there` is what does already at its address."""
        if isinstance(each, s.Sip2Listener):
            return self._heard_device(each, there, settings)
        limits = partners.limits_of(each.limits, self._post)
        transport = Transport.HTTP if isinstance(each, s.NcipListener) else Transport.TCP
        listener = there or ncip.Listener(each.name, self.partners, transport, limits)
        assert isinstance(listener, ncip.Listener)
        return Heard(listener, _wrapped(listener, each), partial(listener.renew, limits))

    def _heard_device(
        self, each: s.Sip2Listener, there: IProtocolFactory | None, settings: s.Settings
    ) -> Heard:
        zones = {library.time_zone for library in settings.libraries.values()}
        zone = zones.pop() if len(zones) == 1 else UTC
        dialect = devices.dialect_of(each.profile, settings.profiles[each.profile], zone)
        limits = devices.limits_of(each.limits, self._post)
        listener = there or sip2.Listener(each.name, self.devices, dialect, limits)
        assert isinstance(listener, sip2.Listener)
        return Heard(listener, _wrapped(listener, each), partial(listener.renew, dialect, limits))

    def planned(self, settings: s.Settings, heard: list[Heard]) -> FrontsPlan:
        """What `go_by` puts in force."""
        return FrontsPlan(
            *self._books(settings),
            devices.dialect_choice(settings),
            partners.profile_choice(settings),
            partners.most_waiting(settings, self._post),
            heard,
        )

    def go_by(self, plan: FrontsPlan, libraries: Container[LibraryId]) -> None:
        """Put `plan` in force.  Devices of other `libraries` have to leave; a message stands alone, and so do partners."""
        self._known = plan.accounts, plan.partners
        self.devices.renew(plan.accounts, plan.dialect_of)
        self._exchange.partners, self._exchange.profile_of = plan.partners, plan.profile_of
        self.partners.most_waiting = plan.most_waiting
        for each in plan.heard:
            each.renew()
        for listener in self.devices.listeners:
            listener.dismiss(lambda account: account.library not in libraries)

    def _books(self, settings: s.Settings) -> tuple[AccountBook, PartnerBook]:
        """Who may speak; who guesses is known from the books that were there before."""
        known = self._known
        return (
            account_book(settings, self._passwords.compare, self._reactor, known and known[0]),
            partners.partner_book(settings, self._passwords.compare, self._reactor, known and known[1]),
        )

    # --- what operators see ---------------------------------------------------------------------------

    def connections(self) -> list[sip2.Connection | ncip.Connection]:
        """Everybody who is connected, in the order in which they came."""
        found = [
            each
            for front in (self.devices, self.partners)
            for listener in front.listeners
            for each in listener.connections
        ]
        return sorted(found, key=lambda connection: connection.number)

    def trace(
        self, terminal: str, tell: Callable[[sip2.TracedLine], None], *, unmasked: bool
    ) -> tuple[list[int], Callable[[], None]]:
        """See `ops.admin.answers.Wires`.  Of devices alone."""
        trace = sip2.Trace(terminal, tell, None if unmasked else masked)
        return self.devices.begin_trace(trace), partial(self.devices.end_trace, trace)

    def close(self) -> None:
        """Let go of what compares passwords."""
        self._passwords.close()


def _wrapped(
    listener: Listener, settings: s.Sip2Listener | s.NcipListener | s.NcipStreamListener
) -> IProtocolFactory:
    """`listener` with TLS and the PROXY protocol around it, as the settings ask."""
    served = with_tls(listener, settings.tls)
    if settings.proxy:
        return TrustedProxies(served, with_tls(listener.behind_proxy(), settings.tls), settings.proxy)
    return served
