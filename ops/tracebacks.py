"""Where an unexpected error came from, without what it was about.

The text of an exception may quote anything: `KeyError` the card, a database driver the whole row.  So an
unexpected error is told by its class and the lines of code that it passed, which are ours and nobody's
secret; its text is told only for classes whose texts speak of machines and code, or are meant for a log.
"""

from traceback import StackSummary, walk_tb
from types import TracebackType

from twisted.python.failure import Failure

from softdock.circulation.errors import LibrarySystemError

LONGEST_TEXT = 300
"""Characters of an exception's text."""

MOST_FRAMES = 30

_TEXT_IS_HARMLESS = (LibrarySystemError, OSError, ImportError, AttributeError, NameError, TypeError)


def text_of(error: BaseException) -> str:
    """The class of `error`, and its text if that may be told.

    >>> text_of(ConnectionRefusedError(111, "Connection refused"))
    'ConnectionRefusedError: [Errno 111] Connection refused'
    >>> text_of(KeyError("R0012345"))
    'KeyError (text withheld)'
    """
    name = type(error).__qualname__
    if not isinstance(error, _TEXT_IS_HARMLESS) and not type(error).__module__.startswith("twisted."):
        return f"{name} (text withheld)"
    text = str(error)[:LONGEST_TEXT]
    return f"{name}: {text}" if text else name


def traceback_of(error: BaseException, raised: TracebackType | None = None) -> str:
    """How `error` came about, and what it came from, the first cause first.

    `raised` stands for the error's own traceback where that was taken away.
    """
    parts = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        where = current.__traceback__ or (raised if current is error else None)
        frames = StackSummary.extract(walk_tb(where), limit=-MOST_FRAMES, lookup_lines=True)
        parts.append("".join(frames.format()) + text_of(current))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n-> which led to\n".join(reversed(parts))


def traceback_of_failure(failure: Failure) -> str:
    """The same for a Twisted failure, which may have lost its exception's traceback."""
    raised: TracebackType | None = failure.getTracebackObject()  # type: ignore[no-untyped-call]
    return traceback_of(failure.value or RuntimeError(), raised)
