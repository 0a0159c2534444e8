"""What nobody may read in a log."""

from collections.abc import Iterable, Iterator, Mapping

from softdock.adapters import AdapterSettingsError, Secret
from softdock.kit.checks.check import Need, check
from softdock.kit.checks.trial import Trial
from softdock.kit.counterparts.port import Expected, Referred
from softdock.kit.simulators.faults import Harm

_HARMS = (Harm.RESET, Harm.HALF, Harm.ERROR, Harm.PAGE, Harm.CHARSET)
_SHORTEST = 4
"""Characters of a secret that is looked for."""


@check(
    "KIT-23",
    "keeps-people-private",
    "No card, PIN or name is in what it logs, raises or shows of itself.",
    needs=[Need.COUNTERPART],
)
async def keeps_people_private(trial: Trial) -> None:
    """Whatever is asked, and whatever goes wrong."""
    shown = await _everything(trial)
    for text in trial.played.personal:
        for where in _holding(shown, text):
            trial.found(
                f"Something about a patron ({len(text)} characters) is shown: {_around(where, text)}",
                trial.subject.place,
            )
            break


@check(
    "KIT-24",
    "keeps-secrets",
    "No password or key of the settings is in what it logs, raises or shows of itself.",
    needs=[Need.COUNTERPART],
)
async def keeps_secrets(trial: Trial) -> None:
    """Nor in what it says of settings that are wrong."""
    shown = await _everything(trial)
    shown += [_complaint(trial, settings) for settings in _spoiled(trial.settings())]
    for secret in _secrets(trial.settings()):
        for where in _holding(shown, secret):
            trial.found(f"A secret of the settings is shown: {_around(where, secret)}", trial.subject.place)
            break


async def _everything(trial: Trial) -> list[str]:
    """What is logged, raised and shown while everything is asked and everything goes wrong."""
    shown = []
    for expected in Expected:
        for case in await trial.offered(expected):
            adapter = await trial.adapter(case.settings)
            came = await trial.ask(case)
            shown += [repr(adapter), repr(came.outcome), repr(came.error), str(came.error)]
    if trial.played.faults is not None:
        for case in await trial.offered(Expected.DONE, one_each=True):
            for harm in _HARMS:
                trial.played.play(case)
                trial.played.faults.every(harm)
                came = await trial.ask(case, afresh=False)
                shown += [repr(came.error), str(came.error)]
    return shown + trial.logged


def _complaint(trial: Trial, settings: Mapping[str, object]) -> str:
    """What is said of settings that are wrong."""
    try:
        trial.subject.make(settings, trial.context)
    except AdapterSettingsError as error:
        return f"{error} {error!r}"
    return ""


def _spoiled(good: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """A key that nobody knows; and each secret where a list of secrets stands."""
    yield {**good, "no_such_key": "x"}
    for name, value in good.items():
        if isinstance(value, Referred | Secret):
            yield {**good, name: [value]}


def _holding(shown: Iterable[str], text: str) -> Iterator[str]:
    return (each for each in shown if text in each)


def _around(where: str, text: str) -> str:
    """Where it stands, with stars in its place."""
    before, _, behind = where.partition(text)
    return f"{before[-40:]}***{behind[:20].replace(text, '***')}".replace("\n", " ")


def _secrets(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _secrets(each)
    elif isinstance(value, Referred) and len(value) >= _SHORTEST:
        yield str.__str__(value)
    elif isinstance(value, Secret) and len(value.reveal()) >= _SHORTEST:
        yield value.reveal()
