"""Runs what a page of the documents shows of maps: the files are written, the replies read, the requests built.

The blocks below one heading are one example.  What a block is, it shows by itself, or by a comment above it:

    ```yaml                     a file, if its first line is `# checkout.yaml`; a reading, if it begins with `outcome:`;
                                else a map, or what stands under `reply:` of one
    <!-- reply -->              what the system answers; <!-- reply: due --> to the step `due`
    <!-- status: 404 -->        the same, with an HTTP status
    <!-- sent -->               what is sent; <!-- sent: loan --> by the step `loan`
    <!-- asked: item.id=B1 -->  what is asked, for what follows below this heading
    <!-- file: ... -->          is no part of an example, but of what a reader types
    <!-- wrong -->              a map, with which the sentences of the next block are wrong

Excerpts are completed with what goes without saying: `adapter: 1`, a back end over HTTP, `map: 1`, the operation
`lookup-patron`, a request, and the format by which the reply is marked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

import yaml

from softdock.adapters.declarative.asking import asked_of
from softdock.adapters.declarative.examples import Reading, Reply, differences, read_replies, stand_ins
from softdock.adapters.declarative.finding import folder_named
from softdock.adapters.declarative.vocabulary import VOCABULARY
from softdock.mappings.exchange import FileRequest, HttpRequest, Sip2Request, SqlRequest
from softdock.mappings.files.compiled import CompiledAdapter
from softdock.mappings.files.folder import load_folder
from softdock.mappings.files.grammar import ReplyPart
from softdock.mappings.files.maps import compile_adapter
from softdock.mappings.positions import read_yaml
from softdock.mappings.problems import ProblemsFound

_HEADING = re.compile(r"^#{1,6} +(.+)$")
_MARK = re.compile(r"^<!-- (reply|status|sent|asked|wrong|not run|file)(?:: (.+?))? -->$")
_FILE = re.compile(r"# ([\w./-]+\.yaml)$")
_FORMATS = {"json": "json", "xml": "xml", "csv": "delimited", "text": "text"}


@dataclass
class Block:
    """One block, and what is said above it."""

    kind: str
    text: str
    mark: str = ""
    value: str = ""


@dataclass
class Section:
    """What stands below one heading."""

    heading: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def has_examples(self) -> bool:
        return any(each.mark in ("sent", "wrong") or _is_reading(each) for each in self.blocks)


def _is_reading(block: Block) -> bool:
    return block.kind == "yaml" and block.mark != "file" and block.text.startswith("outcome:")


def sections(page: str) -> list[Section]:
    """The sections of `page` that show examples."""
    found = [Section("")]
    marks: list[tuple[str, str]] = []
    lines = iter(page.splitlines())
    for line in lines:
        if line.startswith("```"):
            kind = line.removeprefix("```").strip()
            text = "\n".join(iter(lambda: next(lines), "```")) + "\n"
            mark, value = marks[-1] if marks else ("", "")
            found[-1].blocks.append(Block(kind, text, mark, value))
            marks = []
        elif said := _MARK.match(line):
            if said[1] == "asked":
                found[-1].blocks.append(Block("asked", said[2]))
            else:
                marks = [(said[1], said[2] or "")]
        elif heading := _HEADING.match(line):
            found.append(Section(heading[1]))
    return [each for each in found if each.has_examples]


class Example:
    """The folder that a section writes, and what comes of it."""

    def __init__(self, folder: Path) -> None:
        self._root = folder
        self._files: dict[str, str] = {}
        self._folder = "."
        """That of the file which was shown last."""
        self._operation = "lookup-patron"
        """Of the map which was shown last."""
        self._asked: dict[str, str] = {}
        self._replies: dict[str, tuple[str, Reply]] = {}
        self._wrong = False

    def faults(self, section: Section) -> Iterator[str]:
        """What is not as the section says."""
        for block in section.blocks:
            if block.kind == "asked":
                self._asked = dict(each.split("=", 1) for each in block.text.split(", "))
            elif block.mark in ("reply", "status"):
                self._answer(block)
            elif block.mark == "sent":
                yield from self._sent(block)
            elif _is_reading(block):
                yield from self._read(block)
                self._replies = {}
            elif self._wrong:
                self._wrong = False
                yield from self._complained(block)
            elif block.kind == "yaml" and block.mark not in ("not run", "file"):
                self._write(block)
                self._wrong = block.mark == "wrong"

    def _write(self, block: Block) -> None:
        named = _FILE.match(block.text.partition("\n")[0])
        name = named[1] if named else "map.yaml"
        self._files[name] = block.text
        self._folder = str(Path(name).parent)
        if Path(name).name != "adapter.yaml":
            self._operation = yaml.safe_load(block.text).get("operation", "lookup-patron")

    def _answer(self, block: Block) -> None:
        status, step = (int(block.value), "") if block.mark == "status" else (200, block.value)
        self._replies[step] = (block.kind, Reply(block.text.encode(), status))

    def _compiled(self) -> CompiledAdapter:
        """The folder, with its files completed."""
        files = dict(self._files)
        for folder in {str(Path(each).parent) for each in files}:
            files.setdefault(str(Path(folder) / "adapter.yaml"), "")
        for name, text in files.items():
            path = self._root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            whole = _adapter(text) if path.name == "adapter.yaml" else self._map(text)
            path.write_text(whole, encoding="utf-8")
        loaded = load_folder((self._root / self._folder).resolve(), folder_named)
        return compile_adapter(loaded, VOCABULARY, stand_ins(loaded), UTC)

    def _map(self, text: str) -> str:
        told = yaml.safe_load(text)
        if set(told) <= set(ReplyPart.model_fields):
            kind = next((kind for kind, _ in self._replies.values()), "json")
            usual = "" if "format" in told else f"  format: {_FORMATS[kind]}\n"
            text = "reply:\n" + usual + "".join(f"  {line}\n" for line in text.splitlines())
            told = {"reply": told}
        if not told.keys() & {"request", "steps", "fields"}:
            text = f"request: {{get: /}}\n{text}"
        if "operation" not in told:
            text = f"operation: lookup-patron\n{text}"
        return text if "map" in told else f"map: 1\n{text}"

    def _reading(self) -> Reading:
        compiled = self._compiled()
        replies = {step: reply for step, (_, reply) in self._replies.items()}
        asked = asked_of(self._operation, self._asked)
        return read_replies(compiled, compiled.maps[self._operation], asked, replies)

    def _read(self, block: Block) -> Iterator[str]:
        expected = read_yaml(block.text, "reading").root
        assert expected is not None
        reading = self._reading()
        for _, path, sentence in differences(expected, reading.plain()):
            yield f"{path}: {sentence}  {reading.note}"

    def _sent(self, block: Block) -> Iterator[str]:
        requests = [(step.name, request) for step, request in self._reading().requests]
        sent = [shown(request) for name, request in requests if block.value in ("", name)]
        if block.text.strip() not in sent:
            yield "is sent: " + "\n---\n".join(sent)

    def _complained(self, block: Block) -> Iterator[str]:
        try:
            self._compiled()
        except ProblemsFound as found:
            said = [f"{each.sentence} {each.remedy}".rstrip() for each in found.problems]
            if said != block.text.splitlines():
                yield f"is wrong with it: {said}"
        else:
            yield "nothing is wrong with it"


def _adapter(text: str) -> str:
    told = yaml.safe_load(text) or {}
    if "back_ends" not in told and "like" not in told:
        text = f"back_ends: {{main: {{transport: http}}}}\n{text}"
    return text if "adapter" in told else f"adapter: 1\n{text}"


def shown(request: HttpRequest | SqlRequest | Sip2Request | FileRequest) -> str:
    """A request as pages show it."""
    if isinstance(request, HttpRequest):
        address = f"{request.path}?{request.query}" if request.query else request.path
        headers = "".join(f"\n{name}: {text}" for name, text in request.headers)
        body = f"\n\n{request.body.decode('utf-8', 'replace')}" if request.body else ""
        return f"{request.method} {address}{headers}{body}"
    if isinstance(request, Sip2Request):
        return request.code + request.fixed + "".join(f"{name}{text}|" for name, text in request.fields)
    if isinstance(request, FileRequest):
        return (request.line or b"").decode().strip()
    return "\n".join(request.statements)
