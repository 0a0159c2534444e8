"""How the libraries' systems stand, for who asks /readyz and for who scrapes /metrics."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from softdock.consortium.gates import Condition, SystemState

Systems: TypeAlias = Callable[[], Iterable[SystemState]]
"""Asked anew each time: libraries come and go with the settings."""

_Counts: TypeAlias = list[tuple[tuple[str, ...], int]]


def nobody() -> Iterable[SystemState]:
    """Where there are no libraries."""
    return ()


def line_about(state: SystemState) -> str:
    """What /readyz?verbose says of one system: [+] if it is asked, [!] if not.

    A system that is away is no reason not to be ready: SoftDock serves the other libraries, and refuses for this one.
    """
    mark = "+" if state.condition is Condition.ON_LINE else "!"
    facts = [state.condition.value]
    if state.waiting:
        facts.append(f"{state.waiting} of {state.concurrent} operations wait")
    if (pool := state.connections) is not None:
        facts.append(f"{pool.open} of {pool.ceiling} connections open, {pool.busy} busy")
        if pool.waiting:
            facts.append(f"{pool.waiting} requests wait for one")
    return f"[{mark}] system of {state.library}: {', '.join(facts)}"


def counted(states: Iterable[SystemState]) -> Mapping[str, _Counts]:
    """What is exported of `states`: samples by metric."""
    samples: dict[str, _Counts] = {
        "softdock_system_state": [],
        "softdock_system_waiting": [],
        "softdock_system_connections": [],
        "softdock_system_connections_ceiling": [],
        "softdock_system_requests_waiting": [],
        "softdock_system_connections_total": [],
        "softdock_system_answers_lost_total": [],
    }
    for state in states:
        library = state.library
        samples["softdock_system_state"] += [
            ((library, each.value), int(each is state.condition)) for each in Condition
        ]
        samples["softdock_system_waiting"].append(((library,), state.waiting))
        if (pool := state.connections) is None:
            continue
        samples["softdock_system_connections"] += [
            ((library, "busy"), pool.busy), ((library, "idle"), pool.open - pool.busy),
        ]  # fmt: skip
        samples["softdock_system_connections_ceiling"].append(((library,), pool.ceiling))
        samples["softdock_system_requests_waiting"].append(((library,), pool.waiting))
        samples["softdock_system_connections_total"] += [
            ((library, "opened"), pool.opened_total), ((library, "failed"), pool.failed_total),
        ]  # fmt: skip
        samples["softdock_system_answers_lost_total"].append(((library,), pool.lost_total))
    return samples
