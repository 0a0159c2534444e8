"""What is compiled: an adapter, its maps, their steps and its sessions; and what maps translate from and to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from softdock.mappings.files.folder import Loaded
from softdock.mappings.files.grammar import AdapterFile, ExamplePart, PagesPart
from softdock.mappings.problems import Place
from softdock.mappings.requests.parts import Build
from softdock.mappings.rules.conditions import Condition
from softdock.mappings.rules.fields import Filled, Target
from softdock.mappings.rules.reading import Reply
from softdock.mappings.rules.source import Source
from softdock.mappings.shapes import Shape, Value


@dataclass(frozen=True, slots=True)
class OperationKind:
    """What a map can be for."""

    name: str
    asked: Shape
    """What of the operation rules can take."""
    target: Target
    """What there is to be read."""
    changes: bool


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What maps translate from and to."""

    operations: Mapping[str, OperationKind]
    reasons: Mapping[str, Value]
    effect: Target
    """What the steps of `effect` read."""
    session: OperationKind
    """What a session, or a probe, can ask and read."""
    maps_only: frozenset[str] = frozenset()
    """Operations that are of maps, and handed over to nobody."""


@dataclass(frozen=True, slots=True)
class Step:
    """One compiled step."""

    name: str
    back_end: str
    place: Place
    build: Build
    reply: Reply
    when: Condition | None
    safe: bool
    repeatable: bool
    optional: bool
    together: bool
    retries: int
    pages: PagesPart | None


@dataclass(frozen=True, slots=True)
class Session:
    """One compiled session."""

    name: str
    step: Step
    lasts: float
    early: float
    keeps: Sequence[str]
    """The names of what it keeps."""


@dataclass(frozen=True, slots=True)
class CompiledMap:
    """One operation as it is carried out."""

    operation: str
    place: Place
    steps: Sequence[Step]
    fill: Callable[[Source, Filled], None] | None
    effect: Sequence[Step]
    examples: Sequence[ExamplePart]


@dataclass(frozen=True, slots=True)
class CompiledAdapter:
    """An adapter's files, compiled."""

    file: AdapterFile
    loaded: Loaded
    maps: Mapping[str, CompiledMap]
    sessions: Mapping[str, Session]
    """By the back end that they are for."""
    probe: Step | None
    handed: Mapping[str, str]
    """What no map carries out: operations, each with the back end whose adapter does."""
    texts: Mapping[str, str] = field(repr=False)
    """The settings, as they hold."""
