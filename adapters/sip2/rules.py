"""What a profile says of fields beyond the standard, checked against the messages and compiled."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import tzinfo
from operator import methodcaller
from typing import TypeAlias

from softdock.circulation.items import Item
from softdock.circulation.patrons import Patron
from softdock.mappings.language import compile_rule
from softdock.mappings.positions import Node, Series, Text
from softdock.mappings.problems import ProblemsFound, quoted
from softdock.mappings.records import RecordShape
from softdock.mappings.shapes import Found, Kind, NotFound
from softdock.mappings.values import compile_value
from softdock.protocols.sip2.layouts import LAYOUTS
from softdock.protocols.sip2.south.vendor_fields import AnswerRules, FieldRule, RequestRules

Fault: TypeAlias = tuple[tuple[str, ...], str]
"""The keys that lead to a place, and a sentence."""

UNDISPUTED = frozenset({"AA", "AB", "AJ", "BI", "BV", "CG"})
"""Fields of a request which say what is to be done to what: no rule takes them away, or gives them."""
_NOT_TO_BE_MADE_UP = UNDISPUTED | {"AC", "AD", "AO", "BO"}
_PROOFS = frozenset({"AA", "AB", "AO", "BL", "CQ"})
"""Fields of an answer which say who it is about and whether that is proven."""
_TELLS_OF = {
    **dict.fromkeys(("24", "26", "64"), "patron"),
    **dict.fromkeys(("10", "12", "16", "18", "20", "30"), "item"),
}
"""What a rule may add to, by the answer."""
_IDENTITIES = frozenset({"patron.id", "item.id", "patron.extra", "item.extra"})


class FieldShape:
    """The fields of a SIP2 message, read by their identifiers; of one that repeats, the first."""

    def at(self, path: str) -> Found | NotFound:
        """The text of the field `path`."""
        if not is_field(path):
            return NotFound(f"{quoted(path)} is not a field of SIP2.", "Write its two letters, such as PB.")
        return Found(Kind.TEXT, methodcaller("field", path))


def is_field(text: str) -> bool:
    """Whether `text` can name a field: two capitals or digits, error detection excepted."""
    return (
        len(text) == 2
        and text.isascii()
        and text.isalnum()
        and text == text.upper()
        and text not in {"AY", "AZ"}
    )


_FIELDS = FieldShape()
_TARGETS = RecordShape({"patron": Patron, "item": Item})


class Compiler:
    """Compiles the rules of one profile for one zone, and collects what is wrong with them."""

    def __init__(self, zone: tzinfo) -> None:
        self.faults: list[Fault] = []
        self._zone = zone

    def complain(self, place: Sequence[str], sentence: str) -> None:
        """Note one thing that is wrong."""
        self.faults.append((tuple(place), sentence))

    # --- towards the system

    def request(
        self,
        code: str,
        passed: frozenset[str] | None,
        renamed: Mapping[str, str],
        dropped: Collection[str],
        added: Mapping[str, Node],
    ) -> RequestRules:
        """The rules for the request `code`."""
        place, own = ("requests", code), LAYOUTS[code].names
        for field_id in sorted((passed or frozenset()) & own.keys()):
            sentence = f"{field_id} is a field that {code} has by the standard: a device cannot add to it."
            self.complain((*place, "pass"), f"{sentence} Take it out.")
        for field_id, new in renamed.items():
            if field_id in UNDISPUTED:
                self._cannot((*place, "rename", field_id), field_id, code, "be renamed")
            if new in own:
                sentence = f"{new} is a field that {code} has by the standard. Choose another name."
                self.complain((*place, "rename", field_id), sentence)
        for field_id in sorted(UNDISPUTED & set(dropped)):
            self._cannot((*place, "drop"), field_id, code, "be left out")
        for field_id in added:
            if field_id in _NOT_TO_BE_MADE_UP:
                self._cannot((*place, "add", field_id), field_id, code, "come from a rule")
        return RequestRules(
            passed=passed,
            renamed=renamed,
            dropped=frozenset(dropped),
            added=[
                (field_id, rule)
                for field_id, node in added.items()
                for rule in self._text_rule((*place, "add", field_id), node)
            ],
        )

    # --- from the system

    def answer(
        self, code: str, renamed: Mapping[str, str], dropped: Collection[str], read: Mapping[str, Node]
    ) -> AnswerRules:
        """The rules for the answer `code`."""
        place = ("answers", code)
        own = LAYOUTS[code].names
        for field_id, new in renamed.items():
            if field_id in own:
                sentence = (
                    f"{field_id} is a field that {code} has by the standard. Read it by a rule instead."
                )
                self.complain((*place, "rename", field_id), sentence)
            if new in _PROOFS:
                self._cannot((*place, "rename", field_id), new, code, "come from another field")
            if field_id in dropped:
                sentence = f"{field_id} is both renamed and dropped. Choose one."
                self.complain((*place, "rename", field_id), sentence)
        for field_id in sorted(_PROOFS & set(dropped)):
            self._cannot((*place, "drop"), field_id, code, "be left out")
        found: dict[str, list[tuple[str, FieldRule]]] = {}
        for path, node in read.items():
            record, _, name = path.partition(".")
            if record != (told := _TELLS_OF.get(code, "")) or not name:
                remedy = f"Write {told}.<name>." if told else "It tells of neither patron nor item."
                self.complain((*place, "read", path), f"{quoted(path)} is not to be read of {code}. {remedy}")
                continue
            group, name = (f"{record}_extra", name[6:]) if name.startswith("extra.") else (record, name)
            for rule in self._value_rule((*place, "read", path), path, node):
                found.setdefault(group, []).append((name, rule))
        return AnswerRules(
            renamed=renamed,
            dropped=frozenset(dropped),
            patron=found.get("patron", ()),
            patron_extra=found.get("patron_extra", ()),
            item=found.get("item", ()),
            item_extra=found.get("item_extra", ()),
        )

    def _cannot(self, place: Sequence[str], field_id: str, code: str, what: str) -> None:
        self.complain(place, f"{field_id} of {code} cannot {what}. Take it out.")

    def _text_rule(self, place: Sequence[str], node: Node) -> Iterator[FieldRule]:
        try:
            yield compile_rule(node, _FIELDS, self._zone)
        except ProblemsFound as found:
            self._tell(place, node, found)

    def _value_rule(self, place: Sequence[str], path: str, node: Node) -> Iterator[FieldRule]:
        target = _TARGETS.at(path)
        if isinstance(target, Found) and (
            path in _IDENTITIES or (path.count(".") > 1 and ".extra." not in path)
        ):
            target = NotFound(f"{quoted(path)} is not for a rule to say.", "Take something else.")
        if isinstance(target, NotFound):
            self.complain(place, f"{target.sentence} {target.remedy}".rstrip())
            return
        try:
            yield compile_value(node, _FIELDS, target, self._zone)
        except ProblemsFound as found:
            self._tell(place, node, found)

    def _tell(self, place: Sequence[str], node: Node, found: ProblemsFound) -> None:
        if any(type(each) is not Text for each in _texts(node)):
            self.complain(place, "This rule is not in order. It holds a secret, so no more of it is shown.")
            return
        for problem in found.problems:
            self.complain(place, f"{problem.sentence} {problem.remedy}".rstrip())


def _texts(node: Node) -> Iterator[Text]:
    """Every text in `node`.  One that came from a reference is of a type of its own."""
    if isinstance(node, Text):
        yield node
        return
    for each in node if isinstance(node, Series) else node.values():
        yield from _texts(each)
