"""How a file becomes settings: read, resolve, validate, compare; and tell everything that is wrong at once."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from softdock.mappings.positions import LARGEST, Node, Reading, Series, Table, placed, read_yaml
from softdock.mappings.problems import Place, Problem, ProblemsFound
from softdock.ops.settings.journal import Stored
from softdock.ops.settings.ownership import listed_twice
from softdock.ops.settings.references import misfits
from softdock.ops.settings.root import Contact, Settings
from softdock.ops.settings.secrets import Resolver, SecretText
from softdock.ops.settings.sections import Circumstances, Section

AnySection = TypeVar("AnySection", bound=Section)


def load_settings(path: Path | str, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in the file at `path`.  Raises ProblemsFound with everything that is wrong with them."""
    path = Path(path)
    return read_settings(settings_text(path), str(path), path.parent, environment)


class Written(NamedTuple):
    """Settings as they were read."""

    settings: Settings
    directory: Path
    """Where the files lie that they name."""
    text: str | None
    """What the file says; None for the demo's."""


def written(path: Path | None, text: str | None = None) -> Written:
    """The settings in the file at `path`, or in the `text` that was read there; without a path the demo's.

    Raises ProblemsFound.
    """
    if path is None:
        return Written(demo_settings(), demo_folder(), None)
    text = settings_text(path) if text is None else text
    return Written(read_settings(text, str(path), path.parent), path.parent, text)


def admin_path(path: Path, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where the settings at `path` have the admin socket; nothing else in them is looked at.

    An operator may ask who cannot read the secrets that the server can.  Raises ProblemsFound.
    """
    told = _part(path, lambda root: {"admin": root.get("admin")})
    return _made(Contact, told, path.parent, environment).admin


def stored(path: Path, environment: Mapping[str, str] = os.environ) -> Stored:
    """Where the settings at `path` keep the journal, and the libraries' zones; nothing else in them is looked at.

    As with `admin_path`, the secrets of the server are not needed.  Raises ProblemsFound.
    """
    return _made(Stored, _part(path, _about_the_store), path.parent, environment)


def _about_the_store(root: Table) -> dict[str, Node | None]:
    libraries = root.get("libraries")
    zones = [
        (key, Table([("time_zone", each["time_zone"])] if "time_zone" in each else [], each.place))
        for key, each in (libraries.items() if isinstance(libraries, Table) else ())
        if isinstance(each, Table)
    ]
    return {"store": root.get("store"), "libraries": Table(zones)}


def _part(path: Path, chosen: Callable[[Table], Mapping[str, Node | None]]) -> Reading:
    """What is `chosen` of the settings at `path`.  Raises ProblemsFound where something is amiss, and may be what is missing."""
    reading = read_yaml(settings_text(path), str(path))
    parts = chosen(reading.root) if isinstance(reading.root, Table) else {}
    found = [(key, node) for key, node in parts.items() if node is not None]
    if reading.problems and (not parts or len(found) < len(parts)):
        raise ProblemsFound(reading.problems)
    return Reading(Table(found), [])


def settings_text(path: Path) -> str:
    """The text of the file at `path`.  Raises ProblemsFound."""
    whole = Place(str(path))
    try:
        with path.open("rb") as file:
            data = file.read(4 * LARGEST + 1)
    except OSError as error:
        said = (error.strerror or "it cannot be read").lower()
        raise ProblemsFound([Problem(whole, f"The settings cannot be read: {said}.")]) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
        place = Place(str(path), before.count(b"\n") + 1, column)
        raise ProblemsFound([Problem(place, "This is not UTF-8.", "Save the file as UTF-8.")]) from None


def read_settings(
    text: str,
    file: str = "softdock.yaml",
    directory: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """The settings in `text`; `directory` is where the files lie that it names.  Raises ProblemsFound."""
    return _made(Settings, read_yaml(text, file), directory or Path(), environment)


def settings_from(
    values: Mapping[str, Any], directory: Path | None = None, environment: Mapping[str, str] = os.environ
) -> Settings:
    """The settings in plain Python values: the same checks, with paths but without lines.  Raises ProblemsFound."""
    return _made(Settings, Reading(placed(dict(values)), []), directory or Path(), environment)


def demo_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the demo keeps its books: the state folder of whoever runs it, as XDG has it.  It need not exist."""
    state = environment.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(state).expanduser() / "softdock"


_DEMO_SECRETS = {"SIMULATED": "only-simulated"}
"""What opens the simulated systems of the demo.  Everybody knows it, which is of no harm to what is made up."""


def demo_settings() -> Settings:
    """The settings that `softdock run` uses when it is given none: a small library on this machine alone.

    What they name by relative paths lies in `demo_folder`.
    """
    text = files("softdock.ops.settings").joinpath("demo.yaml").read_text(encoding="utf-8")
    return read_settings(text, "demo.yaml", demo_folder(), environment=_DEMO_SECRETS)


def _made(
    model: type[AnySection], reading: Reading, directory: Path, environment: Mapping[str, str]
) -> AnySection:
    """Each step sees what the steps before it could make of the file, and keeps silent where they complained."""
    if reading.root is None:
        raise ProblemsFound(reading.problems)
    found = _Found(reading.problems)
    resolver = Resolver(environment, directory)
    root = resolver.resolve(reading.root)
    found.add(resolver.problems)
    if root is None:
        raise ProblemsFound(found.problems)
    circumstances = Circumstances(directory)
    made: AnySection | None = None
    wrong: list[Problem] = []
    try:
        made = model.model_validate(root, context=circumstances)
    except ValidationError as error:
        wrong = [_problem(each, root) for each in error.errors() if each["type"] not in _TOLD_BY_SECTIONS]
    found.add(circumstances.problems)
    found.add(wrong)
    if isinstance(root, Table):
        found.add(misfits(root))
        found.add(listed_twice(circumstances.lists))
    if found.problems or made is None:
        raise ProblemsFound(found.problems)
    return made


_TOLD_BY_SECTIONS = ("missing", "extra_forbidden")


class _Found:
    """The problems of several steps; a later step is not heard about what an earlier one complained of."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)

    def add(self, problems: Iterable[Problem]) -> None:
        told = {each.place.path for each in self.problems if each.place.path}
        new = dict.fromkeys(problems)  # a text that stands for two languages is refused for both
        self.problems += [each for each in new if each.place.path not in told]


_SHAPES = {
    "model_type": "A table of keys and values belongs here.",
    "dict_type": "A table of keys and values belongs here.",
    "tuple_type": "A list belongs here.",
    "frozen_set_type": "A list belongs here.",
}
_WRITE = {
    "model_type": "Write key: value in lines below, or {key: value}.",
    "dict_type": "Write key: value in lines below, or {key: value}.",
    "tuple_type": "Write it in brackets: [one, two].",
    "frozen_set_type": "Write it in brackets: [one, two].",
}


def _problem(error: ErrorDetails, root: Node) -> Problem:
    kind, said = error["type"], error.get("ctx", {})
    place, node = _followed(root, error["loc"])
    if isinstance(node, SecretText):
        return Problem(place, f"{node.shown()} does not fit here.", "Mend what it refers to.")
    if kind == "mistake":
        return Problem(place, str(said["sentence"]), str(said["remedy"]))
    return Problem(place, _SHAPES.get(kind, f"{error['msg']}."), _WRITE.get(kind, ""))


def _followed(root: Node, way: tuple[int | str, ...]) -> tuple[Place, Node | None]:
    """Where in the file pydantic's `way` leads, as far as the file goes along, and what is there."""
    node, place = root, root.place
    for step in way:
        if step == "[key]":
            return place, None
        if isinstance(step, str) and step.startswith("<"):
            continue  # the kind of a listener or account, which is no key
        if isinstance(node, Table) and isinstance(step, str) and step in node:
            place, node = node.key_place(step), node[step]
        elif isinstance(node, Series) and isinstance(step, int) and step < len(node):
            node = node[step]
            place = node.place
        elif isinstance(node, Table):
            return replace(node.place, path=node.place.inside(step)), None
    return node.place, node
