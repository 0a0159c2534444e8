"""Finds the files of an adapter and puts one folder over another: vendor, version, site, branch.

A folder holds `adapter.yaml`; every other .yaml file directly in it is a map, but for a profile of SIP2 (`sip2.yaml`).  `like` in `adapter.yaml` names what the
folder changes: its tables are put over those of the other, and a map over the map of the same operation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from softdock.mappings.merging import over
from softdock.mappings.positions import Node, Table, Text, read_yaml
from softdock.mappings.problems import Place, Problem, ProblemsFound

ADAPTER_FILE: Final = "adapter.yaml"
_NO_MAPS: Final = frozenset({ADAPTER_FILE, "sip2.yaml"})
"""Beside the maps: what they have in common; and how the system speaks SIP2, which the adapter for that reads."""
_LONGEST_CHAIN: Final = 8
_MOST_FILES: Final = 200
_LARGEST: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reads:
    """How files are read: whoever holds on to an adapter is told of every file that it was made from."""

    read: Callable[[Path], bytes] = Path.read_bytes
    list: Callable[[Path], Sequence[Path]] = lambda path: sorted(path.iterdir())


@dataclass(frozen=True, slots=True)
class Loaded:
    """An adapter's files as they stand together; everything in them knows where it is written."""

    folder: Path
    adapter: Table
    maps: dict[str, Table]
    """By operation."""
    folders: Sequence[Path] = field(default=())
    """All folders that it is made of, the first one below all others."""
    below: "Loaded | None" = None
    """What it is put over."""


Named = Callable[[str], Path | None]
"""The folder of an installed adapter, by its name."""


def load_folder(folder: Path, named: Named, reads: Reads | None = None) -> Loaded:
    """The adapter in `folder`, put over what it is like.  Raises ProblemsFound with everything wrong with the files."""
    loaded, problems = load_as_far(folder, named, reads)
    if problems or loaded is None:
        raise ProblemsFound(problems)
    return loaded


def load_as_far(
    folder: Path, named: Named, reads: Reads | None = None
) -> tuple[Loaded | None, list[Problem]]:
    """The adapter in `folder`, as far as its files can be read; and everything that is wrong with them."""
    problems: list[Problem] = []
    return _loaded(folder, named, reads or Reads(), (), problems), problems


def _loaded(
    folder: Path, named: Named, reads: Reads, chain: tuple[Path, ...], problems: list[Problem]
) -> Loaded | None:
    adapter = _read(folder / ADAPTER_FILE, folder, reads, problems)
    if adapter is None:
        return None
    maps: dict[str, Table] = {}
    for path in _maps_in(folder, reads, problems):
        table = _read(path, folder, reads, problems)
        if table is None:
            continue
        operation = table.get("operation")
        if not isinstance(operation, Text):
            problems.append(
                Problem(
                    table.place,
                    "This map does not say which operation it is for.",
                    "Write operation: lookup-patron.",
                    "operation",
                )
            )
        elif operation in maps:
            other = maps[operation].place
            sentence = f"{other.file} is for the same operation."
            problems.append(Problem(operation.place, sentence, "Keep one of the two.", "operation"))
        else:
            maps[str(operation)] = table
    own = Loaded(folder, adapter, maps, (folder,))
    like = adapter.get("like")
    if not isinstance(like, Text) or not like:
        return own
    base = _base(like, folder, named, reads, (*chain, folder), problems)
    return None if base is None else _over(base, own)


def _over(base: Loaded, own: Loaded) -> Loaded:
    operations = [*base.maps, *(each for each in own.maps if each not in base.maps)]
    return Loaded(
        folder=own.folder,
        adapter=over(base.adapter, own.adapter),
        maps={
            each: own.maps[each] if each not in base.maps
            else base.maps[each] if each not in own.maps
            else over(base.maps[each], own.maps[each])
            for each in operations
        },
        folders=(*base.folders, *own.folders),
        below=base,
    )  # fmt: skip


def _base(
    like: Text, folder: Path, named: Named, reads: Reads, chain: tuple[Path, ...], problems: list[Problem]
) -> Loaded | None:
    path = (folder / like).resolve() if "/" in like or like.startswith(".") else named(str(like))
    wrong = ""
    if path is None:
        wrong = f"There is no adapter named {like.shown()}."
    elif path in chain:
        wrong = "This folder is like itself, by way of others."
    elif len(chain) >= _LONGEST_CHAIN:
        wrong = f"More than {_LONGEST_CHAIN} folders are like each other."
    if wrong or path is None:
        remedy = "Write the name of an installed adapter, or a folder such as ../vendor."
        problems.append(Problem(like.place, wrong, remedy, "inheritance"))
        return None
    return _loaded(path, named, reads, chain, problems)


def _maps_in(folder: Path, reads: Reads, problems: list[Problem]) -> Sequence[Path]:
    try:
        found = [
            each
            for each in reads.list(folder)
            if each.suffix in (".yaml", ".yml") and each.name not in _NO_MAPS
        ]
    except OSError as error:
        sentence = f"The folder cannot be read: {_said(error)}."
        problems.append(Problem(Place(str(folder)), sentence, rule="file"))
        return ()
    if len(found) > _MOST_FILES:
        sentence = f"There are more than {_MOST_FILES} maps here."
        problems.append(Problem(Place(str(folder)), sentence, rule="file"))
        return ()
    return sorted(found)


def _read(path: Path, folder: Path, reads: Reads, problems: list[Problem]) -> Table | None:
    """The table in the file at `path`; what is wrong with it goes to `problems`."""
    name = f"{folder.name}/{path.name}"
    try:
        data = reads.read(path)
        text = data.decode("utf-8-sig") if len(data) <= _LARGEST else None
    except OSError as error:
        remedy = f"An adapter is a folder with {ADAPTER_FILE}." if path.name == ADAPTER_FILE else ""
        sentence = f"The file cannot be read: {_said(error)}."
        problems.append(Problem(Place(str(path)), sentence, remedy, "file"))
        return None
    except ValueError:
        problems.append(
            Problem(Place(name), "This is not a file of UTF-8 text.", "Save it as UTF-8.", "file")
        )
        return None
    if text is None:
        problems.append(Problem(Place(name), "This file is too large.", rule="file"))
        return None
    reading = read_yaml(text, str(path))
    problems += reading.problems
    root: Node | None = reading.root
    if isinstance(root, Table):
        return root
    if root is not None:
        sentence = "This file is not a table of keys."
        problems.append(Problem(root.place, sentence, "Write one key a line.", "grammar"))
    return None


def _said(error: OSError) -> str:
    return (error.strerror or "it is not to be had").lower()
