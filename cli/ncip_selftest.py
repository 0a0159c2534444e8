"""The verb `ncip selftest`: plays a partner's life cycle against a library, and says what was expected and what came."""

import json
import secrets
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from softdock.cli.exits import EnvironmentFault, Exit
from softdock.cli.ncip import Partner, Style, pin_from
from softdock.cli.tongue import Words, bold, dim, green, is_chinese, red, said, say

if TYPE_CHECKING:
    from softdock.kit.partners import StepResult

_MARKS: Final = {"passed": "✓", "failed": "✗", "skipped": "-"}
_EXPECTED: Final[Words] = {"en": "expected: {text}", "zh": "预期：{text}"}
_CAME: Final[Words] = {"en": "came: {text}", "zh": "实际：{text}"}
_LEFT: Final[Words] = {"en": "left behind, {text}", "zh": "未能清理，{text}"}
_GOOD: Final[Words] = {
    "en": "All is well: {passed} steps passed, {skipped} skipped.",
    "zh": "一切正常：通过 {passed} 步，跳过 {skipped} 步。",
}
_BAD: Final[Words] = {
    "en": "{failed} of {all} steps failed, {skipped} were skipped.",
    "zh": "{all} 步中 {failed} 步未通过，{skipped} 步跳过。",
}


@click.command()
@click.option("--patron", required=True, help="A patron who may borrow.")
@click.option("--item", required=True, help="An item that is on the shelf, and may be lent.")
@click.option("--other-patron", default="", help="Another patron, who shall not get the item meanwhile.")
@click.option("--pin", is_flag=True, help="Ask for the patron's PIN, and send it along.")
@click.option("--pin-file", type=click.File(encoding="utf-8"), help="A file with the PIN in its first line.")
@click.option("--currency", default="CNY", show_default=True, help="In which the library charges.")
@click.option(
    "--services",
    default="",
    help="Ask for these services alone: names with commas between them, such as LookupUser,LookupItem.",
)
@click.option("--keep", is_flag=True, help="Leave loans, requests and records as they are at the end.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write what came of it into this file, as JUnit's XML."
)
@click.pass_context
def selftest(
    context: click.Context,
    /,
    *,
    patron: str,
    item: str,
    other_patron: str,
    pin: bool,
    pin_file: IO[str] | None,
    currency: str,
    services: str,
    keep: bool,
    report: Path | None,
) -> None:
    """Play a partner's life cycle against a library: look up, lend, request, interlend, enter, be refused.

    Each step says what was expected and what came; every answer is held to the schema.  A service that is not supported is skipped, and
    what was changed is put right at the end.  It is for a test library, or for a patron and an item kept for it.
    """  # fmt: skip
    from softdock.kit.partners import STEPS, Case, as_junit, as_objects, carry_out  # noqa: PLC0415 - for this verb
    from softdock.kit.partners.playing import Play  # noqa: PLC0415

    partner: Partner = context.obj
    case = Case(
        patron=patron,
        item=item,
        other_patron=other_patron,
        pin=pin_from(asked=pin, file=pin_file),
        mark=f"ST{secrets.token_hex(4).upper()}",
        currency=currency,
        services=_known(services),
        keep=keep,
    )
    as_json = partner.style is Style.JSON

    async def played(asking: Any) -> "tuple[list[StepResult], list[str]]":
        play = Play(asking, partner.initiator, case)
        return await carry_out(STEPS, play, time.monotonic, (lambda _: None) if as_json else _show)

    results, left = partner.played(played)
    failed = sum(each.verdict.value == "failed" for each in results)
    skipped = sum(each.verdict.value == "skipped" for each in results)
    if as_json:
        click.echo(json.dumps({"steps": as_objects(results), "left": left}, ensure_ascii=False, indent=2))
    else:
        for text in left:
            say(red(said(_LEFT, text=text)))
        counts = {
            "failed": failed,
            "skipped": skipped,
            "all": len(results),
            "passed": len(results) - failed - skipped,
        }
        say(red(said(_BAD, **counts)) if failed else green(said(_GOOD, **counts)))
    if report is not None:
        try:
            report.write_bytes(as_junit(str(partner.address), results))
        except OSError as error:
            raise EnvironmentFault(f"{report} cannot be written: {error.strerror}.") from None
    context.exit(Exit.PROBLEMS if failed or left else Exit.GOOD)


def _known(said_services: str) -> frozenset[str] | None:
    from softdock.protocols.ncip.tables.services import SERVICES  # noqa: PLC0415 - for this verb alone

    named = [each.strip() for each in said_services.split(",") if each.strip()]
    if unknown := [each for each in named if each not in SERVICES]:
        raise click.UsageError(f"There is no service {unknown[0]}.")
    return frozenset(named) or None


def _show(result: "StepResult") -> None:
    verdict = result.verdict.value
    colour = {"passed": green, "failed": red, "skipped": dim}[verdict]
    sentence = result.step.chinese if is_chinese() else result.step.sentence
    say(
        f"{colour(_MARKS[verdict])} {bold(result.step.name)}  {dim(_one_line(result.came)) if verdict != 'failed' else ''}".rstrip()
    )
    if verdict == "failed":
        say(f"    {said(_EXPECTED, text=sentence)}")
        say(f"    {said(_CAME, text=_one_line(result.came))}")


def _one_line(text: str) -> str:
    from softdock.protocols.sip2.tracing import visible  # noqa: PLC0415 - for who sees it

    return visible(" ".join(text.split()))
