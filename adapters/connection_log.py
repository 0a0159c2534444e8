"""What an operator reads of the connections to a system: each trouble once, and that it is over."""

from twisted.logger import Logger

from softdock.circulation.errors import LibrarySystemError
from softdock.circulation.identifiers import LibraryId

_log = Logger()

MOST_TROUBLES = 16
"""Of one kind that are told before there is a connection again."""


class ConnectionLog:
    """Writes into the log how the connections to one system are doing."""

    def __init__(self, library: LibraryId, address: str) -> None:
        self._library = library
        self._address = address
        self._troubles: set[str] | None = None
        """Why there has been no connection since there was one; None before the first is tried."""
        self._seen: set[str] = set()
        """What was strange about the system and has been told."""

    def opened(self) -> None:
        """A connection is ready."""
        if self._troubles is None or self._troubles:
            _log.info(
                "the system of {library} at {address} is connected{again}",
                library=self._library,
                address=self._address,
                again="" if self._troubles is None else " again",
            )
        self._troubles = set()

    def failed(self, error: LibrarySystemError, beside: int) -> None:
        """There is no connection, or no other one `beside` so many.  The same trouble is told once."""
        trouble = str(error)
        self._troubles = told = self._troubles or set()
        if beside:
            self.once(
                "connections",
                "the system of {library} took {beside} connections, and no further one: {trouble}",
                beside=beside,
                trouble=trouble,
            )
        elif trouble not in told and len(told) < MOST_TROUBLES:
            told.add(trouble)
            _log.warn(
                "the system of {library} at {address} cannot be asked: {trouble}",
                library=self._library,
                address=self._address,
                trouble=trouble,
            )

    def once(self, kind: str, sentence: str, **about: object) -> None:
        """Something of this kind is told once, however often it happens."""
        if kind not in self._seen and len(self._seen) < MOST_TROUBLES:
            self._seen.add(kind)
            _log.warn(sentence, library=self._library, **about)
