"""The verb `adapter capture`: what a real system answers, kept as an example with nothing of a patron in it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from softdock.cli.exits import EnvironmentFault, Fault
from softdock.cli.problems import show_problems
from softdock.cli.tongue import dim, said, say
from softdock.mappings.problems import ProblemsFound

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from softdock.adapters.declarative.adapter import DeclarativeAdapter
    from softdock.adapters.declarative.capturing import Captured

_Made = TypeVar("_Made")

_WRITTEN: Final = {
    "en": "Look through these files before you keep them: a machine has masked them.\nIn the map for {operation}:\n",
    "zh": "保存之前请人工检查这些文件：脱敏由程序完成。\n在 {operation} 的映射中写入：\n",
}


@click.command()
@click.argument("library")
@click.option(
    "--settings",
    "-c",
    "--config",
    "path",
    required=True,
    envvar="SOFTDOCK_CONFIG",
    type=click.Path(path_type=Path),
    help="The settings that the library is in.",
)
@click.option(
    "--operation",
    type=click.Choice(["lookup-patron", "lookup-item"]),
    default="lookup-patron",
    show_default=True,
    help="What is asked; nothing else is, for it could change something.",
)
@click.option("--patron", metavar="CARD", help="Whose card is asked about.")
@click.option("--item", metavar="BARCODE", help="Which item is asked about.")
@click.option("--ask-pin", is_flag=True, help="Prompt for the PIN of the card, and send it along.")
@click.option("--name", help="What the example and its files are called; the operation's name without it.")
@click.option(
    "--into", type=click.Path(path_type=Path), required=True, help="The folder in which files are made."
)
def capture(
    library: str, path: Path, operation: str, patron: str | None, item: str | None, *, ask_pin: bool, name: str | None, into: Path
) -> None:  # fmt: skip
    """Look something up in the system of LIBRARY, and keep request and reply as an example of its map.

    What could tell of a patron is masked: digits stay digits, letters letters, the same stays the same; what stands
    under redact is left out.  The expected reading is that of the masked reply, and has to have the same fields as the
    real one.  Only operations that look something up are asked for, and only steps that change nothing.
    """
    asked = {each: text for each, text in (("patron.id", patron), ("item.id", item)) if text}
    if ("patron.id" if operation == "lookup-patron" else "item.id") not in asked:
        raise click.UsageError(
            f"{operation} needs {'--patron' if operation == 'lookup-patron' else '--item'}."
        )
    if ask_pin:
        asked["pin"] = click.prompt("PIN", hide_input=True)
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentFault(f"{into} cannot be made: {(error.strerror or '').lower()}.") from None
    found = _captured(path, library, operation, asked)
    _keep(found, operation, name or operation, into)


def _captured(path: Path, library: str, operation: str, asked: Mapping[str, str]) -> "Captured":
    from softdock.adapters.declarative.asking import NotAsked, asked_of  # noqa: PLC0415 - for this verb alone
    from softdock.adapters.declarative.capturing import NotCaptured, captured, seen_of  # noqa: PLC0415
    from softdock.circulation.errors import LibrarySystemError  # noqa: PLC0415

    async def look(adapter: "DeclarativeAdapter") -> "Captured":
        await adapter.open()
        try:
            seen = await seen_of(adapter, asked_of(operation, asked, library).operation)
        finally:
            await adapter.close()
        return captured(adapter.compiled, operation, asked, seen, adapter.context.zone)

    try:
        return _in_reactor(lambda reactor: look(_adapter(path, library, reactor)))
    except NotAsked as error:
        raise click.UsageError(str(error)) from None
    except NotCaptured as error:
        raise Fault(str(error)) from None
    except LibrarySystemError as error:
        raise EnvironmentFault(f"The system of {library} does not answer: {error}") from None
    except ProblemsFound as error:
        show_problems(error.problems)
        raise Fault("The settings are not good.") from None


def _adapter(path: Path, name: str, reactor: Any) -> "DeclarativeAdapter":
    from datetime import datetime  # noqa: PLC0415

    from softdock.adapters.base import AdapterContext, AdapterSettingsError  # noqa: PLC0415
    from softdock.adapters.declarative.adapter import DeclarativeAdapter  # noqa: PLC0415
    from softdock.adapters.registry import AdapterNotFound, load_adapter  # noqa: PLC0415
    from softdock.circulation.identifiers import LibraryId  # noqa: PLC0415
    from softdock.ops.members import problems_with  # noqa: PLC0415
    from softdock.ops.settings import load_settings  # noqa: PLC0415

    settings = load_settings(path)
    library = settings.libraries.get(name)
    if library is None:
        raise click.UsageError(f"There is no library {name}; there are: {', '.join(settings.libraries)}.")
    zone, system = library.time_zone, library.system
    context = AdapterContext(
        LibraryId(name), zone, library.currency, lambda: datetime.now(zone), path.parent, reactor
    )
    try:
        made = load_adapter(system.adapter, path.parent)(system.options, context)
    except AdapterNotFound as error:
        raise Fault(str(error)) from None
    except AdapterSettingsError as error:
        raise ProblemsFound(problems_with(system.options, error.complaints)) from None
    if not isinstance(made, DeclarativeAdapter):
        raise click.UsageError(
            f"The adapter of {name} is written in Python; there are no maps to keep examples of."
        )
    return made


def _in_reactor(work: "Callable[[Any], Awaitable[_Made]]") -> _Made:
    """What comes of `work`, in a reactor that runs as long as it takes."""
    from twisted.internet import reactor as installed  # noqa: PLC0415 - importing it installs it
    from twisted.internet.defer import Deferred  # noqa: PLC0415

    reactor: Any = installed
    made: list[_Made] = []
    failed: list[Exception] = []

    async def run() -> None:
        try:
            made.append(await work(reactor))
        except Exception as error:  # noqa: BLE001 - raised again, once the reactor has stopped
            failed.append(error)
        reactor.stop()

    reactor.callWhenRunning(lambda: Deferred.fromCoroutine(run()))
    reactor.run()
    if failed:
        raise failed[0]
    return made[0]


# --- writing ---------------------------------------------------------------------------------------------------


def _keep(found: "Captured", operation: str, name: str, into: Path) -> None:
    import yaml  # noqa: PLC0415 - for this verb alone

    def dumped(value: object, *, flow: bool | None = False) -> str:
        return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, default_flow_style=flow)

    folder = into / "examples"
    files = {f"{_file(name, step, found)}.{_ending(data)}": data for step, data in found.replies.items()}
    replies = dict(zip(found.replies, files, strict=True))
    for step, (of, request) in found.requests.items():
        kept = {"step": of.name, **request_kept(request, found.masking)}
        files[f"{_file(name, step, found)}.request.json"] = json.dumps(
            kept, ensure_ascii=False, indent=2
        ).encode()
    files[f"{name}.yaml"] = dumped(found.reading.plain()).encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for each, data in files.items():
            with (folder / each).open("xb") as file:
                file.write(data)
    except FileExistsError as error:
        raise EnvironmentFault(
            f"{error.filename} is there already; give the example another --name."
        ) from None
    except OSError as error:
        raise EnvironmentFault(f"{folder} cannot be written: {(error.strerror or '').lower()}.") from None
    example: dict[str, Any] = {"name": name, "asked": dict(found.asked)}
    if len(replies) == 1:
        example["reply"] = f"examples/{next(iter(replies.values()))}"
    else:
        example["replies"] = {step: f"examples/{file}" for step, file in replies.items()}
    if found.status not in (0, 200):
        example["status"] = found.status
    example["expect"] = f"examples/{name}.yaml"
    say(dim("\n".join(f"{folder / each}" for each in files)), err=True)
    say(said(_WRITTEN, operation=operation), err=True)
    click.echo(dumped({"examples": [example]}), nl=False)


def _file(name: str, step: str, found: "Captured") -> str:
    return name if len(found.replies) == 1 else f"{name}-{step}"


def _ending(data: bytes) -> str:
    start = data.lstrip()[:1]
    if start == b"<":
        return "xml"
    return "json" if start in (b"{", b"[") else "txt"


def request_kept(request: Any, masking: Any) -> dict[str, Any]:
    """A request as it may be kept: names as they are, values masked."""
    from softdock.cli.mapping_requests import decoded_parts  # noqa: PLC0415
    from softdock.mappings.exchange import Sip2Request  # noqa: PLC0415

    if isinstance(request, Sip2Request):
        fields = "".join(f"{name}{masking.text(text)}|" for name, text in request.fields)
        return {"line": f"{request.code}{masking.text(request.fixed)}{fields}"}
    return masked_values(decoded_parts(request), masking)


def masked_values(parts: Mapping[str, Any], masking: Any) -> dict[str, Any]:
    """`parts` of a request, with all values masked."""
    kept: dict[str, Any] = {}
    for key, value in parts.items():
        if key == "address":
            kept[key] = "/".join(masking.text(each) for each in value.split("/"))
        elif key in ("query_decoded", "body_decoded", "headers"):
            kept[key] = [
                [name, text if name == "Content-Type" else masking.text(text)] for name, text in value
            ]
        elif key == "parameters":
            kept[key] = {name: masking.text(text) for name, text in value.items()}
        elif key == "body":
            kept[key] = masking.document(value)
        else:
            kept[key] = value
    return kept
