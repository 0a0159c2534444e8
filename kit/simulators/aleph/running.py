"""Starting an ALEPH: one set of books behind its X-Server and its SIP2 server."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from twisted.internet.error import CannotListenError

from softdock.kit.simulators.aleph import tables as t
from softdock.kit.simulators.aleph.sip2 import Sip2Door
from softdock.kit.simulators.aleph.xserver import Aleph
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.faults import Faults
from softdock.kit.simulators.site import Asked, Running, listen

STOCK = Path(__file__).with_name("stock.json")


@dataclass(slots=True)
class RunningAleph:
    """An ALEPH that can be reached, by HTTP and by SIP2; faults and requests are those of both."""

    http: Running[Aleph]
    sip2_port: int
    """On 127.0.0.1."""
    _door: Sip2Door = field(repr=False)

    @property
    def simulator(self) -> Aleph:
        """See `Running`."""
        return self.http.simulator

    @property
    def port(self) -> int:
        """See `Running`."""
        return self.http.port

    @property
    def url(self) -> str:
        """See `Running`."""
        return self.http.url

    @property
    def books(self) -> Books:
        """See `Simulator`."""
        return self.simulator.books

    @property
    def faults(self) -> Faults:
        """See `Simulator`."""
        return self.simulator.faults

    @property
    def requests(self) -> deque[Asked]:
        """See `Simulator`."""
        return self.simulator.requests

    async def stop(self) -> None:
        """See `Running`."""
        await self._door.stop()
        await self.http.stop()


async def start_aleph(
    reactor: Any,
    port: int = 0,
    *,
    sip2_port: int = 0,
    stock: Path = STOCK,
    now: Callable[[], datetime] | None = None,
) -> RunningAleph:
    """An ALEPH on the loopback interface.  Raises CannotListenError, or ImportFileError for another stock."""
    aleph = Aleph(Books(stock, t.ADM, now=now))
    http = await listen(aleph, reactor, port)
    try:
        door = Sip2Door(aleph, reactor, sip2_port)
    except CannotListenError:
        await http.stop()
        raise
    return RunningAleph(http, door.port, door)
