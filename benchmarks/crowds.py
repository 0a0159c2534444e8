"""How kiosks that pause are measured: crowds of them, whose settings take turns on servers that stay up."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from softdock.benchmarks.dialogue import WrongAnswerError
from softdock.benchmarks.figures import Wait, Waits, percentile
from softdock.benchmarks.paced import Crowd, Paced
from softdock.benchmarks.processes import Server
from softdock.benchmarks.scenarios import WARM_UP, Bench


@contextmanager
def paced() -> Iterator[Paced]:
    """A generator for some crowds, whose connections are closed at the end."""
    made = Paced()
    try:
        yield made
    except OSError as error:
        raise WrongAnswerError(b"", b"", [f"connection lost: {error}"]) from error
    finally:
        made.close()


def watched(
    bench: Bench,
    waits: Waits,
    server: Server,
    paced: Paced,
    crowds: Sequence[Crowd],
    *,
    beside: Sequence[Server] = (),
    seconds: float | None = None,
    warm_up: float = WARM_UP,
) -> Wait:
    """Let some crowds ask for a while, and see what the first of them waited; what was wrong is noted in `waits`.

    `beside` are the servers that share the generator's processor.
    """
    crowd = crowds[0]
    gc.collect()
    gc.disable()
    try:
        paced.begin(*crowds)
        paced.run(time.perf_counter() + warm_up)
        for each in crowds:
            each.latencies = []
        before, others = server.reading(), [each.reading() for each in beside]
        generator, began = time.process_time(), time.perf_counter()
        paced.run(began + (seconds or bench.seconds))
        wall, generator = time.perf_counter() - began, time.process_time() - generator
        used = server.used_since(before)
        generator += sum(each.used_since(then).cpu for each, then in zip(beside, others, strict=True))
        latencies = sorted(crowd.latencies)
        paced.rest()
    finally:
        gc.enable()
        wrong = sum(each.wrong for each in crowds)
        waits.wrong += wrong
        for each in crowds:
            waits.samples += each.samples
            each.wrong, each.samples = 0, []
    if not latencies:
        raise WrongAnswerError(b"", b"", [f"no answer in {wall:.1f} s"])
    return Wait(
        per_second=len(latencies) / wall,
        p50_ms=percentile(latencies, 0.50) * 1e3,
        p99_ms=percentile(latencies, 0.99) * 1e3,
        cpu_percent=used.cpu / wall * 100,
        kept_off_percent=used.kept_off / wall * 100,
        generator_percent=generator / wall * 100,
        done=len(latencies),
        wrong=wrong,
    )


def in_turn(bench: Bench, waits: Waits, settings: Mapping[str, Callable[[], Wait]]) -> None:
    """Measure the settings one after the other, as many times as there are rounds; again where too much ran besides."""
    spare, number = bench.rounds, 0
    while number < bench.rounds and not waits.wrong:
        turn = {setting: measure() for setting, measure in settings.items()}
        if spare and any(wait.disturbed for wait in turn.values()):
            spare -= 1
            waits.repeated += 1
            bench.say("  repeated: the machine was busy with something else")
            continue
        number += 1
        for setting, wait in turn.items():
            waits.rounds.setdefault(setting, []).append(wait)
            bench.say(
                f"  round {number}: {setting}: {wait.per_second:,.0f}/s,"
                f" p50 {wait.p50_ms:.2f} ms, p99 {wait.p99_ms:.2f} ms, CPU {wait.cpu_percent:.1f} %"
            )
