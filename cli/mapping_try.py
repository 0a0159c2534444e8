"""The verb `mapping try`: what a map makes of a reply, value by value, and what it would send."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
import yaml

from softdock.cli import mapping_words as w
from softdock.cli.columns import in_columns
from softdock.cli.exits import EnvironmentFault, Exit
from softdock.cli.mapping import as_json_option, must_be_there
from softdock.cli.problems import as_objects, place_object, position, show_problems
from softdock.cli.tongue import bold, dim, green, red, said, say
from softdock.mappings.problems import Place, Problem, ProblemsFound

if TYPE_CHECKING:
    from softdock.adapters.declarative.examples import Reply
    from softdock.adapters.declarative.folders import Named
    from softdock.adapters.declarative.trying import Trial

_STEP = re.compile(r"([a-z0-9][a-z0-9_-]{0,62})=(.+)", re.DOTALL)
_LONGEST_SHOWN = 60


@click.command("try")
@click.argument("path", metavar="MAP", type=click.Path(path_type=Path))
@click.option(
    "--reply",
    "replies",
    multiple=True,
    metavar="[STEP=]FILE",
    help="A reply; with several steps, one for each, by its name or number.",
)
@click.option("--request", metavar="OPERATION", help="Print instead what would be sent for this operation.")
@click.option(
    "--operation",
    default="",
    metavar="NAME",
    help="Which map of a folder, by its operation.",
)
@click.option(
    "--status",
    type=click.IntRange(100, 599),
    default=200,
    show_default=True,
    help="HTTP status of the reply.",
)
@click.option("--charset", default="", help="The charset that the transport was told.")
@click.option("--header", "headers", multiple=True, metavar="NAME=TEXT", help="A header of the reply.")
@click.option(
    "--asked",
    multiple=True,
    metavar="PATH=TEXT",
    help="What the operation asks, such as patron.id=R0001 or item.id=B0001.",
)
@click.option("--setting", "settings", multiple=True, metavar="NAME=TEXT", help="A setting of the adapter.")
@click.option("--time-zone", default="UTC", show_default=True, help="Where times are that name no zone.")
@click.option("--expect", type=click.Path(path_type=Path), help="A file with the reading that is expected.")
@click.option(
    "--write-expect",
    type=click.Path(path_type=Path),
    help="Write the reading into this file, for an example.",
)
@as_json_option
@click.pass_context
def try_(
    context: click.Context, /, path: Path, replies: Sequence[str], request: str | None, operation: str, status: int,
    charset: str, headers: Sequence[str], asked: Sequence[str], settings: Sequence[str], time_zone: str,
    expect: Path | None, write_expect: Path | None, *, as_json: bool,
) -> None:  # fmt: skip
    """Read a reply as MAP does, and show every value: the line of the map, what the reply says, what was made of it.

    MAP is a map in an adapter folder, a map that stands alone, or a folder with --operation.  Exit code 1 for a value
    that could not be read, for an error, and for a difference from what --expect holds.  With --json it is one object:
    outcome, reason or error, note, fields, answer, trace, unread, differences. `answer` is what SoftDock makes of the
    fields: an expired card, overdue loans, a balance.
    """
    from softdock.adapters.declarative.asking import NotAsked  # noqa: PLC0415 - the language, for this verb alone
    from softdock.adapters.declarative.folders import named_by  # noqa: PLC0415

    must_be_there(path)
    zone, wanted, given = _zone(time_zone), _pairs("--asked", asked), _pairs("--setting", settings)
    named = named_by(path, request or operation)
    if not as_json and named.implied:
        transports = ", ".join(f"{name}: {transport}" for name, transport in named.implied.items())
        say(dim(said(w.ALONE, transports=transports)), err=True)
    try:
        if named.loaded is None:
            raise ProblemsFound(named.problems)
        if request is not None:
            _show_requests(context, named, wanted, given, zone, as_json=as_json)
        if not replies:
            raise click.UsageError("Name a reply: --reply FILE; or what is to be sent: --request OPERATION.")
        _show_trial(context, named, _replies(replies, status, charset, _pairs("--header", headers)), wanted, given, zone, expect, write_expect, as_json=as_json)  # fmt: skip
    except ProblemsFound as found:
        _show_wrong(context, found.problems, as_json=as_json)
    except NotAsked as error:
        raise click.UsageError(f"--asked: {error}") from None


def _show_wrong(context: click.Context, problems: Sequence[Problem], *, as_json: bool) -> NoReturn:
    """The map cannot be tried: what is wrong with it."""
    if as_json:
        wrong = {"outcome": "error", "error": "problems", "note": "", "fields": {}, "answer": {}, "trace": [], "unread": [], "differences": []}  # fmt: skip
        _print({**wrong, "problems": as_objects(problems)})
    else:
        show_problems(problems)
        say(red(said(w.NOT_TRIED, count=len(problems))), err=True)
    context.exit(Exit.PROBLEMS)


# --- what is read ----------------------------------------------------------------------------------------------


def _show_trial(
    context: click.Context, named: "Named", replies: dict[str, "Reply"], asked: dict[str, str],
    settings: dict[str, str], zone: tzinfo, expect: Path | None, write_expect: Path | None, *, as_json: bool,
) -> NoReturn:  # fmt: skip
    from softdock.adapters.declarative.trying import try_map  # noqa: PLC0415

    trial = try_map(named, replies, asked, settings, zone)
    if write_expect is not None:
        _write_expected(write_expect, trial.reading.plain())
    different = [] if expect is None else _differences(expect, trial.reading.plain())
    if as_json:
        _print(_object(trial, different))
    else:
        _show(trial)
        for each in different:
            say(f"{red(said(w.DIFFERENT))} {each['path']}: {each['sentence']} {dim(str(each['at']))}")
    failed = trial.reading.outcome == "error" and expect is None
    context.exit(Exit.PROBLEMS if different or trial.unread or failed else Exit.GOOD)


def _write_expected(file: Path, reading: dict[str, Any]) -> None:
    """Write the reading as examples expect it."""
    text = yaml.safe_dump(reading, allow_unicode=True, sort_keys=False, width=110)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise EnvironmentFault(f"{file} cannot be written: {(error.strerror or '').lower()}.") from None


def _differences(expect: Path, reading: dict[str, Any]) -> list[dict[str, Any]]:
    from softdock.adapters.declarative.examples import differences, expected_in  # noqa: PLC0415

    try:
        expected = expected_in(expect, Path.read_bytes)
    except OSError as error:
        raise EnvironmentFault(f"{expect} cannot be read: {(error.strerror or '').lower()}.") from None
    return [
        {**place_object(place), "at": position(place), "path": path, "sentence": sentence}
        for place, path, sentence in differences(expected, reading)
    ]


def _object(trial: "Trial", different: Sequence[dict[str, Any]]) -> dict[str, Any]:
    from softdock.adapters.declarative.trying import object_of  # noqa: PLC0415

    reading = trial.reading
    told: dict[str, Any] = {"outcome": reading.outcome}
    if reading.outcome != "done":
        told["reason" if reading.outcome == "refused" else "error"] = reading.why
    told["note"] = reading.note
    told["fields"] = reading.plain().get("fields", {})
    if reading.decided.line:
        told["decided"] = place_object(reading.decided)
    told["answer"] = dict(trial.answer)
    told["trace"] = [object_of(each) for each in trial.trace]
    told["unread"] = [
        {"field": each.field, **place_object(each.place), "value": each.value, "rule": each.rule}
        for each in trial.unread
    ]
    told["differences"] = [{key: each[key] for key in each if key != "at"} for each in different]
    return told


def _show(trial: "Trial") -> None:
    from softdock.adapters.declarative.examples import plain  # noqa: PLC0415

    reading, unread = trial.reading, {each.field for each in trial.unread}
    colour = green if reading.outcome == "done" else red
    say(f"{bold(colour(reading.outcome))}  {reading.why}".rstrip())
    if reading.note:
        say(f"  {reading.note}")
    if reading.decided.line:
        say(dim(f"  {said(w.DECIDED, place=position(reading.decided))}"))
    rows = [
        (each.field, _short(each.place), ", ".join(_shown(plain(one)) for one in each.raw) or "-", _shown(plain(each.value)))
        for each in trial.trace
    ]  # fmt: skip
    if rows:
        head = tuple(said(words) for words in (w.FIELD, w.MAP_LINE, w.RAW, w.VALUE))
        title, *lines = in_columns([head, *rows]).splitlines()
        say(bold(title))
        for each, line in zip(trial.trace, lines, strict=True):
            say(red(line) if each.field in unread and each.value is None else line if each.value is not None else dim(line))  # fmt: skip
    if trial.answer:
        say(bold(said(w.ANSWER)))
        for name, value in _flat(trial.answer):
            say(f"  {name}: {_shown(value)}")
    for one in trial.unread:
        say(f"{red(said(w.UNREAD))} {one.field}: {_shown(one.value)}  {one.rule}  {dim(position(one.place))}")


def _flat(told: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in told.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _short(place: Place) -> str:
    return f"{Path(place.file).name}:{place.line}"


def _shown(value: Any) -> str:
    """A value on one line that does nothing to a terminal."""
    if value is None:
        return "-"
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) or not value.strip() or value != value.strip() else value  # fmt: skip
    text = "".join(each if each.isprintable() else "?" for each in text)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


# --- what is sent ----------------------------------------------------------------------------------------------


def _show_requests(
    context: click.Context, named: "Named", asked: dict[str, str], settings: dict[str, str], zone: tzinfo, *, as_json: bool
) -> NoReturn:  # fmt: skip
    from softdock.adapters.declarative.trying import requests_of  # noqa: PLC0415
    from softdock.cli.mapping_requests import request_object, show_request  # noqa: PLC0415

    prepared = requests_of(named, asked, settings, zone)
    told = [request_object(each.step, each.request, each.transport, each.base, prepared.secrets) for each in prepared.sent]  # fmt: skip
    if as_json:
        _print({"requests": told})
    else:
        for each in told:
            show_request(each)
    context.exit(Exit.PROBLEMS if any("problem" in each for each in told) else Exit.GOOD)


# --- what is given ---------------------------------------------------------------------------------------------


def _replies(given: Sequence[str], status: int, charset: str, headers: dict[str, str]) -> dict[str, "Reply"]:
    from softdock.adapters.declarative.examples import Reply  # noqa: PLC0415

    replies = {}
    for each in given:
        named = None if Path(each).exists() else _STEP.fullmatch(each)
        step, file = named.groups() if named else ("", each)
        try:
            data = Path(file).read_bytes()
        except OSError as error:
            raise EnvironmentFault(f"{file} cannot be read: {(error.strerror or '').lower()}.") from None
        replies[step] = Reply(data, status, charset, {name.lower(): text for name, text in headers.items()})
    return replies


def _pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for each in given:
        name, equals, text = each.partition("=")
        if not equals or not name:
            raise click.UsageError(f"{option} takes NAME=TEXT.")
        pairs[name] = text
    return pairs


def _zone(name: str) -> tzinfo:
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise click.UsageError(f"{name!r} is not a time zone.") from None


def _print(told: dict[str, Any]) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))
