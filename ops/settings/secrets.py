"""Secrets by reference: `${env:NAME}` and `${file:path}` in any value, resolved before it is looked at.

A value with a reference in it is never quoted, in no message and no `repr`; messages name the reference
instead.  `$${` stands for `${`.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from softdock.mappings.positions import Node, Series, Table, Text
from softdock.mappings.problems import Problem, quoted

LARGEST = 65536
"""Bytes of a file with a secret at most."""

_REFERENCE = re.compile(r"\$\$\{|\$\{([^{}]*)\}?")
_REMEDY = "Write ${env:NAME} or ${file:path}; $${ stands for ${."


class SecretText(Text):
    """A text that came from a reference, which is all that is ever shown of it."""

    __slots__ = ("reference",)
    reference: str

    def __repr__(self) -> str:
        return f"<{self.reference}>"

    def shown(self) -> str:
        """The reference."""
        return f"The value of {self.reference}"


class _Unresolved(Exception):
    """A reference that leads nowhere: a sentence, and the remedy."""

    def __init__(self, sentence: str, remedy: str) -> None:
        super().__init__(sentence, remedy)
        self.sentence = sentence
        self.remedy = remedy


class Resolver:
    """Resolves references; what it cannot resolve goes to `problems` and is left out."""

    def __init__(self, environment: Mapping[str, str], directory: Path) -> None:
        self.problems: list[Problem] = []
        self._environment = environment
        self._directory = directory

    def resolve(self, node: Node) -> Node | None:
        """`node` with every reference in it replaced; places stay as they are."""
        if isinstance(node, Text):
            return self._text(node) if "${" in node else node
        if isinstance(node, Series):
            resolved = [self.resolve(each) for each in node]
            return Series((each for each in resolved if each is not None), node.place)
        pairs = [(key, self.resolve(each)) for key, each in node.items()]
        return Table(((key, each) for key, each in pairs if each is not None), node.place)

    def _text(self, node: Text) -> Text | None:
        references: list[str] = []

        def replaced(match: re.Match[str]) -> str:
            if match[0] == "$${":
                return "${"
            references.append(match[0])
            return self._value(match[0])

        try:
            text = _REFERENCE.sub(replaced, node)
        except _Unresolved as wrong:
            self.problems.append(Problem(node.place, wrong.sentence, wrong.remedy))
            return None
        if not references:
            return Text(text, node.place)
        secret = SecretText(text, node.place)
        secret.reference = references[0]
        return secret

    def _value(self, reference: str) -> str:
        kind, colon, name = reference[2:].rstrip("}").partition(":")
        if not (colon and name and reference.endswith("}")) or kind not in ("env", "file"):
            raise _Unresolved(f"{quoted(reference)} is not a reference to a secret.", _REMEDY)
        if kind == "env":
            value = self._environment.get(name)
            if value is None:
                raise _Unresolved(
                    f"There is no {quoted(name)} in the environment.",
                    "Set it for the user that runs SoftDock.",
                )
        else:
            value = self._file(name)
        if not value:
            raise _Unresolved(f"{quoted(reference)} leads to an empty text.", "Put the secret there.")
        return value

    def _file(self, name: str) -> str:
        path = self._directory / name
        try:
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)
        except OSError as error:
            said = (error.strerror or "it cannot be read").lower()
            raise _Unresolved(
                f"{quoted(name)} cannot be read: {said}.", f"Looked for {path.absolute()}."
            ) from None
        except ValueError:
            raise _Unresolved(f"{quoted(name)} is not a path.", _REMEDY) from None
        if len(data) > LARGEST:
            raise _Unresolved(f"{quoted(name)} is longer than {LARGEST} bytes.", "A secret is a short text.")
        try:
            return data.decode().removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError:
            raise _Unresolved(f"{quoted(name)} is not UTF-8 text.", "Store the secret as text.") from None
