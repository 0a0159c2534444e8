"""What an adapter says of itself: its name, its settings, its examples."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, cast

from pydantic import BaseModel

from softdock.adapters import API_VERSION, AdapterSettings, AdapterSettingsError
from softdock.adapters.declarative.asking import NotAsked
from softdock.adapters.declarative.examples import failing_examples, reading_of
from softdock.adapters.declarative.vocabulary import VERIFY_PIN
from softdock.adapters.registry import load_adapter
from softdock.adapters.transports.registry import transport_kind
from softdock.circulation.errors import LibrarySystemError
from softdock.kit.checks.check import Level, Need, check
from softdock.kit.checks.subject import ClassSubject, FolderSubject, Subject
from softdock.kit.checks.trial import Trial
from softdock.mappings.files.grammar import BackEndPart, texts_of
from softdock.mappings.problems import ProblemsFound

_LANGUAGES: Final = ("zh", "en")
_UNKNOWN: Final = "no_such_key"


@check(
    "KIT-01", "declares-itself", "It says what it is, for which version it was written, and what it can do."
)
async def declares_itself(trial: Trial) -> None:
    """A name and a description; a class its version as well; at least one operation."""
    subject = trial.subject
    if isinstance(subject, FolderSubject):
        if not texts_of(subject.file.name):
            trial.found("It has no name for people. Write name: in adapter.yaml.", subject.place)
        if not subject.file.description:
            trial.found("It does not say what it speaks. Write description: in adapter.yaml.", subject.place)
        if not set(subject.compiled.maps) - {VERIFY_PIN}:
            trial.found("It has no map of an operation.", subject.place)
    elif isinstance(subject, ClassSubject):
        adapter = subject.adapter
        if not (adapter.__doc__ or "").strip():
            trial.found("The class has no docstring that says what it speaks.", subject.place)
        if adapter.api_version is None:
            trial.found(
                f"It does not say for which version it was written: api_version = {API_VERSION}.",
                subject.place,
            )
        elif adapter.api_version != API_VERSION:
            trial.found(
                f"It was written for version {adapter.api_version}, and this is version {API_VERSION}.",
                subject.place,
            )
        if not adapter.overridden:
            trial.found("It overrides no operation.", subject.place)


@check(
    "KIT-02",
    "describes-its-settings",
    "Every setting of its own is described, in Chinese and English.",
    level=Level.SHOULD,
)
async def describes_its_settings(trial: Trial) -> None:
    """A class describes them in one language, by docstrings below the fields."""
    subject = trial.subject
    if isinstance(subject, FolderSubject):
        for name, part in subject.file.settings.items():
            said = texts_of(part.description)
            missing = [] if said.get("") else [each for each in _LANGUAGES if not said.get(each)]
            if missing:
                place = subject.loaded.adapter.key_place("settings")
                trial.found(f"The setting {name} has no description ({', '.join(missing)}).", place)
    elif isinstance(subject, ClassSubject):
        for name, field in subject.adapter.Settings.model_fields.items():
            if name not in AdapterSettings.model_fields and not field.description:
                trial.found(f"The setting {name} has no docstring.", subject.place)


@check(
    "KIT-03",
    "names-wrong-settings",
    "Settings that are wrong are refused, and the key that is wrong is named.",
    needs=[Need.COUNTERPART],
)
async def names_wrong_settings(trial: Trial) -> None:
    """Each required one left out, each with a value that it cannot have, and one that nobody knows."""
    good = trial.settings()
    try:
        trial.subject.make(good, trial.context)
    except AdapterSettingsError as error:
        trial.found(f"Settings that should do are refused: {error}", trial.subject.place)
        return
    _refuses(trial, {**good, _UNKNOWN: "x"}, _UNKNOWN, "which nobody knows")
    for path in _required(trial.subject):
        if _at(good, path) is not None:
            _refuses(trial, _without(good, path), path, "which is left out")
    for path, wrong in _wrong(trial.subject):
        _refuses(trial, _with(good, path, wrong), path, "which has a value that it cannot have")


def _refuses(trial: Trial, settings: Mapping[str, object], key: str, what: str) -> None:
    try:
        trial.subject.make(settings, trial.context)
    except AdapterSettingsError as error:
        trial.logged.append(str(error))
        if not any(key in place for place, _ in error.complaints):
            trial.found(
                f"The key {key}, {what}, is not named: {error.complaints[0][0]} is.", trial.subject.place
            )
    except Exception as error:  # noqa: BLE001 - told as what it is
        trial.found(f"The key {key}, {what}, leads to {type(error).__name__}.", trial.subject.place)
    else:
        trial.found(f"The key {key}, {what}, is not refused.", trial.subject.place)


def _required(subject: Subject) -> Iterator[str]:
    if isinstance(subject, FolderSubject):
        yield from (name for name, part in subject.file.settings.items() if part.default is None)
        alone = len(subject.file.back_ends) == 1
        for name, part in subject.file.back_ends.items():
            for key, field in _model(part).model_fields.items():
                if field.is_required() and key not in part.settings:
                    yield key if alone else f"{name}.{key}"
    elif isinstance(subject, ClassSubject):
        yield from (
            name for name, field in subject.adapter.Settings.model_fields.items() if field.is_required()
        )


def _model(part: BackEndPart) -> type[BaseModel]:
    """The keys of a back end."""
    if part.transport is not None:
        return transport_kind(part.transport).settings
    model: type[BaseModel] = getattr(load_adapter(part.adapter or ""), "Settings", AdapterSettings)
    return model


def _wrong(subject: Subject) -> Iterator[tuple[str, object]]:
    """Keys, each with a value that it cannot have."""
    if isinstance(subject, FolderSubject):
        for name, part in subject.file.settings.items():
            yield name, ["a", "list"]
            if part.one_of:
                yield name, "none of these"
            elif part.secret:
                yield name, "a secret in clear"
    elif isinstance(subject, ClassSubject):
        for name in subject.adapter.Settings.model_fields:
            yield name, [["a", "list"]]


def _at(settings: Mapping[str, object], path: str) -> object:
    key, _, rest = path.partition(".")
    below = settings.get(key)
    return _at(cast("Mapping[str, object]", below), rest) if rest and isinstance(below, Mapping) else below


def _without(settings: Mapping[str, object], path: str) -> dict[str, object]:
    key, _, rest = path.partition(".")
    if not rest:
        return {each: value for each, value in settings.items() if each != key}
    return {**settings, key: _without(cast("Mapping[str, object]", settings[key]), rest)}


def _with(settings: Mapping[str, object], path: str, value: object) -> dict[str, object]:
    return {**settings, path: value}


@check("KIT-04", "reads-its-examples", "Every example is read as it expects.", needs=[Need.FOLDER])
async def reads_its_examples(trial: Trial) -> None:
    """All of them, with every difference."""
    subject = trial.subject
    assert isinstance(subject, FolderSubject)
    try:
        problems = failing_examples(subject.loaded, Path.read_bytes)
    except ProblemsFound as found:
        problems = list(found.problems)
    for each in problems:
        trial.found(f"{each.sentence} {each.remedy}".rstrip(), each.place)


@check(
    "KIT-05",
    "has-examples",
    "Every operation has an example that is done, and one that is refused.",
    level=Level.SHOULD,
    needs=[Need.FOLDER],
)
async def has_examples(trial: Trial) -> None:
    """What is not shown cannot be held to anything."""
    subject = trial.subject
    assert isinstance(subject, FolderSubject)
    for of in subject.compiled.maps.values():
        outcomes = set()
        for each in of.examples:
            try:
                read = reading_of(subject.compiled, of, each, Path.read_bytes)
            except (OSError, NotAsked, ProblemsFound, LibrarySystemError):
                continue
            wrong_pin = of.operation == VERIFY_PIN and "wrong" in str(
                read.plain().get("fields", {}).get("pin")
            )
            outcomes.add("refused" if wrong_pin else read.outcome)
        for outcome in ("done", "refused"):
            if outcome not in outcomes:
                trial.found(f"The map of {of.operation} has no example that is {outcome}.", of.place)
