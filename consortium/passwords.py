"""Passwords: proven once, slow for those who guess.

They are kept as argon2 hashes, which are slow by design: tens of milliseconds and megabytes each.  They are compared
in a small pool of threads with a short queue, so that nobody fills the machine with guesses; and credentials that were
right once are remembered under a key that lives as long as the process, so that a thousand kiosks that reconnect after a
power cut cost nothing, those that come after a restart of SoftDock share one comparison for each account, and a partner
that sends its password with every message has it compared once.
"""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorFromThreads, IReactorTime
from twisted.internet.task import deferLater
from twisted.python.failure import Failure

from softdock.circulation.errors import AccountsBusy
from softdock.circulation.identifiers import Secret
from softdock.consortium.resilience import Throttle

LONGEST_WAIT = 5.0
"""Seconds for which an address that failed again and again waits for its next try."""

WAITING_AT_MOST = 200
"""Different credentials that may wait for a thread; a login beyond them is turned away unseen."""

Compare = Callable[[str, str], "Deferred[bool]"]
"""Whether a password (second) fits a hash (first)."""


class Passwords:
    """Tells whether a password is right, for names whose hashes are known."""

    def __init__(
        self, compare: Compare, clock: IReactorTime, decoy: str, failures: Throttle[str] | None = None
    ) -> None:
        """`decoy` is a hash that is compared for names without one, so that they take as long; "" if there is none.

        `failures` are those of whoever did this before.
        """
        self._compare = compare
        self._clock = clock
        self._decoy = decoy
        self._key = secrets.token_bytes(32)
        self._remembered: dict[str, bytes] = {}
        self._under_way: dict[bytes, list[Deferred[bool]]] = {}
        """Comparisons under way, each with those who wait for the same."""
        self.failures = failures if failures is not None else Throttle[str](free=1, longest=LONGEST_WAIT)
        """The addresses from which somebody guesses."""

    async def prove(self, name: str, hashed: str | None, password: Secret, address: str) -> bool | None:
        """Whether `password` of `name`, sent from `address`, fits `hashed`; None if nobody looks at it now.

        A name without a hash is never right.  Raises AccountsBusy if too many ask at this moment.
        """
        digest = self._digest(name, password)
        if hashed is not None and self._remembered.get(name) == digest:
            return True
        wait = self.failures.turn(address, self._clock.seconds(), LONGEST_WAIT)
        if wait is None:
            return None
        if wait:
            await deferLater(self._clock, wait)
        fits = await self._fits(digest, self._decoy if hashed is None else hashed, password)
        if hashed is None or not fits:
            self.failures.failed(address, self._clock.seconds())
            return False
        self.failures.succeeded(address)
        self._remembered[name] = digest
        return True

    async def _fits(self, digest: bytes, hashed: str, password: Secret) -> bool:
        """Whether `password` fits `hashed`.  Those that ask the same at the same time share one comparison."""
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

    def _digest(self, name: str, password: Secret) -> bytes:
        return blake2b(f"{name}\0{password.reveal()}".encode(), key=self._key, digest_size=32).digest()


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
