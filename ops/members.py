"""From the settings to the libraries, their systems and the accounts.

A library's system is kept from one settings to the next as long as nothing is changed about it, nor in a file that
it was made from: it may hold connections, books and work under way.  A new or changed one is made beside it, and opened before it takes over.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from twisted.internet.defer import CancelledError
from twisted.logger import Logger

from softdock.adapters.base import AdapterContext, AdapterSettingsError
from softdock.adapters.registry import AdapterNotFound, load_adapter
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.locale import LANGUAGES
from softdock.circulation.ports import LibrarySystem
from softdock.consortium.accounts import AccountBook
from softdock.consortium.directory import Downtime, Library
from softdock.consortium.gates import most_waiting
from softdock.consortium.ownership import Asked, Claim, Listed, Marked, Pattern
from softdock.consortium.passwords import Compare
from softdock.consortium.resilience import BreakerRules
from softdock.mappings.complaints import Complaint
from softdock.ops import settings as s

_log = Logger()

_INDEX = re.compile(r"\[(\d+)\]\.?")
"""A step into a list, within the path of a complaint."""


class Membership(NamedTuple):
    """The libraries of one settings, and what becomes of their systems when they take over."""

    libraries: list[Library]
    settings: Mapping[str, s.Library]
    new: list[LibrarySystem]
    """To be opened first."""
    leaving: list[LibrarySystem]
    """To be closed afterwards, when nothing is under way there any more."""
    contexts: Mapping[LibraryId, AdapterContext]
    """What the system of each was made of."""

    async def open(self) -> None:
        """Open the new systems.  Raises what the first that cannot be opened raises; then none of them is open."""
        for number, each in enumerate(self.new):
            try:
                await each.open()
            except Exception as error:  # CancelledError as well: SoftDock stops
                await close(reversed(self.new[: number + 1]))
                if isinstance(error, AdapterSettingsError):
                    raise self._placed(error, each) from None
                raise

    def _placed(self, error: AdapterSettingsError, system: LibrarySystem) -> AdapterSettingsError:
        """`error` with its places as they are among many libraries: whose database is it?"""
        name = next(each.id for each in self.libraries if each.system is system)
        return AdapterSettingsError(
            [
                (f"libraries.{name}.system.{place}".rstrip("."), sentence)
                for place, sentence in error.complaints
            ]
        )


NOBODY = Membership([], {}, [], [], {})


async def close(systems: Iterable[LibrarySystem]) -> None:
    """Close `systems`.  One that cannot be closed does not keep the others open."""
    for each in systems:
        try:
            await each.close()
        except CancelledError:
            raise
        except Exception:  # noqa: BLE001 - a fault of an adapter, which is told and must not spread
            _log.failure("a library's system could not be closed")


def membership(
    settings: s.Settings, before: Membership, context_of: Callable[[LibraryId, s.Library], AdapterContext]
) -> Membership:
    """The libraries of `settings`, which follow on `before`; no system is opened or closed by this.

    `context_of` gives what the adapter of a library is told.  Raises ProblemsFound for what only the adapters
    can tell is wrong.
    """
    kept = {each.id: each.system for each in before.libraries}
    systems: dict[LibraryId, LibrarySystem] = {}
    contexts: dict[LibraryId, AdapterContext] = {}
    problems: list[s.Problem] = []
    for key, library in settings.libraries.items():
        name = LibraryId(key)
        if key in before.settings and _has_the_same_system(before.settings[key], library):
            contexts[name] = before.contexts[name]
            if not contexts[name].is_outdated():
                systems[name] = kept[name]
                continue
        contexts[name] = context_of(name, library)
        try:
            systems[name] = _system(library, contexts[name])
        except s.ProblemsFound as found:
            problems += found.problems
    problems += _shared_too_often(settings, contexts)
    if problems:
        raise s.ProblemsFound(problems)
    return Membership(
        libraries=[
            _library(LibraryId(key), each, systems[LibraryId(key)], contexts[LibraryId(key)])
            for key, each in settings.libraries.items()
        ],
        settings=settings.libraries,
        new=[each for key, each in systems.items() if kept.get(key) is not each],
        leaving=[each for key, each in kept.items() if systems.get(key) is not each],
        contexts=contexts,
    )


def _has_the_same_system(before: s.Library, now: s.Library) -> bool:
    """Whether everything is the same that an adapter is told."""
    return (before.system.adapter, before.system.options, before.time_zone, before.currency) == (
        now.system.adapter, now.system.options, now.time_zone, now.currency,
    )  # fmt: skip


def account_book(
    settings: s.Settings, compare: Compare, clock: Any, before: AccountBook | None
) -> AccountBook:
    """The accounts; who guesses is known from the book that was there before."""
    users = [each for each in settings.accounts if isinstance(each, s.UserAccount)]
    addresses = [each for each in settings.accounts if isinstance(each, s.AddressAccount)]
    return AccountBook(
        {each.user: (each.account(), each.password_hash) for each in users},
        [(each.address, each.account()) for each in addresses],
        compare,
        clock,
        before.failures if before is not None else None,
    )


def _system(library: s.Library, context: AdapterContext) -> LibrarySystem:
    """The adapter to the library's system, made but not opened."""
    options = library.system.options
    try:
        return load_adapter(library.system.adapter, context.directory)(options, context)
    except AdapterNotFound as error:
        raise s.ProblemsFound([s.Problem(options.place, str(error))]) from None
    except AdapterSettingsError as error:
        raise s.ProblemsFound(problems_with(options, error.complaints)) from None


def problems_with(options: s.Table, found: Iterable[Complaint]) -> list[s.Problem]:
    """What an adapter complains of in the `options` of a system, at its places in the settings."""
    return [s.Problem(_place_of(place, options), sentence) for place, sentence in found]


def _place_of(complaint: str, options: s.Table) -> s.Place:
    """Where in the settings an adapter's complaint belongs: at the last key of its path that is written there."""
    node: s.Node = options
    place, rest = options.place, complaint
    while rest:
        if isinstance(node, s.Table):
            keys = [key for key in node if rest == key or rest.startswith((f"{key}.", f"{key}["))]
            if not keys:
                break
            key = max(keys, key=len)  # a key may have dots of its own
            place, node, rest = node.key_place(key), node[key], rest[len(key) :].removeprefix(".")
        elif isinstance(node, s.Series) and (found := _INDEX.match(rest)) and int(found[1]) < len(node):
            node = node[int(found[1])]
            place, rest = node.place, rest[found.end() :]
        else:
            break
    path = f"{place.path}{'' if rest.startswith('[') else '.'}{rest}" if rest else place.path
    return s.Place(place.file, place.line, place.column, path)


def _shared_too_often(
    settings: s.Settings, contexts: Mapping[LibraryId, AdapterContext]
) -> Iterator[s.Problem]:
    for key, library in settings.libraries.items():
        workers = contexts[LibraryId(key)].workers
        if library.concurrent is not None and library.concurrent < workers:
            yield s.Problem(
                s.Place(library.system.options.place.file, path=f"libraries.{key}.concurrent"),
                f"{library.concurrent} cannot be shared out among {workers} workers.",
                f"Allow {workers} operations at least, or let fewer workers run.",
            )


def _library(key: LibraryId, library: s.Library, system: LibrarySystem, context: AdapterContext) -> Library:
    zone, downtime = library.time_zone, library.downtime
    concurrent = most_waiting(system) if library.concurrent is None else library.concurrent
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
        items=_claims(library.items, library.isil),
        patrons=_claims(library.patrons, library.isil),
        concurrent=context.share(concurrent),
        breaker=BreakerRules(
            library.breaker.failures, float(library.breaker.pause), float(library.breaker.longest)
        ),
        recovery=library.recovery.policy(),
    )


def _claims(rules: Iterable[s.OwnershipRule], isil: str) -> list[Claim]:
    return [_claim(each, isil) for each in rules]


def _claim(rule: s.OwnershipRule, isil: str) -> Claim:
    if rule.listed is not None:
        return Listed(rule.listed)
    if rule.isil is not None:
        return Marked(isil + rule.isil)
    if rule.ask is not None:
        return Asked(rule.ask)
    return Pattern(rule.prefix or "", rule.length)
