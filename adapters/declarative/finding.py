"""Finds adapters that are folders: by their names among what is installed, or by their paths.

An installed one is an entry point of the group `softdock.mappings`, which leads to its folder:

    [options.entry_points]
    softdock.mappings =
        interlib = softdock.mappings.builtin:interlib

What it leads to is a path, or a package in whose folder `adapter.yaml` lies.
"""

from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Final

GROUP: Final = "softdock.mappings"


def installed_folders() -> dict[str, EntryPoint]:
    """The entry points of all installed folders, by their names, in order."""
    return {each.name: each for each in sorted(entry_points(group=GROUP), key=lambda each: each.name)}


def folder_named(name: str) -> Path | None:
    """The folder of the installed adapter `name`; None if there is none, or none that can be had."""
    entry = installed_folders().get(name)
    if entry is None:
        return None
    try:
        found: object = entry.load()
    except (ImportError, AttributeError):
        return None
    if isinstance(found, ModuleType):
        return Path(next(iter(found.__path__))) if getattr(found, "__path__", None) else None
    return Path(found) if isinstance(found, str | Path) else None


def is_path(name: str) -> bool:
    """Whether `name` means a folder by its path rather than an installed adapter."""
    return "/" in name or name.startswith(".")


def folder_of(name: str, directory: Path) -> Path | None:
    """The folder that `name` means: a path is taken from `directory`."""
    return (directory / name).resolve() if is_path(name) else folder_named(name)
