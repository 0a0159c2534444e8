"""Compiles the steps of maps: each a request to one back end, and how its reply is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Final

from softdock.mappings.files.compiled import OperationKind, Step, Vocabulary
from softdock.mappings.files.grammar import AdapterFile, PagesPart, ReplyPart, StepPart
from softdock.mappings.merging import over
from softdock.mappings.positions import Node, Series, Table, Text
from softdock.mappings.problems import Place, Problem, RuleId, quoted, suggestion
from softdock.mappings.requests import compile_request
from softdock.mappings.rules.compiler import RuleCompiler
from softdock.mappings.rules.reading import Reply, ReplyCompiler
from softdock.mappings.rules.source import Ground, Witness
from softdock.mappings.shapes import Found, Kind

_FORMAT_OF_TRANSPORT: Final = {"sql": "rows", "sip2": "sip2", "http": "text", "files": "text"}


@dataclass(slots=True)
class Compiling:
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


def compiled_steps(
    compiling: Compiling,
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
    beside: set[str] = set()
    for number, part in enumerate(parts, 1):
        name = part.name or str(number)
        is_safe = safe if part.safe is None else part.safe
        beside = beside if part.together else set()
        if part.pages is not None and part.pages.keep in beside:
            compiling.complain(
                part.request.place,
                f"A step that runs at the same time keeps its page as {quoted(part.pages.keep)} too.",
                "Give each of them a name of its own under keep.",
                "pages",
            )
        beside |= {part.pages.keep} if part.pages is not None else set()
        step = compiled_step(compiling, kind, part, name, place, is_safe=is_safe, kept=kept)
        if step is not None:
            made.append(step)
    return made


def compiled_step(
    compiling: Compiling,
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
    if part.pages is not None and not is_safe:
        compiling.complain(
            where,
            "This step changes something, and has one page.",
            "Take pages: from it, or write safe: true where it changes nothing.",
            "pages",
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


def _keep_pages(compiling: Compiling, part: PagesPart, table: Table) -> None:
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


def _back_end(compiling: Compiling, said: str | None, place: Place) -> str | None:
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


def _carrying(compiling: Compiling, request: Table, back_end: str, session: str) -> Table:
    """`request` with what every request of its back end carries."""
    added: Table = Table(place=request.place)
    for key in ("headers", "query", "form"):
        common = getattr(compiling.file.back_ends[back_end], key)
        if common is not None and (key != "form" or "form" in request):
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
    compiling: Compiling,
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
