"""The figures are summed up as they should be, and the table tells them with their goals."""

import dataclasses

import pytest

from softdock.benchmarks import report
from softdock.benchmarks.bench import _options
from softdock.benchmarks.figures import (
    Addition,
    Comparison,
    Lone,
    Memory,
    Pair,
    Passage,
    Reading,
    Results,
    Round,
    Spread,
    Target,
    Turn,
    Wait,
    Waits,
    percentile,
    spread,
)


def a_round(per_second: float = 1000.0, cpu_us: float = 10.0, kept_off_percent: float = 0.0) -> Round:
    return Round(per_second, cpu_us, 1.0, 2.0, kept_off_percent, 50.0, 3000, 0)


def a_comparison(*speeds: tuple[float, float], goal: float = 0.45) -> Comparison:
    pairs = [Pair(a_round(bare), a_round(ours, cpu_us=20.0)) for bare, ours in speeds]
    return Comparison("lookups", "64 connections", "requests", goal, pairs=pairs)


def test_ratios_are_taken_within_pairs() -> None:
    comparison = a_comparison((1000, 500), (2000, 500), (500, 450))
    assert comparison.ratio() == (0.5, 0.25, 0.9)
    assert comparison.cpu_ratio().median == 0.5


def test_a_pair_is_disturbed_if_either_server_was() -> None:
    calm, busy = a_round(), a_round(kept_off_percent=6.0)
    assert not Pair(calm, calm).disturbed
    assert Pair(calm, busy).disturbed
    assert Pair(busy, calm).disturbed


def test_percentiles() -> None:
    values = [float(value) for value in range(100)]
    assert (percentile(values, 0.5), percentile(values, 0.99), percentile([7.0], 0.99)) == (50.0, 99.0, 7.0)
    assert spread([3, 1, 2]) == (2, 1, 3)


@pytest.mark.parametrize(("goal", "told"), [(0.45, "reached"), (0.55, "MISSED")])
def test_the_goal_stands_beside_the_ratio(goal: float, told: str) -> None:
    text = report.table(Results(comparisons=[a_comparison((1000, 500), goal=goal)]))
    (line,) = [line for line in text.splitlines() if "ratio of requests/s" in line]
    assert f"goal >= {goal:.2f}: {told}" in line
    assert "0.500 (0.500-0.500)" in line


@pytest.mark.parametrize(
    ("goal", "floor", "told"),
    [
        (0.33, 0.22, "   goal >= 0.33: reached, floor >= 0.22: held"),
        (0.60, 0.22, "   goal >= 0.60: MISSED, floor >= 0.22: held"),
        (0.60, 0.55, "   goal >= 0.60: MISSED, floor >= 0.55: BROKEN"),
        (None, None, ""),
    ],
)
def test_what_must_hold_stands_beside_the_goal(goal: float | None, floor: float | None, told: str) -> None:
    comparison = a_comparison((1000, 500))
    comparison.goal, comparison.floor = goal, floor
    text = report.table(Results(comparisons=[comparison]))
    (line,) = [line for line in text.splitlines() if "ratio of requests/s" in line]
    assert line.endswith("0.500 (0.500-0.500)" + told)


def test_memory_is_told_for_both_servers() -> None:
    bare = Memory("bare Twisted", 34_000_000, 34_500_000, {1_000: 1_000.0, 10_000: 1_100.0})
    ours = Memory("SoftDock", 81_000_000, 82_000_000, {1_000: 5_000.0, 10_000: 3_900.0})
    text = report.table(Results(memory=[bare, ours]))
    assert "goal <= 80 MB: MISSED" in text
    assert "goal <= 4 kB: reached" in text
    assert "3,900" in text


def test_wrong_answers_are_told() -> None:
    text = report.table(Results(wrong=2, samples=["asked ..."]))
    assert "wrong answers: 2\nasked ..." in text


def test_an_empty_comparison_can_be_told() -> None:
    assert "not measured" in report.table(Results(comparisons=[a_comparison()]))


def test_results_can_be_written_as_json() -> None:
    assert dataclasses.asdict(Results(comparisons=[a_comparison((1000, 500))]))["comparisons"][0]["pairs"]


def test_only_known_scenarios_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert _options(["--only", "mix,memory"]).only == ("mix", "memory")
    with pytest.raises(SystemExit) as ended:
        _options(["--only", "mixes"])
    assert ended.value.code == 2
    assert "mixes" in capsys.readouterr().err


def a_turn(checkout: float = 0.6) -> Turn:
    return Turn(round_trip=0.1, commit=0.4, commit_in_a_row=0.2, checkout=checkout, checkin=0.5)


@pytest.mark.parametrize(
    ("goal", "told"), [(1.5, "   goal <= 1.50: reached"), (1.1, "   goal <= 1.10: MISSED"), (None, "")]
)
def test_a_lone_kiosk_is_told_against_round_trip_and_commit(goal: float | None, told: str) -> None:
    """The commit as a lone kiosk causes it is what counts; the one without a pause stands beside it."""
    text = report.table(
        Results(lone=[Lone("lone-sqlite", "one kiosk", goal, [a_turn(), a_turn(0.55), a_turn(0.7)])])
    )
    (line,) = [line for line in text.splitlines() if "(round trip + commit)" in line]
    assert line.endswith("1.200 (1.100-1.400)" + told)
    (line,) = [line for line in text.splitlines() if "(round trip + commit in a row)" in line]
    assert line.endswith("2.000 (1.833-2.333)")


def test_a_comparison_of_softdock_with_itself_bears_the_names_of_both() -> None:
    comparison = a_comparison((1000, 3000), goal=2.5)
    comparison.yardstick, comparison.measured, comparison.notes = "batch 1", "batch 500", ["on ext4"]
    text = report.table(Results(comparisons=[comparison]))
    assert "  batch 1 " in text
    assert "  batch 500 " in text
    assert "goal >= 2.50: reached" in text
    assert "\n  on ext4\n" in text


def test_what_is_left_out_is_told_with_its_reason() -> None:
    assert "left out: lone-postgresql: There is no initdb" in report.table(
        Results(left_out=["lone-postgresql: There is no initdb"])
    )


def a_wait(p99_ms: float) -> Wait:
    return Wait(1000.0, 1.0, p99_ms, 5.0, 0.0, 20.0, 3000, 0)


def test_waits_are_compared_within_each_turn() -> None:
    rounds = {"few": [a_wait(1), a_wait(2), a_wait(10)], "many": [a_wait(2), a_wait(2), a_wait(15)]}
    waits = Waits("slow-system", "a system that takes a second", rounds)
    assert waits.of("few", lambda one: one.p99_ms) == (2, 1, 10)
    assert waits.between("many", "few", lambda one, other: one.p99_ms / other.p99_ms) == (1.5, 1.0, 2.0)


@pytest.mark.parametrize(
    ("most", "told"), [(1.5, "   goal <= 1.50: reached"), (1.1, "   goal <= 1.10: MISSED"), (None, "")]
)
def test_waits_are_told_by_setting_with_what_they_should_be(most: float | None, told: str) -> None:
    waits = Waits("slow-system", "a system that takes a second", {"16 kiosks": [a_wait(2)]})
    waits.targets = [Target("p99 of many by few", Spread(1.2, 1.0, 1.4), most)]
    waits.notes = ["a note"]
    text = report.table(Results(waits=[waits]))
    (line,) = [line for line in text.splitlines() if "by few" in line]
    assert line.endswith("1.200 (1.000-1.400)" + told)
    assert "  16 kiosks " in text
    assert "\n  a note\n" in text


def test_waits_that_were_not_measured_can_be_told() -> None:
    assert "not measured" in report.table(Results(waits=[Waits("kiosks", "think time 10 s")]))


@pytest.mark.parametrize(("kept_off", "told"), [(40.0, True), (1.0, False)])
def test_figures_of_a_machine_that_stayed_busy_are_told_with_a_warning(kept_off: float, told: bool) -> None:
    comparison = a_comparison((1000, 500))
    comparison.pairs.append(Pair(a_round(), a_round(kept_off_percent=kept_off)))
    comparison.pairs.append(Pair(a_round(), a_round(kept_off_percent=kept_off)))
    waits = Waits("kiosks", "think time 10 s", {"few": [Wait(1.0, 1.0, 1.0, 5.0, kept_off, 20.0, 3, 0)]})
    waits.targets = [Target("p99", Spread(1.0, 1.0, 1.0), None)]
    comparison.repeated = waits.repeated = 2
    text = report.table(Results(comparisons=[comparison], waits=[waits]))
    assert text.count("kept off its processor for 40 % of the time") == (2 if told else 0)


@pytest.mark.parametrize(
    ("goal", "told"), [(5.0, "goal <= 5.0: reached"), (4.0, "goal <= 4.0: MISSED"), (None, "(4.40-4.60)")]
)
def test_reading_is_told_as_a_multiple_of_the_parser(goal: float | None, told: str) -> None:
    parser, ours, ratio = spread([20.0]), spread([90.0]), spread([4.4, 4.5, 4.6])
    text = report.table(Results(readings=[Reading("xml", 2048, parser, ours, ratio, goal)]))
    (line,) = [line for line in text.splitlines() if line.startswith("  xml")]
    assert line.endswith(told)
    assert "2048" in line
    assert "4.50 (4.40-4.60)" in line


def an_addition(system: str, cpu_us: float, own: Round | None) -> Addition:
    passages = [Passage(own, a_round(500.0, cpu_us))]
    late = passages if own else []
    calls = 1 if own else 0
    return Addition(system, "SIP2", "lookups", calls, calls, lone=passages, late=late, busy=passages)


def test_what_an_adapter_adds_is_told_above_the_system_itself() -> None:
    own = dataclasses.replace(a_round(), p50_ms=0.25, p99_ms=0.5)
    ours, behind = an_addition("inhouse", 20.0, None), an_addition("sip2", 50.0, own)

    (one,) = behind.lone
    assert one.added(lambda each: each.p50_ms) == 0.75
    assert one.speed == 0.5
    assert ours.lone[0].added(lambda each: each.p50_ms) == 1.0

    text = report.table(Results(additions=[ours, behind]))
    told = {line.split()[2]: line.split() for line in text.splitlines() if line.startswith("  lookups")}
    assert told["inhouse"][5] == "-"
    assert told["inhouse"][-1] == "1.00"
    assert told["sip2"][5:9] == ["0.25", "(0.25-0.25)", "0.75", "(0.75-0.75)"]
    assert told["sip2"][-1] == "2.50"


def test_the_rows_of_the_adapters_can_be_asked_for_alone() -> None:
    assert _options(["--only", "adapters"]).only == ("adapters",)
