"""Finding transports by their names.  One is imported only when a back end names it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from softdock.adapters.base import AdapterContext
from softdock.adapters.transports.port import Transport, TransportSettings


@dataclass(frozen=True, slots=True)
class TransportKind:
    """How a transport of one kind is described, and made."""

    settings: type[TransportSettings]
    """The model of its keys."""
    make: Callable[[Any, AdapterContext], Transport]
    """Makes one of such settings.  Raises AdapterSettingsError."""


TRANSPORTS: Mapping[str, tuple[str, str]] = {
    "files": ("FilesSettings", "FilesTransport"),
    "http": ("HttpSettings", "HttpTransport"),
    "sip2": ("Sip2BackEnd", "Sip2Transport"),
    "sql": ("SqlSettings", "SqlTransport"),
}
"""The kinds there are: in each module of this package, the model of the settings and the transport."""


def transport_kind(name: str) -> TransportKind:
    """The kind `name`, one of `TRANSPORTS`."""
    settings, transport = TRANSPORTS[name]
    module = import_module(f"softdock.adapters.transports.{name}")
    return TransportKind(getattr(module, settings), getattr(module, transport))
