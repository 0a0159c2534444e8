"""Where a verb writes to, if it is told by a path."""

from pathlib import Path


def is_taken_as_it_is(path: Path) -> bool:
    """Whether what `path` names is written into, and never replaced: a device, or a pipe such as /dev/stdout."""
    return path.exists() and not path.is_file() and not path.is_dir()
