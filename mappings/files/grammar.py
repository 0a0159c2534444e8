"""What may stand in `adapter.yaml` and in a map, down to the rules, which `softdock.mappings.rules` knows.

The models are read from the tree of nodes, so that everything wrong is told by line and column; rules stay nodes.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import ErrorDetails

from softdock.mappings.complaints import complaints
from softdock.mappings.merging import place_of, without
from softdock.mappings.positions import Node, Series, Table, Text, placed
from softdock.mappings.problems import Problem, nearest
from softdock.mappings.written import YES_NO, Seconds, form, lasting, line, mistake, whole

MAP_VERSION = "1"

BY_MAPS = "maps"
"""Under `operations`: by the maps of the folder, as without a word."""

NAME_PATTERN = r"[a-z][a-z0-9_-]{0,62}"
Name: TypeAlias = Annotated[
    str, form(NAME_PATTERN, "a name", "Write small letters, digits, - and _, beginning with a letter.")
]
DEFINED: Final = "x-defined"
"""Stands in the schema of a model for a reference to a definition that `schema` brings."""


def _defined(name: str) -> WithJsonSchema:
    return WithJsonSchema({DEFINED: name})


RuleNode: TypeAlias = Annotated[Any, PlainValidator(placed), _defined("rule")]
ConditionNode: TypeAlias = Annotated[Any, PlainValidator(placed), _defined("condition")]
ConvertersNode: TypeAlias = Annotated[Any, PlainValidator(placed), _defined("converters")]
PartNode: TypeAlias = Annotated[Any, PlainValidator(placed), WithJsonSchema({"type": "object"})]
Words: TypeAlias = Annotated[str, line(0, 1000)]


def _table(value: object) -> object:
    node = placed(value)
    if not isinstance(node, Table):
        raise mistake("This is not a table.", "Write one key a line.")
    return node


TableNode: TypeAlias = Annotated[Any, PlainValidator(_table), WithJsonSchema({"type": "object"})]


RequestNode: TypeAlias = Annotated[Any, PlainValidator(_table), _defined("request")]
RulesNode: TypeAlias = Annotated[Any, PlainValidator(_table), _defined("rules")]


def _version(value: object) -> str:
    if value != MAP_VERSION:
        raise mistake("This version of the language is not known.", f"Write {MAP_VERSION}.")
    return str(value)


Version: TypeAlias = Annotated[str, PlainValidator(_version), WithJsonSchema({"const": int(MAP_VERSION)})]


class Part(BaseModel):
    """A table with a closed list of keys."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, populate_by_name=True
    )


class ReplyPart(Part):
    """How a reply is read."""

    format: Annotated[Any, _defined("format")] = None
    """The kind of document: xml, json, rows, delimited, fixed, sip2 or text; or a table with one of these as its key, and options below it."""
    fail: Annotated[Any, PlainValidator(placed), _defined("failures")] = None
    """What is a failure, asked in order: {when: condition, reason: why} for the patron, {when: condition, error: what} for the system, {when: condition, fine: true} for what only looks like one."""
    success: ConditionNode = None
    """What has to hold of a reply that is no failure; where it does not, the operation is declined."""
    note: RuleNode = None
    """The system's own text that goes along where `success` does not hold."""
    at: Annotated[Any, PlainValidator(placed), WithJsonSchema({"type": "string"})] = None
    """The place at which the paths of `keep` and `fields` begin; without it the root."""
    keep: Annotated[
        Any,
        PlainValidator(placed),
        WithJsonSchema({"type": "object", "additionalProperties": {DEFINED: "rule"}}),
    ] = None
    """Texts that later steps use, by names of their own."""
    fields: Annotated[Any, PlainValidator(placed), WithJsonSchema({"type": "object"})] = None
    """What the reply says, by the names of the vocabulary."""
    inside: Annotated[Any, PlainValidator(placed), WithJsonSchema({"type": "object"})] = None
    """A document inside of a text: {from: path, format: json, ...}, and what is read of it."""


class PagesPart(Part):
    """How a reply that comes in pages is asked for."""

    keep: Name
    """The name under which requests find the page, as {kept: name}."""
    first: Words = "1"
    """Its value in the first request."""
    by: Annotated[int, whole(1, 100_000)] = 1
    """What it grows by from one page to the next, where `next` does not say."""
    next: RuleNode = None
    """What it is for the next page, read of the reply; without a value that page was the last."""
    more: ConditionNode = None
    """What holds of the reply as long as there is another page."""
    at_most: Annotated[int, whole(1, 100)] = 20
    """How many pages are asked for; where there are more, the list is incomplete, which is told."""


class StepPart(Part):
    """One request and its reply."""

    name: Name | None = None
    """Its name, for examples and logs; without one, its number."""
    back_end: Name | None = None
    """Which back end is asked; needed where the adapter has several."""
    when: ConditionNode = None
    """A condition on the operation and on what was kept; without it holding, the step is left out."""
    request: RequestNode
    """What is sent."""
    reply: ReplyPart = Field(default_factory=ReplyPart)
    """How the answer is read."""
    safe: Annotated[bool, YES_NO] | None = None
    """Whether it changes nothing. Steps of lookups are safe; in other operations a step is not, unless it says so."""
    repeatable: Annotated[bool, YES_NO] = False
    """Whether the system recognises a request that is sent again, so that a lost answer may be asked for once more."""
    optional: Annotated[bool, YES_NO] = False
    """Whether the operation goes on without it where it fails."""
    together: Annotated[bool, YES_NO] = False
    """Whether it runs at the same time as the step before it."""
    retries: Annotated[int, whole(0, 3)] = 0
    """How often it is sent again where no answer came; only for what is safe or repeatable."""
    pages: PagesPart | None = None
    """How to ask for further pages."""


class ExamplePart(Part):
    """A reply, and what is to be read of it."""

    name: Annotated[str, line()]
    """What it shows."""
    asked: dict[str, Words] = Field(default_factory=dict)
    """Values of the operation, by their paths, such as patron.id; others have values of their own."""
    settings: dict[str, Words] = Field(default_factory=dict)
    """Settings of the adapter, for this example."""
    reply: Words | None = None
    """The file with the reply, where there is one step."""
    replies: dict[str, Words] = Field(default_factory=dict)
    """The files with the replies, by the names of the steps."""
    status: Annotated[int, whole(100, 599)] = 200
    """The HTTP status of the reply."""
    charset: Words = ""
    """The charset that the transport was told."""
    expect: Words
    """The file with the reading, as `softdock mapping try` writes it."""


def _examples(value: object) -> object:
    return [value] if isinstance(value, dict) else value


def _steps_in(value: object) -> object:
    """Steps as a list, or as a table of their names, which a site can change one by one."""
    if not isinstance(value, Table):
        return value
    return [
        Table(
            [(Text("name", value.key_place(name)), Text(name, value.key_place(name))), *each.items()],
            each.place,
        )
        if isinstance(each, Table)
        else each
        for name, each in value.items()
    ]


Steps: TypeAlias = Annotated[list[StepPart], BeforeValidator(_steps_in)]


class EffectPart(Part):
    """How the system shows whether an operation was done whose answer was lost."""

    steps: Steps
    """Reading steps; one of them reads the field `effect`: done, not-yet, not-done or unclear."""


class MapFile(Part):
    """One map: how one operation is carried out."""

    map: Version
    """The version of the language."""
    operation: Name
    """Which operation it is for, such as lookup-patron."""
    description: Words = ""
    """For people."""
    back_end: Name | None = None
    """Which back end is asked; needed where the adapter has several."""
    request: RequestNode | None = None
    """What is sent, where there is one step."""
    reply: ReplyPart | None = None
    """How the answer is read, where there is one step."""
    steps: Steps = Field(default_factory=list)
    """The steps of the operation, in order: a table of their names, or a list."""
    fields: TableNode | None = None
    """What is known without a reply, or from what steps have kept."""
    effect: EffectPart | None = None
    """How to find out what became of the operation where its answer was lost."""
    examples: Annotated[list[ExamplePart], BeforeValidator(_examples)] = Field(default_factory=list)
    """Replies, each with what is to be read of it; run before the map is used."""


class SettingPart(Part):
    """A setting of the adapter, which a library gives under `system:`."""

    description: Annotated[
        Any, PlainValidator(placed), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "object"}]})
    ] = ""
    """What it is for people: one text, or one for each language."""
    default: Words | None = None
    """What it is without being given; without a default it has to be given."""
    secret: Annotated[bool, YES_NO] = False
    """Whether it is a secret: given by reference only, shown nowhere, read into nothing."""
    one_of: list[Words] = Field(default_factory=list)
    """What it may be; anything of one line without this."""


class BackEndPart(Part):
    """An address of the system, and how it is spoken to: by maps over a transport, or by a whole adapter."""

    transport: Name | None = None
    """How maps reach it: http, sql, sip2 or files."""
    adapter: Name | None = None
    """In place of a transport: the adapter that carries out by itself what `operations` hands over to it, such as sip2."""
    settings: TableNode = Field(default_factory=Table)
    """Settings of the transport, or of the adapter, that hold unless the library says otherwise."""
    headers: RulesNode | None = None
    """Headers of every request over HTTP, by name: rules."""
    query: RulesNode | None = None
    """Parameters of the query of every request over HTTP, by name: rules."""
    form: RulesNode | None = None
    """Parameters of every form that is sent over HTTP, by name: rules, such as one that signs the others."""
    format: Annotated[Any, _defined("format")] = None
    """The kind of its documents, where a reply does not say."""
    fail: Annotated[Any, PlainValidator(placed), _defined("failures")] = None
    """What is a failure in any of its replies, asked behind what a reply itself has under `fail`; left out where a reply says that it is of another kind than `format`."""


class CarryPart(Part):
    """What every request carries once a session is open."""

    query: RulesNode | None = None
    """Parameters of the query."""
    form: RulesNode | None = None
    """Parameters of the form, where the request has one."""
    headers: RulesNode | None = None
    """Headers."""


class SessionPart(Part):
    """A token, or a login, that is kept from request to request."""

    back_end: Name | None = None
    """The back end that it is for; needed where the adapter has several."""
    request: RequestNode
    """What opens it."""
    reply: ReplyPart
    """What is read: `keep` the token, and the field `expires` where the reply says when it ends, or `expires_in` where it says in how many seconds."""
    lasts: Annotated[Seconds, lasting(1, 604_800)] = Seconds(1800)
    """How long it lasts where the reply does not say."""
    early: Annotated[Seconds, lasting(0, 86_400)] = Seconds(30)
    """How long before its end another one is opened."""
    carry: CarryPart = Field(default_factory=CarryPart)
    """What every other request of the back end carries."""
    expired: ConditionNode = None
    """What shows in a reply that the session is over; it is opened anew, and the request is sent once more."""
    example: Words = ""
    """A file with a reply that opens it, by which the kit can play the system where no simulator does."""


class ProbePart(StepPart):
    """A request that shows whether the system is there."""

    example: Words = ""
    """A file with a reply to it, by which the kit can play the system where no simulator does."""


class UndoPart(Part):
    """How the system takes back what it has done."""

    checkout: Literal["cancel", "return", "none"] = "cancel"
    """A loan: by the map of checkin with `cancel` true, by a plain checkin, or not at all."""
    place_hold: Annotated[Literal["cancel", "none"], Field(alias="place-hold")] = "cancel"
    """A hold: by cancel-hold, or not at all."""


class AdapterFile(Part):
    """`adapter.yaml`: what the maps of a folder have in common."""

    adapter: Version
    """The version of the language."""
    like: Words = ""
    """The adapter that this one changes: the name of one that is installed, or a folder beside this one."""
    name: Annotated[
        Any, PlainValidator(placed), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "object"}]})
    ] = ""
    """The system's name for people: one text, or one for each language."""
    description: Words = ""
    """What it speaks, and what is proven."""
    settings: dict[Name, SettingPart] = Field(default_factory=dict)
    """Settings that a library gives beside those of the transports."""
    back_ends: dict[Name, BackEndPart] = Field(default_factory=dict)
    """The addresses of the system, by names of your own."""
    operations: dict[Name, Name] = Field(default_factory=dict)
    """Which operations are not carried out by maps: the name of each, with the back end that is a whole adapter; `maps` where a site takes that back."""
    sessions: dict[Name, SessionPart] = Field(default_factory=dict)
    """Tokens and logins."""
    codes: dict[Name, TableNode] = Field(default_factory=dict)
    """Tables of codes that maps name; a site puts its own over them."""
    converters: dict[Name, ConvertersNode] = Field(default_factory=dict)
    """Converters, or chains of them, that maps name under `as`: how this system writes dates, amounts and names; a site puts its own in their place."""
    redact: list[Annotated[str, line()]] = Field(default_factory=list)
    """Names of what never leaves the adapter: elements, keys, columns and fields that no rule may read, masked in captures."""
    undo: UndoPart = Field(default_factory=UndoPart)
    """How a loan or a hold is taken back whose answer was lost."""
    lists_tell_all: Annotated[bool, YES_NO] = True
    """Whether a patron has nothing where a list shows nothing although no PIN was given."""
    probe: ProbePart | None = None
    """A cheap request that changes nothing, and shows whether the system is there."""
    simulator: Words = ""
    """The simulator of the kit that stands in for the system in `softdock adapter check`."""
    waivers: dict[str, Words] = Field(default_factory=dict)
    """Checks of the kit that this adapter does not pass, by their ids, each with the reason."""


Model = TypeVar("Model", bound=Part)


def read_as(model: type[Model], node: Node) -> Model | list[Problem]:
    """`node` as a `model`; or everything that is wrong with its form."""
    try:
        return model.model_validate(node)
    except ValidationError as error:
        return list(_problems(error, node))


_ATTEMPTS = 8


def read_as_far(model: type[Model], node: Node) -> tuple[Model | None, list[Problem]]:
    """`node` as a `model` without what is wrong with it, so that the rest can be looked at; and what is wrong with it."""
    problems: list[Problem] = []
    for _ in range(_ATTEMPTS):
        try:
            return model.model_validate(node), problems
        except ValidationError as error:
            problems = problems or list(_problems(error, node))
            # From behind, so that what is taken out of a list leaves the numbers of the others as they were.
            for each in sorted(map(_wrong, error.errors(include_url=False)), key=repr, reverse=True):
                node = without(node, each)
    return None, problems


def _wrong(error: ErrorDetails) -> list[str | int]:
    """What is to be left out: the wrong value, or the table that lacks one."""
    steps = _steps(error["loc"])
    return steps[:-1] if error["type"] == "missing" else steps


def _problems(error: ValidationError, node: Node) -> Iterator[Problem]:
    errors = error.errors(include_url=False)
    for each, (_, sentence) in zip(errors, complaints(errors), strict=True):
        near = nearest(str(each["loc"][-1]), _KEYS) if each["type"] == "extra_forbidden" else None
        remedy = f"Did you mean {near}?" if near else ""
        yield Problem(place_of(node, _steps(each["loc"])), sentence, remedy, "grammar")


_KEYS: Final = frozenset(key for model in Part.__subclasses__() for key in model.model_fields)
"""All keys that there are somewhere: the nearest of them is what was most likely meant."""


def _steps(loc: Sequence[str | int]) -> list[str | int]:
    return [each for each in loc if each != "[key]"]


def texts_of(node: Node | str | None) -> dict[str, str]:
    """A text in one language or several: by language, "" for one that is for all."""
    if isinstance(node, Table):
        return {str(language): str(text) for language, text in node.items() if isinstance(text, Text)}
    return {"": str(node)} if node and not isinstance(node, Series) else {}
