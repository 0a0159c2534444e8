"""Finding adapters by their names.

An adapter is an entry point of the group `softdock.adapters`, in this package as in anybody else's:

    [options.entry_points]
    softdock.adapters =
        inhouse = softdock.adapters.inhouse:InhouseAdapter

It is imported only when a library's settings name it, so that a driver that is missing harms nobody else.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TypeAlias, cast

from softdock.adapters.base import API_VERSION, AdapterContext
from softdock.adapters.declarative.finding import folder_named, folder_of, installed_folders, is_path
from softdock.circulation.ports import LibrarySystem

GROUP = "softdock.adapters"

AdapterClass: TypeAlias = Callable[[Mapping[str, object], AdapterContext], LibrarySystem]
"""Makes a library's system out of its settings."""

_COROUTINE_METHODS = ("open", "close", "probe")


class AdapterNotFound(LookupError):
    """No usable adapter goes by `name`.  The message says why, and what to do."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"The adapter {name!r} cannot be used: {why}")
        self.name = name


def adapter_names() -> list[str]:
    """The names of all adapters that are installed, written in Python or made of a folder, in order."""
    return sorted({each.name for each in entry_points(group=GROUP)} | installed_folders().keys())


def load_adapter(name: str, directory: Path = Path()) -> AdapterClass:
    """The adapter `name`, imported and found to be one.  Raises AdapterNotFound.

    What has a / in it is the path of an adapter folder, from `directory`.
    """
    if is_path(name):
        return _of_folder(folder_of(name, directory))
    found = tuple(entry_points(group=GROUP, name=name))
    folder = folder_named(name)
    if folder is not None and not found:
        return _of_folder(folder)
    if folder is not None:
        raise AdapterNotFound(name, "there is a folder of this name as well. Remove one of the two.")
    if not found:
        raise AdapterNotFound(
            name, f"there is none of this name. There are: {', '.join(adapter_names()) or 'none'}."
        )
    if len({each.value for each in found}) > 1:
        sources = " and ".join(sorted(_source(each) for each in found))
        raise AdapterNotFound(name, f"{sources} both bring one. Remove one of these packages.")
    entry = found[0]
    try:
        loaded: object = entry.load()
    except (ImportError, AttributeError) as error:
        raise AdapterNotFound(name, f"{_source(entry)} does not load: {error}") from error
    if fault := fault_of(loaded):
        raise AdapterNotFound(name, f"{_source(entry)} {fault}")
    return cast("AdapterClass", loaded)


def _of_folder(folder: Path | None) -> AdapterClass:
    from softdock.adapters.declarative.adapter import DeclarativeAdapter  # noqa: PLC0415 - needed by few

    assert folder is not None  # there is always one behind a path, be it absent
    return partial(DeclarativeAdapter, folder)


def fault_of(loaded: object) -> str | None:
    """What keeps `loaded` from being an adapter, None if nothing does."""
    if not inspect.isclass(loaded):
        return "is not a class."
    for method in _COROUTINE_METHODS:
        if not inspect.iscoroutinefunction(getattr(loaded, method, None)):
            return f"has no coroutine method {method}()."
    if not callable(getattr(loaded, "perform", None)):
        return "has no method perform()."
    version = getattr(loaded, "api_version", None)
    if version is not None and version != API_VERSION:
        return f"was written for version {version} of softdock.adapters, and this is version {API_VERSION}."
    try:
        inspect.signature(loaded).bind({}, None)
    except TypeError:
        return "does not take settings and a context."
    return None


def _source(entry: EntryPoint) -> str:
    """Where `entry` comes from, for people."""
    package = f"{entry.dist.name} {entry.dist.version}" if entry.dist else "an unknown package"
    return f"{entry.value} of {package}"
