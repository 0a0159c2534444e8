"""Profiles of systems: the ready ones that SoftDock brings along, files beside the settings, and tables in them.

`like` names the profile that another one changes.  Tables are merged key by key; a list or a text takes the place of
what was there.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import ValidationError

from softdock.adapters.base import AdapterSettingsError
from softdock.mappings.complaints import Complaint, complaints, place
from softdock.mappings.merging import over, place_of
from softdock.mappings.positions import Node, Series, Table, Text, read_yaml
from softdock.mappings.problems import NOWHERE, quoted, suggestion

_LONGEST_CHAIN = 8
_KEY = "profile"


class Profile(Protocol):
    """What a profile is read into: a model of pydantic that can tell more than its types do."""

    def faults(self) -> Sequence[tuple[Sequence[str | int], str]]:
        """What is wrong with it beyond its types: each with the steps to where it stands."""


Made = TypeVar("Made", bound=Profile)


@cache
def ready_profiles(file: str) -> dict[str, str]:
    """The texts of the profiles that SoftDock brings along in files of this name, by their own names."""
    folder = files("softdock.mappings") / "builtin"
    found = {each.name: each / file for each in folder.iterdir() if each.is_dir()}
    return {name: text.read_text(encoding="utf-8") for name, text in sorted(found.items()) if text.is_file()}


def load_profile(
    model: type[Made],
    ready: str,
    said: Node | str | None,
    directory: Path,
    read: Callable[[Path], bytes] = Path.read_bytes,
) -> Made:
    """The profile that the settings say: the name of a ready one, a file in `directory`, a table, or nothing.

    Ready ones are in files called `ready`; `read` reads files.  Raises AdapterSettingsError with everything that is wrong
    with it; what is wrong in a file is told with its line.
    """
    node: Node = Table() if said is None else said if isinstance(said, Text | Series | Table) else Text(said)
    merged = _merged(node, partial(_read, ready, directory, read), ())
    inline = node.place.file if isinstance(node, Table) else None
    try:
        profile: Made = model.model_validate(merged)  # type: ignore[attr-defined]
    except ValidationError as error:
        errors = error.errors(include_url=False)
        found = [
            _told(merged, each["loc"], sentence, inline)
            for each, (_, sentence) in zip(errors, complaints(errors), strict=True)
        ]
        raise AdapterSettingsError(found) from None
    if faults := profile.faults():
        raise AdapterSettingsError([_told(merged, steps, sentence, inline) for steps, sentence in faults])
    return profile


def _told(merged: Node, steps: Sequence[str | int], sentence: str, inline: str | None) -> Complaint:
    """A complaint of the settings' own key; for what stands in a file of its own, with the place there."""
    path, found = place(steps), place_of(merged, steps)
    if found.file in {inline, NOWHERE.file}:
        return f"{_KEY}.{path}", sentence
    return _KEY, f"{found.file}:{found.line}:{found.column} {path}: {sentence}"


def _merged(node: Node, named: Callable[[Text], Table], chain: tuple[str, ...]) -> Table:
    """The table that `node` says or names, merged into the one that it is like; `named` finds one by its name."""
    if isinstance(node, Series):
        raise _fault("A list cannot stand here. Write a name, a file, or a table.")
    if isinstance(node, Text):
        name = str(node)
        if name in chain:
            raise _fault(f"{node.shown()} is like itself, by way of {', '.join(chain)}. Let one stand alone.")
        if len(chain) == _LONGEST_CHAIN:
            raise _fault(f"More than {_LONGEST_CHAIN} profiles are like each other. Write fewer.")
        return _merged(named(node), named, (*chain, name))
    like = node.get("like")
    if like is None or like == "":
        return node
    if not isinstance(like, Text):
        raise _fault("like names one profile: a ready one, or a file.", "like")
    return over(_merged(like, named, chain), node)


def _read(kind: str, directory: Path, read: Callable[[Path], bytes], name: Text) -> Table:
    """The table in the file, or in the ready profile, of this name."""
    if name.endswith((".yaml", ".yml")):
        file = str(name)
        try:
            data = read(directory / name)
            text = data.decode()
        except OSError as error:
            said = (error.strerror or "it cannot be read").lower()
            raise _fault(
                f"{name.shown()} cannot be read: {said}. Looked for {(directory / name).absolute()}."
            ) from None
        except ValueError:
            raise _fault(f"{name.shown()} is not a file of UTF-8 text. Save it as UTF-8.") from None
    else:
        ready = ready_profiles(kind)
        if name not in ready:
            remedy = suggestion(name, list(ready), "There are") if type(name) is Text else ""
            raise _fault(f"{name.shown()} is not a ready profile. {remedy} A file of your own ends in .yaml.")
        file, text = f"{name}/{kind}", ready[name]
    reading = read_yaml(text, file)
    if reading.problems:
        raise AdapterSettingsError([(_KEY, " ".join(str(each).split())) for each in reading.problems])
    if not isinstance(reading.root, Table):
        raise _fault(f"{quoted(file)} is not a table of keys. Write one key a line.")
    return reading.root


def _fault(sentence: str, key: str = "") -> AdapterSettingsError:
    return AdapterSettingsError([(f"{_KEY}.{key}" if key else _KEY, sentence)])
