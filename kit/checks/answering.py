"""What an adapter answers while nothing goes wrong on the way."""

from collections.abc import Sequence

from softdock.adapters import LibrarySystemError, SystemUnavailable
from softdock.adapters.base import METHODS
from softdock.kit.checks.check import Level, Need, check
from softdock.kit.checks.trial import Trial, can_do
from softdock.kit.counterparts.port import Case, Expected


@check(
    "KIT-06",
    "opens-and-closes",
    "It opens and closes, and leaves neither a connection nor a timer behind.",
    needs=[Need.COUNTERPART],
)
async def opens_and_closes(trial: Trial) -> None:
    """Without having been asked anything, after it was asked, and twice."""
    unused = trial.subject.make(trial.settings(), trial.context)
    await unused.open()
    await unused.close()
    await unused.close()
    for case in (await trial.offered(Expected.DONE, one_each=True))[:2]:
        adapter = await trial.adapter(case.settings)
        await trial.ask(case)
        await trial.close()
        came = await trial.ask(case, adapter)
        if not came.is_named:
            trial.found(f"Asked once it is closed ({case.name}), it raises {came}.", case.place)
    await nothing_is_left(trial)


async def nothing_is_left(trial: Trial) -> None:
    """Tell what is left on the reactor once the adapter and its counterpart are closed."""
    await trial.close()
    await trial.played.stop()
    reactor = trial.reactor

    def left() -> list[str]:
        sockets = [each for each in reactor.getReaders() if each is not reactor.waker]
        timers = [each for each in reactor.getDelayedCalls() if each.getTime() - reactor.seconds() < _OURS]
        return [*(type(each).__name__ for each in sockets), *(_named(each.func) for each in timers)]

    if not await trial.turn_until(lambda: len(left()) <= 1):  # the one timer is that by which we look again
        trial.found(f"Closed, it leaves on the reactor: {', '.join(left()[:3])}.", trial.subject.place)


_OURS = 40.0
"""Seconds: what is due later is the check's own limit."""


def _named(function: object) -> str:
    return str(getattr(function, "__qualname__", type(function).__name__))


@check("KIT-07", "answers-well", "What can be done is done, and answered so.", needs=[Need.COUNTERPART])
async def answers_well(trial: Trial) -> None:
    """Every case that is to be done, over a real connection."""
    cases = await trial.offered(Expected.DONE)
    if not cases:
        trial.found("There is no operation that could be tried.", trial.subject.place)
    await _all_as_expected(trial, cases)


@check(
    "KIT-08",
    "refuses-well",
    "What cannot be done is refused, with its reason, and nothing is changed.",
    needs=[Need.COUNTERPART],
)
async def refuses_well(trial: Trial) -> None:
    """Every case that is to be refused."""
    await _all_as_expected(trial, await trial.offered(Expected.REFUSED), changes=False)


@check(
    "KIT-09",
    "fails-well",
    "A reply that says that the system has failed becomes one of the errors that there are.",
    needs=[Need.COUNTERPART],
)
async def fails_well(trial: Trial) -> None:
    """Every case that is to fail."""
    await _all_as_expected(trial, await trial.offered(Expected.FAILED))


async def _all_as_expected(trial: Trial, cases: Sequence[Case], *, changes: bool = True) -> None:
    for case in cases:
        trial.played.play(case)
        before = trial.played.state()
        came = await trial.ask(case, afresh=False)
        if not came.fits(case):
            because = f": {came.error}" if came.error is not None else ""
            unknown = (
                f" It sent {trial.played.unexpected[0]}, of which the counterpart knows nothing."
                if trial.played.unexpected
                else ""
            )
            trial.found(
                f"{case.name}: {_said(case)} is expected, and {came} comes{because}.{unknown}", case.place
            )
        elif not changes and trial.played.state() != before:
            trial.found(f"{case.name}: it is refused, and has changed the books.", case.place)


def _said(case: Case) -> str:
    return case.expected.value if case.reason is None else f"{case.expected.value} ({case.reason.value})"


@check(
    "KIT-10",
    "is-tried-in-full",
    "Every operation that it offers was tried.",
    level=Level.SHOULD,
    needs=[Need.COUNTERPART, Need.CHANGES],
)
async def is_tried_in_full(trial: Trial) -> None:
    """What no case asks for is not proven by any check."""
    adapter = await trial.adapter()
    tried = {type(each.operation) for each in await trial.offered(Expected.DONE)}
    for operation, method in METHODS.items():
        if (
            operation.capability in adapter.capabilities
            and can_do(adapter, operation)
            and operation not in tried
        ):
            name = method.replace("_", "-")
            trial.found(f"{name} is offered, and nothing here does it.", trial.subject.place)


@check(
    "KIT-11",
    "answers-again",
    "Asked the same once more, and something else in between, it answers each time.",
    needs=[Need.COUNTERPART],
)
async def answers_again(trial: Trial) -> None:
    """One connection after the other, one request after the other: no reply belongs to another request."""
    cases = [
        each for each in await trial.offered(Expected.DONE, one_each=True) if not each.operation.changes_state
    ]
    first = {each.name: await trial.ask(each) for each in cases}
    for _ in range(2):
        for case in cases:
            came = await trial.ask(case)
            if came.is_named and first[case.name].outcome != came.outcome:
                trial.found(f"{case.name}: asked once more, it is answered otherwise.", case.place)


@check(
    "KIT-12",
    "knows-absence",
    "Where the system is away, it says that nothing was sent.",
    needs=[Need.COUNTERPART, Need.FAULTS],
)
async def knows_absence(trial: Trial) -> None:
    """SystemUnavailable, for whichever operation."""
    cases = await trial.offered(Expected.DONE, one_each=True)
    adapters = {each.name: await trial.adapter(each.settings) for each in cases}
    await trial.played.stop()
    for case in cases:
        came = await trial.ask(case, adapters[case.name])
        if not isinstance(came.error, SystemUnavailable):
            trial.found(
                f"{case.name}: nobody is there, and {came} comes in place of SystemUnavailable.", case.place
            )


@check(
    "KIT-13",
    "probes-without-effect",
    "A probe changes nothing, and tells when the system is away.",
    needs=[Need.COUNTERPART],
)
async def probes_without_effect(trial: Trial) -> None:
    """The books, and what was asked for, are compared."""
    adapter = await trial.adapter()
    played = trial.played
    played.play(None)
    before = played.state()
    try:
        if played.answers_probe:
            await adapter.probe()
    except LibrarySystemError as error:
        trial.found(
            f"The system is there, and the probe says {type(error).__name__}: {error}.", trial.subject.place
        )
    if played.state() != before:
        trial.found("The probe has changed the books.", trial.subject.place)
    if not adapter.can_probe or played.faults is None:
        return
    await played.stop()
    try:
        await adapter.probe()
    except LibrarySystemError:
        return
    trial.found("Nobody is there, and the probe does not say so.", trial.subject.place)
