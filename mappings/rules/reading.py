"""How a reply is read: is it a failure, is it a success, and what does it say.

    reply:
      format: json
      fail:
        - {when: {text: 凭证已过期}, error: session-expired}
        - {when: {from: code, equals: R00130}, reason: patron-ambiguous, note: {from: message}}
      success: {from: success, equals: "true"}
      at: result
      keep:
        record: {from: recno}
      fields:
        patron.name: rdname

The rules under `fail` are asked in order and the first that holds decides; one with `fine: true` ends them without a
failure.  Where `reason` is a rule, such as {from: code, codes: refusals}, and gives none, the next one is asked.  A reply that is no failure and not a success either is `declined`.  Where none of them says anything of it, an
HTTP status from 300 on is a failure too.  `inside` leads to a text which is a document of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from softdock.mappings.documents.formats import format_of
from softdock.mappings.documents.protocol import DocumentError, Format
from softdock.mappings.exchange import Answer
from softdock.mappings.positions import Node, Series, Table, Text
from softdock.mappings.problems import NOWHERE, Place, quoted, suggestion
from softdock.mappings.rules.compiler import RuleCompiler
from softdock.mappings.rules.conditions import Condition
from softdock.mappings.rules.fields import FieldsCompiler, Filled, Target, witnessed
from softdock.mappings.rules.source import TEXT, Ground, Missing, Reader, Scope, Source
from softdock.mappings.shapes import Found, Kind, Value

ERRORS: Final[Mapping[str, str]] = {
    "unavailable": "The system is away; nothing was done.",
    "busy": "The system turned the request away, and did nothing.",
    "failed": "Something went wrong in the system; nobody knows whether it was done.",
    "configuration": "The system refuses SoftDock, not the patron: rights, names or addresses in the settings are wrong. Nothing was done.",
    "session-expired": "The session is over: it is opened again, and the request sent once more. Nothing was done.",
    "malformed": "The reply does not fit what is described here.",
}
"""What `error` may say of a failure that is not the patron's."""

KEYS: Final = ("format", "fail", "success", "note", "at", "keep", "fields", "inside")
"""What a reply is described by."""
_SUCCESS_REASON = "declined"
_LONGEST_SAID = 200
_DOCUMENTLESS = frozenset({"status", "header", "equals", "contains", "matches", "differs"})


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a reply is not the success that was asked for: a `reason` of the patron's, or an `error` of the system's."""

    reason: Value | None
    """Of the reasons that were handed in."""
    error: str
    """One of `ERRORS`, "" beside a reason."""
    note: str = field(default="", repr=False)
    """The system's own text."""
    place: Place = NOWHERE
    """Of the rule that decided."""

    @property
    def said(self) -> str:
        """The note in one line that is no longer than a line of a log should be."""
        return " ".join(self.note[: 4 * _LONGEST_SAID].split())[:_LONGEST_SAID]


@dataclass(frozen=True, slots=True)
class FailureRule:
    """One compiled rule under `fail`."""

    condition: Condition
    needs_no_document: bool
    failure: Failure | None
    """None for what is fine."""
    note: Reader | None
    reason: Reader | None = None
    """What reads the reason, where it is not always the same."""
    asks_for_errors: bool = False
    """Whether it asks for what went wrong, so that it may speak where the request was refused as a whole."""

    def speaks(self, source: Source) -> bool:
        """Whether it decides about the reply."""
        return self.condition(source) and (self.reason is None or self.reason(source) is not None)

    def told(self, source: Source) -> Failure | None:
        """The failure, with what the system says of it."""
        if self.failure is None:
            return None
        reason = self.failure.reason if self.reason is None else self.reason(source)
        note = "" if self.note is None else self.note(source) or ""
        return replace(self.failure, reason=reason, note=note)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Compiled rules of failure and success."""

    rules: Sequence["FailureRule"]
    success: Condition | None
    declined: Callable[[Source], Failure]

    def of_none(self, source: Source) -> tuple[bool, Failure | None]:
        """What can be said where no document could be made of the reply: by the rules that need none."""
        for rule in self.rules:
            if rule.needs_no_document and rule.condition(source):
                return True, rule.failure
        return False, None

    def of(self, source: Source, status: int, *, may_succeed: bool = True) -> tuple[bool, Failure | None]:
        """Whether one of the rules speaks of the reply, and what it says.

        Of a request that was refused as a whole only rules do that ask for errors: that it gave no rows tells nothing.
        What is no success declines, but not where `status` says that the system has failed, or refuses SoftDock: it has
        not decided about the patron then, and its error is a document of the same format as often as not.
        """
        for rule in self.rules:
            if (may_succeed or rule.asks_for_errors) and rule.speaks(source):
                return True, rule.told(source)
        if self.success is None or not may_succeed:
            return False, None
        if self.success(source):
            return True, None
        is_decision = status < 300 or by_status(status).error == "malformed"
        return is_decision, self.declined(source) if is_decision else None


class Reply:
    """A compiled reply.  Reading raises `DocumentError` and `Missing`, and nothing else."""

    __slots__ = ("_at", "_fill", "_format", "_inside", "_keep", "_redact", "_verdicts")

    def __init__(
        self,
        document: Format,
        verdicts: Verdicts,
        at: tuple[Place, Callable[[Any], Sequence[Any]]] | None,
        keep: Sequence[tuple[str, Reader]],
        fill: Callable[[Source, Filled], None],
        inside: "tuple[Place, Reader, Reply] | None",
        redact: frozenset[str] = frozenset(),
    ) -> None:
        self._format = document
        self._verdicts = verdicts
        self._at = at
        self._keep = keep
        self._fill = fill
        self._inside = inside
        self._redact = redact

    def read(self, answer: Answer, scope: Scope, filled: Filled) -> Failure | None:
        """Read `answer` into `filled` and into what `scope` keeps; what kind of failure it is, None for none."""
        scope.answer = answer
        return self._read(answer.data, answer.charset, scope, filled, answer.status, answer.failed)

    def _read(
        self, data: Any, charset: str, scope: Scope, filled: Filled, status: int, failed: str
    ) -> Failure | None:
        try:
            source = Source(self._format.parse(data, charset), scope)
            if self._redact:
                self._format.without(source.here, self._redact)
        except DocumentError:
            decided, failure = self._verdicts.of_none(Source(None, scope))
            if decided and failure is not None:
                return failure
            if status >= 300:
                return by_status(status)
            raise
        decided, failure = self._verdicts.of(source, status, may_succeed=not failed)
        if failure is not None:
            return failure
        if not decided and failed:
            return Failure(None, failed, "the system refused the request")
        if not decided and status >= 300:
            return by_status(status)
        return self._taken(source, filled)

    def _taken(self, source: Source, filled: Filled) -> Failure | None:
        """Read what a success says."""
        scope = source.scope
        if self._at is not None:
            place, places = self._at
            found = places(source.here)
            if not found:
                raise Missing(place, "at")
            source = Source(found[0], scope)
        for name, read in self._keep:
            value = read(source)
            if value is not None:
                scope.kept[name] = value
        self._fill(source, filled)
        if self._inside is None:
            return None
        place, inner, reply = self._inside
        text = inner(source)
        if text is None:
            raise Missing(place, "inside")
        return reply._read(text, "", scope, filled, 0, "")  # noqa: SLF001 - one of the same class


def by_status(status: int) -> Failure:
    """What an HTTP status means where no rule says so."""
    if status in (302, 303):  # "it is done, look over there", or "log in over there"
        return Failure(None, "failed", f"HTTP {status}")
    if status < 400 or status in (401, 403, 405, 407):
        return Failure(None, "configuration", f"HTTP {status}")
    if status == 429:
        return Failure(None, "busy", f"HTTP {status}")
    return Failure(None, "failed" if status >= 500 else "malformed", f"HTTP {status}")


class ReplyCompiler:
    """Compiles what stands under `reply`."""

    def __init__(
        self,
        ground: Ground,
        reasons: Mapping[str, Value],
    ) -> None:
        self._ground = ground
        self._reasons = reasons
        self.problems: list[Any] = []
        self.kept: dict[str, Any] = {}
        """What the reply keeps for later steps, by its names: each with its kind."""

    def reply(self, table: Table, target: Target) -> Reply | None:
        """The reply that `table` describes; None where something is wrong, which `problems` tells."""
        document = format_of(table.get("format"), table.place)
        if isinstance(document, list):
            self.problems += document
            return None
        rules = RuleCompiler(replace(self._ground, document=document))
        verdicts = self._verdicts(table, rules)
        at = None
        if "at" in table:
            node = table["at"]
            path = rules.named(table, "at")
            many = None if path is None else rules.told(node.place, document.each(path))
            at = None if many is None else (node.place, many.get)
        keep = [(name, self._kept(rules, name, node)) for name, node in _entries(table.get("keep"), rules)]
        fill = FieldsCompiler(rules).fields(table.get("fields"), target)
        inside = None
        if isinstance(inner := table.get("inside"), Table) and "from" in inner:
            read = rules.value(inner["from"], TEXT)
            rest = Table(((key, node) for key, node in inner.items() if key != "from"), inner.place)
            for key in rest:
                if key not in KEYS:
                    remedy = suggestion(key, KEYS, "There are")
                    rules.complain(inner.key_place(key), f"{quoted(key)} is not known in a reply.", remedy)
            reply = self.reply(rest, target)
            inside = None if reply is None else (inner.place, read, reply)
        elif inner is not None:
            rules.complain(
                inner.place,
                "A document inside of a text says where the text is, and how it is read.",
                "Write inside: {from: path, format: json, fields: {...}}.",
            )
        self.problems += rules.problems
        return Reply(document, verdicts, at, keep, fill, inside, self._ground.redact)

    def _kept(self, rules: RuleCompiler, name: str, node: Node) -> Reader:
        read = rules.value(node, TEXT)
        self.kept[name] = replace(TEXT)
        return witnessed(self._ground.witness, f"keep.{name}", node.place, read)

    def _verdicts(self, table: Table, rules: RuleCompiler) -> Verdicts:
        node = table.get("fail")
        entries = node if isinstance(node, Series) else [] if node is None else [node]
        compiled = [self._rule(each, rules) for each in entries]
        success, declined = table.get("success"), self._reasons.get(_SUCCESS_REASON)
        note = table.get("note")
        told = None if note is None else rules.value(note, TEXT)
        place = table.place if success is None else success.place
        return Verdicts(
            rules=[each for each in compiled if each is not None],
            success=None if success is None else rules.condition(success),
            declined=lambda source: Failure(declined, "", "" if told is None else told(source) or "", place),
        )

    def _rule(self, node: Node, rules: RuleCompiler) -> FailureRule | None:
        read = isinstance(node, Table) and isinstance(node.get("reason"), Table)
        if not isinstance(node, Table) or not ("when" in node or read):
            rules.complain(
                node.place,
                "A failure says when it is one.",
                "Write it like {when: {present: error}, reason: patron-unknown}.",
                "failure",
            )
            return None
        for key in node:
            if key not in ("when", "reason", "error", "note", "fine"):
                remedy = suggestion(key, ["when", "reason", "error", "note", "fine"], "There are")
                sentence = f"{quoted(key)} is not known in a failure."
                rules.complain(node.key_place(key), sentence, remedy, "failure")
        when = node.get("when")
        needs_no_document = (
            not read and isinstance(when, Table) and bool(when) and when.keys() <= _DOCUMENTLESS
        )
        condition: Condition = (lambda _: True) if when is None else rules.condition(when)
        said = [key for key in ("reason", "error", "fine") if key in node]
        if len(said) != 1:
            rules.complain(
                node.place,
                "A failure has a reason or an error, one of them.",
                "Write reason: and why the patron is refused, or error: and what is wrong with the system.",
                "failure",
            )
            return None
        note = rules.value(node["note"], TEXT) if "note" in node else None
        errors = _asks_for_errors(node.get("when")) or _asks_for_errors(node.get("reason"))
        if "fine" in node:
            if not rules.truth(node, "fine"):
                rules.complain(
                    node["fine"].place, "Behind fine belongs true.", "Write reason: or error: instead."
                )
            return FailureRule(condition, needs_no_document, None, None)
        reason, error = None, ""
        if read:
            words = Found(Kind.WORD, lambda _: None, tuple(self._reasons), self._reasons)
            by = rules.value(node["reason"], words)
            failure = Failure(None, "", "", node.place)
            return FailureRule(condition, needs_no_document, failure, note, by, errors)
        if "error" in node:
            error = self._word(node["error"], ERRORS, rules)
        elif "reason" in node:
            reason = self._reasons.get(self._word(node["reason"], self._reasons, rules))
        failure = Failure(reason, error, "", node.place)
        return FailureRule(condition, needs_no_document, failure, note, None, errors)

    @staticmethod
    def _word(node: Node, known: Mapping[str, Any], rules: RuleCompiler) -> str:
        if isinstance(node, Text) and node in known:
            return str(node)
        remedy = suggestion(str(node), list(known), "There are") if isinstance(node, Text) else ""
        rules.complain(
            node.place,
            "This is not known here." if not isinstance(node, Text) else f"{quoted(node)} is not known here.",
            remedy,
            "failure",
        )
        return ""


def _asks_for_errors(node: Node | None) -> bool:
    """Whether a path in `node` leads to the error of a request that was refused as a whole, or any text will do."""
    if isinstance(node, Table):
        return "text" in node or any(map(_asks_for_errors, node.values()))
    if isinstance(node, Series):
        return any(map(_asks_for_errors, node))
    return node is not None and node.lower().startswith("error.")


def _entries(node: Node | None, rules: RuleCompiler) -> Sequence[tuple[str, Node]]:
    if node is None:
        return ()
    if not isinstance(node, Table):
        rules.complain(node.place, "This is a table of names and rules.", rule="grammar")
        return ()
    return [(str(key), each) for key, each in node.items()]
