"""Compiles an adapter's files: what is wrong with them, all at once, or what carries operations out.

Which operations there are, what they ask and what is to be read for them is handed in as a `Vocabulary`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Any, Final

from softdock.mappings.converters import DECLARED as CONVERTERS
from softdock.mappings.files.compiled import (
    CompiledAdapter,
    CompiledMap,
    OperationKind,
    Session,
    Step,
    Vocabulary,
)
from softdock.mappings.files.folder import Loaded
from softdock.mappings.files.grammar import (
    BY_MAPS,
    AdapterFile,
    BackEndPart,
    MapFile,
    PagesPart,
    ReplyPart,
    StepPart,
    read_as_far,
)
from softdock.mappings.merging import over, place_of
from softdock.mappings.positions import Node, Series, Table, Text
from softdock.mappings.problems import Place, Problem, ProblemsFound, RuleId, quoted, suggestion
from softdock.mappings.requests import compile_request
from softdock.mappings.rules.compiler import RuleCompiler
from softdock.mappings.rules.fields import FieldsCompiler
from softdock.mappings.rules.reading import Reply, ReplyCompiler
from softdock.mappings.rules.source import Ground, Witness
from softdock.mappings.shapes import Found, Kind

__all__ = [
    "MORE",
    "CompiledAdapter",
    "CompiledMap",
    "OperationKind",
    "Session",
    "Step",
    "Vocabulary",
    "compile_adapter",
]

_FORMAT_OF_TRANSPORT: Final = {"sql": "rows", "sip2": "sip2", "http": "text", "files": "text"}


@dataclass(slots=True)
class _Compiling:
    """What compiling one adapter goes by."""

    file: AdapterFile
    vocabulary: Vocabulary
    texts: Mapping[str, str]
    zone: tzinfo | None
    witness: Witness | None
    problems: list[Problem] = field(default_factory=list)
    kept: dict[str, Found] = field(default_factory=dict)
    """What sessions keep."""

    def complain(self, place: Place, sentence: str, remedy: str = "", rule: RuleId = "step") -> None:
        self.problems.append(Problem(place, sentence, remedy, rule))

    def ground(self, kind: OperationKind, kept: Mapping[str, Found]) -> Ground:
        return Ground(
            asked=kind.asked,
            settings=self.texts,
            secrets=frozenset(name for name, each in self.file.settings.items() if each.secret),
            codes=self.file.codes,
            converters=self.file.converters,
            kept={**self.kept, **kept},
            redact=frozenset(self.file.redact),
            zone=self.zone,
            witness=self.witness,
        )


def compile_adapter(
    loaded: Loaded,
    vocabulary: Vocabulary,
    given: Mapping[str, str] | None = None,
    zone: tzinfo | None = None,
    witness: Witness | None = None,
) -> CompiledAdapter:
    """The adapter in `loaded`, with the settings in `given`.  Raises ProblemsFound with everything that is wrong."""
    compiled, problems = compile_as_far(loaded, vocabulary, given, zone, witness)
    if problems or compiled is None:
        raise ProblemsFound(problems)
    return compiled


_FOLLOWS: Final = frozenset({"setting", "codes", "back-end", "kept"})
"""What may be missed by maps for no other reason than that `adapter.yaml` itself is wrong where it says so."""


def compile_as_far(
    loaded: Loaded,
    vocabulary: Vocabulary,
    given: Mapping[str, str] | None = None,
    zone: tzinfo | None = None,
    witness: Witness | None = None,
) -> tuple[CompiledAdapter | None, list[Problem]]:
    """The adapter in `loaded` with those of its maps that nothing is wrong with; and everything that is wrong."""
    file, wrong = read_as_far(AdapterFile, loaded.adapter)
    if file is None:
        return None, wrong
    texts = {name: (each.default or "") for name, each in file.settings.items()} | dict(given or {})
    compiling = _Compiling(file, vocabulary, texts, zone, witness)
    if not file.back_ends:
        compiling.complain(
            loaded.adapter.place,
            "This adapter has no back end.",
            "Write back_ends: {main: {transport: http}}.",
            "back-end",
        )
    for name, part in file.back_ends.items():
        _check_back_end(compiling, name, part, loaded.adapter)
    for name in file.converters.keys() & CONVERTERS.keys():
        place = place_of(loaded.adapter, ["converters", name])
        compiling.complain(
            place, f"{quoted(name)} is a converter already.", "Give yours another name.", "converter"
        )
    sessions = _sessions(compiling)
    maps = {}
    for operation, table in loaded.maps.items():
        before = len(compiling.problems)
        made = _map(compiling, operation, table, loaded)
        if made is not None and len(compiling.problems) == before:
            maps[operation] = made
    probe = None
    if file.probe is not None:
        steps = _steps(
            compiling, vocabulary.session, [file.probe], loaded.adapter.key_place("probe"), safe=True
        )
        probe = steps[0] if steps else None
    handed = _handed(compiling, loaded)
    follow = _FOLLOWS if wrong else frozenset()
    # What a back end or a session has wrong, all its steps would tell.
    problems = list(
        dict.fromkeys([*wrong, *(each for each in compiling.problems if each.rule not in follow)])
    )
    return CompiledAdapter(file, loaded, maps, sessions, probe, handed, texts), problems


def _check_back_end(compiling: _Compiling, name: str, part: BackEndPart, adapter: Table) -> None:
    if (part.transport is None) is (part.adapter is None):
        compiling.complain(
            place_of(adapter, ["back_ends", name]),
            "A back end is reached by maps over a transport, or spoken to by an adapter of its own.",
            "Write transport: http, or adapter: sip2.",
            "back-end",
        )


def _handed(compiling: _Compiling, loaded: Loaded) -> dict[str, str]:
    """The operations that `operations` hands over, each with its back end."""
    handed = {}
    whole = [name for name, part in compiling.file.back_ends.items() if part.adapter is not None]
    for operation, back_end in compiling.file.operations.items():
        place = place_of(loaded.adapter, ["operations", operation])
        known = [
            each for each in compiling.vocabulary.operations if each not in compiling.vocabulary.maps_only
        ]
        if operation not in known:
            remedy = suggestion(operation, known, "There are")
            compiling.complain(place, f"{quoted(operation)} cannot be handed over.", remedy, "operation")
        elif back_end == BY_MAPS:
            if operation not in loaded.maps:
                sentence = f"There is no map for {operation}."
                compiling.complain(place, sentence, "Write one, or hand the operation over.", "operation")
        elif back_end in whole:
            handed[operation] = back_end
        else:
            remedy = suggestion(back_end, [*whole, BY_MAPS], "There are")
            sentence = f"{quoted(back_end)} is no back end with an adapter of its own."
            compiling.complain(place, sentence, remedy, "back-end")
    return handed


def _map(compiling: _Compiling, operation: str, table: Table, loaded: Loaded) -> CompiledMap | None:
    kind = compiling.vocabulary.operations.get(operation)
    if kind is None:
        known = list(compiling.vocabulary.operations)
        remedy = suggestion(operation, known, "There are")
        sentence = f"{quoted(operation)} is not an operation."
        compiling.complain(table["operation"].place, sentence, remedy, "operation")
        return None
    file, wrong = read_as_far(MapFile, table)
    compiling.problems += wrong
    if file is None:
        return None
    parts = list(file.steps)
    if file.request is not None:
        parts.insert(
            0, StepPart(back_end=file.back_end, request=file.request, reply=file.reply or ReplyPart())
        )
        if file.steps:
            compiling.complain(
                table.key_place("request"),
                "A map has a request or steps, not both.",
                "Make the request one of the steps.",
            )
    if not parts and file.fields is None and not wrong:
        compiling.complain(table.place, "This map sends nothing.", "Write request: and reply:.", "request")
    kept: dict[str, Found] = {}
    steps = _steps(compiling, kind, parts, table.place, safe=not kind.changes, kept=kept)
    _check_order(compiling, kind, steps)
    effect: Sequence[Step] = ()
    if file.effect is not None:
        effect_kind = replace(kind, target=compiling.vocabulary.effect)
        effect = _steps(compiling, effect_kind, file.effect.steps, table.key_place("effect"), safe=True)
    fill = None
    if file.fields is not None:
        rules = RuleCompiler(compiling.ground(kind, kept))
        fill = FieldsCompiler(rules).fields(file.fields, kind.target)
        compiling.problems += rules.problems
    return CompiledMap(operation, table.place, steps, fill, effect, file.examples)


def _check_order(compiling: _Compiling, kind: OperationKind, steps: Sequence[Step]) -> None:
    """Once the books are changed, nothing may fail any more: there would be a loan that nobody is told of."""
    if not kind.changes:
        return
    changed = False
    for step in steps:
        if step.together and not step.safe:
            compiling.complain(
                step.place,
                "This step changes the books at the same time as another runs: where that fails, nobody knows of the change.",
                "Take together: true from it.",
            )
        if changed and step.safe and not step.optional:
            compiling.complain(
                step.place,
                "This step reads, behind one that changes the books: where it fails, nobody is told of the change.",
                "Write optional: true.",
            )
        changed = changed or not step.safe
    if steps and not changed:
        compiling.complain(
            steps[0].place,
            "Every step of this operation is safe, so that none of them changes anything.",
            "Take safe: true from the one that does.",
        )


def _steps(
    compiling: _Compiling,
    kind: OperationKind,
    parts: Sequence[StepPart],
    place: Place,
    *,
    safe: bool,
    kept: dict[str, Found] | None = None,
) -> list[Step]:
    """The steps in `parts`; each may use what those before it keep."""
    kept = {} if kept is None else kept
    made = []
    for number, part in enumerate(parts, 1):
        name = part.name or str(number)
        is_safe = safe if part.safe is None else part.safe
        step = _step(compiling, kind, part, name, place, is_safe=is_safe, kept=kept)
        if step is not None:
            made.append(step)
    return made


def _step(
    compiling: _Compiling,
    kind: OperationKind,
    part: StepPart,
    name: str,
    place: Place,
    *,
    is_safe: bool,
    kept: dict[str, Found],
    session: str = "",
) -> Step | None:
    where = part.request.place if part.request is not None else place
    back_end = _back_end(compiling, part.back_end, where)
    if back_end is None:
        return None
    if part.pages is not None:
        kept[part.pages.keep] = Found(Kind.TEXT, lambda _: None)
    rules = RuleCompiler(compiling.ground(kind, kept))
    when = None if part.when is None else rules.condition(part.when)
    request = _carrying(compiling, part.request, back_end, session)
    build = compile_request(request, compiling.file.back_ends[back_end].transport or "", rules)
    compiling.problems += rules.problems
    reply = _reply(compiling, kind, part, back_end, kept, session)
    if part.retries and not (is_safe or part.repeatable):
        compiling.complain(
            where,
            "This step changes something, and may not be sent again.",
            "Write repeatable: true only if the system recognises a request that comes twice.",
        )
    if build is None or reply is None:
        return None
    return Step(
        name,
        back_end,
        where,
        build,
        reply,
        when,
        is_safe,
        part.repeatable,
        part.optional,
        part.together,
        part.retries,
        part.pages,
    )


MORE: Final = "?"
"""Behind the name of a page: what is kept as long as there is another one."""


def _keep_pages(compiling: _Compiling, part: PagesPart, table: Table) -> None:
    """Let the reply keep whether there is another page, and which."""
    added = Table(place=table.place)
    if part.next is not None:
        added[Text(part.keep, table.place)] = part.next
    elif part.more is not None:
        if not (part.first.isascii() and part.first.isdigit()):
            remedy = "Write next: and a rule, or a number."
            compiling.complain(table.place, f"{quoted(part.first)} is no number that grows.", remedy)
        flag = [(Text("is", table.place), Text("true", table.place)), (Text("when", table.place), part.more)]
        added[Text(part.keep + MORE, table.place)] = Table(flag, table.place)
    else:
        sentence = "These pages do not say whether there is another one."
        compiling.complain(
            table.place, sentence, "Write more: and a condition, or next: and a rule.", "pages"
        )
    kept = table.get("keep")
    table[Text("keep", table.place)] = over(kept, added) if isinstance(kept, Table) else added


def _back_end(compiling: _Compiling, said: str | None, place: Place) -> str | None:
    known = [name for name, part in compiling.file.back_ends.items() if part.adapter is None]
    if said is None and len(known) == 1:
        return known[0]
    if said is not None and said in known:
        return said
    if known:
        sentence = (
            "This does not say which back end is asked."
            if said is None
            else f"There is no back end named {quoted(said)} that maps can ask."
        )
        compiling.complain(place, sentence, suggestion(said or "", known, "There are"), "back-end")
    return None


def _carrying(compiling: _Compiling, request: Table, back_end: str, session: str) -> Table:
    """`request` with what every request of its back end carries."""
    added: Table = Table(place=request.place)
    for key in ("headers", "query"):
        common = getattr(compiling.file.back_ends[back_end], key)
        if common is not None:
            added = over(added, Table([(Text(key, common.place), common)], request.place))
    for name, each in compiling.file.sessions.items():
        if name == session or each.back_end not in (None, back_end):
            continue
        for key in ("query", "form", "headers"):
            carried = getattr(each.carry, key)
            if carried is not None and (key != "form" or "form" in request):
                added = over(added, Table([(Text(key, carried.place), carried)], request.place))
    return over(added, request) if added else request


def _reply(
    compiling: _Compiling,
    kind: OperationKind,
    step: StepPart,
    back_end: str,
    kept: dict[str, Found],
    session: str,
) -> Reply | None:
    part = step.reply
    table = Table(
        ((key, getattr(part, key)) for key in ReplyPart.model_fields if getattr(part, key) is not None),
        _first_place(part, step.request.place),
    )
    if step.pages is not None:
        _keep_pages(compiling, step.pages, table)
    asked = compiling.file.back_ends[back_end]
    usual = asked.format or Text(_FORMAT_OF_TRANSPORT.get(asked.transport or "", "text"), table.place)
    if asked.format is None or table.get("format", usual) == usual:
        _fail_last(table, asked.fail)
    table.setdefault(Text("format", table.place), usual)
    for name, each in compiling.file.sessions.items():
        if each.expired is not None and name != session and each.back_end in (None, back_end):
            _fail_first(table, each.expired)
    compiler = ReplyCompiler(compiling.ground(kind, kept), compiling.vocabulary.reasons)
    reply = compiler.reply(table, kind.target)
    compiling.problems += compiler.problems
    kept.update(compiler.kept)
    return reply


def _first_place(part: ReplyPart, otherwise: Place) -> Place:
    for key in ReplyPart.model_fields:
        if (node := getattr(part, key)) is not None and hasattr(node, "place"):
            place: Place = node.place
            return place
    return otherwise


def _fail_first(table: Table, condition: Any) -> None:
    """Ask `condition` before everything else: a session that is over explains all that follows."""
    place = condition.place
    rule = Table(
        [(Text("when", place), condition), (Text("error", place), Text("session-expired", place))], place
    )
    said = table.get("fail")
    table[Text("fail", place)] = Series([rule, *_listed(said)], place if said is None else said.place)


def _fail_last(table: Table, common: Node | None) -> None:
    """Ask the rules that all replies have in `common` when none of the reply's own has spoken."""
    if common is not None:
        own = _listed(table.get("fail"))
        table[Text("fail", common.place)] = Series([*own, *_listed(common)], common.place)


def _listed(node: Node | None) -> Sequence[Node]:
    return node if isinstance(node, Series) else [] if node is None else [node]


def _sessions(compiling: _Compiling) -> dict[str, Session]:
    made: dict[str, Session] = {}
    kind = compiling.vocabulary.session
    for name, part in compiling.file.sessions.items():
        kept: dict[str, Found] = {}
        step_part = StepPart(name=name, back_end=part.back_end, request=part.request, reply=part.reply)
        step = _step(
            compiling, kind, step_part, name, part.request.place, is_safe=True, kept=kept, session=name
        )
        compiling.kept.update(kept)
        if step is None:
            continue
        if step.back_end in made:
            compiling.complain(
                part.request.place, "This back end has a session already.", "Open both in one.", "session"
            )
        made[step.back_end] = Session(name, step, float(part.lasts), float(part.early), tuple(kept))
    return made
