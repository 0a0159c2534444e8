"""The life of the process: it starts, reads its settings again when it is told to, and ends in order."""

import resource
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Protocol

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import CannotListenError, ReactorNotRunning

from softdock import __version__
from softdock.ops.logging import Log
from softdock.ops.metrics import Metrics
from softdock.ops.reloading import Reloads
from softdock.ops.systemd import ServiceManager


class Service(Protocol):
    """What lives in the process."""

    @property
    def metrics(self) -> Metrics: ...

    @property
    def addresses(self) -> list[str]:
        """Where it listens."""

    async def start(self) -> None:
        """Raises what is in the way."""

    async def stop(self) -> None: ...


class Life(Protocol):
    """What a process does from its start to its end."""

    exit_code: int

    def begin(self) -> None: ...

    async def end(self) -> None: ...


def serve(
    service: Service,
    reload: Callable[[], Awaitable[None]] | None,
    log: Log,
    reactor: Any,
    alive: Callable[[], bool] = lambda: True,
) -> int:
    """Run `service` until SIGTERM or SIGINT; the exit code.

    SIGHUP calls `reload`.  Without one it ends the process: there is nothing to read again, and what sent it was the
    end of the terminal.  systemd takes the service for dead when it is `alive` no more.
    """
    life = _Life(service, reload, log, reactor, alive)
    signal.signal(signal.SIGHUP, lambda *_: reactor.callFromThread(life.hung_up))
    return live(life, log, reactor)


def live(life: Life, log: Log, reactor: Any) -> int:
    """Turn the reactor from the beginning of `life` to its end; the exit code."""
    log.install()
    _allow_many_connections()
    reactor.callWhenRunning(life.begin)
    reactor.addSystemEventTrigger("before", "shutdown", lambda: Deferred.fromCoroutine(life.end()))
    log.lines.gather(lambda flush: reactor.callLater(0, flush), reactor.callFromThread)
    reactor.run()
    log.lines.gather(None)
    return life.exit_code


class _Life:
    """A service from its start to its end, and what is told of it."""

    def __init__(
        self,
        service: Service,
        reload: Callable[[], Awaitable[None]] | None,
        log: Log,
        reactor: Any,
        alive: Callable[[], bool],
    ) -> None:
        self.exit_code = 0
        self._service = service
        self._reload = reload
        self._events = log.events
        self._reactor = reactor
        self._manager = ServiceManager(reactor, alive=alive)
        self._reloads = Reloads(self._go_by_new_settings, self._status, self._manager, service.metrics, log)
        self._starting: Deferred[None] | None = None
        self._ending = False

    def begin(self) -> None:
        """Start the service."""
        self._starting = Deferred.fromCoroutine(self._start())

    def hung_up(self) -> None:
        """SIGHUP has come."""
        if self._reload is not None:
            self._reloads.ask()
        else:
            self._stop_the_reactor()

    async def end(self) -> None:
        """Give up what is being started or read, and stop the service in order."""
        self._ending = True
        self._events.info("SoftDock is about to stop")
        self._manager.stopping()
        if self._starting is not None:
            self._starting.cancel()
        await self._reloads.end()
        await self._service.stop()
        self._manager.close()

    async def _start(self) -> None:
        try:
            await self._service.start()
        except CancelledError:
            if not self._ending:
                self._cannot_start(reason="A library's system gave up opening.")
        except (CannotListenError, ValueError, OSError) as error:
            self._cannot_start(reason=str(error))
        except Exception as error:  # noqa: BLE001 - a fault of an adapter, or our own
            self._cannot_start(exc_info=error)
        else:
            self._events.info("SoftDock is ready", version=__version__, listening=self._addresses())
            self._manager.ready(self._status())
            self._reloads.begin()

    def _cannot_start(self, **facts: object) -> None:
        self.exit_code = 3
        self._events.error("SoftDock cannot start", **facts)
        self._stop_the_reactor()

    async def _go_by_new_settings(self) -> None:
        assert self._reload is not None
        await self._reload()
        self._events.info("the new settings hold", listening=self._addresses())

    def _stop_the_reactor(self) -> None:
        with suppress(ReactorNotRunning):  # it has been told already
            self._reactor.stop()

    def _status(self) -> str:
        return f"Listening on {self._addresses()}."

    def _addresses(self) -> str:
        return " ".join(self._service.addresses)


def _allow_many_connections() -> None:
    """Raise the limit of open files as far as the system lets us: each device is one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
