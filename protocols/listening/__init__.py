"""What the listeners of all protocols have in common: who is on them, how many may be, how they send, how they are closed.

`doors` has listening addresses, `outlet` the way out of one connection, `rows` what an operator sees of it.  A protocol's own `listener` package makes its
own of both; nothing here knows a protocol.
"""

from softdock.protocols.listening.doors import SWEEP, Front, Kept, Listener
from softdock.protocols.listening.outlet import Outlet
from softdock.protocols.listening.rows import SessionRow

__all__ = ["SWEEP", "Front", "Kept", "Listener", "Outlet", "SessionRow"]
