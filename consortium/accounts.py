"""Accounts: who may speak to SoftDock, by user and password or by address.

Passwords are kept as argon2 hashes, which are slow by design: tens of milliseconds and megabytes each.
They are compared in a small pool of threads with a short queue, so that nobody fills the machine with
guesses; and credentials that were right once are remembered under a key that lives as long as the
process, so that a thousand kiosks that reconnect after a power cut cost nothing, and those that come after
a restart of SoftDock share one comparison for each account.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import blake2b
from ipaddress import IPv4Network, IPv6Network, ip_address

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorFromThreads, IReactorTime
from twisted.internet.task import deferLater
from twisted.python.failure import Failure

from softdock.circulation.accounts import Account
from softdock.circulation.errors import AccountsBusy
from softdock.circulation.identifiers import Secret
from softdock.circulation.partners import Claimed, Stranger
from softdock.consortium.resilience import Throttle

LONGEST_WAIT = 5.0
"""Seconds for which an address that failed again and again waits for its next try."""

WAITING_AT_MOST = 200
"""Different credentials that may wait for a thread; a login beyond them is turned away unseen."""

Compare = Callable[[str, str], "Deferred[bool]"]
"""Whether a password (second) fits a hash (first)."""


class AccountBook:
    """Implements `circulation.ports.Accounts`."""

    def __init__(
        self,
        by_user: Mapping[str, tuple[Account, str]],
        by_network: Iterable[tuple[IPv4Network | IPv6Network, Account]],
        compare: Compare,
        clock: IReactorTime,
        failures: Throttle[str] | None = None,
    ) -> None:
        """`by_user` has the account and the hash of its password; the narrowest network wins.

        `failures` are those of the book that this one replaces.  Passwords are remembered by each book for itself.
        """
        self._by_user = dict(by_user)
        self._by_network = sorted(by_network, key=lambda each: -each[0].prefixlen)
        self._compare = compare
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._remembered: dict[str, bytes] = {}
        self._under_way: dict[bytes, list[Deferred[bool]]] = {}
        """Comparisons under way, each with those who wait for the same."""
        self.failures = failures if failures is not None else Throttle[str](free=1, longest=LONGEST_WAIT)
        """The addresses from which somebody guesses."""
        # Compared for users that do not exist, so that they take as long as those that do.
        self._decoy = next((hashed for _, hashed in self._by_user.values()), "")

    async def login(self, user: str, password: Secret, location: str, address: str) -> Account | None:
        """See `circulation.ports.Accounts`.  `location` becomes the account's, unless it is empty."""
        known = self._by_user.get(user)
        digest = self._digest(user, password)
        if known is not None and self._remembered.get(user) == digest:
            return _at(known[0], location)
        wait = self.failures.turn(address, self._clock.seconds(), LONGEST_WAIT)
        if wait is None:
            return None
        if wait:
            await deferLater(self._clock, wait)
        right = await self._fits(digest, known[1] if known is not None else self._decoy, password)
        if known is None or not right:
            self.failures.failed(address, self._clock.seconds())
            return None
        self.failures.succeeded(address)
        self._remembered[user] = digest
        return _at(known[0], location)

    async def _fits(self, digest: bytes, hashed: str, password: Secret) -> bool:
        """Whether `password` fits `hashed`.  Devices that ask the same at the same time share one comparison."""
        if not hashed:
            return False
        if (waiting := self._under_way.get(digest)) is not None:
            shared: Deferred[bool] = Deferred()
            waiting.append(shared)
            return await shared
        waiting = self._under_way[digest] = []
        answer: bool | Failure = False
        try:
            answer = await self._compare(hashed, password.reveal())
        except Exception:
            answer = Failure()  # type: ignore[no-untyped-call]
            raise
        finally:
            del self._under_way[digest]
            for each in waiting:
                each.callback(answer)
        return answer

    async def partner(self, claimed: Claimed) -> Account | Stranger:
        """See `circulation.ports.Partners`."""
        return Stranger.UNKNOWN_AGENCY

    def by_address(self, address: str) -> Account | None:
        """See `circulation.ports.Accounts`."""
        if not self._by_network:
            return None
        try:
            parsed = ip_address(address)
        except ValueError:
            return None
        return next((account for network, account in self._by_network if parsed in network), None)

    def _digest(self, user: str, password: Secret) -> bytes:
        return blake2b(f"{user}\0{password.reveal()}".encode(), key=self._key, digest_size=32).digest()


def _at(account: Account, location: str) -> Account:
    return replace(account, location=location) if location else account


class PasswordComparer:
    """Compares passwords with argon2 hashes in threads of its own."""

    def __init__(self, reactor: IReactorFromThreads, threads: int = 2) -> None:
        self._reactor = reactor
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="password")
        self._hasher = PasswordHasher()
        self._waiting = 0

    def compare(self, hashed: str, password: str) -> "Deferred[bool]":
        """Whether `password` fits `hashed`.  Raises AccountsBusy if too many comparisons wait already."""
        if self._waiting >= WAITING_AT_MOST:
            raise AccountsBusy
        result: Deferred[bool] = Deferred()
        self._waiting += 1
        self._pool.submit(self._compare, hashed, password, result)
        return result

    def close(self) -> None:
        """Let go of the threads; comparisons under way are not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _compare(self, hashed: str, password: str, result: "Deferred[bool]") -> None:
        answer: bool | Failure
        try:
            answer = self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            answer = False
        except Exception:  # noqa: BLE001 - handed to whoever waits, instead of ending unseen in a thread
            answer = Failure()  # type: ignore[no-untyped-call]
        self._reactor.callFromThread(self._finish, result, answer)

    def _finish(self, result: "Deferred[bool]", answer: bool | Failure) -> None:
        self._waiting -= 1
        if isinstance(answer, Failure):
            result.errback(answer)
        else:
            result.callback(answer)
