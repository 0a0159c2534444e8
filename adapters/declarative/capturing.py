"""Keeps what a real system answers as examples of its maps, with nothing in them that tells of anybody.

Only operations that look something up are carried out, and only steps that change nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import date, tzinfo
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from softdock.adapters.declarative.adapter import DeclarativeAdapter
from softdock.adapters.declarative.asking import asked_of
from softdock.adapters.declarative.examples import Reading, Reply, read_replies
from softdock.adapters.declarative.masking import Masking
from softdock.adapters.declarative.trying import Watching
from softdock.adapters.declarative.vocabulary import VOCABULARY, name_of
from softdock.circulation.errors import LibrarySystemError
from softdock.circulation.records import record
from softdock.mappings.exchange import Answer, Request
from softdock.mappings.files.compiled import CompiledAdapter, Step
from softdock.mappings.files.maps import compile_adapter
from softdock.mappings.positions import Node, Series, Table, Text

CAPTURED: Final = ("lookup-patron", "lookup-item")
"""The operations that change nothing."""


class NotCaptured(Exception):
    """Nothing can be kept of this: a sentence that says why."""


@record
class Seen:
    """What one step sent, and what came back."""

    step: Step
    request: Request
    answer: Answer


@record
class Captured:
    """An example, ready to be written into files."""

    replies: Mapping[str, bytes]
    """By the names of the steps."""
    requests: Mapping[str, tuple[Step, Request]]
    """As they were sent: whoever writes them masks them with `masking`."""
    asked: Mapping[str, str]
    reading: Reading
    status: int
    masking: Masking


async def seen_of(adapter: DeclarativeAdapter, operation: Any) -> list[Seen]:
    """What the system answers to `operation`.  Raises NotCaptured, and LibrarySystemError where nothing was answered."""
    compiled = adapter.compiled.maps.get(name_of(operation))
    if compiled is None:
        raise NotCaptured(f"There is no map for {name_of(operation)}.")
    if operation.changes_state or not all(each.safe for each in compiled.steps):
        raise NotCaptured(f"{name_of(operation)} may change something, and is not asked.")
    seen: list[Seen] = []
    steps = {each.name for each in compiled.steps}

    def watch(step: Step, request: Request, answer: Answer) -> None:
        if step.name in steps and all(each.step.name != step.name for each in seen):
            seen.append(Seen(step, request, answer))

    adapter.watch = watch
    try:
        await adapter.perform(operation)
    except LibrarySystemError:
        if not seen:
            raise  # nothing was answered; an answer that does not fit is what one may want to keep
    finally:
        adapter.watch = None
    if not seen:
        raise NotCaptured("Nothing was asked for this.")
    return seen


def captured(
    adapter: CompiledAdapter, operation: str, said: Mapping[str, str], seen: list[Seen], zone: tzinfo
) -> Captured:
    """The example that `seen` makes.  Raises NotCaptured where it would not be read as the real one is."""
    watching = Watching()
    compiled = compile_adapter(adapter.loaded, VOCABULARY, adapter.texts, zone, watching)
    charset = next((each.answer.charset for each in seen if each.answer.charset), "")
    status = next((each.answer.status for each in seen if each.answer.status), 200)
    real = {each.step.name: _reply(_written(each.answer.data), each.answer) for each in seen}
    whole = read_replies(compiled, compiled.maps[operation], asked_of(operation, said), real)
    masking = _masking(adapter, watching, operation)
    asked = {name: masking.text(text) for name, text in said.items()}
    masked = {each.step.name: masking.data(each.answer.data) for each in seen}
    replies = {name: Reply(data, status, charset) for name, data in masked.items()}
    reading = read_replies(adapter, adapter.maps[operation], asked_of(operation, asked), replies)
    if _outline(reading) != _outline(whole):
        raise NotCaptured(
            "Masked, this reply would be read otherwise: "
            f"{_said(whole)} would become {_said(reading)}. Write the example by hand."
        )
    sent = {each.step.name: (each.step, each.request) for each in seen}
    return Captured(masked, sent, asked, reading, status, masking)


def _reply(data: bytes, answer: Answer) -> Reply:
    return Reply(data, answer.status or 200, answer.charset, answer.headers)


def _written(data: Any) -> bytes:
    """An answer as it would lie in a file, unmasked; it is never written into one."""
    return data if isinstance(data, bytes) else _Unmasked(()).data(data)


class _Unmasked(Masking):
    def text(self, text: str) -> str:
        return text


def _outline(reading: Reading) -> tuple[str, str, list[str]]:
    return reading.outcome, reading.why, sorted(reading.fields)


def _said(reading: Reading) -> str:
    return " ".join(filter(None, (reading.outcome, reading.why, ", ".join(sorted(reading.fields)))))


def _masking(adapter: CompiledAdapter, watching: Watching, operation: str) -> Masking:
    """What masks a capture: it leaves alone what the maps name, and what was read as something that tells of nobody."""
    roots: list[Node] = [adapter.loaded.adapter, *(adapter.loaded.maps[each] for each in (operation,))]
    words = {text for root in roots for text in _texts(root)}
    parts = {text for root in roots for text in _parts(root)}
    masking = Masking(words, parts, adapter.file.redact)
    for each in watching.traced:
        for raw in each.raw:
            if each.field.endswith("birth_date"):
                if isinstance(each.value, date):
                    masking.birthday(str(raw), each.value)
            elif isinstance(each.value, date | Decimal | bool | int | Enum):
                masking.keep(str(raw))
    return masking


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Text):
        yield str(node)
        yield from node.split("/")  # of the path of a request
    elif isinstance(node, Series):
        for each in node:
            yield from _texts(each)
    else:
        for key, each in node.items():
            if key not in ("examples", "description", "name", "simulator", "waivers"):
                yield str(key)
                yield from _texts(each)


def _parts(node: Node) -> Iterator[str]:
    """The texts for which conditions look within others."""
    if isinstance(node, Series):
        for each in node:
            yield from _parts(each)
    elif isinstance(node, Table):
        for key, each in node.items():
            if key in ("contains", "text") and not isinstance(each, Table):
                yield from _texts(each)
            yield from _parts(each)
