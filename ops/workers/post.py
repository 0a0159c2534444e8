"""What a server has to know of being one of several: which one it is, and who opens its addresses."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from os import close
from typing import Any

from twisted.internet.interfaces import IListeningPort, IProtocolFactory

from softdock.ops.listening import listen
from softdock.ops.settings import HostPort
from softdock.ops.workers.intake import Intake


class Post:
    """That of a server which is alone: it opens its addresses itself, and serves devices and operators."""

    serves_operators = True
    """Whether health, metrics and the admin socket are its own; else all workers are asked together."""

    def __init__(self, worker: int = 0, workers: int = 1) -> None:
        self.worker = worker
        """Which of the workers it is, counted from 1; 0 for one that is alone."""
        self.workers = workers
        """How many there are."""

    def numbers(self) -> Iterator[int]:
        """Numbers for its sessions, which no other worker gives."""
        return count(1)

    def share(self, whole: int) -> int:
        """The part that it has of `whole`, which is for all workers together; one at least."""
        return whole

    def device_left(self) -> None:
        """A device is gone."""

    def listen(self, reactor: Any, key: str, address: HostPort, factory: IProtocolFactory) -> IListeningPort:
        """Accept connections at `address`, which the settings know by `key`.  Raises CannotListenError or OSError."""
        return listen(reactor, address.host, address.port, factory)


ALONE = Post()


class WorkersPost(Post):
    """That of one of several: it accepts at addresses which it is handed, and as many devices as it may."""

    serves_operators = False

    def __init__(self, worker: int, workers: int, intake: Intake) -> None:
        super().__init__(worker, workers)
        self._intake = intake
        self._descriptors: Mapping[str, int] = {}

    def numbers(self) -> Iterator[int]:
        """See `Post`."""
        return count(self.worker, self.workers)

    def share(self, whole: int) -> int:
        """See `Post`."""
        part, rest = divmod(whole, self.workers)
        return max(part + (self.worker <= rest), 1)

    def device_left(self) -> None:
        """See `Post`."""
        self._intake.let_go()

    @contextmanager
    def handed(self, descriptors: Mapping[str, int]) -> Iterator[None]:
        """Within, the addresses are there: each listening, by its key.  What is opened lasts, the rest is closed."""
        self._descriptors = descriptors
        try:
            yield
        finally:
            self._descriptors = {}
            for each in descriptors.values():
                close(each)

    def listen(self, reactor: Any, key: str, address: HostPort, factory: IProtocolFactory) -> IListeningPort:
        """See `Post`."""
        descriptor = self._descriptors.get(key)
        if descriptor is None:
            raise OSError(f"The supervisor has not handed on the address {address}.")
        return self._intake.listen(reactor, descriptor, factory)
