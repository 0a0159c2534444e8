"""The verb `adapter check`: proves an adapter by the checks of the kit."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from softdock.cli.exits import EnvironmentFault, Exit
from softdock.cli.mapping import as_json_option
from softdock.cli.tongue import bold, dim, green, is_chinese, red, said, say

if TYPE_CHECKING:
    from softdock.kit.checks import FolderSubject, Result
    from softdock.kit.checks.check import Finding

_MARKS: Final = {"passed": "✓", "failed": "✗", "waived": "~", "not-tried": "-"}
_WORDS: Final = {
    "passed": {"en": "passed", "zh": "通过"},
    "failed": {"en": "failed", "zh": "未通过"},
    "waived": {"en": "waived", "zh": "已豁免"},
    "not-tried": {"en": "not tried", "zh": "未测试"},
}
_WAIVED: Final = {"en": "waived: {reason}", "zh": "豁免原因：{reason}"}
_SUPERFLUOUS: Final = {
    "en": "It passes, and the waiver can go: {reason}",
    "zh": "已经通过，可以删去豁免：{reason}",
}
_SHOULD: Final = {"en": "(should)", "zh": "（建议）"}
_READY: Final = {
    "en": "{name} passes: {passed} checks, {waived} waived, {untried} not tried, {should} advised.",
    "zh": "{name} 合格：通过 {passed} 项，豁免 {waived} 项，未测试 {untried} 项，建议改进 {should} 项。",
}
_NOT_READY: Final = {
    "en": "{name} does not pass: {bad} of {all} checks failed.",
    "zh": "{name} 不合格：{all} 项检查中 {bad} 项未通过。",
}
_MORE: Final = {"en": "and {count} more", "zh": "另有 {count} 条"}
_SHOWN: Final = 5
"""Findings of one check that are shown to people."""


@click.command("check")
@click.argument("name")
@click.option(
    "--against",
    "url",
    metavar="URL",
    default="",
    help="A test system of your own in place of a stand-in; only what changes nothing is asked of it.",
)
@click.option(
    "--allow-changes",
    is_flag=True,
    help="With --against: loans and returns as well, of the patrons and items of the examples.",
)
@click.option(
    "--settings",
    "file",
    type=click.Path(path_type=Path),
    help="A file with the keys that stand below `system:`, secrets by reference.",
)
@click.option(
    "--setting",
    "pairs",
    metavar="KEY=VALUE",
    multiple=True,
    help="One such key; several of them may be given.",
)
@click.option(
    "--only",
    "ids",
    metavar="ID",
    multiple=True,
    help="Carry this check out alone, such as KIT-07; several may be given.",
)
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write what came of it into this file, as JUnit's XML."
)
@as_json_option
@click.pass_context
def check(
    context: click.Context,
    /,
    *,
    name: str,
    url: str,
    allow_changes: bool,
    file: Path | None,
    pairs: tuple[str, ...],
    ids: tuple[str, ...],
    report: Path | None,
    as_json: bool,
) -> None:
    """Prove the adapter NAME: a folder, or one that is installed.

    It is put to the simulator that its `adapter.yaml` names, or to its own examples, over real connections and with
    everything that can go wrong on one.  A check that need not be passed is waived in `adapter.yaml`, with a reason.
    """  # fmt: skip
    from softdock.kit.checks import CHECKS, carry_out  # noqa: PLC0415 - a reactor for this verb alone
    from softdock.kit.checks.reporting import as_junit, as_objects, is_ready  # noqa: PLC0415

    if unknown := [each for each in ids if each not in CHECKS]:
        raise click.UsageError(f"There is no check {unknown[0]}. There are {', '.join(CHECKS)}.")
    subject = _subject(name, _settings(file, pairs), url, changes=allow_changes)
    results = []
    for each in CHECKS.values():
        if ids and each.id not in ids:
            continue
        results.append(carry_out(each, subject))
        if not as_json:
            _show(results[-1])
    wrong = subject.faults_of_waivers(CHECKS)
    if as_json:
        told = {"adapter": subject.name, "checks": as_objects(results), "waivers": wrong}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for sentence in wrong:
            say(red(sentence))
        _sum_up(subject.name, results, good=is_ready(results) and not wrong)
    if report is not None:
        try:
            report.write_bytes(as_junit(subject.name, results))
        except OSError as error:
            raise EnvironmentFault(f"{report} cannot be written: {error.strerror}.") from None
    context.exit(Exit.GOOD if is_ready(results) and not wrong else Exit.PROBLEMS)


def _subject(name: str, settings: Mapping[str, object], url: str, *, changes: bool) -> "FolderSubject":
    from softdock.adapters.declarative.finding import folder_named  # noqa: PLC0415 - for this verb alone
    from softdock.adapters.registry import adapter_names  # noqa: PLC0415
    from softdock.kit.checks import FolderSubject, NotCheckable  # noqa: PLC0415

    folder = Path(name) if Path(name).is_dir() else folder_named(name)
    if folder is None and name in adapter_names():
        raise EnvironmentFault(
            f"{name} is written in Python. Prove it by pytest: softdock.kit.testing tells how."
        )
    if folder is None:
        raise EnvironmentFault(f"There is neither a folder {name} nor an adapter of this name.")
    try:
        return FolderSubject(folder, settings, url, changes=changes)
    except NotCheckable as faults:
        for sentence in faults.sentences:
            say(red(sentence), err=True)
        raise click.exceptions.Exit(Exit.PROBLEMS) from None


def _settings(file: Path | None, pairs: Iterable[str]) -> Mapping[str, object]:
    """Those of the file, and over them those of the command line; references in both are resolved."""
    from softdock.mappings.positions import Table, Text, read_yaml  # noqa: PLC0415 - for this verb alone
    from softdock.ops.settings.secrets import Resolver  # noqa: PLC0415

    table = Table()
    if file is not None:
        try:
            reading = read_yaml(file.read_text(encoding="utf-8"), str(file))
        except (OSError, UnicodeDecodeError) as error:
            raise EnvironmentFault(f"{file} cannot be read: {error}.") from None
        if reading.problems or not isinstance(reading.root, Table):
            raise EnvironmentFault("\n".join(map(str, reading.problems)) or f"{file} is not a table of keys.")
        table.update(reading.root)
    for each in pairs:
        key, sign, value = each.partition("=")
        if not sign or not key:
            raise click.UsageError(f"{each!r} is not KEY=VALUE.")
        table[Text(key)] = Text(value)
    resolver = Resolver(os.environ, Path() if file is None else file.parent)
    resolved = resolver.resolve(table)
    if resolver.problems:
        raise EnvironmentFault("\n".join(map(str, resolver.problems)))
    assert isinstance(resolved, Table)
    return resolved


# --- for people ---------------------------------------------------------------------------------------


def _show(result: "Result") -> None:
    from softdock.kit.checks.words import IN_CHINESE  # noqa: PLC0415 - for this verb alone

    verdict, level = result.verdict.value, result.check.level.value
    sentence = IN_CHINESE[result.check.id] if is_chinese() else result.check.sentence
    advised = f" {dim(said(_SHOULD))}" if level == "should" else ""
    mark = _coloured(verdict, level)(_MARKS[verdict])
    say(f"{mark} {bold(result.check.id)} {sentence} {dim(said(_WORDS[verdict]))}{advised}")
    if result.is_superfluous:
        say(f"    {said(_SUPERFLUOUS, reason=result.reason)}")
    elif result.reason and verdict == "waived":
        say(f"    {said(_WAIVED, reason=result.reason)}")
    for finding in result.findings[:_SHOWN]:
        say(f"    {_line(finding)}")
    if (more := len(result.findings) - _SHOWN) > 0:
        say(dim(f"    {said(_MORE, count=more)}"))


def _line(finding: "Finding") -> str:
    return str(finding).replace("\n", " ")


def _coloured(verdict: str, level: str) -> Any:
    if verdict == "passed":
        return green
    return red if verdict == "failed" and level == "must" else dim


def _sum_up(name: str, results: "list[Result]", *, good: bool) -> None:
    def count(verdict: str) -> int:
        return sum(each.verdict.value == verdict for each in results)

    if good:
        failed = count("failed")
        say(
            green(
                said(
                    _READY,
                    name=name,
                    passed=count("passed"),
                    waived=count("waived"),
                    untried=count("not-tried"),
                    should=failed,
                )
            )
        )
    else:
        bad = sum(each.is_bad for each in results)
        say(red(said(_NOT_READY, name=name, bad=bad, all=len(results))))
