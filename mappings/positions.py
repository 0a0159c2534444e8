"""YAML as texts, lists and tables that know their place in the file.

`Text`, `Series` and `Table` are a `str`, a `list` and a `dict`: whoever does not care about places uses
them as such.  Every scalar stays the text that was written: `00123`, `1e5`, `no` and `null` are texts.

Only the plain part of YAML is taken.  Anchors, aliases, tags and a second document are refused: nobody
who writes settings needs them, and aliases let a small file grow without bound.  The events of the
parser are read rather than its node graph, because at that level an alias can still be seen and depth
can be counted before anything recurses.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol, Self, TypeAlias

import yaml

from softdock.mappings.problems import NOWHERE, Place, Problem, quoted

LARGEST = 1024 * 1024
"""Characters of a file that are read at most."""
DEEPEST = 32
"""Tables and lists within each other at most."""


class Text(str):
    """A text and the place where it was written."""

    __slots__ = ("place",)
    place: Place

    def __new__(cls, text: str, place: Place = NOWHERE) -> Self:
        made = super().__new__(cls, text)
        made.place = place
        return made

    def shown(self) -> str:
        """The text as a sentence may quote it."""
        return quoted(self)


class Series(list["Node"]):
    """A list and the place where it begins."""

    __slots__ = ("place",)

    def __init__(self, entries: Iterable["Node"] = (), place: Place = NOWHERE) -> None:
        super().__init__(entries)
        self.place = place


class Table(dict[str, "Node"]):
    """A table and the place where it begins.  Its keys are `Text` and know their own."""

    __slots__ = ("place",)

    def __init__(self, entries: Iterable[tuple[str, "Node"]] = (), place: Place = NOWHERE) -> None:
        super().__init__(entries)
        self.place = place

    def key_place(self, key: str) -> Place:
        """Where `key` is written; the table's own place if it is not."""
        for each in self:
            if each == key and isinstance(each, Text):
                return each.place
        return self.place


Node: TypeAlias = Text | Series | Table


class Reading(NamedTuple):
    """What was read from a file, as far as it could be, and what was wrong with it."""

    root: Node | None
    problems: list[Problem]


def read_yaml(text: str, file: str) -> Reading:
    """The tree that `text` describes; `file` is its name for people.  Never raises.

    A value that is refused is left out of the tree, so that the rest can still be checked.
    """
    if len(text) > LARGEST:
        wrong = Problem(Place(file), f"The file is longer than {LARGEST} characters.", rule="yaml")
        return Reading(None, [wrong])
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if not builder.take(event):
                break
    except yaml.MarkedYAMLError as error:
        builder.syntax_error(error)
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        place = Place(file, before.count("\n") + 1, error.position - before.rfind("\n"))
        builder.complain(place, "There is a character here that YAML does not allow.", "Remove it.")
    except (ValueError, OverflowError):
        # PyYAML does not check every escape ("\UFFFFFFFF") and directive before it converts them.
        builder.complain(builder.last, "Behind this place is an escape that names no character.", "Mend it.")
    if builder.root is None and not builder.problems:
        builder.complain(Place(file), "The file is empty.")
    return Reading(builder.root, builder.problems)


def placed(value: object, file: str = "settings") -> Node:
    """The tree of plain Python values, as if they had been written into `file`.

    Numbers and truth values become the texts that stand for them; None is left out.
    """
    return _placed(value, Place(file))


def _placed(value: object, place: Place) -> Node:
    if isinstance(value, Text | Series | Table):
        return value
    if isinstance(value, dict):
        return Table(_entries(value, place), place)
    if isinstance(value, list | tuple):
        kept = (each for each in value if each is not None)
        return Series((_placed(each, _below(place, at)) for at, each in enumerate(kept)), place)
    if isinstance(value, bool):
        return Text("true" if value else "false", place)
    return Text(str(value), place)


def _entries(table: dict[object, object], place: Place) -> Iterator[tuple[str, Node]]:
    for key, value in table.items():
        if value is not None:
            below = _below(place, str(key))
            yield Text(str(key), below), _placed(value, below)


def _below(place: Place, key: str | int) -> Place:
    return Place(place.file, place.line, place.column, place.inside(key))


class _Mark(Protocol):
    line: int
    column: int


class _Open:
    """A table or list that is being read.  In a table, `key` is the key whose value comes next."""

    __slots__ = ("count", "into", "key", "skips")

    def __init__(self, into: Series | Table) -> None:
        self.into = into
        self.key: Text | None = None
        self.skips = False
        """The key was refused: its value is read and dropped."""
        self.count = 0


class _Builder:
    """Makes a tree of the parser's events."""

    def __init__(self, file: str) -> None:
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.last = Place(file, 1, 1)
        self._file = file
        self._open: list[_Open] = []
        self._documents = 0

    def complain(self, place: Place, sentence: str, remedy: str = "") -> None:
        self.problems.append(Problem(place, sentence, remedy, "yaml"))

    def syntax_error(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        place = self.last if mark is None else self._place(mark)
        said = " ".join((error.problem or error.context or "it cannot be read").split())
        self.complain(place, f"This is not YAML: {said}.", _syntax_remedy(said))

    def take(self, event: yaml.Event) -> bool:
        """Take the next event; whether there is any use in going on."""
        if isinstance(event, yaml.NodeEvent):
            self.last = place = self._place(event.start_mark, self._path(event))
            if isinstance(event, yaml.AliasEvent):
                self.complain(place, f"*{event.anchor} repeats another value.", "Write the value out.")
                self._drop()
                return True
            self._refuse_decoration(event, place)
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event, place)
            elif len(self._open) == DEEPEST:
                self.complain(place, f"This lies deeper than {DEEPEST} levels.", "Nothing here needs that.")
                return False
            else:
                is_list = isinstance(event, yaml.SequenceStartEvent)
                self._open.append(_Open(Series(place=place) if is_list else Table(place=place)))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._put(self._open.pop().into)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                place = self._place(event.start_mark)
                self.complain(place, "A second document begins here.", "Keep to one per file.")
                return False
        return True

    def _place(self, mark: _Mark | None, path: str = "") -> Place:
        return self.last if mark is None else Place(self._file, mark.line + 1, mark.column + 1, path)

    def _path(self, event: yaml.NodeEvent) -> str:
        if not self._open:
            return ""
        container = self._open[-1]
        path = container.into.place.path
        if isinstance(container.into, Series):
            path = container.into.place.inside(container.count)
        elif container.key is not None:
            path = container.key.place.path
        elif isinstance(event, yaml.ScalarEvent) and not container.skips:
            path = container.into.place.inside(event.value)
        return path

    def _refuse_decoration(self, event: yaml.NodeEvent, place: Place) -> None:
        if event.anchor is not None:
            self.complain(place, f"&{event.anchor} is an anchor.", "Leave it out; values are not shared.")
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            self.complain(place, f"{quoted(tag)} is a tag.", "Leave it out: every value is a text here.")

    def _scalar(self, event: yaml.ScalarEvent, place: Place) -> None:
        value = event.value
        if not value and event.style is None and self._awaits_value():
            behind = f" behind {quoted(self._open[-1].key or '')}" if self._in_table() else " here"
            self.complain(
                place, f"There is nothing{behind}.", 'Write a value, "" for an empty text, or leave it out.'
            )
            self._drop()
            return
        if not value.isprintable():
            value = _paired(value)
            if any(map(_unwanted, value)):
                self.complain(place, "There is a control character in this text.", "Leave it out.")
                self._drop()
                return
        self._put(Text(value, place))

    def _in_table(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].into, Table)

    def _awaits_value(self) -> bool:
        return not self._in_table() or self._open[-1].key is not None or self._open[-1].skips

    def _drop(self) -> None:
        """Leave out the key or value that has just been read."""
        if not self._open:
            return
        container = self._open[-1]
        container.count += 1
        if isinstance(container.into, Table):
            container.skips = container.key is None and not container.skips
            container.key = None

    def _put(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        container = self._open[-1]
        into = container.into
        if isinstance(into, Series):
            into.append(node)
            container.count += 1
        elif container.skips:
            container.skips = False
        elif container.key is not None:
            into[container.key] = node
            container.key = None
        elif not isinstance(node, Text):
            self.complain(node.place, "A key is a text.", "Is a blank missing behind a colon?")
            container.skips = True
        elif node in into:
            first = into.key_place(node).line
            self.complain(node.place, f"{quoted(node)} is written twice.", f"The first is in line {first}.")
            container.skips = True
        else:
            container.key = node


def _paired(text: str) -> str:
    """`text` with the surrogate pairs joined that JSON writes for characters beyond the first plane."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _unwanted(character: str) -> bool:
    return (
        (character < " " and character not in "\t\n\r")
        or character == "\x7f"
        or "\ud800" <= character < "\ue000"
    )


_QUOTE = "Put the text into quotation marks."
_REMEDIES = {
    "found character '\\t'": "Indent with blanks, not with tabs.",
    "found character": _QUOTE,
    "mapping values are not allowed": 'Check the indentation, and put a text that holds ": " into quotation marks.',
    "found unexpected end of stream": "Close the quotation mark or bracket.",
    "found undefined alias": "Write the value out.",
}


def _syntax_remedy(said: str) -> str:
    for beginning, remedy in _REMEDIES.items():
        if said.startswith(beginning):
            return remedy
    return "Check the indentation, brackets and quotation marks, here and in the line above."
