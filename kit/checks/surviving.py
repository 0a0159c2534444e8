"""What an adapter does when something goes wrong on the way: to any request of any operation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any

from twisted.internet.defer import CancelledError

from softdock.adapters import Done, LibrarySystem
from softdock.kit.checks.answering import nothing_is_left
from softdock.kit.checks.check import Need, check
from softdock.kit.checks.subject import FolderSubject
from softdock.kit.checks.trial import PATIENCE, Came, Trial
from softdock.kit.counterparts.port import Case, Expected, Heard
from softdock.kit.simulators.faults import Harm

GRACE = 1.0
"""Seconds after which an operation is given up that still waits for a better answer, as it is at a device's deadline."""


class NoEnd(Exception):
    """An operation goes on for ever: there is no use in asking for more."""


_FAILS = (Need.COUNTERPART, Need.FAULTS)
_WORDS = {
    Harm.SLOW: "no answer comes", Harm.RESET: "the connection is reset", Harm.HALF: "half a reply comes",
    Harm.CHARSET: "a wrong charset is declared", Harm.HUGE: "10 MB come", Harm.PAGE: "a page of HTML comes",
    Harm.ERROR: "status 500 comes", Harm.TWICE: "the reply comes twice",
}  # fmt: skip


@check(
    "KIT-14",
    "survives-silence",
    "Where no answer comes in time, it can be given up at once, and goes on.",
    needs=_FAILS,
)
async def survives_silence(trial: Trial) -> None:
    """As the desk gives it up at the deadline of a device."""
    await _survives(trial, Harm.SLOW)


@check(
    "KIT-15",
    "survives-reset",
    "Where the connection is reset, it says so by one of the errors that there are, and goes on.",
    needs=_FAILS,
)
async def survives_reset(trial: Trial) -> None:
    """Before anything was carried out, and behind it."""
    await _survives(trial, Harm.RESET)


@check("KIT-16", "survives-half-a-reply", "Half a reply is not taken for a whole one.", needs=_FAILS)
async def survives_half(trial: Trial) -> None:
    """The length that was announced never comes."""
    await _survives(trial, Harm.HALF)


@check(
    "KIT-17",
    "survives-a-wrong-charset",
    "A reply whose charset is declared wrongly is read right, or not at all.",
    needs=_FAILS,
)
async def survives_charset(trial: Trial) -> None:
    """Never are names and titles passed on that nobody wrote."""
    await _survives(trial, Harm.CHARSET)


@check("KIT-18", "survives-a-huge-reply", "A reply of 10 MB is turned away.", needs=_FAILS)
async def survives_huge(trial: Trial) -> None:
    """In good time, and the next request is answered."""
    await _survives(trial, Harm.HUGE)


@check(
    "KIT-19",
    "survives-another-reply",
    "A page of a gateway, or a status that tells of a failure, is not taken for an answer.",
    needs=_FAILS,
)
async def survives_page(trial: Trial) -> None:
    """What stands between us and the system answers in its place."""
    await _survives(trial, Harm.PAGE)
    await _survives(trial, Harm.ERROR)


@check(
    "KIT-20", "keeps-replies-apart", "A reply that comes twice answers nobody else's request.", needs=_FAILS
)
async def keeps_replies_apart(trial: Trial) -> None:
    """On the connection that the next request would take."""
    cases = await trial.offered(Expected.DONE, one_each=True)
    good = {each.name: await trial.ask(each) for each in cases}
    for case in cases:
        for other in cases:
            if other is case or other.operation.changes_state:
                continue
            trial.played.play(case)
            trial.played.harm(0, Harm.TWICE)
            await trial.ask(case, afresh=False)
            came = await trial.ask(other)
            is_another = came.outcome is not None and came.outcome != good[other.name].outcome
            if is_another or not came.is_named:
                trial.found(
                    f"{other.name}: behind a reply to {case.name} that came twice, {came} comes.", other.place
                )


@check(
    "KIT-21",
    "tells-lost-changes",
    "A change whose answer is lost is told as lost, and never sent again of its own accord.",
    needs=(*_FAILS, Need.CHANGES),
)
async def tells_lost_changes(trial: Trial) -> None:
    """Nothing that was done is told as not done; nothing is done twice."""
    for case in await trial.offered(Expected.DONE, one_each=True):
        if not case.operation.changes_state:
            continue
        heard = await _usual(trial, case)
        for number, usual in enumerate(heard):
            for harm in (Harm.RESET, Harm.SLOW):
                before, came = await _harmed(trial, case, number, harm, carried_out=True)
                if trial.played.state() != before and came.says_no:
                    trial.found(
                        f"{case.name}: it was done, its answer is lost ({_WORDS[harm]}), and {came} comes: that says that nothing was done.",
                        case.place,
                    )
                calls = [each.call for each in trial.played.heard]
                again = calls.count(usual.call) > [each.call for each in heard].count(usual.call)
                if usual.changed and again and not _may_be_repeated(trial, case):
                    trial.found(
                        f"{case.name}: {usual.call} was sent again, although its answer was only lost.",
                        case.place,
                    )
                _let_go(trial)


@check(
    "KIT-22",
    "cancels-cleanly",
    "An operation that is given up lets go of its connection, and leaves nothing behind.",
    needs=_FAILS,
)
async def cancels_cleanly(trial: Trial) -> None:
    """At each of its requests."""
    for case in await trial.offered(Expected.DONE, one_each=True):
        adapter = await trial.adapter(case.settings)
        for number in range(len(await _usual(trial, case))):
            await _harmed(trial, case, number, Harm.SLOW)
            counts = adapter.connections
            if counts is not None and not await trial.turn_until(partial(_is_idle, adapter)):
                trial.found(
                    f"{case.name}: given up, it still counts {_busy(adapter)} connections as busy.",
                    case.place,
                )
            _let_go(trial)
    await nothing_is_left(trial)


def _is_idle(adapter: LibrarySystem) -> bool:
    return not _busy(adapter)


def _busy(adapter: LibrarySystem) -> int:
    counts = adapter.connections
    return 0 if counts is None else counts.busy


# --- one harm -----------------------------------------------------------------------------------------


async def _usual(trial: Trial, case: Case) -> Sequence[Heard]:
    """What the counterpart hears of `case` while nothing goes wrong, and a session is open already."""
    await trial.ask(case)
    await trial.ask(case)
    trial.played.state()
    return list(trial.played.heard)


async def _harmed(
    trial: Trial, case: Case, number: int, harm: Harm, *, carried_out: bool | None = None
) -> tuple[object, Came]:
    """The state of the books before, and what comes of `case` if `harm` happens to the request of this number."""
    played = trial.played
    assert played.faults is not None
    adapter = await trial.adapter(case.settings)
    played.play(case)
    before = played.state()
    played.harm(number, harm, carried_out=carried_out)
    asked = trial.start(adapter, case)
    ended: list[object] = []

    def note(result: Any) -> Any:
        ended.append(None)
        return result

    asked.addBoth(note)
    faults = played.faults
    waits = GRACE if harm is not Harm.SLOW else PATIENCE
    await trial.turn_until(lambda: ended or faults.held, waits)
    if not ended:
        asked.cancel()
    if not await trial.turn_until(lambda: ended):
        trial.found(
            f"{case.name}: {_WORDS[harm]} for request {number + 1}, and it cannot be given up.", case.place
        )
        raise NoEnd
    return before, await trial.came_of(asked)


def _let_go(trial: Trial) -> None:
    """Let the counterpart answer whoever was held back: nobody listens any more."""
    if trial.played.faults is not None:
        trial.played.faults.release()


async def _survives(trial: Trial, harm: Harm) -> None:
    """Let `harm` happen to each request of each operation."""
    for case in await trial.offered(Expected.DONE, one_each=True):
        good = await trial.ask(case)
        heard = await _usual(trial, case)
        for number, usual in enumerate(heard):
            before, came = await _harmed(trial, case, number, harm)
            once = len(trial.played.heard) == len(heard)
            _judge(trial, case, harm, came, good, alone=once and (len(heard) == 1 or usual.changed))
            if trial.played.state() != before and came.says_no:
                trial.found(
                    f"{case.name}: {_WORDS[harm]}, it was done all the same, and {came} comes: that says that nothing was done.",
                    case.place,
                )
            _let_go(trial)
            after = await trial.ask(case)
            if not after.fits(case):
                trial.found(
                    f"{case.name}: {_WORDS[harm]}, and the request behind it comes to {after}.", case.place
                )


def _texts(value: object) -> Iterator[str]:
    """The texts in an outcome; its times are those of when it was asked."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for each in fields(value):
            yield from _texts(getattr(value, each.name))
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from (*_texts(key), *_texts(each))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _judge(trial: Trial, case: Case, harm: Harm, came: Came, good: Came, *, alone: bool) -> None:
    """Tell what is wrong with `came`; `alone` if nothing but the request that was harmed could have told what it says."""
    if not came.is_named and not (harm is Harm.SLOW and isinstance(came.error, CancelledError)):
        trial.found(
            f"{case.name}: {_WORDS[harm]}, and {came} is raised, which is none of the errors that there are: {came.error}.",
            case.place,
        )
    if not isinstance(came.outcome, Done):
        return
    if harm is Harm.CHARSET and list(_texts(came.outcome)) != list(_texts(good.outcome)):
        trial.found(f"{case.name}: {_WORDS[harm]}, and other texts are read than were sent.", case.place)
    elif harm not in (Harm.CHARSET, Harm.RESET) and alone and not case.operation.changes_state:
        trial.found(f"{case.name}: {_WORDS[harm]}, and it is answered as done.", case.place)
    elif harm in (Harm.HALF, Harm.HUGE) and alone:
        trial.found(f"{case.name}: {_WORDS[harm]}, and it is told as done.", case.place)


def _may_be_repeated(trial: Trial, case: Case) -> bool:
    """Whether a step of the map says that the system recognises what comes twice."""
    from softdock.adapters.declarative.vocabulary import name_of  # noqa: PLC0415 - for this question alone

    subject = trial.subject
    of = subject.compiled.maps.get(name_of(case.operation)) if isinstance(subject, FolderSubject) else None
    return of is not None and any(each.repeatable for each in of.steps)
