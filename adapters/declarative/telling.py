"""What adapters say of themselves, whether they are written in Python or made of a folder."""

from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from softdock.adapters.base import METHODS
from softdock.adapters.declarative.finding import folder_named, installed_folders
from softdock.adapters.declarative.vocabulary import OPERATIONS
from softdock.adapters.registry import GROUP, AdapterNotFound, load_adapter
from softdock.circulation.records import record
from softdock.mappings.files.folder import load_folder
from softdock.mappings.files.grammar import texts_of
from softdock.mappings.positions import Table
from softdock.mappings.problems import ProblemsFound


@record
class Told:
    """One adapter that is installed."""

    name: str
    kind: str
    """python or folder."""
    source: str
    """The package that brings it."""
    names: Mapping[str, str]
    """The system's name for people: by language, "" for all of them."""
    operations: Sequence[str]
    fault: str
    """Why it cannot be used; "" if nothing is wrong."""


def installed() -> list[Told]:
    """All adapters, by their names."""
    in_python = [_of_class(each) for each in entry_points(group=GROUP)]
    folders = [_of_folder(name, entry) for name, entry in installed_folders().items()]
    return sorted([*in_python, *folders], key=lambda each: (each.name, each.kind))


def _of_class(entry: EntryPoint) -> Told:
    try:
        loaded: Any = load_adapter(entry.name)
    except AdapterNotFound as error:
        return Told(entry.name, "python", _source(entry), {}, (), str(error))
    done: frozenset[Any] = getattr(loaded, "overridden", frozenset())
    operations = [method.replace("_", "-") for operation, method in METHODS.items() if operation in done]
    return Told(entry.name, "python", _source(entry), {}, operations, "")


def _of_folder(name: str, entry: EntryPoint) -> Told:
    folder = folder_named(name)
    if folder is None:
        return Told(name, "folder", _source(entry), {}, (), f"{entry.value} leads to no folder")
    try:
        loaded = load_folder(folder, folder_named)
    except ProblemsFound as found:
        return Told(name, "folder", _source(entry), {}, (), str(found.problems[0]))
    handed = loaded.adapter.get("operations")
    known = {*loaded.maps, *(handed if isinstance(handed, Table) else ())}
    operations = [each for each in OPERATIONS if each in known]
    return Told(name, "folder", _source(entry), texts_of(loaded.adapter.get("name")), operations, "")


def _source(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else "?"
