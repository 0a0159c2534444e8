"""The `extra_fields` of a profile: rules of the mapping language over the vocabulary's records."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Annotated, Final, TypeAlias

from pydantic import ValidationInfo, WithJsonSchema
from pydantic.functional_validators import PlainValidator

from softdock.circulation.items import Item
from softdock.circulation.patrons import Patron
from softdock.mappings.language import Rule, compile_rule, rule_schema
from softdock.mappings.positions import Node, Series, Text, placed
from softdock.mappings.problems import Problem, ProblemsFound
from softdock.mappings.records import RecordShape
from softdock.mappings.shapes import Shape
from softdock.mappings.written import mistake
from softdock.ops.settings.secrets import SecretText
from softdock.ops.settings.sections import Circumstances

ANSWER: Final = RecordShape({"patron": Patron, "item": Item}, withheld=["item.borrower"])
"""What a rule may read: the patron and the item that an answer tells of, either may be None."""


def _secrets(node: Node) -> Iterator[SecretText]:
    if isinstance(node, SecretText):
        yield node
    elif not isinstance(node, Text):
        for each in node if isinstance(node, Series) else node.values():
            yield from _secrets(each)


def _rule(value: object, info: ValidationInfo) -> Node:
    """A rule, found to be in order: it is compiled once more for each zone in which it is used."""
    rule = placed(value)
    secret = next(_secrets(rule), None)
    if secret is not None:
        raise mistake(f"{secret.shown()} would be sent to devices.", "Write the text itself, or nothing.")
    try:
        compile_rule(rule, ANSWER)
    except ProblemsFound as found:
        if not isinstance(info.context, Circumstances):
            raise
        info.context.problems.extend(found.problems)
    return rule


RuleNode: TypeAlias = Annotated[Node, PlainValidator(_rule), WithJsonSchema(rule_schema())]


def compile_extra_fields(
    extra_fields: Mapping[str, Mapping[str, Node]], zone: tzinfo, shape: Shape = ANSWER
) -> dict[str, tuple[tuple[str, Rule], ...]]:
    """By message code: the fields to add, each with what gives its text.

    A rule takes an object with the attributes of `shape` (`patron` and `item`) and gives None where the
    field is to be left out.  Points in time are written as local times of `zone`.  Raises ProblemsFound.
    """
    problems: list[Problem] = []
    compiled: dict[str, tuple[tuple[str, Rule], ...]] = {}
    for code, rules in extra_fields.items():
        fields: list[tuple[str, Rule]] = []
        for field, rule in rules.items():
            try:
                fields.append((field, compile_rule(rule, shape, zone)))
            except ProblemsFound as found:
                problems.extend(found.problems)
        compiled[code] = tuple(fields)
    if problems:
        raise ProblemsFound(problems)
    return compiled
