"""Reads replies as a map does, and tells of every value where it came from and what became of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, tzinfo
from typing import Any

from softdock.adapters.declarative.answering import answer_by
from softdock.adapters.declarative.asking import MOMENT, asked_of
from softdock.adapters.declarative.examples import Reading, Reply, plain, read_replies, stand_ins
from softdock.adapters.declarative.folders import Named, requestless
from softdock.adapters.declarative.settings import secrets_of
from softdock.adapters.declarative.vocabulary import VOCABULARY
from softdock.circulation.identifiers import Secret
from softdock.circulation.records import record
from softdock.mappings.exchange import Request
from softdock.mappings.files.compiled import CompiledAdapter, Step
from softdock.mappings.files.folder import Loaded
from softdock.mappings.files.maps import compile_as_far
from softdock.mappings.files.showing import flow
from softdock.mappings.positions import Node, Series, Table, Text
from softdock.mappings.problems import Place, Problem, ProblemsFound
from softdock.mappings.requests.parts import Unsendable
from softdock.mappings.rules.source import Missing, Scope, Source, Unread, Witness


@record
class Traced:
    """One value that was read."""

    field: str
    """Such as patron.loans[0].due; keep.NAME for what is kept for later steps."""
    place: Place
    """The line of the map."""
    raw: tuple[Any, ...]
    """What was taken out of the reply, by one source of the rule or several."""
    line: int
    """Where the place in the reply begins from which it was taken; 0 where nobody knows."""
    value: Any
    """What the rule made of it; None for nothing."""


@record
class NotRead:
    """A value that was there, and that its rule could not read."""

    field: str
    place: Place
    value: str
    rule: str
    """The rule as it is written."""


@record
class Trial:
    """What a map makes of replies, and how."""

    reading: Reading
    trace: tuple[Traced, ...]
    unread: tuple[NotRead, ...]
    answer: Mapping[str, Any]
    """What the operation comes to in SoftDock by that; empty where it was refused, or read wrongly."""


@record
class Sent:
    """What one step would send."""

    step: Step
    transport: str
    base: str
    """What the path of a request over HTTP goes behind, as far as the folder knows."""
    request: Request | str
    """A sentence where it cannot be built."""


@record
class Prepared:
    """What the steps of a map would send, and what of that is secret."""

    sent: Sequence[Sent]
    secrets: Sequence[str]


class Watching(Witness):
    """Notes what is read, under the names of fields with the entries of lists in them."""

    def __init__(self) -> None:
        self.traced: list[Traced] = []
        self._names: list[str] = []
        self._raw: list[list[tuple[Any, int]]] = []

    def raw(self, value: Any, line: int) -> None:
        """See `Witness`.  What belongs to no field was asked by a rule of failure."""
        if self._raw and value is not None:
            self._raw[-1].append((value, line))

    def enter(self, name: str) -> None:
        """See `Witness`."""
        self._names.append(name)
        self._raw.append([])

    def leave(self, place: Place, value: Any) -> None:
        """See `Witness`.  Lists and their entries leave without a value and a rule of their own."""
        field, raw = self._field(), self._raw.pop()
        entry = self._names.pop().startswith("[")
        if place.file and not entry:
            line = next((line for _, line in raw if line), 0)
            self.traced.append(Traced(field, place, tuple(each for each, _ in raw), line, value))

    def _field(self) -> str:
        named = ""
        for name in self._names:
            named += name if name.startswith("[") or not named or not name else f".{name}"
        return named


def operation_in(named: Named) -> str:
    """The operation that is tried: the one that is named, or the only one there is.  Raises ProblemsFound."""
    assert named.loaded is not None
    known = list(named.loaded.maps)
    if named.operation in known:
        return named.operation
    if not named.operation and len(known) == 1:
        return known[0]
    said = f"There is no map for {named.operation}." if named.operation else "Which operation is to be tried?"
    place = Place(str(named.loaded.folder))
    raise ProblemsFound([Problem(place, said, f"There are {', '.join(known) or 'none'}.", "operation")])


def compiled_for(
    named: Named,
    operation: str,
    settings: Mapping[str, str],
    zone: tzinfo = UTC,
    witness: Witness | None = None,
) -> CompiledAdapter:
    """The adapter, with the map for `operation`; other maps may be as wrong as they like.  Raises ProblemsFound."""
    loaded = named.loaded
    assert loaded is not None
    maps = {name: table for name, table in loaded.maps.items() if name == operation}
    loaded = requestless(replace(loaded, maps=maps), _transports(loaded))
    compiled, problems = compile_as_far(loaded, VOCABULARY, stand_ins(loaded, settings), zone, witness)
    known = () if compiled is None else compiled.file.settings
    unknown = [
        Problem(Place("--setting"), f"There is no setting named {name}.", f"There are {', '.join(known) or 'none'}.", "setting")
        for name in settings
        if compiled is not None and name not in known
    ]  # fmt: skip
    problems = [*named.problems, *problems, *unknown]
    if problems or compiled is None:
        raise ProblemsFound(dict.fromkeys(problems))
    return compiled


def try_map(
    named: Named,
    replies: Mapping[str, Reply],
    said: Mapping[str, str],
    settings: Mapping[str, str],
    zone: tzinfo = UTC,
    currency: str = "CNY",
) -> Trial:
    """What the map that is `named` makes of `replies`, by its steps.  Raises ProblemsFound and NotAsked."""
    operation, watching = operation_in(named), Watching()
    compiled = compiled_for(named, operation, settings, zone, watching)
    asked = asked_of(operation, said, now=MOMENT.astimezone(zone))
    reading = read_replies(compiled, compiled.maps[operation], asked, replies)
    unread = _unread(reading.unread, watching.traced, compiled.loaded)
    done = reading.outcome == "done"
    answer = answer_by(asked, reading.fields, zone, currency) if done else {}
    return Trial(reading, tuple(watching.traced), tuple(unread), answer)


def requests_of(
    named: Named, said: Mapping[str, str], settings: Mapping[str, str], zone: tzinfo = UTC
) -> Prepared:
    """What each step of the map would send.  Raises as `try_map`."""
    operation = operation_in(named)
    compiled = compiled_for(named, operation, settings, zone)
    asked = asked_of(operation, said, now=MOMENT.astimezone(zone))
    sent = []
    for step in compiled.maps[operation].steps:
        part = compiled.file.back_ends[step.back_end]
        base = str(part.settings.get("url", f"<url of {step.back_end}>")).rstrip("/")
        kept: dict[str, Any] = {name: f"<{name}>" for name in _kept(compiled.loaded.maps[operation])}
        session = compiled.sessions.get(step.back_end)
        kept |= {name: f"<{name}>" for name in ([] if session is None else session.keeps)}
        if step.pages is not None:
            kept[step.pages.keep] = step.pages.first
        request: Request | str
        try:
            request = step.build(Source(asked, Scope(asked, kept)))
        except Missing as error:
            request = f"{error.place}: a value that this request requires is not there."
        except Unsendable as error:
            request = f"{error.place}: {error.why}."
        sent.append(Sent(step, part.transport or "", base, request))
    secrets = [compiled.texts[name] for name in secrets_of(compiled.file)]
    values = [getattr(asked.operation, each.name) for each in fields(asked.operation)]
    return Prepared(sent, [*secrets, *(each.reveal() for each in values if isinstance(each, Secret))])


def _kept(node: Node) -> Iterator[str]:
    """The names of all that the steps of a map keep."""
    if isinstance(node, Series):
        for each in node:
            yield from _kept(each)
    elif isinstance(node, Table):
        for key, each in node.items():
            if key == "keep" and isinstance(each, Table):
                yield from map(str, each)
            yield from _kept(each)


def _transports(loaded: Loaded) -> dict[str, str]:
    """The transports of the back ends that are declared, as far as they are texts."""
    back_ends = loaded.adapter.get("back_ends")
    parts = back_ends.items() if isinstance(back_ends, Table) else ()
    return {
        str(name): str(part["transport"])
        for name, part in parts
        if isinstance(part, Table) and isinstance(part.get("transport"), Text)
    }


# --- what was not read -----------------------------------------------------------------------------------------


def _unread(noted: Any, traced: list[Traced], loaded: Loaded) -> Iterator[NotRead]:
    """Each value that was not read, once, with the field that it was for and its rule."""
    left = list(traced)
    seen: list[Unread] = []
    for each in noted:
        if any(each is other for other in seen):
            continue
        seen.append(each)
        ruled = [at for at, one in enumerate(left) if _is_of(one, each)]
        # Of a value that was put together, the reply has the parts alone.
        exact = (at for at in ruled if each.value in map(str, left[at].raw))
        at = next(exact, next((at for at in ruled if left[at].value is None), None))
        field = each.place.path if at is None else left.pop(at).field
        yield NotRead(field, each.place, each.value, _rule_at(loaded, each.place))


def _is_of(one: Traced, unread: Unread) -> bool:
    """Whether the rule that could not read it is that of the field, or within it."""
    return one.place.file == unread.place.file and unread.place.path.startswith(one.place.path)


def _rule_at(loaded: Loaded, place: Place) -> str:
    """What is written at `place`, on one line."""
    for root in (*loaded.maps.values(), loaded.adapter):
        found = _below(root, place)
        if found is not None:
            return flow(found)
    return ""


def _below(node: Node, place: Place) -> Node | None:
    if node.place == place:
        return node
    children = node if isinstance(node, Series) else node.values() if isinstance(node, Table) else ()
    return next((found for each in children if (found := _below(each, place)) is not None), None)


def object_of(traced: Traced) -> dict[str, Any]:
    """A value that was read, for --json."""
    raw = traced.raw
    return {
        "field": traced.field,
        "file": traced.place.file,
        "line": traced.place.line,
        "column": traced.place.column,
        "raw": None if not raw else plain(raw[0]) if len(raw) == 1 else [plain(each) for each in raw],
        "value": plain(traced.value),
        "reply_line": traced.line,
    }
