"""What a map tells a format beside its name: `format: {xml: {namespaces: ignore}}`."""

from collections.abc import Collection, Mapping

from softdock.mappings.documents.charsets import known
from softdock.mappings.positions import Node, Series, Table, Text
from softdock.mappings.problems import Place, Problem, quoted, suggestion

CHARSET = (
    "The charset in which the system really writes, where it says nothing or something wrong, such as gb18030. "
    "It wins over all that the reply says of itself, and bytes that do not belong to it become replacement characters."
)
"""What the option of this name means, wherever there is one."""


_DIGITS = 4


class Options:
    """The options of one format as they are written in a map, and what is wrong with them."""

    def __init__(self, options: Table | None, place: Place, described: Mapping[str, str]) -> None:
        self.problems: list[Problem] = []
        self._options = Table() if options is None else options
        self._place = place
        for name in self._options:
            if name not in described:
                remedy = suggestion(name, list(described), "The options are") or "This format has no options."
                self.complain(self._options.key_place(name), f"{quoted(name)} is not an option.", remedy)

    def complain(self, place: Place, sentence: str, remedy: str = "") -> None:
        self.problems.append(Problem(place, sentence, remedy, "format"))

    def node(self, name: str) -> Node | None:
        return self._options.get(name)

    def text(self, name: str, otherwise: str = "") -> str:
        """The text under `name`, free of its place."""
        node = self.node(name)
        if node is None:
            return otherwise
        if not isinstance(node, Text):
            self.complain(node.place, f"Behind {quoted(name)} belongs one text.")
            return otherwise
        return str(node)

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of the list under `name`; a single text counts as a list of one."""
        node = self.node(name)
        if node is None:
            return ()
        taken: list[str] = []
        for each in node if isinstance(node, Series) else [node]:
            if isinstance(each, Text):
                taken.append(str(each))
            else:
                self.complain(each.place, f"In the list behind {quoted(name)} belong texts.")
        return tuple(taken)

    def one_of(self, name: str, words: Collection[str], otherwise: str) -> str:
        """The one of `words` under `name`."""
        word = self.text(name, otherwise)
        if word not in words:
            remedy = suggestion(word, list(words), "There are")
            self.complain(self.place(name), f"{quoted(word)} is nothing that {name} can be.", remedy)
            return otherwise
        return word

    def number(self, name: str) -> int:
        """The number of lines under `name`, 0 for none."""
        word = self.text(name, "0")
        if not (word.isascii() and word.isdigit()) or len(word) > _DIGITS:
            self.complain(self.place(name), f"{quoted(word)} is no number of lines.", f"Write {name}: 1.")
            return 0
        return int(word)

    def charset(self) -> str:
        """The charset under `charset`, by the name under which it is decoded; "" for none."""
        word = self.text("charset")
        name = known(word) if word else ""
        if name is None:
            sentence = f"{quoted(word)} is no charset that is read here."
            self.complain(self.place("charset"), sentence, "Most common are utf-8, gb18030 and windows-1252.")
            return ""
        return name

    def place(self, name: str) -> Place:
        """Where the value under `name` is written."""
        node = self.node(name)
        return self._place if node is None else node.place
