"""Profiles of systems that speak NCIP."""

from collections.abc import Callable
from pathlib import Path

from softdock.adapters import ready
from softdock.adapters.ncip.profile import SystemProfile
from softdock.mappings.positions import Node

_FILE = "ncip.yaml"


def ready_profiles() -> dict[str, str]:
    """The texts of those that SoftDock brings along, by their names."""
    return ready.ready_profiles(_FILE)


def load_profile(
    said: Node | str | None, directory: Path, read: Callable[[Path], bytes] = Path.read_bytes
) -> SystemProfile:
    """The profile that the settings say; see `adapters.ready`.  Raises AdapterSettingsError."""
    return ready.load_profile(SystemProfile, _FILE, said, directory, read)
