"""Makes an adapter folder out of a template."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

TEMPLATES: Final[Mapping[str, Sequence[str]]] = {
    "http-json": ("http-json",),
    "http-xml": ("http-xml",),
    "python": ("python",),
    "sip2": ("sip2",),
    "soap": ("soap",),
    "sql": ("sql",),
    "sql-procedure": ("sql", "sql-procedure"),
}
"""By the kind of system: the folders of this package that make its template, a later one over those before it."""

KINDS: Final = tuple(TEMPLATES)

_NAME: Final = "__name__"
"""What stands in a template for the name of the adapter, in files and in their names."""


def copy_template(kind: str, folder: Path, name: str) -> list[Path]:
    """Copy the template for `kind`, one of `KINDS`, to `folder`, which must not exist, as the adapter `name`.

    Gives the files that it made.  In Python the name is that of a module, which has no hyphens.  Raises OSError.
    """
    if kind == "python":
        name = name.replace("-", "_")
    sources: dict[str, Path] = {}
    for each in TEMPLATES[kind]:
        source = Path(__file__).with_name(each)
        files = (file for file in source.rglob("*") if file.is_file() and file.suffix != ".pyc")
        sources |= {str(file.relative_to(source)): file for file in files}
    folder.mkdir(parents=True)
    made = []
    for where, file in sorted(sources.items()):
        target = folder / where.replace(_NAME, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes().replace(_NAME.encode(), name.encode()))
        made.append(target)
    return made
