"""Reading the settings again while SoftDock runs: one time after the other, and every outcome told.

SIGHUP asks for it.  Settings that are not good are refused with everything that is wrong with them, and so are those
that cannot be put in force; SoftDock goes on as it was.  A signal that comes while they are read leads to one more
reading, however many there were.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import CannotListenError

from softdock.circulation.errors import LibrarySystemError
from softdock.mappings.problems import ProblemsFound
from softdock.ops.logging import Log
from softdock.ops.metrics import Metrics
from softdock.ops.systemd import ServiceManager
from softdock.ops.tracebacks import text_of


class Reloads:
    """Takes requests to read the settings again, from the first moment of the process to its last."""

    def __init__(
        self,
        reload: Callable[[], Awaitable[None]],
        status: Callable[[], str],
        service: ServiceManager,
        metrics: Metrics,
        log: Log,
    ) -> None:
        """`reload` raises what is in the way; `status` is a sentence on how SoftDock runs."""
        self._reload = reload
        self._status = status
        self._service = service
        self._metrics = metrics
        self._events = log.events
        self._wanted = self._open = self._busy = False
        self._work_done: Deferred[None] | None = None

    def begin(self) -> None:
        """SoftDock has started: what was asked for meanwhile is done now."""
        self._open = True
        if self._wanted:
            self.ask()

    def ask(self) -> None:
        """Read the settings again, now or as soon as that is possible."""
        self._wanted = True
        if self._open and not self._busy:
            self._busy = True
            self._work_done = Deferred.fromCoroutine(self._work())

    async def end(self) -> None:
        """SoftDock stops: what is being read is given up, and nothing is read any more."""
        self._open = False
        if self._work_done is not None and self._busy:
            self._work_done.cancel()
            with suppress(CancelledError):
                await self._work_done

    async def _work(self) -> None:
        try:
            while self._wanted and self._open:
                self._wanted = False
                self._service.reloading()
                accepted = await self._once()
                refusal = (
                    "" if accepted else " The settings that were read last are refused; the log says why."
                )
                self._service.ready(self._status() + refusal)
        finally:
            self._busy = False

    async def _once(self) -> bool:
        """Read the settings once; whether they hold."""
        events = self._events
        events.info("the settings are read again")
        try:
            await self._reload()
        except CancelledError:
            if not self._open:
                raise
            events.error("the new settings cannot be put in force", text="A system gave up opening.")
        except ProblemsFound as found:
            for each in found.problems:
                events.error(
                    "the new settings are not good",
                    place=str(each.place),
                    text=f"{each.sentence} {each.remedy}".strip(),
                )
        except (CannotListenError, ValueError, OSError) as error:
            events.error("the new settings cannot be put in force", text=str(error))
        except LibrarySystemError as error:
            events.error("the new settings cannot be put in force", text=text_of(error))
        except Exception as error:  # noqa: BLE001 - whatever an adapter does wrong when it opens
            events.error("the new settings cannot be put in force", exc_info=error)
        else:
            self._metrics.reloads["accepted"] += 1
            return True
        self._metrics.reloads["refused"] += 1
        events.error("the settings are refused, and SoftDock goes on as it was")
        return False
