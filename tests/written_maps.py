"""Adapters out of tables that a test writes, the replies they are given, and a transport that plays them."""

from pathlib import Path
from typing import Any

import yaml

from softdock.adapters.declarative.asking import MOMENT, asked_of
from softdock.adapters.declarative.examples import Reply, read_replies
from softdock.adapters.declarative.running import Runner
from softdock.adapters.declarative.sessions import Sessions
from softdock.adapters.declarative.vocabulary import VOCABULARY
from softdock.mappings.exchange import Answer
from softdock.mappings.files.compiled import CompiledAdapter
from softdock.mappings.files.folder import Loaded
from softdock.mappings.files.maps import compile_adapter
from softdock.mappings.positions import Table, placed

ONE_BACK_END = {"main": {"transport": "http"}}


def table(written: Any) -> Table:
    """A table, of YAML or of plain values."""
    node = placed(yaml.safe_load(written) if isinstance(written, str) else written)
    assert isinstance(node, Table)
    return node


def compiled(maps: Any, adapter: Any = None, given: dict[str, str] | None = None) -> CompiledAdapter:
    """The adapter with `maps` by operation; a map is told without its version and operation."""
    file = {"adapter": 1, "back_ends": ONE_BACK_END} | (table(adapter) if adapter else {})
    tables = {
        operation: table({"map": 1, "operation": operation} | table(each)) for operation, each in maps.items()
    }
    return compile_adapter(Loaded(Path("written"), table(file), tables, ()), VOCABULARY, given or {})


def lookup(reply: Any, adapter: Any = None) -> CompiledAdapter:
    """An adapter that looks patrons up, and reads `reply`."""
    return compiled({"lookup-patron": {"request": {"get": "/p"}, "reply": table(reply)}}, adapter)


def read(adapter: CompiledAdapter, data: str | bytes, status: int = 200, **asked: str) -> dict[str, Any]:
    """What the look-up of `adapter` makes of one reply."""
    reply = Reply(data.encode() if isinstance(data, str) else data, status)
    of = adapter.maps["lookup-patron"]
    return read_replies(adapter, of, asked_of("lookup-patron", asked), {"": reply}).plain()


class Played:
    """A transport whose answers a test sets: texts, answers, exceptions to raise, or Deferreds."""

    connections = None

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[Any] = []

    async def send(self, request: Any, *, changes: bool) -> Answer:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if hasattr(answer, "addCallback"):
            answer = await answer
        if isinstance(answer, Exception):
            raise answer
        return Answer(answer.encode(), 200, {}, "utf-8") if isinstance(answer, str) else answer


class Playing:
    """Runs the maps of an adapter against `Played`, at a clock that a test turns."""

    def __init__(self, adapter: CompiledAdapter, *answers: Any) -> None:
        self.adapter = adapter
        self.transport = Played(*answers)
        self.seconds = 0.0
        self.degraded: list[str] = []
        sessions = Sessions(
            adapter.sessions,
            dict.fromkeys(adapter.file.back_ends, self.transport),
            lambda: self.seconds,
            lambda: MOMENT,
        )
        self.runner = Runner(self._send, sessions, lambda _: None, lambda _, why: self.degraded.append(why))

    async def _send(self, step: Any, request: Any) -> Answer:
        return await self.transport.send(request, changes=not step.safe)

    def run(self, operation: str, **asked: str) -> Any:
        """The coroutine of one operation."""
        steps = self.adapter.maps[operation].steps
        return self.runner.run(steps, asked_of(operation, asked))

    @property
    def paths(self) -> list[str]:
        """What was asked, in order."""
        return [each.path for each in self.transport.requests]
