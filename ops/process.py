"""The life of the process: it starts, reads its settings again when it is told to, and ends in order."""

import resource
import signal
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import CannotListenError
from twisted.python.failure import Failure

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


def serve(service: Service, reload: Callable[[], Awaitable[None]] | None, log: Log, reactor: Any) -> int:
    """Run `service` until SIGTERM or SIGINT; the exit code.

    SIGHUP calls `reload`.  Without one it ends the process: there is nothing to read again, and what sent it was the
    end of the terminal.
    """
    manager = ServiceManager(reactor)
    codes = [0]

    def where() -> str:
        return " ".join(service.addresses)

    async def reload_and_tell() -> None:
        if reload is not None:
            await reload()
            log.events.info("the new settings hold", listening=where())

    reloads = Reloads(reload_and_tell, lambda: f"Listening on {where()}.", manager, service.metrics, log)

    async def start() -> None:
        try:
            await service.start()
        except CancelledError:
            return
        except (CannotListenError, ValueError, OSError) as error:
            fail(reason=str(error))
        except Exception as error:  # noqa: BLE001 - a fault of an adapter, or our own
            fail(exc_info=error)
        else:
            log.events.info("SoftDock is ready", version=__version__, listening=where())
            manager.ready(f"Listening on {where()}.")
            reloads.begin()

    def fail(**facts: object) -> None:
        codes[0] = 3
        log.events.error("SoftDock cannot start", **facts)
        reactor.stop()

    async def stop() -> None:
        log.events.info("SoftDock is about to stop")
        manager.stopping()
        starting.cancel()
        await reloads.end()
        await service.stop()
        manager.close()

    starting: Deferred[None] = Deferred()
    starting.addCallback(lambda _: Deferred.fromCoroutine(start()))
    starting.addErrback(_given_up)
    log.install()
    _allow_many_connections()
    hung_up = reactor.stop if reload is None else reloads.ask
    signal.signal(signal.SIGHUP, lambda *_: reactor.callFromThread(hung_up))
    reactor.callWhenRunning(starting.callback, None)
    reactor.addSystemEventTrigger("before", "shutdown", lambda: Deferred.fromCoroutine(stop()))
    log.lines.gather(lambda flush: reactor.callLater(0, flush))
    reactor.run()
    log.lines.gather(None)
    return codes[0]


def _given_up(failure: Failure) -> None:
    """It ends before it has begun."""
    failure.trap(CancelledError)  # type: ignore[no-untyped-call]


def _allow_many_connections() -> None:
    """Raise the limit of open files as far as the system lets us: each device is one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
