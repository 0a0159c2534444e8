"""The composition root: settings in, running services out.

Read `Server.__init__` from top to bottom: it makes one thing after another and hands each what it needs.
Nothing else in SoftDock knows all of the parts.
"""

import gc
import resource
import time
from collections.abc import Mapping
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, DeferredList, maybeDeferred
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IListeningPort, IProtocolFactory
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure

from softdock import __version__
from softdock.adapters.base import AdapterContext, AdapterSettingsError
from softdock.adapters.registry import AdapterNotFound, load_adapter
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.locale import LANGUAGES
from softdock.circulation.ports import LibrarySystem
from softdock.circulation.present import Present
from softdock.consortium.accounts import AccountBook, PasswordComparer
from softdock.consortium.desk import ConsortiumDesk
from softdock.consortium.directory import Directory, Downtime, Library
from softdock.ops import settings as s
from softdock.ops.exposition import registry_of
from softdock.ops.health import health_site
from softdock.ops.lag import ReactorLag
from softdock.ops.listening import TrustedProxies, listen, with_tls
from softdock.ops.logging import Level, Log
from softdock.ops.metrics import Metrics
from softdock.ops.observers import Observers
from softdock.ops.operation_log import LogObserver
from softdock.protocols.sip2.charsets import Charset
from softdock.protocols.sip2.dialect import Dialect, ErrorDetection, Shown
from softdock.protocols.sip2.layouts import LAYOUTS
from softdock.protocols.sip2.listener import Front, Limits, Listener
from softdock.store.database import NobodyWatches, TransactionObserver


class Server:
    """Everything that runs, made from settings; `start` it once, `stop` it once."""

    def __init__(self, settings: s.Settings, directory: Path, reactor: Any, log: Log) -> None:
        """`directory` is where files lie that the settings name.

        Raises ProblemsFound for what only an adapter can tell is wrong.
        """
        if misfits := _misfits(settings):
            raise s.ProblemsFound(misfits)
        self._settings = settings
        self._reactor = reactor
        self._ports: list[IListeningPort] = []

        self._lag = ReactorLag(reactor)
        metrics = Metrics()
        observer = Observers(metrics, LogObserver(log))

        self._libraries = [
            _library(LibraryId(key), each, _system(LibraryId(key), each, directory, reactor, observer))
            for key, each in settings.libraries.items()
        ]
        desk = ConsortiumDesk(Directory(self._libraries), observer, reactor, Present(UTC, time.time))

        self._passwords = PasswordComparer(reactor)
        accounts = _account_book(settings, self._passwords, reactor)

        dialects = _dialects(settings)
        front = Front(
            desk,
            accounts,
            observer,
            lambda account, default: dialects[account.profile or default.name, account.library],
            reactor,
            time.time,
        )
        zones = {library.zone for library in self._libraries}
        zone = zones.pop() if len(zones) == 1 else UTC
        self._listeners = [
            Listener(
                f"sip2 {each.sip2}",
                front,
                dialect_of(each.profile, settings.profiles[each.profile], zone),
                _limits(each.limits),
            )
            for each in settings.listen
            if isinstance(each, s.Sip2Listener)
        ]

        self._health = health_site(
            {"listeners": self._listeners_ready}, registry_of(metrics, self._lag, lambda: log.lines.lost)
        )

    async def start(self) -> None:
        """Open the libraries' systems, then listen.  Raises CannotListenError."""
        for library in self._libraries:
            await library.system.open()
        self._lag.start()
        listeners = iter(self._listeners)
        for each in self._settings.listen:
            if isinstance(each, s.Sip2Listener):
                factory = _wrapped(next(listeners), each)
                self._ports.append(listen(self._reactor, each.sip2.host, each.sip2.port, factory))
            else:
                self._ports.append(listen(self._reactor, each.ops.host, each.ops.port, self._health))
        # What exists now lives as long as the process; the collector need not walk it again and again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)

    async def stop(self) -> None:
        """No new connections; what is under way is answered, within the grace period; then close everything."""
        for port, each in zip(self._ports, self._settings.listen, strict=False):
            if isinstance(each, s.Sip2Listener):
                await maybeDeferred(port.stopListening)
        await DeferredList([each.drain(self._settings.grace) for each in self._listeners])
        for port in self._ports:
            await maybeDeferred(port.stopListening)
        self._lag.stop()
        for library in self._libraries:
            await library.system.close()
        self._passwords.close()

    @property
    def addresses(self) -> list[str]:
        """Where SoftDock listens, as `host:port`, in the order of the settings."""
        hosts: list[Any] = [port.getHost() for port in self._ports]
        return [str(s.HostPort(each.host, each.port)) for each in hosts]

    def _listeners_ready(self) -> str | None:
        """For /readyz: what is in the way of serving devices, if something is."""
        if not self._ports:
            return "The listeners are not open yet."
        if any(each.draining for each in self._listeners):
            return "SoftDock is about to stop."
        return None


def _misfits(settings: s.Settings, file: str = "settings") -> list[s.Problem]:
    """What profiles ask for that would break the messages of the standard, which the settings do not know."""
    problems = []
    for name, profile in settings.profiles.items():
        for code, omitted in profile.omit.items():
            for field in sorted(omitted & (LAYOUTS[code].required | PROOFS)):
                place = s.Place(file, path=f"profiles.{name}.omit.{code}")
                problems.append(
                    s.Problem(place, f"{field} can not be left out of {code}.", "Take it out of the list.")
                )
        for code, rules in profile.extra_fields.items():
            for field in sorted(rules.keys() & (IDENTITIES | PROOFS)):
                place = rules[field].place
                problems.append(
                    s.Problem(place, f"{field} of {code} is not for a rule to say.", "Take it out.")
                )
    return problems


PROOFS = frozenset({"BL", "CQ", "BX"})
IDENTITIES = frozenset({"AA", "AB", "AO"})
"""Fields that say who it is about and whether that is proven: devices act on them."""


def check(path: Path | None) -> list[s.Problem]:
    """Everything that is wrong with the settings at `path` (None: the demo's), short of starting."""
    try:
        settings, directory = _read(path)
    except s.ProblemsFound as found:
        return list(found.problems)
    problems = _misfits(settings, str(path or "demo.yaml"))
    for key, library in settings.libraries.items():
        try:
            _system(LibraryId(key), library, directory)
        except s.ProblemsFound as found:
            problems += found.problems
    for number, each in enumerate(settings.listen):
        if isinstance(each, s.Sip2Listener) and each.tls is not None:
            try:
                with_tls(Factory(), each.tls.certificate, each.tls.key, each.tls.client_ca)
            except ValueError as error:
                problems.append(
                    s.Problem(s.Place(str(path or "demo.yaml"), path=f"listen[{number}].tls"), str(error))
                )
    return problems


def run(path: Path | None) -> int:
    """Serve by the settings at `path` (None: the demo's) until SIGTERM or SIGINT; the exit code.

    Raises ProblemsFound, or OSError for the demo's folder, before anything has started.
    """
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs it

    settings, directory = _read(path)
    if path is None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = Log(as_json=settings.log.format == "json", level=Level[settings.log.level.upper()])
    server = Server(settings, directory, reactor, log)
    log.install()
    _allow_many_connections()
    codes = [0]

    def failed(failure: Failure) -> None:
        codes[0] = 3
        if isinstance(failure.value, CannotListenError | ValueError | OSError):
            log.events.error("SoftDock cannot start", reason=failure.getErrorMessage())
        else:
            log.events.error("SoftDock cannot start", exc_info=failure.value)
        reactor.stop()

    def started(_: None) -> None:
        log.events.info("SoftDock is ready", version=__version__, listening=" ".join(server.addresses))

    def stop() -> Deferred[None]:
        log.events.info("SoftDock is about to stop")
        return Deferred.fromCoroutine(server.stop())

    reactor.callWhenRunning(lambda: Deferred.fromCoroutine(server.start()).addCallbacks(started, failed))
    reactor.addSystemEventTrigger("before", "shutdown", stop)
    log.lines.gather(lambda flush: reactor.callLater(0, flush))
    reactor.run()
    log.lines.gather(None)
    return codes[0]


def _read(path: Path | None) -> tuple[s.Settings, Path]:
    """The settings, and the folder where the files lie that they name."""
    if path is None:
        return s.demo_settings(), s.demo_folder()
    return s.load_settings(path), path.parent


def _allow_many_connections() -> None:
    """Raise the limit of open files as far as the system lets us: each device is one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


# --- from settings to parts ---------------------------------------------------------------------------


def _system(
    key: LibraryId,
    library: s.Library,
    directory: Path,
    reactor: Any = None,
    transactions: TransactionObserver | None = None,
) -> LibrarySystem:
    """The adapter to the library's system, made but not opened; without a reactor it is only to be checked."""
    context = AdapterContext(
        library=key,
        zone=library.time_zone,
        currency=library.currency,
        now=Present(library.time_zone, time.time),
        directory=directory,
        reactor=reactor,
        transactions=transactions or NobodyWatches(),
    )
    options = library.system.options
    try:
        return load_adapter(library.system.adapter)(options, context)
    except AdapterNotFound as error:
        raise s.ProblemsFound([s.Problem(options.place, str(error))]) from None
    except AdapterSettingsError as error:
        raise s.ProblemsFound(
            [s.Problem(_place_of(place, options), sentence) for place, sentence in error.complaints]
        ) from None


def _place_of(complaint: str, options: s.Table) -> s.Place:
    """Where in the settings an adapter's complaint belongs: at the key that it names, else at the system."""
    key = complaint.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]
    place = options.key_place(key) if key in options else options.place
    inside = options.place.inside(complaint)
    return s.Place(place.file, place.line, place.column, inside)


def _library(key: LibraryId, library: s.Library, system: LibrarySystem) -> Library:
    zone, downtime = library.time_zone, library.downtime
    return Library(
        id=key,
        names={language: library.name.in_language(language) for language in LANGUAGES}
        if library.name
        else {},
        system=system,
        zone=zone,
        currency=library.currency,
        deadline=float(library.deadline),
        offline=library.offline,
        downtime=None
        if downtime is None
        else Downtime(
            begins=downtime.start.replace(tzinfo=zone) if downtime.start else None,
            ends=downtime.until.replace(tzinfo=zone) if downtime.until else None,
            text={language: downtime.text.in_language(language) for language in LANGUAGES}
            if downtime.text
            else None,
        ),
    )


def _account_book(settings: s.Settings, passwords: PasswordComparer, reactor: Any) -> AccountBook:
    users = [each for each in settings.accounts if isinstance(each, s.UserAccount)]
    addresses = [each for each in settings.accounts if isinstance(each, s.AddressAccount)]
    return AccountBook(
        {each.user: (each.account(), each.password_hash) for each in users},
        [(each.address, each.account()) for each in addresses],
        passwords.compare,
        reactor,
    )


def _wrapped(listener: Listener, settings: s.Sip2Listener) -> IProtocolFactory:
    """`listener` with TLS and the PROXY protocol around it, as the settings ask."""

    def encrypted(factory: IProtocolFactory) -> IProtocolFactory:
        tls = settings.tls
        return factory if tls is None else with_tls(factory, tls.certificate, tls.key, tls.client_ca)

    if settings.proxy:
        return TrustedProxies(encrypted(listener), encrypted(listener.behind_proxy()), settings.proxy)
    return encrypted(listener)


def _limits(limits: s.Limits) -> Limits:
    return Limits(
        connections=limits.connections,
        per_address=limits.per_address,
        line_length=limits.line_length,
        login_time=float(limits.login_time),
        idle_time=float(limits.idle_time),
        failed_logins=limits.failed_logins,
    )


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
        retries=profile.retries,
    )
