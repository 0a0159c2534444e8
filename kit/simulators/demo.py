"""The systems of the demo's libraries, played in the process that serves it."""

from collections.abc import Callable
from typing import Any, Final

from twisted.internet.defer import Deferred
from twisted.internet.error import CannotListenError

from softdock.kit.simulators.aleph import start_aleph
from softdock.kit.simulators.interlib import start_interlib

INTERLIB_PORT: Final = 6081
ALEPH_PORTS: Final = (6082, 6083)
"""Of its X-Server, and of its SIP2 server."""


def play(reactor: Any, away: Callable[[str, Exception], None]) -> None:
    """Start them; `away` is told of one that cannot listen.  They end with the process."""

    async def start(name: str, starting: Any) -> None:
        try:
            await starting
        except CannotListenError as error:
            away(name, error)

    http, sip2 = ALEPH_PORTS
    Deferred.fromCoroutine(start("Interlib", start_interlib(reactor, INTERLIB_PORT)))
    Deferred.fromCoroutine(start("ALEPH", start_aleph(reactor, http, sip2_port=sip2)))
