"""A worker: a server that is told by its supervisor what holds, and that ends when it is told to or the supervisor is gone."""

import json
import signal
import socket
from collections.abc import Callable, Container, Sequence
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from prometheus_client.registry import Collector
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import CannotListenError, ReactorNotRunning
from twisted.internet.protocol import Factory

from softdock.circulation.errors import LibrarySystemError
from softdock.mappings.problems import ProblemsFound
from softdock.ops.admin import AdminSocket, Reply
from softdock.ops.health import Checks, standing
from softdock.ops.journal import JournalStanding
from softdock.ops.logging import Level, Log
from softdock.ops.process import live
from softdock.ops.settings import Settings
from softdock.ops.systems import Systems
from softdock.ops.tracebacks import text_of
from softdock.ops.workers.channel import Channel, Message
from softdock.ops.workers.intake import Intake
from softdock.ops.workers.merging import told
from softdock.ops.workers.orders import problems_told
from softdock.ops.workers.post import Post, WorkersPost

CHANNEL = 3
"""The descriptor at which a worker finds its channel."""

_Plan = TypeVar("_Plan")


class Server(Protocol[_Plan]):
    """What lives in a worker."""

    @property
    def registry(self) -> Collector: ...

    @property
    def checks(self) -> Checks: ...

    @property
    def systems(self) -> Systems: ...

    def standing(self) -> JournalStanding | None: ...

    @property
    def admin(self) -> AdminSocket: ...

    @property
    def sessions(self) -> int:
        """How many devices are connected."""

    async def start(self) -> None: ...

    def planned(self, settings: Settings) -> _Plan: ...

    async def go_by(self, plan: _Plan) -> None: ...

    async def release(self, keys: Container[str]) -> None: ...

    async def stop(self) -> None: ...


def work(
    number: int,
    workers: int,
    read: Callable[[str | None], Settings],
    made: Callable[[Settings, Post], Server[Any]],
    log: Log,
    reactor: Any,
) -> int:
    """Serve as worker `number` of so many; the exit code.

    `read` makes settings of their text, or of none the demo's; `made` makes a server of them.  The signals of a
    terminal are left to the supervisor.
    """
    for each in (signal.SIGINT, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    return live(_Worker(number, workers, read, made, log, reactor), log, reactor)


class _Worker:
    """The life of a worker, and its end of the channel."""

    def __init__(
        self,
        number: int,
        workers: int,
        read: Callable[[str | None], Settings],
        made: Callable[[Settings, Post], Server[Any]],
        log: Log,
        reactor: Any,
    ) -> None:
        self.exit_code = 0
        self._read = read
        self._made = made
        self._log = log
        self._reactor = reactor
        self._channel = Channel(self)
        self._intake = Intake(reactor, lambda: self._server.sessions if self._server else 0, self._report)
        self._post = WorkersPost(number, workers, self._intake)
        self._server: Server[Any] | None = None
        self._settling: Deferred[None] | None = None
        self._hung_up: Deferred[None] = Deferred()
        self._ending = False
        self._replies: dict[int, Reply] = {}
        self._does: dict[str, Callable[[Message], object]] = {
            "ceiling": lambda message: self._intake.told(message["ceiling"]),
            "stop": lambda _: self._stop(),
            "release": lambda message: Deferred.fromCoroutine(self._release(message)),
            "metrics": self._tell_metrics,
            "state": self._tell_state,
            "question": self._answer,
            "gone": self._asker_gone,
        }

    # --- the life -------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Take up the channel, on which everything else comes."""
        try:
            self._take_up_channel()
        except OSError as error:
            self.exit_code = 3
            self._log.events.error("no supervisor has started this worker", reason=str(error))
            self._stop()

    def _take_up_channel(self) -> None:
        with socket.socket(fileno=CHANNEL) as channel:
            channel.setblocking(False)
            factory = Factory.forProtocol(lambda: self._channel)
            factory.noisy = False
            self._reactor.adoptStreamConnection(channel.fileno(), socket.AF_UNIX, factory)

    async def end(self) -> None:
        """Answer what is under way, and close everything."""
        self._ending = True
        self._intake.end()
        if self._settling is not None:
            self._settling.cancel()
        if self._server is not None:
            await self._server.stop()
        for reply in list(self._replies.values()):
            reply.end("SoftDock stops")
        if self._channel.is_open:
            self._channel.hang_up()
            await self._hung_up  # what was said last has to be heard

    def hung_up(self) -> None:
        """The supervisor is gone: nobody would start a worker again, or tell this one of new settings."""
        self._hung_up.callback(None)
        if not self._ending:
            self._log.events.error("the supervisor is gone, and so this worker stops")
        self._stop()

    def heard(self, message: Message, descriptors: Sequence[int]) -> None:
        """The supervisor has something to say."""
        if message["do"] == "settle":
            self._settling = Deferred.fromCoroutine(self._settle(message, descriptors))
        else:
            self._does[message["do"]](message)

    def _stop(self) -> None:
        with suppress(ReactorNotRunning):
            self._reactor.stop()

    def _report(self, sessions: int) -> None:
        self._channel.tell({"do": "report", "sessions": sessions})

    # --- settings -------------------------------------------------------------------------------------

    async def _settle(self, message: Message, descriptors: Sequence[int]) -> None:
        """Put settings in force, and tell what is in the way if something is: then everything is as it was."""
        fault: Message = {}
        try:
            with self._post.handed(dict(zip(message["doors"], descriptors, strict=True))):
                await self._go_by(self._read(message["settings"]))
        except CancelledError:
            if self._ending:
                return
            fault = {"text": "A library's system gave up opening."}
        except ProblemsFound as found:
            fault = problems_told(found)
        except (CannotListenError, ValueError, OSError) as error:
            fault = {"text": str(error)}
        except LibrarySystemError as error:
            fault = {"text": text_of(error)}
        except Exception as error:  # noqa: BLE001 - a fault of an adapter, or our own
            self._log.events.error("the worker cannot go by its settings", exc_info=error)
            fault = {"text": "The log of the worker tells more."}
        self._channel.tell({"re": message["id"], **fault})
        if fault and not self._intake.begun:
            self.exit_code = 3
            self._stop()
        elif not self._intake.begun:
            self._intake.begin()

    async def _release(self, message: Message) -> None:
        assert self._server is not None
        await self._server.release(message["doors"])
        self._channel.tell({"re": message["id"]})

    async def _go_by(self, settings: Settings) -> None:
        if self._server is not None:
            await self._server.go_by(self._server.planned(settings))
            return
        self._log.change(as_json=settings.log.format == "json", level=Level[settings.log.level.upper()])
        self._server = self._made(settings, self._post)
        await self._server.start()

    # --- what is asked --------------------------------------------------------------------------------

    def _tell_metrics(self, message: Message) -> None:
        families = told(self._server.registry) if self._server is not None else []
        self._channel.tell({"re": message["id"], "families": families})

    def _tell_state(self, message: Message) -> None:
        if self._server is None:
            return
        troubles, lines = standing(self._server.checks, self._server.systems, self._server.standing)
        self._channel.tell({"re": message["id"], "troubles": troubles, "lines": lines})

    def _answer(self, message: Message) -> None:
        """A question of an operator, which all workers are asked."""
        assert self._server is not None
        asker = message["asker"]
        reply = self._replies[asker] = Reply(_Relay(self._channel, message["id"]), message["by"])
        reply.over.addCallback(lambda _: self._replies.pop(asker, None))
        self._server.admin.serve(json.dumps(message["question"]).encode(), reply)

    def _asker_gone(self, message: Message) -> None:
        if (reply := self._replies.get(message["asker"])) is not None:
            reply.gone()


class _Relay:
    """Takes the lines of a reply to the supervisor, as the transport that the reply knows."""

    def __init__(self, channel: Channel, number: int) -> None:
        self._channel = channel
        self._number = number

    def registerProducer(self, producer: object, streaming: bool) -> None:  # noqa: N802 - Twisted calls it by this name
        """It is never full: the supervisor leaves out what its operator does not read."""

    def unregisterProducer(self) -> None:  # noqa: N802 - Twisted calls it by this name
        """See `registerProducer`."""

    def write(self, data: bytes) -> None:
        """One line."""
        self._channel.tell({"re": self._number, "more": True, "line": json.loads(data)})

    def loseConnection(self) -> None:  # noqa: N802 - Twisted calls it by this name
        """That was all."""
        self._channel.tell({"re": self._number})
