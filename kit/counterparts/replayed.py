"""A system that is played out of the examples of an adapter folder.

What an example asks is put to its map; each request that comes of it, and the reply that the example has for the step,
are remembered together.  When the adapter sends that request, it gets that reply.  So an adapter needs no simulator to
be tried over a real connection, with everything that can go wrong on one.

A session and a probe have no map and no examples: theirs stands in `adapter.yaml` as `example`.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl

from softdock.adapters import LibraryId, Reason
from softdock.adapters.declarative.asking import MOMENT, asked_of
from softdock.adapters.declarative.examples import Reading, Reply, read_replies
from softdock.adapters.declarative.vocabulary import VERIFY_PIN, VOCABULARY, Asked
from softdock.circulation.identifiers import Secret
from softdock.circulation.records import record
from softdock.kit.counterparts.port import Case, Counterpart, Expected, NoCounterpart
from softdock.kit.simulators import site
from softdock.kit.simulators.faults import Faults, Harm
from softdock.mappings.exchange import Answer, HttpRequest
from softdock.mappings.files.compiled import CompiledAdapter, CompiledMap, Step
from softdock.mappings.files.grammar import ExamplePart
from softdock.mappings.files.maps import compile_adapter
from softdock.mappings.problems import Place
from softdock.mappings.requests.parts import Unsendable
from softdock.mappings.rules.source import Missing, Scope, Source

_TYPES: Final = {".json": "application/json", ".xml": "text/xml", ".html": "text/html", ".txt": "text/plain"}
_FORM: Final = "application/x-www-form-urlencoded"
_PERSONAL: Final = ("patron.name", "patron.address", "patron.phone", "patron.email", "hold_patron_name")
_SHORTEST: Final = 2

Key = tuple[str, str, tuple[tuple[str, str], ...], bytes]
"""Method, path, parameters in order of their names, and a body that is no form."""


@record
class Line:
    """A request that an example leads to, and the reply to it."""

    key: Key
    reply: site.Reply
    changes: bool
    """Whether the system has changed its books then: what it refuses changes nothing."""


class ReplayedSite(site.StandIn):
    """The HTTP server of a replay."""

    charset: ClassVar[str] = "latin-1"  # whatever was percent-encoded, it is only compared

    def __init__(self, unexpected: list[str]) -> None:
        super().__init__()
        self.lines: Sequence[Line] = ()
        """Those of the case that is played."""
        self.others: Sequence[Line] = ()
        """Those of sessions, of probes and of all other examples."""
        self.carried_out: list[bool] = []
        """For each request that was carried out: whether it changes anything."""
        self._unexpected = unexpected

    def call_of(self, path: str, fields: tuple[tuple[str, str], ...]) -> str:
        """The path."""
        return path

    def line_for(self, asked: site.Asked) -> Line | None:
        """What is known of this request: by the case that is played, or by any other."""
        is_form = asked.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM
        body = b"" if is_form else asked.body
        key = (asked.method, asked.path, tuple(sorted(asked.fields)), body)
        return next((each for each in (*self.lines, *self.others) if each.key == key), None)

    def answer(self, asked: site.Asked) -> site.Reply:
        """The reply that an example has for it."""
        line = self.line_for(asked)
        if line is None:
            names = ", ".join(dict.fromkeys(name for name, _ in asked.fields))
            self._unexpected.append(f"{asked.method} {asked.path}" + (f" with {names}" if names else ""))
            return site.page(404, "Not Found")
        self.carried_out.append(line.changes)
        return line.reply

    def deny(self, harm: Harm, asked: site.Asked) -> site.Reply:
        """Nobody knows how the system says it."""
        return site.page(401, "Unauthorized")


class Replayed(Counterpart):
    """Plays the back ends of a folder that speak HTTP."""

    def __init__(self, compiled: CompiledAdapter, settings: Mapping[str, object]) -> None:
        """`compiled` was compiled with `settings`, those that the folder declares.  Raises NoCounterpart."""
        super().__init__()
        self._compiled = compiled
        self._declared = dict(settings)
        self._lines: dict[str, Sequence[Line]] = {}
        self._cases: list[Case] = []
        self._moments: dict[str, datetime] = {}
        self._moment = MOMENT
        self.library = LibraryId("LIB")
        self.site = ReplayedSite(self.unexpected)
        self.site.listeners.append(self._hear)
        self.faults: Faults = self.site.faults
        self.answers_probe = compiled.probe is None or bool(self._probe_example())
        self._running: site.Running[ReplayedSite] | None = None
        personal: set[str] = set()
        for name, part in compiled.file.back_ends.items():
            if part.transport != "http":
                raise NoCounterpart(
                    f"the back end {name} speaks {part.transport}, which examples are not replayed over: name a simulator",
                    compiled.loaded.adapter.key_place("back_ends"),
                )
        common = [*self._sessions(), *self._probe()]
        every: list[Line] = []
        for of in compiled.maps.values():
            for number, example in enumerate(of.examples):
                every += self._take(of, number, example, personal)
        self.site.others = [*common, *every]
        self.personal = frozenset(each for each in personal if len(each) >= _SHORTEST)

    @property
    def settings(self) -> Mapping[str, object]:
        """See `Counterpart`."""
        assert self._running is not None
        url = {"url": self._running.url.rstrip("/")}
        names = list(self._compiled.file.back_ends)
        return self._declared | (url if len(names) == 1 else dict.fromkeys(names, url))

    @property
    def cases(self) -> Sequence[Case]:
        """See `Counterpart`."""
        return self._cases

    async def start(self, reactor: Any) -> None:
        """See `Counterpart`."""
        self._running = await site.listen(self.site, reactor)

    async def stop(self) -> None:
        """See `Counterpart`."""
        if self._running is not None:
            await self._running.stop()

    def play(self, case: Case | None) -> None:
        """See `Counterpart`."""
        super().play(case)
        self.site.lines = () if case is None else self._lines.get(case.name, ())
        self._moment = MOMENT if case is None else self._moments.get(case.name, MOMENT)
        self.site.carried_out.clear()

    def state(self) -> int:
        """How many requests were carried out that change something."""
        return sum(self.site.carried_out)

    def now(self) -> datetime:
        """When the example happens that is played."""
        return self._moment

    # --- out of the examples --------------------------------------------------------------------------

    def _hear(self, asked: site.Asked) -> None:
        line = self.site.line_for(asked)
        self.hear(asked.call, changed=line is not None and line.changes)

    def _take(self, of: CompiledMap, number: int, example: ExamplePart, personal: set[str]) -> Sequence[Line]:
        """What `example` leads to, and the case that it makes."""
        compiled = self._compiled
        if example.settings:
            compiled = compile_adapter(
                compiled.loaded, VOCABULARY, {**compiled.texts, **example.settings}, UTC
            )
        asked = asked_of(of.operation, example.asked)
        named = dict(example.replies) | ({"": example.reply} if example.reply is not None else {})
        replies = {
            step: Reply(self._file(file).read_bytes(), example.status, example.charset)
            for step, file in named.items()
        }
        read = read_replies(compiled, compiled.maps[of.operation], asked, replies, self._kept(compiled))
        lines = [
            Line(_key(request), _sent(replies[name], named[name]), not step.safe and read.outcome == "done")
            for step, request in read.requests
            if isinstance(request, HttpRequest)
            and (name := step.name if step.name in replies else "") in replies
        ]
        personal |= _about_people(asked, read)
        case = _case(of, number, example, asked, read)
        if case is not None:
            self._cases.append(case)
            self._lines[case.name] = lines
            self._moments[case.name] = asked.now
        return lines

    def _kept(self, compiled: CompiledAdapter) -> Mapping[str, Mapping[str, Any]]:
        """What the sessions keep, as their examples open them."""
        kept = {}
        for back_end, session in compiled.sessions.items():
            scope = Scope(_nothing(), {})
            file = compiled.file.sessions[session.name].example
            session.step.reply.read(_answer(self._file(file), file), scope, {})
            kept[back_end] = scope.kept
        return kept

    def _sessions(self) -> Sequence[Line]:
        lines = []
        for session in self._compiled.sessions.values():
            file = self._compiled.file.sessions[session.name].example
            if not file:
                raise NoCounterpart(
                    f"the session {session.name} has no example to be played: name a simulator, or write example: and a file with a reply that opens it",
                    session.step.place,
                )
            lines.append(self._alone(session.step, file))
        return lines

    def _probe_example(self) -> str:
        part = self._compiled.file.probe
        return "" if part is None else part.example

    def _probe(self) -> Sequence[Line]:
        step, file = self._compiled.probe, self._probe_example()
        return [self._alone(step, file)] if step is not None and file else []

    def _alone(self, step: Step, file: str) -> Line:
        """A request that is no part of an operation."""
        kept = {} if step is not self._compiled.probe else self._kept(self._compiled).get(step.back_end, {})
        try:
            request = step.build(Source(_nothing(), Scope(_nothing(), dict(kept))))
        except (Missing, Unsendable) as error:
            raise NoCounterpart(f"this request cannot be built: {error}", step.place) from None
        assert isinstance(request, HttpRequest)
        return Line(_key(request), _sent(Reply(self._file(file).read_bytes()), file), changes=False)

    def _file(self, name: str) -> Path:
        """See `ExamplePart`: the file of the topmost folder that has it."""
        for folder in reversed(self._compiled.loaded.folders):
            path = folder / name
            if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                return path
        raise NoCounterpart(
            f"the example {name} is not to be found", Place(str(self._compiled.loaded.folder))
        )


def _nothing() -> Asked:
    """What a session or a probe is asked beside: the moment, and the library."""
    return Asked(None, "", MOMENT, "LIB")


def _case(of: CompiledMap, number: int, example: ExamplePart, asked: Asked, read: Reading) -> Case | None:
    """What `example` shows of the operation; None where it shows nothing that can be asked."""
    if of.operation == VERIFY_PIN or read.why == "no-reply":
        return None
    return Case(
        name=f"{of.operation} {number + 1}: {example.name}",
        operation=asked.operation,
        expected={"done": Expected.DONE, "refused": Expected.REFUSED}.get(read.outcome, Expected.FAILED),
        reason=Reason(read.why) if read.outcome == "refused" else None,
        settings=example.settings,
        operation_id=asked.operation_id,
        place=of.place,
    )


def _about_people(asked: Asked, read: Reading) -> set[str]:
    """What was asked of a patron, and what the reply tells of one."""
    operation = asked.operation
    found = {str(patron) for patron in [getattr(operation, "patron", None)] if patron}
    found |= {pin.reveal() for pin in [getattr(operation, "pin", None)] if isinstance(pin, Secret)}
    found |= {str(text) for name, text in read.fields.items() if name in _PERSONAL and text}
    return found


def _key(request: HttpRequest) -> Key:
    typed = next((text for name, text in request.headers if name.lower() == "content-type"), "")
    is_form = typed.partition(";")[0].strip().lower() == _FORM
    written = [request.query, *([request.body.decode("ascii")] if is_form else [])]
    fields = [
        pair for each in written for pair in parse_qsl(each, keep_blank_values=True, encoding="latin-1")
    ]
    path = request.path.partition("?")[0]
    return (request.method, path, tuple(sorted(fields)), b"" if is_form else request.body)


def _sent(reply: Reply, file: str) -> site.Reply:
    kind = _TYPES.get(Path(file).suffix.lower(), "application/octet-stream")
    charset = f"; charset={reply.charset}" if reply.charset else ""
    return site.Reply(reply.data, f"{kind}{charset}", reply.status)


def _answer(path: Path, file: str) -> Answer:
    headers = {"content-type": _TYPES.get(Path(file).suffix.lower(), "")}
    return Answer(path.read_bytes(), 200, headers, "")
