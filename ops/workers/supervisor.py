"""The supervisor: reads the settings once for all workers, binds the addresses, and looks after who serves them.

It meets no device itself.  Should it die, the workers see the end of their channels, and end in order as well.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from twisted.internet import tcp
from twisted.internet.defer import Deferred, DeferredList, FirstError, succeed
from twisted.internet.interfaces import IListeningPort, IProcessTransport, IProtocolFactory
from twisted.internet.protocol import Factory

from softdock.ops import settings as s
from softdock.ops.admin import AdminSocket, admin_door
from softdock.ops.doors import Door, Doors
from softdock.ops.listening import BACKLOG, by_address, listen
from softdock.ops.logging import Level, Log
from softdock.ops.metrics import Metrics
from softdock.ops.process import serve
from softdock.ops.workers.answering import Answering
from softdock.ops.workers.balance import Balance
from softdock.ops.workers.channel import Channel, Gone
from softdock.ops.workers.orders import Orders
from softdock.ops.workers.seats import Seat, Spawn
from softdock.ops.workers.spawning import command_of, spawn

PATIENCE = 5.0
"""Seconds beyond the grace period until a worker that has not ended is killed."""

SILENCE = 10.0
"""Seconds without a report after which a worker is taken for one that hangs, and the service for one that is not well."""


def supervise(
    path: Path | None,
    written: s.Written,
    workers: int,
    checked: Callable[[s.Settings], object],
    log: Log,
    reactor: Any,
) -> int:
    """Serve with so many workers by the settings that are `written` at `path`, until SIGTERM or SIGINT; the exit code.

    `checked` raises ProblemsFound for what settings cannot know themselves is wrong; so does this, for the first.
    """

    def spawned(number: int, channel: Channel, ended: Callable[[str], None]) -> IProcessTransport:
        return spawn(reactor, command_of(number, workers, path), channel, ended)

    supervisor = Supervisor(written, workers, checked, spawned, reactor, log)

    async def reload() -> None:
        await supervisor.go_by(supervisor.planned(s.written(path)))

    return serve(supervisor, reload if path is not None else None, log, reactor, supervisor.is_well)


class Plan(NamedTuple):
    """What holds once some settings are in force."""

    written: s.Written
    doors: list[Door]


class Supervisor:
    """All workers as one service; `start` it once, let it `go_by` other settings, `stop` it once."""

    def __init__(
        self,
        written: s.Written,
        workers: int,
        checked: Callable[[s.Settings], object],
        spawn: Spawn,
        reactor: Any,
        log: Log,
    ) -> None:
        """Raises ProblemsFound for what `checked` finds wrong with the settings."""
        self.metrics = Metrics()
        self._reactor = reactor
        self._log = log
        self._checked = checked
        self._stopping = False
        self._doors = Doors()
        self._balance = Balance(reactor, self._tell_ceiling)
        self.seats = [Seat(number, spawn, self, reactor, log.events) for number in range(1, workers + 1)]
        self._answering = Answering(self.seats, self.metrics, lambda: log.lines.lost, reactor)
        self._health = self._answering.site()
        self._admin = AdminSocket(self._answering.questions(), reactor)
        self._plan = self.planned(written)
        self.orders = Orders(written.text, {})
        """See `seats.House`."""

    async def start(self) -> None:
        """Bind the addresses, then start the workers.  Raises what is in the way, and ValueError if a worker cannot serve."""
        await self._doors.open(self._plan.doors)
        self._doors.change_to(self._plan.doors, 0.0)
        self.orders = self._orders(self._plan)
        beginnings = [Deferred.fromCoroutine(_first(each)) for each in self.seats]
        try:
            await DeferredList(beginnings, fireOnOneErrback=True, consumeErrors=True)
        except FirstError as first:
            raise first.subFailure.value from None  # type: ignore[misc]
        self._balance.begin()

    def planned(self, written: s.Written) -> Plan:
        """What `go_by` puts in force.  Raises ProblemsFound with everything that is wrong with the settings."""
        settings = written.settings
        self._checked(settings)
        doors = []
        for key, each in by_address(settings.listen):
            if isinstance(each, s.OpsListener):
                doors.append(self._door(key, each.ops, self._health, listen))
            else:
                door = self._door(key, each.address, Factory(), _bound)
                door.drain = _nobody_to_wait_for
                doors.append(door)
        if (path := settings.admin) is not None:
            doors.append(admin_door(path, self._reactor, self._admin))
        return Plan(written, doors)

    async def go_by(self, plan: Plan) -> None:
        """Put `plan` in force at every worker.  Raises what keeps one from it; then all of them go on as before."""
        in_the_way = [str(each.key) for each in self._doors.in_the_way_of(plan.doors)]
        try:
            if in_the_way:
                await self._release(in_the_way)
            await self._doors.open(plan.doors)
            orders = self._orders(plan)
            await self._settle(orders)
        except Exception:
            await self._doors.withdraw(plan.doors)
            if not self._stopping:
                await self._settle_back(anew=bool(in_the_way))
            raise
        settings = plan.written.settings
        log = settings.log
        self._log.change(as_json=log.format == "json", level=Level[log.level.upper()])
        self._doors.change_to(plan.doors, float(settings.grace))
        if settings.workers != self._plan.written.settings.workers:
            self._log.events.warning("the number of workers changes with the next start")
        self._plan, self.orders = plan, orders

    async def stop(self) -> None:
        """No new connections; let the workers end in order, and kill those that do not; then close everything."""
        self._stopping = True
        grace = float(self._plan.written.settings.grace)
        await self._doors.drain(grace)
        ends = [each.over for each in self.seats if each.over is not None]
        for each in self.seats:
            each.dismiss()
        hurry = self._reactor.callLater(grace + PATIENCE, self._kill_all)
        await DeferredList(ends)
        if hurry.active():
            hurry.cancel()
        await self._admin.close()
        await self._doors.close()

    @property
    def addresses(self) -> list[str]:
        """Where SoftDock listens, as `host:port`, in the order of the settings."""
        return self._doors.addresses

    def is_well(self) -> bool:
        """Whether every worker that serves still speaks; one that is started again is looked after."""
        return all(self._balance.hears(each.number, SILENCE) for each in self.seats if each.serves)

    # --- of the seats ---------------------------------------------------------------------------------

    def serving(self, seat: Seat) -> None:
        """See `seats.House`."""
        self._answering.joined(seat)

    def reported(self, seat: Seat, sessions: int) -> None:
        """See `seats.House`."""
        self._balance.reported(seat.number, sessions)

    def left(self, seat: Seat) -> None:
        """See `seats.House`."""
        self._balance.left(seat.number)
        self._answering.left(seat)

    def _tell_ceiling(self, worker: int, ceiling: int) -> None:
        self.seats[worker - 1].channel.tell({"do": "ceiling", "ceiling": ceiling})

    def _kill_all(self) -> None:
        for each in self.seats:
            each.kill()

    async def _settle(self, orders: Orders) -> None:
        """Have each worker that serves go by `orders`, one after the other: the first to refuse them spares the rest."""
        while behind := [each for each in self.seats if each.serves and each.orders is not orders]:
            with suppress(Gone):  # whoever takes its seat begins with what holds then
                await behind[0].settle(orders)

    async def _release(self, doors: list[str]) -> None:
        """Have all workers close these addresses, which the supervisor will close as well."""
        kept = {key: descriptor for key, descriptor in self.orders.doors.items() if key not in doors}
        self.orders = Orders(self.orders.text, kept)
        for each in self.seats:
            if each.serves:
                with suppress(Gone):
                    await each.channel.ask({"do": "release", "doors": doors})

    async def _settle_back(self, *, anew: bool) -> None:
        """Have those that went ahead go by what holds; all of them, if addresses had to be opened `anew`."""
        if anew:
            await self._doors.open(self._plan.doors)
            self.orders = self._orders(self._plan)
        for each in self.seats:
            if each.serves and each.orders is not self.orders:
                try:
                    await each.settle(self.orders)
                except Gone:
                    pass
                except (s.ProblemsFound, ValueError) as error:
                    self._log.events.error(
                        "a worker cannot go back to its settings, and is started again",
                        worker=each.number,
                        reason=str(error),
                    )
                    each.kill()

    # --- addresses ------------------------------------------------------------------------------------

    def _orders(self, plan: Plan) -> Orders:
        """What workers are told of `plan`, whose doors are open."""
        doors: dict[str, int] = {}
        for each in plan.doors:
            port: object = (self._doors.at(each.key) or each).port
            if isinstance(port, _Bound):
                doors[str(each.key)] = port.fileno()  # type: ignore[no-untyped-call]
        return Orders(plan.written.text, doors)

    def _door(
        self,
        key: str,
        address: s.HostPort,
        inside: IProtocolFactory,
        listening: Callable[[Any, str, int, IProtocolFactory], IListeningPort],
    ) -> Door:
        return Door(
            key=key,
            listen=partial(listening, self._reactor, address.host, address.port),
            inside=inside,
            served_by=inside,
            number=address.port,
        )


def _nobody_to_wait_for(grace: float) -> "Deferred[None]":
    """At the end the addresses of devices close first; the devices are the workers'."""
    return succeed(None)


async def _first(seat: Seat) -> None:
    try:
        await seat.begin()
    except Gone:
        raise ValueError(
            f"Worker {seat.number} has ended before it served; the lines before this tell more."
        ) from None
    except (s.ProblemsFound, ValueError, OSError) as error:
        raise ValueError(f"Worker {seat.number} cannot serve: {error}") from None


class _Bound(tcp.Port):
    """A listening address at which workers accept, and the supervisor does not."""

    _shouldShutdown = False  # noqa: N815 - Twisted calls it by this name
    """A shutdown would reach the workers, who close it when they are told to."""

    def startReading(self) -> None:  # noqa: N802 - Twisted calls it by this name
        """Leave who comes to the workers."""


def _bound(reactor: Any, host: str, port: int, factory: IProtocolFactory) -> IListeningPort:
    """Take the address, and let connections to it wait.  Raises CannotListenError."""
    bound = _Bound(port, factory, BACKLOG, host, reactor)
    bound.startListening()
    return bound
