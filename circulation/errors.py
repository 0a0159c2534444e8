"""What an adapter may raise, named by what the desk does about it.

Anything else that leaves an adapter is a bug of the adapter.  No text of an exception reaches a
device: the texts here are for the log.
"""

from softdock.circulation.identifiers import masked


class LibrarySystemError(Exception):
    """A library's system did not give a usable answer.  Never raised itself."""


class SystemUnavailable(LibrarySystemError):
    """The system was not reached: nothing was sent, so nothing can have happened."""


class Misconfigured(SystemUnavailable):
    """The system refuses SoftDock, not the patron: rights, names or addresses in the settings are wrong.

    Nothing was done, and nothing will be until somebody mends it: that is told in the log by this name.
    """


class SystemBusy(LibrarySystemError):
    """The system, or our own limit on calls to it, turned the request away before it did anything."""


class AnswerLost(LibrarySystemError):
    """The request was sent, and no answer came: it may have been carried out."""


class MalformedReply(LibrarySystemError):
    """The system answered something that does not fit: it may have carried the request out.

    `source` is the place in the mapping (`file:line`), `field` what was being read, `value` what was
    found there; the value is shown masked.
    """

    def __init__(self, source: str, field: str, value: str) -> None:
        super().__init__(f"{source}: {field}: unexpected {masked(value)!r}")
        self.source = source
        self.field = field


class AccountsBusy(Exception):
    """Too many logins wait to be compared: this one was not looked at, and says nothing about its password."""


class Unsupported(LibrarySystemError):
    """The system cannot do this, although its capabilities said so."""
