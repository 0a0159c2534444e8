"""Compiles an adapter's files: what is wrong with them, all at once, or what carries operations out.

Which operations there are, what they ask and what is to be read for them is handed in as a `Vocabulary`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Final

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
    ReplyPart,
    StepPart,
    read_as_far,
)
from softdock.mappings.files.steps import Compiling, compiled_step, compiled_steps
from softdock.mappings.merging import place_of
from softdock.mappings.positions import Table
from softdock.mappings.problems import Problem, ProblemsFound, quoted, suggestion
from softdock.mappings.rules.compiler import RuleCompiler
from softdock.mappings.rules.fields import FieldsCompiler
from softdock.mappings.rules.source import Witness
from softdock.mappings.shapes import Found


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
    compiling = Compiling(file, vocabulary, texts, zone, witness)
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
        steps = compiled_steps(
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


def _check_back_end(compiling: Compiling, name: str, part: BackEndPart, adapter: Table) -> None:
    if (part.transport is None) is (part.adapter is None):
        compiling.complain(
            place_of(adapter, ["back_ends", name]),
            "A back end is reached by maps over a transport, or spoken to by an adapter of its own.",
            "Write transport: http, or adapter: sip2.",
            "back-end",
        )


def _handed(compiling: Compiling, loaded: Loaded) -> dict[str, str]:
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


def _map(compiling: Compiling, operation: str, table: Table, loaded: Loaded) -> CompiledMap | None:
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
    steps = compiled_steps(compiling, kind, parts, table.place, safe=not kind.changes, kept=kept)
    _check_order(compiling, kind, steps)
    effect: Sequence[Step] = ()
    if file.effect is not None:
        for part in file.effect.steps:
            _check_asks(compiling, part)
        effect_kind = replace(kind, target=compiling.vocabulary.effect)
        effect = compiled_steps(
            compiling, effect_kind, file.effect.steps, table.key_place("effect"), safe=True
        )
    fill = None
    if file.fields is not None:
        rules = RuleCompiler(compiling.ground(kind, kept))
        fill = FieldsCompiler(rules).fields(file.fields, kind.target)
        compiling.problems += rules.problems
    return CompiledMap(operation, table.place, steps, fill, effect, file.examples)


_CHANGING: Final = ("put", "patch", "delete", "append")
"""Keys by which a request begins that is there to change something.  A POST may be a question."""


def _check_asks(compiling: Compiling, part: StepPart) -> None:
    """A step of `effect` only asks: it is sent each time that SoftDock looks what became of the operation."""
    request = part.request
    changes = any(key in request for key in _CHANGING) or request.get("changes") == "true"
    if part.safe is False or changes:
        compiling.complain(
            request.place,
            "This step of effect changes something, and would be sent each time that SoftDock looks.",
            "Ask for what became of the operation, and change nothing.",
        )


def _check_order(compiling: Compiling, kind: OperationKind, steps: Sequence[Step]) -> None:
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


def _sessions(compiling: Compiling) -> dict[str, Session]:
    made: dict[str, Session] = {}
    kind = compiling.vocabulary.session
    for name, part in compiling.file.sessions.items():
        kept: dict[str, Found] = {}
        step_part = StepPart(name=name, back_end=part.back_end, request=part.request, reply=part.reply)
        step = compiled_step(
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
