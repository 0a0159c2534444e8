"""Faults of the SIP2 server: what happens to one line."""

from typing import Any

from twisted.protocols.policies import ProtocolWrapper, WrappingFactory

from softdock.kit.simulators.faults import Fault, Harm
from softdock.kit.simulators.site import HUGE, Asked, Simulator

LONGEST_LINE = 64 * 1024
"""Bytes that are kept of a line which does not end."""

_RESEND = b"96AZFEF6\r"
_PAGE = b"<html><body>Please sign in</body></html>\r"


class Spoiling(ProtocolWrapper):
    """Lets one line after the other in, remembers it, and lets the fault happen that waits for it.

    Faults are ordered by the code of a message.  Of the harms, `ERROR` is 96, `SESSION` closes the connection with
    whoever was logged in on it, `CHARSET` answers in GB18030, `STALE` is a page, and `RIGHTS`, which has no form in SIP2,
    passes.
    """

    def __init__(self, simulator: Simulator, factory: WrappingFactory[Any], wrapped: Any) -> None:
        super().__init__(factory, wrapped)
        self._simulator = simulator
        self._begun = b""
        self._fault: Fault | None = None

    @property
    def _wire(self) -> Any:
        return self.transport

    def dataReceived(self, data: bytes) -> None:
        """Bytes have come."""
        *lines, self._begun = (self._begun + data).split(b"\r")
        for line in lines:
            self._line(line.strip(b"\n"))
        if len(self._begun) > LONGEST_LINE:
            self._wire.abortConnection()

    def write(self, data: bytes) -> None:
        """An answer is to leave."""
        fault, self._fault = self._fault, None
        if fault is None:
            self._wire.write(data)
        elif fault.harm is Harm.HALF:
            self._wire.write(data[: len(data) // 2])
            self.loseConnection()  # type: ignore[no-untyped-call]
        elif fault.harm is Harm.TWICE:
            self._wire.write(data + data)
        elif fault.harm is Harm.CHARSET:
            self._wire.write(data.decode().encode("gb18030"))
        elif fault.harm is Harm.SLOW:
            self._simulator.faults.hold(lambda: self._wire.write(data))
        else:
            self._instead(fault.harm)

    def _line(self, line: bytes) -> None:
        simulator, code = self._simulator, line[:2].decode("ascii", "replace")
        simulator.heard(Asked(code, "SIP2", "", (("line", line.decode("utf-8", "replace")),)))
        fault = simulator.faults.take(code)
        if fault is None or fault.harm is Harm.RIGHTS:
            self._let_in(line)
        elif fault.carried_out:
            self._fault = fault
            self._let_in(line)
        elif fault.harm is Harm.SLOW:
            simulator.faults.hold(lambda: self._let_in(line))
        else:
            self._instead(fault.harm)

    def _let_in(self, line: bytes) -> None:
        inside: Any = self.wrappedProtocol
        if inside is None:
            return  # whoever sent it has hung up while it was held back
        super().dataReceived(line + b"\r")  # type: ignore[no-untyped-call]

    def _instead(self, harm: Harm) -> None:
        """What comes in place of an answer."""
        if harm is Harm.RESET:
            self._wire.abortConnection()
        elif harm is Harm.SESSION:
            self.loseConnection()  # type: ignore[no-untyped-call]
        elif harm is Harm.HUGE:
            self._wire.write(b" " * HUGE + b"\r")
        else:
            self._wire.write(_RESEND if harm is Harm.ERROR else _PAGE)
