"""Finding adapters by their names.

An adapter is an entry point of the group `softdock.adapters`, in this package as in anybody else's:

    [options.entry_points]
    softdock.adapters =
        inhouse = softdock.adapters.inhouse:InhouseAdapter

It is imported only when a library's settings name it, so that a driver that is missing harms nobody else.
"""

import inspect
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import TypeAlias, cast

from softdock.adapters.base import AdapterContext
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
    """The names of all adapters that are installed, in order."""
    return sorted({each.name for each in entry_points(group=GROUP)})


def load_adapter(name: str) -> AdapterClass:
    """The adapter `name`, imported and found to be one.  Raises AdapterNotFound."""
    found = tuple(entry_points(group=GROUP, name=name))
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


def fault_of(loaded: object) -> str | None:
    """What keeps `loaded` from being an adapter, None if nothing does."""
    if not inspect.isclass(loaded):
        return "is not a class."
    for method in _COROUTINE_METHODS:
        if not inspect.iscoroutinefunction(getattr(loaded, method, None)):
            return f"has no coroutine method {method}()."
    if not callable(getattr(loaded, "perform", None)):
        return "has no method perform()."
    try:
        inspect.signature(loaded).bind({}, None)
    except TypeError:
        return "does not take settings and a context."
    return None


def _source(entry: EntryPoint) -> str:
    """Where `entry` comes from, for people."""
    package = f"{entry.dist.name} {entry.dist.version}" if entry.dist else "an unknown package"
    return f"{entry.value} of {package}"
