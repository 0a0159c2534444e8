"""The systems of the demo's libraries, played in the process that serves it."""

from collections.abc import Callable
from typing import Any, Final

from twisted.internet.defer import Deferred
from twisted.internet.error import CannotListenError

from softdock.kit.simulators.interlib import start_interlib

INTERLIB_PORT: Final = 6081


def play(reactor: Any, away: Callable[[str, Exception], None]) -> None:
    """Start them; `away` is told of one that cannot listen.  They end with the process."""

    async def start(name: str, starting: Any) -> None:
        try:
            await starting
        except CannotListenError as error:
            away(name, error)

    Deferred.fromCoroutine(start("Interlib", start_interlib(reactor, INTERLIB_PORT)))
