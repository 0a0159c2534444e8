"""Adapters as people name them to the tools: a folder, one of its maps, or a map that stands alone.

A map alone has no `adapter.yaml` beside it.  It gets one that says no more than the map needs: the back ends that it
names, each of the transport that its requests are for, the settings that it takes, and a session that keeps what no step
of it does.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from softdock.adapters.declarative.finding import folder_named
from softdock.circulation.records import record
from softdock.mappings.files.folder import ADAPTER_FILE, Loaded, load_as_far
from softdock.mappings.merging import over
from softdock.mappings.positions import Node, Series, Table, Text, placed, read_yaml
from softdock.mappings.problems import Place, Problem
from softdock.mappings.requests import KINDS

_MAIN: Final = "main"
_OF_FORMAT: Final = {"rows": "sql", "sip2": "sip2"}
_EMPTY_REQUESTS: Final = {
    "http": {"get": "/"},
    "sql": {"sql": "select 1"},
    "sip2": {"sip2": "99", "answer": "98"},
    "files": {"read": "reply"},
}


@record
class Named:
    """What a path of the command line names, as far as it can be read."""

    loaded: Loaded | None
    problems: list[Problem]
    operation: str
    """Of the map that is named; "" for a folder."""
    implied: dict[str, str]
    """Of a map alone: the transports that it was given, by its back ends."""


def named_by(path: Path, operation: str = "") -> Named:
    """The adapter, or the map, that `path` names; `operation` stands in for what a map alone does not say."""
    if path.is_dir():
        loaded, problems = load_as_far(path, folder_named)
        return Named(loaded, problems, operation, {})
    if path.name == ADAPTER_FILE:
        return named_by(path.parent, operation)
    if (path.parent / ADAPTER_FILE).is_file():
        return _beside_others(path, operation)
    return _alone(path, operation)


def _beside_others(path: Path, operation: str) -> Named:
    """One map of a folder: what is wrong with other maps is none of its business."""
    loaded, problems = load_as_far(path.parent, folder_named)
    root, _ = _read(path)
    said = root.get("operation") if root is not None else None
    mine = str(said) if isinstance(said, Text) else operation
    others = {str(each) for each in path.parent.glob("*.y*ml")} - {str(path), str(path.parent / ADAPTER_FILE)}
    problems = [each for each in problems if each.place.file not in others]
    if loaded is not None:
        maps = {name: table for name, table in loaded.maps.items() if name == mine}
        loaded = replace(loaded, maps=maps)
    return Named(loaded, problems, mine, {})


def _alone(path: Path, operation: str) -> Named:
    root, problems = _read(path)
    if root is None:
        return Named(None, problems, operation, {})
    said = root.get("operation")
    if not isinstance(said, Text) and operation:
        root[Text("operation", root.place)] = Text(operation, root.place)
    elif not isinstance(said, Text):
        sentence = "This map does not say which operation it is for."
        problems.append(Problem(root.place, sentence, "Write operation: lookup-patron.", "operation"))
        return Named(None, problems, "", {})
    operation = str(root["operation"])
    implied = _back_ends(root)
    adapter = placed(
        {
            "adapter": "1",
            "back_ends": {name: {"transport": transport} for name, transport in implied.items()},
            "settings": {name: {} for name in dict.fromkeys(_named_under("setting", root))},
            "sessions": _sessions(root, implied),
        },
        f"(no {ADAPTER_FILE})",
    )
    assert isinstance(adapter, Table)
    folder = path.parent
    loaded = Loaded(folder, adapter, {operation: root}, (folder,))
    return Named(requestless(loaded, implied), problems, operation, implied)


def _read(path: Path) -> tuple[Table | None, list[Problem]]:
    name = str(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        said = (error.strerror or "it is not to be had").lower()
        return None, [Problem(Place(name), f"The file cannot be read: {said}.", rule="file")]
    except ValueError:
        sentence = "This is not a file of UTF-8 text."
        return None, [Problem(Place(name), sentence, "Save it as UTF-8.", "file")]
    reading = read_yaml(text, name)
    if isinstance(reading.root, Table):
        return reading.root, reading.problems
    wrong = [
        Problem(Place(name, 1, 1), "This file is not a table of keys.", "Write one key a line.", "grammar")
    ]
    return None, reading.problems or wrong


def _parts(root: Table) -> Iterator[tuple[Text | None, Table]]:
    """The requests of a map with their replies: of itself, and of its steps, each with its key."""
    yield None, root
    steps = root.get("steps")
    if isinstance(steps, Table):
        yield from ((Text(name), each) for name, each in steps.items() if isinstance(each, Table))
    elif isinstance(steps, Series):
        yield from ((None, each) for each in steps if isinstance(each, Table))


def _back_ends(root: Table) -> dict[str, str]:
    """The back ends that a map names, each with the transport that its requests are for."""
    found: dict[str, str] = {}
    for _, part in _parts(root):
        named = part.get("back_end", root.get("back_end"))
        name = str(named) if isinstance(named, Text) else _MAIN
        if "request" in part or "reply" in part:
            found.setdefault(name, _transport(part))
    return found or {_MAIN: "http"}


def _transport(part: Table) -> str:
    request, reply = part.get("request"), part.get("reply")
    if isinstance(request, Table):
        return next(
            (name for name, (keys, _) in KINDS.items() if any(key in request for key in keys)), "http"
        )
    said = reply.get("format") if isinstance(reply, Table) else None
    name = next(iter(said), "") if isinstance(said, Table) else said
    return _OF_FORMAT.get(str(name), "http")


def _named_under(verb: str, node: Node) -> Iterator[str]:
    """What the rules in `node` take under `verb`: settings, or what is kept."""
    if isinstance(node, Series):
        for each in node:
            yield from _named_under(verb, each)
    elif isinstance(node, Table):
        said = node.get(verb)
        if isinstance(said, Text):
            yield str(said)
        for each in node.values():
            yield from _named_under(verb, each)


def _kept_in(node: Node) -> Iterator[str]:
    """What the replies and pages in `node` keep."""
    if isinstance(node, Series):
        for each in node:
            yield from _kept_in(each)
    elif isinstance(node, Table):
        for key, each in node.items():
            if key == "keep":
                yield from map(str, each if isinstance(each, Table) else [each])
            yield from _kept_in(each)


def _sessions(root: Table, back_ends: dict[str, str]) -> dict[str, Any]:
    """A session that keeps what no step of the map does: as a rule, a token."""
    kept = set(_kept_in(root))
    missing = [name for name in dict.fromkeys(_named_under("kept", root)) if name not in kept]
    back_end, transport = next(iter(back_ends.items()))
    if not missing:
        return {}
    keep = {name: {"is": f"<{name}>"} for name in missing}
    opened = {"request": _EMPTY_REQUESTS[transport], "reply": {"keep": keep}, "back_end": back_end}
    return {"implied": opened}


def requestless(loaded: Loaded, transports: dict[str, str]) -> Loaded:
    """`loaded`, with a request that says nothing wherever a map has no more than a reply: it can be tried all the same."""
    maps = {name: _with_requests(table, transports) for name, table in loaded.maps.items()}
    return replace(loaded, maps=maps)


def _with_requests(root: Table, transports: dict[str, str]) -> Table:
    added: list[tuple[str, Node]] = []
    steps = root.get("steps")
    if steps is None and "reply" in root and "request" not in root:
        added.append(("request", _empty(root, root, transports)))
    elif isinstance(steps, Table | Series):
        added.append(("steps", _steps_with(steps, root, transports)))
    return (
        over(root, Table(((Text(key, root.place), node) for key, node in added), root.place))
        if added
        else root
    )


def _steps_with(steps: Table | Series, root: Table, transports: dict[str, str]) -> Node:
    def whole(each: Node) -> Node:
        if not isinstance(each, Table) or "request" in each:
            return each
        return Table(
            [*each.items(), (Text("request", each.place), _empty(each, root, transports))], each.place
        )

    if isinstance(steps, Series):
        return Series(map(whole, steps), steps.place)
    return Table(((key, whole(each)) for key, each in steps.items()), steps.place)


def _empty(part: Table, root: Table, transports: dict[str, str]) -> Node:
    said = part.get("back_end", root.get("back_end"))
    name = str(said) if isinstance(said, Text) else next(iter(transports), _MAIN)
    return _at(placed(_EMPTY_REQUESTS[transports.get(name, "http")]), part.place)


def _at(node: Node, place: Place) -> Node:
    if isinstance(node, Table):
        return Table(((Text(key, place), _at(each, place)) for key, each in node.items()), place)
    return Text(str(node), place)
