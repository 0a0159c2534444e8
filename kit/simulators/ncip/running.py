"""Starting a system that speaks NCIP."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from softdock.circulation.words import Word
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.ncip.manners import STANDARD, Manner
from softdock.kit.simulators.ncip.system import NcipSystem
from softdock.kit.simulators.ncip.wires import Bare, Loose, listen_on
from softdock.kit.simulators.site import Running, listen

STOCK: Final = Path(__file__).with_name("stock.json")
LIBRARY: Final = "MNNC"
PARTNER: Final = "SOFTDOCK"
"""Who may ask, in every manner that asks who it is: as FromAgencyId and as ApplicationProfileType."""


class Transport(Word):
    """How messages are carried."""

    HTTP = "http"
    """HTTP/1.1; a connection carries as many as come."""
    HTTP_1_0 = "http-1.0"
    """One message a connection, and no length of the answer."""
    TCP = "tcp"
    """Nothing but the messages."""


async def start_ncip(
    reactor: Any,
    port: int = 0,
    *,
    manner: Manner = STANDARD,
    transport: Transport = Transport.HTTP,
    stock: Path = STOCK,
    now: Callable[[], datetime] | None = None,
) -> Running[NcipSystem]:
    """One on the loopback interface.  Raises CannotListenError, or ImportFileError for another stock."""
    system = NcipSystem(Books(stock, LIBRARY, now=now), manner)
    if transport is Transport.HTTP:
        return await listen(system, reactor, port)
    return listen_on(Bare if transport is Transport.TCP else Loose, system, reactor, port)
