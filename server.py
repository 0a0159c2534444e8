"""The composition root: settings in, running services out.

Read `Server.__init__` from top to bottom: it makes one thing after another and hands each what it needs.
`Server.go_by` puts settings in force, the first as well as those of every reload.  Nothing else in SoftDock knows
all of the parts.
"""

import gc
import time
from collections.abc import Callable, Container
from dataclasses import replace
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IListeningPort, IProtocolFactory

from softdock.adapters.base import AdapterContext
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.journal import Journal
from softdock.circulation.ports import LibrarySystem, NobodyWatches
from softdock.circulation.present import Present
from softdock.consortium.desk import ConsortiumDesk
from softdock.consortium.directory import Directory
from softdock.ops import settings as s
from softdock.ops.admin import AdminSocket, admin_door, answers, misplaced
from softdock.ops.doors import Door, Doors
from softdock.ops.exposition import registry_of
from softdock.ops.fronts import Fronts, FrontsPlan, believed_partners, front_problems
from softdock.ops.health import Checks, health_site
from softdock.ops.keeping import Keeping
from softdock.ops.lag import ReactorLag
from softdock.ops.listening import by_address
from softdock.ops.logging import Level, Log
from softdock.ops.members import NOBODY, Membership, close, membership
from softdock.ops.metrics import Metrics
from softdock.ops.observers import Observers
from softdock.ops.operation_log import LogObserver, operation_id
from softdock.ops.process import serve
from softdock.ops.workers.post import ALONE, Post
from softdock.ops.workers.supervisor import supervise
from softdock.ops.workers.worker import work as work_at


class Plan(NamedTuple):
    """What holds once some settings are in force: all of it made, nothing of it opened."""

    settings: s.Settings
    members: Membership
    fronts: FrontsPlan
    doors: list[Door]


class Server:
    """Everything that runs, made from settings; `start` it once, let it `go_by` others, `stop` it once."""

    def __init__(
        self,
        settings: s.Settings,
        directory: Path,
        reactor: Any,
        log: Log,
        file: str = "settings",
        post: Post = ALONE,
        journalled: Callable[[Journal], Journal] = lambda journal: journal,
    ) -> None:
        """`directory` is where files lie that the settings name, `file` where they come from; `post` is one of several, or alone.

        `journalled` may put something around the journal.  Raises ProblemsFound for what the settings cannot know is wrong.
        """
        self._file = file
        self._reactor = reactor
        self._log = log
        self._post = post
        self.worker = post.worker
        """Which of several workers this is; 0 for one that is alone."""

        self._lag = ReactorLag(reactor)
        self.metrics = Metrics()
        self._log_observer = LogObserver(log)
        observer = Observers(self.metrics, self._log_observer)
        self._context_of = partial(
            _context, directory=directory, reactor=reactor, observer=observer, post=post
        )

        self._members = NOBODY
        self._closing: list[Deferred[None]] = []
        present = Present(UTC, time.time)
        name_of = partial(operation_id, self._log_observer.boot)
        self._desk = ConsortiumDesk(Directory(()), observer, reactor, present, name_of=name_of)

        self._keeping = Keeping(
            settings, directory, observer, reactor, post.worker, journalled, self._desk, present
        )
        self.standing = self._keeping.standing

        self._fronts = Fronts(settings, self._desk, observer, reactor, post)
        self._doors = Doors()

        self.systems = self._desk.systems
        self.checks: Checks = {"listeners": self._listeners_ready}
        self.registry = registry_of(
            self.metrics, self._lag, lambda: log.lines.lost, self.systems, self.standing
        )
        self._health = health_site(self.checks, self.registry, self.systems, self.standing)
        questions = answers(self._fronts.connections, self._fronts.trace, reactor, self.metrics, log.events)
        self.admin = AdminSocket(questions, reactor)

        self._plan = self.planned(settings)

    async def start(self) -> None:
        """Open the libraries' systems, then listen.  Raises what `go_by` raises."""
        await self.go_by(self._plan)
        if self._plan.settings.store is None:
            self._log.events.warning(
                "The settings name no store, so nothing is journalled: what became of an operation whose answer was"
                " lost, nobody will find out."
            )
        if believed := believed_partners(self._plan.settings):
            self._log.events.warning(
                "Whoever says one of these names is believed, from wherever they can reach a listener for NCIP: give"
                " the accounts a password_hash, a token, a certificate or an address.",
                accounts=" ".join(believed),
            )
        self._lag.start()
        # What exists now lives as long as the process; the collector need not walk it again and again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)

    def planned(self, settings: s.Settings) -> Plan:
        """What `go_by` puts in force.  Raises ProblemsFound with everything that is wrong with `settings`."""
        self._keeping.check(settings, self._file)
        members = _checked(settings, self._file, self._members, self._context_of)
        doors, heard = [], []
        for key, each in by_address(settings.listen):
            if isinstance(each, s.OpsListener):
                if self._post.serves_operators:
                    doors.append(self._door(key, each.ops, self._health))
                continue
            there = self._doors.at(key)
            heard.append(found := self._fronts.heard(each, there.inside if there else None, settings))
            listener = found.listener
            doors.append(self._door(key, each.address, listener, found.served_by, listener.drain))
        if (path := settings.admin) is not None and self._post.serves_operators:
            doors.append(admin_door(path, self._reactor, self.admin))
        return Plan(settings, members, self._fronts.planned(settings, heard), doors)

    async def go_by(self, plan: Plan) -> None:
        """Put `plan` in force.  Raises what keeps a system or a door from opening; then everything is as it was.

        Who is connected stays, with account and dialect, unless the listener or the library is gone.
        """
        await plan.members.open()
        directory = Directory(plan.members.libraries)
        try:
            if self._plan is plan:  # the first: what was left behind is settled before any device is heard
                self._desk.go_by(directory)
                await self._keeping.open()
            await self._doors.open(plan.doors)
        except Exception:
            await close(plan.members.new)
            raise
        # From here on nothing fails, and no device is heard in between.
        log = plan.settings.log
        self._log.change(as_json=log.format == "json", level=Level[log.level.upper()])
        self._log_observer.follow()
        self._desk.go_by(directory)
        self._fronts.go_by(plan.fronts, directory.by_id)
        self._doors.change_to(plan.doors, plan.settings.grace)
        self._plan, self._members = plan, plan.members
        for system in plan.members.leaving:
            self._close_when_released(system)

    async def release(self, keys: Container[str]) -> None:
        """Close the addresses that have these keys, for a while: the supervisor needs the ports."""
        await self._doors.release(keys)

    async def stop(self) -> None:
        """No new connections; what is under way is answered, within the grace period; then close everything."""
        await self._doors.drain(self._plan.settings.grace)
        await self.admin.close()
        await self._doors.close()
        await self._keeping.stop()
        self._lag.stop()
        for closing in list(self._closing):
            await closing
        self._desk.go_by(Directory(()))  # nobody is probed any more
        self._keeping.close()
        await close(library.system for library in self._members.libraries)
        self._fronts.close()

    @property
    def sessions(self) -> int:
        """How many devices and partners are connected."""
        return len(self._fronts)

    @property
    def addresses(self) -> list[str]:
        """Where SoftDock listens, as `host:port`, in the order of the settings."""
        return self._doors.addresses

    def _door(
        self,
        key: str,
        address: s.HostPort,
        inside: IProtocolFactory,
        served_by: IProtocolFactory | None = None,
        drain: Callable[[float], "Deferred[None]"] | None = None,
    ) -> Door:
        def listening(factory: IProtocolFactory) -> IListeningPort:
            return self._post.listen(self._reactor, key, address, factory)

        return Door(
            key=key,
            listen=listening,
            inside=inside,
            served_by=served_by or inside,
            number=address.port,
            drain=drain,
        )

    def _close_when_released(self, system: LibrarySystem) -> None:
        async def closed() -> None:
            await self._desk.released(system)
            await close([system])

        closing = Deferred.fromCoroutine(closed())
        self._closing.append(closing)
        closing.addBoth(lambda _: self._closing.remove(closing))

    def _listeners_ready(self) -> str | None:
        """For /readyz: what is in the way of serving devices, if something is."""
        if not self._doors.all:
            return "The listeners are not open yet."
        if any(each.listener.draining for each in self._plan.fronts.heard):
            return "SoftDock is about to stop."
        return None


# --- the commands -------------------------------------------------------------------------------------


def check(path: Path | None, workers: int | None = None) -> list[s.Problem]:
    """Everything that is wrong with the settings at `path` (None: the demo's), short of starting.

    `workers` will serve by them; without a number, as many as they say.
    """
    file = str(path or "demo.yaml")
    problems = []
    try:
        settings, directory, _ = s.written(path)
        made_later = path is None  # the demo's folder, when it is first run
        if settings.admin is not None and not made_later and (sentence := misplaced(settings.admin)):
            problems.append(s.Problem(s.Place(file, path="admin"), sentence))
        _checked_for(workers or settings.workers, directory, file)(settings)
    except s.ProblemsFound as found:
        problems += found.problems
    return problems


def run(path: Path | None, workers: int | None = None) -> int:
    """Serve by the settings at `path` (None: the demo's) until SIGTERM or SIGINT; the exit code.

    SIGHUP reads them again.  There will be so many `workers`, or as many as the settings say; one serves by itself,
    several have a supervisor.  Raises ProblemsFound, or OSError for the demo's folder, before anything has started.
    """
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs it

    written, file = s.written(path), str(path or "demo.yaml")
    settings, directory, _ = written
    if path is None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = Log(as_json=settings.log.format == "json", level=Level[settings.log.level.upper()])
    if (workers := workers or settings.workers) > 1:
        if path is None:
            play_demo_systems(reactor, log)
        return supervise(path, written, workers, _checked_for(workers, directory, file), log, reactor)
    if path is None:
        play_demo_systems(reactor, log)
    server = Server(settings, directory, reactor, log, file)

    async def reload() -> None:
        await server.go_by(server.planned(s.written(path).settings))

    return serve(server, reload if path is not None else None, log, reactor)


def work(path: Path | None, number: int, workers: int) -> int:
    """Serve as worker `number` of so many, by what the supervisor reads at `path` (None: the demo's); the exit code."""
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs it

    log = Log(worker=number)
    directory = s.demo_folder() if path is None else path.parent

    def made(settings: s.Settings, post: Post) -> Server:
        return Server(settings, directory, reactor, log, str(path or "demo.yaml"), post)

    return work_at(number, workers, lambda text: s.written(path, text).settings, made, log, reactor)


def play_demo_systems(reactor: Any, log: Log) -> None:
    """Let simulators play the systems of the demo's other libraries, as long as this process lives.

    Where their ports are taken, perhaps by another demo, these libraries are away, or those of the other one.
    """
    from softdock.kit.simulators.demo import play  # noqa: PLC0415 - needed by the demo alone

    def away(name: str, error: Exception) -> None:
        log.events.warning(f"{name} of the demo is not played: {error}")

    reactor.callWhenRunning(play, reactor, away)


# --- what only the whole can tell is wrong ---------------------------------------------------------------


def _checked_for(workers: int, directory: Path, file: str) -> Callable[[s.Settings], Membership]:
    """What checks settings as a whole, by which so many workers shall serve.  It raises ProblemsFound."""
    context_of = partial(_context, directory=directory, post=Post(workers=workers))
    return lambda settings: _checked(settings, file, NOBODY, context_of)


def _checked(
    settings: s.Settings,
    file: str,
    before: Membership,
    context_of: Callable[[LibraryId, s.Library], AdapterContext],
) -> Membership:
    """The libraries of `settings`.  Raises ProblemsFound with what the settings themselves cannot know is wrong."""
    problems = list(front_problems(settings, file))
    try:
        members = membership(settings, before, context_of)
    except s.ProblemsFound as found:
        raise s.ProblemsFound([*problems, *found.problems]) from None
    if problems:
        raise s.ProblemsFound(problems)
    return members


# --- from settings to parts ---------------------------------------------------------------------------


def _context(
    key: LibraryId,
    library: s.Library,
    directory: Path,
    reactor: Any = None,
    observer: Observers | None = None,
    post: Post = ALONE,
) -> AdapterContext:
    """What the adapter to the library's system is told; without a reactor it is only to be checked."""
    context = AdapterContext(
        library=key,
        zone=library.time_zone,
        currency=library.currency,
        now=Present(library.time_zone, time.time),
        deadline=float(library.deadline),
        directory=directory,
        reactor=reactor,
        transactions=observer or NobodyWatches(),
        workers=post.workers,
        worker=post.worker,
    )
    return context if observer is None else replace(context, losses=partial(observer.losses, key))
