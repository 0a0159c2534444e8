"""The composition root: settings in, running services out.

Read `Server.__init__` from top to bottom: it makes one thing after another and hands each what it needs.
`Server.go_by` puts settings in force, the first as well as those of every reload.  Nothing else in SoftDock knows
all of the parts.
"""

import gc
import time
from collections.abc import Callable, Container, Mapping
from datetime import UTC, tzinfo
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IListeningPort, IProtocolFactory
from twisted.internet.protocol import Factory

from softdock.adapters.base import AdapterContext
from softdock.circulation.accounts import Account
from softdock.circulation.identifiers import LibraryId, masked
from softdock.circulation.journal import Journal
from softdock.circulation.locale import LANGUAGES
from softdock.circulation.ports import LibrarySystem, NobodyWatches, TransactionObserver
from softdock.circulation.present import Present
from softdock.consortium.accounts import AccountBook
from softdock.consortium.desk import ConsortiumDesk
from softdock.consortium.directory import Directory
from softdock.consortium.passwords import PasswordComparer
from softdock.ops import settings as s
from softdock.ops.admin import AdminSocket, admin_door, answers, misplaced
from softdock.ops.doors import Door, Doors
from softdock.ops.exposition import registry_of
from softdock.ops.health import Checks, health_site
from softdock.ops.keeping import Keeping
from softdock.ops.lag import ReactorLag
from softdock.ops.listening import TrustedProxies, by_address, with_tls
from softdock.ops.logging import Level, Log
from softdock.ops.members import NOBODY, Membership, account_book, close, membership
from softdock.ops.metrics import Metrics
from softdock.ops.observers import Observers
from softdock.ops.operation_log import LogObserver, operation_id
from softdock.ops.process import serve
from softdock.ops.workers.post import ALONE, Post
from softdock.ops.workers.supervisor import supervise
from softdock.ops.workers.worker import work as work_at
from softdock.protocols.sip2.charsets import Charset
from softdock.protocols.sip2.dialect import Dialect, ErrorDetection, Shown
from softdock.protocols.sip2.layouts import LAYOUTS
from softdock.protocols.sip2.listener import Front, Limits, Listener, Trace, TracedLine


class Plan(NamedTuple):
    """What holds once some settings are in force: all of it made, nothing of it opened."""

    settings: s.Settings
    members: Membership
    accounts: AccountBook
    dialect_of: Callable[[Account, Dialect], Dialect]
    doors: list[Door]
    listeners: list[tuple[Listener, Dialect, Limits]]
    """Each with what it meets devices with.  One whose address stays is the same in the next plan."""


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
            _context, directory=directory, reactor=reactor, transactions=observer, post=post
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

        self._passwords = PasswordComparer(reactor)
        self._accounts = account_book(settings, self._passwords.compare, reactor, None)

        self._front = Front(
            self._desk, self._accounts, observer, _dialect_choice(settings), reactor, time.time, post.numbers(),
        )  # fmt: skip
        self._front.left = post.device_left
        self._doors = Doors()

        self.systems = self._desk.systems
        self.checks: Checks = {"listeners": self._listeners_ready}
        self.registry = registry_of(
            self.metrics, self._lag, lambda: log.lines.lost, self.systems, self.standing
        )
        self._health = health_site(self.checks, self.registry, self.systems, self.standing)
        questions = answers(self._front.connections, self._trace, reactor, self.metrics, log.events)
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
        self._lag.start()
        # What exists now lives as long as the process; the collector need not walk it again and again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)

    def planned(self, settings: s.Settings) -> Plan:
        """What `go_by` puts in force.  Raises ProblemsFound with everything that is wrong with `settings`."""
        self._keeping.check(settings, self._file)
        members = _checked(settings, self._file, self._members, self._context_of)
        zones = {library.zone for library in members.libraries}
        zone = zones.pop() if len(zones) == 1 else UTC
        doors, listeners = [], []
        for key, each in by_address(settings.listen):
            if isinstance(each, s.OpsListener):
                if self._post.serves_operators:
                    doors.append(self._door(key, each.ops, self._health))
                continue
            dialect = dialect_of(each.profile, settings.profiles[each.profile], zone)
            limits, there = _limits(each.limits, self._post), self._doors.at(key)
            listener = there.inside if there else Listener(f"sip2 {each.sip2}", self._front, dialect, limits)
            assert isinstance(listener, Listener)
            listeners.append((listener, dialect, limits))
            doors.append(
                self._door(key, each.sip2, listener, served_by=_wrapped(listener, each), drain=listener.drain)
            )
        if (path := settings.admin) is not None and self._post.serves_operators:
            doors.append(admin_door(path, self._reactor, self.admin))
        accounts = account_book(settings, self._passwords.compare, self._reactor, self._accounts)
        return Plan(settings, members, accounts, _dialect_choice(settings), doors, listeners)

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
        self._front.renew(plan.accounts, plan.dialect_of)
        for listener, dialect, limits in plan.listeners:
            listener.renew(dialect, limits)
        for listener in self._front.listeners:
            listener.dismiss(lambda account: account.library not in directory.by_id)
        self._doors.change_to(plan.doors, plan.settings.grace)
        self._plan, self._members, self._accounts = plan, plan.members, plan.accounts
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
        self._passwords.close()

    @property
    def sessions(self) -> int:
        """How many devices are connected."""
        return len(self._front)

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
        if any(listener.draining for listener, _, _ in self._plan.listeners):
            return "SoftDock is about to stop."
        return None

    def _trace(
        self, terminal: str, tell: Callable[[TracedLine], None], *, unmasked: bool
    ) -> tuple[list[int], Callable[[], None]]:
        """See `ops.admin.answers.Wires`."""
        trace = Trace(terminal, tell, None if unmasked else masked)
        return self._front.begin_trace(trace), partial(self._front.end_trace, trace)


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
    required = {code: layout.required for code, layout in LAYOUTS.items()}
    problems = list(s.spoilt_messages(settings, file, required))
    for number, each in enumerate(settings.listen):
        if isinstance(each, s.Sip2Listener):
            try:
                with_tls(Factory(), each.tls)
            except ValueError as error:
                problems.append(s.Problem(s.Place(file, path=f"listen[{number}].tls"), str(error)))
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
    transactions: TransactionObserver | None = None,
    post: Post = ALONE,
) -> AdapterContext:
    """What the adapter to the library's system is told; without a reactor it is only to be checked."""
    return AdapterContext(
        library=key,
        zone=library.time_zone,
        currency=library.currency,
        now=Present(library.time_zone, time.time),
        directory=directory,
        reactor=reactor,
        transactions=transactions or NobodyWatches(),
        workers=post.workers,
        worker=post.worker,
    )


def _wrapped(listener: Listener, settings: s.Sip2Listener) -> IProtocolFactory:
    """`listener` with TLS and the PROXY protocol around it, as the settings ask."""
    served = with_tls(listener, settings.tls)
    if settings.proxy:
        return TrustedProxies(served, with_tls(listener.behind_proxy(), settings.tls), settings.proxy)
    return served


def _limits(limits: s.Limits, post: Post) -> Limits:
    return Limits(
        connections=post.share(limits.connections),
        per_address=limits.per_address,
        line_length=limits.line_length,
        login_time=float(limits.login_time),
        idle_time=float(limits.idle_time),
        failed_logins=limits.failed_logins,
    )


def _dialect_choice(settings: s.Settings) -> Callable[[Account, Dialect], Dialect]:
    """What an account's devices speak on a listener with a dialect of its own."""
    dialects = _dialects(settings)

    def choice(account: Account, default: Dialect) -> Dialect:
        # A listener that drains may have a dialect that the settings have no more.
        return dialects.get((account.profile or default.name, account.library), default)

    return choice


def _dialects(settings: s.Settings) -> Mapping[tuple[str, LibraryId], Dialect]:
    """Every profile as it is spoken at every library: local times are the library's, unless a profile says."""
    return {
        (name, LibraryId(key)): dialect_of(name, profile, library.time_zone)
        for name, profile in settings.profiles.items()
        for key, library in settings.libraries.items()
    }


_TERMINATORS = {"cr": b"\r", "crlf": b"\r\n", "lf": b"\n"}


def dialect_of(name: str, profile: s.Profile, library_zone: tzinfo) -> Dialect:
    """The profile `name` as the wire knows it, for devices of a library in `library_zone`."""
    zone = profile.time_zone or library_zone
    return Dialect(
        name=name,
        charset=Charset(profile.charset),
        fallback_charset=Charset(profile.fallback_charset) if profile.fallback_charset else None,
        terminator=_TERMINATORS[profile.terminator],
        delimiter=profile.delimiter,
        delimiter_replacement=profile.delimiter_replacement,
        error_detection=ErrorDetection(profile.error_detection),
        lenient=profile.lenient,
        unknown_messages_rejected=profile.unknown_messages == "request-resend",
        telnet_login=profile.login == "telnet",
        field_length=profile.field_length,
        field_length_in_bytes=profile.field_length_unit == "bytes",
        print_width=profile.print_width,
        zone=zone,
        language=profile.language,
        date_format=profile.date_format,
        texts={
            language: {reason: text.in_language(language) for reason, text in profile.texts.items()}
            for language in LANGUAGES
        },
        own_institution_only=profile.institution == "own",
        resensitize_on_refusal=profile.resensitize_on_refusal,
        show_unverified=frozenset(map(Shown, profile.show_unverified)),
        omitted=profile.omit,
        extra_fields=s.compile_extra_fields(profile.extra_fields, zone),
        passed_fields=profile.pass_fields,
        retries=profile.retries,
    )
