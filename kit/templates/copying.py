"""Makes an adapter folder out of a template."""

from pathlib import Path
from typing import Final

KINDS: Final = ("http-json",)
"""The kinds of systems that there is a template for; each is a folder of this package."""

_NAME: Final = "__name__"
"""What stands in a template for the name of the adapter, in files and in their names."""


def template(kind: str) -> Path:
    """The folder of the template for `kind`, one of `KINDS`."""
    return Path(__file__).with_name(kind)


def copy_template(kind: str, folder: Path, name: str) -> list[Path]:
    """Copy the template for `kind` to `folder`, which must not exist, as the adapter `name`; gives the files.

    Raises OSError.
    """
    source, made = template(kind), []
    folder.mkdir(parents=True)
    for file in sorted(each for each in source.rglob("*") if each.is_file() and each.suffix != ".pyc"):
        target = folder / str(file.relative_to(source)).replace(_NAME, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes().replace(_NAME.encode(), name.encode()))
        made.append(target)
    return made
