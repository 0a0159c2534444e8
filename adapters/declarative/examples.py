"""Reads replies that lie in files: to try a map, and to hold it to its examples before it is used.

What a file holds depends on the back end: for http and files the bytes of the reply; for sip2 the message in a line; for
sql a table in JSON, {"rows": [{...}], "out": {...}, "changed": 1}.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import UTC, date, tzinfo
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Final

from softdock.adapters.declarative.asking import NotAsked, asked_of
from softdock.adapters.declarative.running import Ran, Runner, filled_beside
from softdock.adapters.declarative.sessions import Opened
from softdock.adapters.declarative.vocabulary import VOCABULARY, Asked
from softdock.circulation.errors import LibrarySystemError, MalformedReply
from softdock.circulation.records import record
from softdock.circulation.stepping import step as stepped
from softdock.mappings.exchange import Answer, Request, Rows, Sip2Request
from softdock.mappings.files.compiled import CompiledAdapter, CompiledMap, Step
from softdock.mappings.files.folder import Loaded
from softdock.mappings.files.grammar import ExamplePart
from softdock.mappings.files.maps import compile_adapter
from softdock.mappings.merging import place_of
from softdock.mappings.positions import Node, Series, Table, Text, read_yaml
from softdock.mappings.problems import NOWHERE, Place, Problem, ProblemsFound, quoted
from softdock.mappings.rules.source import Unread, Witness

Read = Callable[[Path], bytes]
_LARGEST: Final = 16 * 1024 * 1024


@record
class Reply:
    """A reply out of a file."""

    data: bytes
    status: int = 200
    charset: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@record
class Reading:
    """What a map makes of replies."""

    outcome: str
    """done, refused or error."""
    why: str
    """The reason, or the kind of the error."""
    note: str
    fields: Mapping[str, Any]
    unread: Sequence[Unread]
    requests: Sequence[tuple[Step, Request]]
    decided: Place = NOWHERE
    """The rule that told the failure, where one did."""

    def plain(self) -> dict[str, Any]:
        """As it is written into JSON, and compared with what an example expects.

        What does not fit, and where in the maps, `note` says to people: that is no part of what was read.
        """
        told: dict[str, Any] = {"outcome": self.outcome}
        if self.outcome == "refused":
            told["reason"] = self.why
        elif self.outcome == "error":
            told["error"] = self.why
        if self.note and self.why != "malformed":
            told["note"] = self.note
        if self.fields:
            told["fields"] = plain(self.fields)
        return told


class _NoReply(LibrarySystemError):
    """No reply was given for a step."""


class _Canned:
    """Answers each step with its reply."""

    def __init__(
        self,
        replies: Mapping[str, Reply],
        transports: Mapping[str, str],
        kept: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.requests: list[tuple[Step, Request]] = []
        self._replies = replies
        self._transports = transports
        self._kept = kept

    async def send(self, step: Step, request: Request) -> Answer:
        """The reply to `step`; "" stands for the only one."""
        self.requests.append((step, request))
        reply = self._replies.get(step.name) or self._replies.get("")
        if reply is None:
            raise _NoReply(f"there is no reply for the step {step.name}")
        return answer_in(reply, self._transports[step.back_end], request)

    async def current(self, back_end: str, asked: Any) -> Opened:
        """A session that stands, and what it keeps."""
        return Opened(self._kept.get(back_end, {}), float("inf"))

    def over(self, back_end: str, session: Opened) -> None:
        """It stays as it is."""


def read_replies(
    compiled: CompiledAdapter,
    of: CompiledMap,
    asked: Asked,
    replies: Mapping[str, Reply],
    kept: Mapping[str, Mapping[str, Any]] | None = None,
) -> Reading:
    """What the map `of` makes of `replies`, by the names of its steps.

    `kept` is what sessions keep, by back end; without it their names in angle brackets stand in.
    """
    if kept is None:
        kept = {name: {key: f"<{key}>" for key in each.keeps} for name, each in compiled.sessions.items()}
    transports = {name: part.transport or "" for name, part in compiled.file.back_ends.items()}
    canned = _Canned(replies, transports, kept)
    unread: list[Unread] = []
    runner = Runner(canned.send, canned, unread.append, lambda *_: None)
    ran = Ran(asked)
    outcome, why, note = "done", "", ""
    try:
        stepped(runner.run(of.steps, asked, ran))
        if ran.refused is None:
            filled_beside(of.fill, ran)
    except MalformedReply as error:
        outcome, why, note = "error", "malformed", str(error)
    except _NoReply as error:
        outcome, why, note = "error", "no-reply", str(error)
    except LibrarySystemError:
        failure = ran.failure
        outcome, why = "error", "" if failure is None else failure.error
        note = "" if failure is None else failure.note
    if ran.refused is not None:
        outcome, why, note = "refused", ran.refused.reason.value, str(ran.refused.note)
    fields = ran.filled if outcome == "done" else {}
    decided = NOWHERE if outcome == "done" or ran.failure is None else ran.failure.place
    return Reading(outcome, why, note, fields, unread or ran.scope.unread, canned.requests, decided)


def answer_in(reply: Reply, transport: str, request: Request) -> Answer:
    """`reply` as the transport would give it.  Raises MalformedReply for a file that is none for this transport."""
    if transport == "sql":
        rows = _rows(reply.data)
        return Answer(rows, failed="unavailable" if rows.error else "")
    if transport == "sip2":
        from softdock.adapters.transports.sip2 import fields_in  # noqa: PLC0415 - the protocol is not needed otherwise

        assert isinstance(request, Sip2Request)
        return Answer(fields_in(reply.data, request, reply.charset or "utf-8"))
    return Answer(reply.data, reply.status, reply.headers, reply.charset)


def _rows(data: bytes) -> Rows:
    try:
        told = json.loads(data, parse_float=Decimal)
        rows = [{str(name).lower(): value for name, value in row.items()} for row in told.get("rows", [])]
        out = {str(name).lower(): value for name, value in told.get("out", {}).items()}
        error, message = str(told.get("error", "")), str(told.get("message", ""))
        return Rows(rows, out, int(told.get("changed", len(rows))), error, message)
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise MalformedReply(
            "",
            'this is no table in JSON: {"rows": [{...}], "out": {...}, "changed": 1, "error": "23505"}',
            "",
        ) from None


# --- holding a map to its examples ---------------------------------------------------------------------------


def failing_examples(loaded: Loaded, read: Read, zone: tzinfo = UTC) -> list[Problem]:
    """What is wrong with the examples of the adapter in `loaded`.  Raises ProblemsFound if it does not compile.

    Those of the folder below are held to that folder: what a site changes, it changes on purpose.
    """
    problems = [] if loaded.below is None else failing_examples(loaded.below, read, zone)
    compiled = compile_adapter(loaded, VOCABULARY, stand_ins(loaded), zone)
    return problems + failing_in(compiled, read, zone)


def failing_in(compiled: CompiledAdapter, read: Read, zone: tzinfo = UTC) -> list[Problem]:
    """What is wrong with the examples that the topmost folder of `compiled` has."""
    return [
        problem
        for of in compiled.maps.values()
        if are_own(compiled.loaded, of)
        for at, each in enumerate(of.examples)
        for problem in _failing(compiled, of, each, _place(compiled, of, at), read, zone)
    ]


def _place(compiled: CompiledAdapter, of: CompiledMap, at: int) -> Place:
    """Where an example of a map is written."""
    table = compiled.loaded.maps[of.operation]
    is_list = isinstance(table.get("examples"), Series)
    return place_of(table, ["examples", at] if is_list else ["examples"])


def are_own(loaded: Loaded, of: CompiledMap) -> bool:
    """Whether the examples of a map are written in the topmost folder."""
    examples = loaded.maps[of.operation].get("examples")
    return examples is not None and Path(examples.place.file).parent == loaded.folder


def stand_ins(loaded: Loaded, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """For each setting that has to be given, a text that stands in for it."""
    settings = loaded.adapter.get("settings")
    names = list(settings.items()) if isinstance(settings, Table) else []
    texts = {
        str(name): f"<{name}>" for name, part in names if isinstance(part, Table) and "default" not in part
    }
    return texts | dict(given or {})


def _failing(
    compiled: CompiledAdapter, of: CompiledMap, example: ExamplePart, place: Place, read: Read, zone: tzinfo
) -> Iterator[Problem]:
    try:
        reading = reading_of(compiled, of, example, read, zone)
        expected = expected_in(_file(compiled, of, example.expect), read)
    except (OSError, NotAsked, ProblemsFound) as error:
        said = (error.strerror if isinstance(error, OSError) else None) or str(error)
        sentence = f"The example {quoted(example.name)} cannot be run: {said.rstrip('.')}."
        yield Problem(place, sentence, rule="example")
        return
    for where, path, sentence in differences(expected, reading.plain()):
        said = f"The example {quoted(example.name)} is read otherwise: {path}: {sentence}"
        yield Problem(where, said, rule="example")


def reading_of(
    compiled: CompiledAdapter, of: CompiledMap, example: ExamplePart, read: Read, zone: tzinfo = UTC
) -> Reading:
    """What the map `of` makes of the replies of `example`.  Raises OSError, NotAsked and ProblemsFound."""
    if example.settings:
        compiled = compile_adapter(compiled.loaded, VOCABULARY, {**compiled.texts, **example.settings}, zone)
        of = compiled.maps[of.operation]
    named = dict(example.replies)
    if example.reply is not None:
        named[""] = example.reply
    replies = {
        name: Reply(read(_file(compiled, of, file)), example.status, example.charset)
        for name, file in named.items()
    }
    return read_replies(compiled, of, asked_of(of.operation, example.asked), replies)


def _file(compiled: CompiledAdapter, of: CompiledMap, name: str) -> Path:
    """The file `name` beside the map; where a site has none of that name, that of the folder below it."""
    for folder in reversed(compiled.loaded.folders):
        path = folder / name
        if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            return path
    return compiled.loaded.folder / Path(name).name


def expected_in(path: Path, read: Read) -> Node:
    """What is expected, as the file at `path` says.  Raises OSError and ProblemsFound."""
    reading = read_yaml(read(path).decode("utf-8-sig", "replace"), str(path))
    if reading.problems or reading.root is None:
        raise ProblemsFound(
            reading.problems or [Problem(Place(str(path)), "The file is empty.", rule="yaml")]
        )
    return reading.root


def differences(expected: Node, found: Any, path: str = "") -> Iterator[tuple[Place, str, str]]:
    """Where `found` is not as `expected`: the place, the path, and a sentence."""
    if isinstance(expected, Table) and isinstance(found, dict):
        for key in expected:
            if key not in found:
                yield expected.key_place(key), _below(path, key), "this is not read."
            else:
                yield from differences(expected[key], found[str(key)], _below(path, key))
        for key in found:
            if key not in expected:
                yield (
                    expected.place,
                    _below(path, key),
                    f"{quoted(_text(found[key]))} is read, and not expected.",
                )
    elif isinstance(expected, Series) and isinstance(found, list):
        for at, (one, other) in enumerate(zip(expected, found, strict=False)):
            yield from differences(one, other, f"{path}[{at}]")
        if len(expected) != len(found):
            yield expected.place, path, f"{len(expected)} are expected, and {len(found)} are read."
    elif not isinstance(expected, Text) or isinstance(found, dict | list) or expected != _text(found):
        said = quoted(expected) if isinstance(expected, Text) else "something else"
        yield expected.place, path, f"{said} is expected, and {quoted(_text(found))} is read."


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else str(key)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def plain(value: Any) -> Any:
    """`value` as JSON has it."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | frozenset | set):
        return [plain(each) for each in value]
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    return (
        str(value)
        if isinstance(value, Decimal) or (isinstance(value, str) and type(value) is not str)
        else value
    )


__all__ = [
    "Reading",
    "Reply",
    "Witness",
    "are_own",
    "differences",
    "expected_in",
    "failing_examples",
    "failing_in",
    "plain",
    "read_replies",
    "reading_of",
    "stand_ins",
]
