"""Memory: what a server holds when idle, and what each logged-in kiosk adds to it.

A kiosk here is a connection that has logged in, looked up one patron and then stands idle, as most do most of the time.
The patrons are looked up once before the kiosks come, and one connection comes and goes, so that only what belongs to
the connections is counted.  The kernel's own socket buffers are not.
"""

import time
from collections.abc import Sequence

from softdock.benchmarks import wire
from softdock.benchmarks.dialogue import Dialogue, login
from softdock.benchmarks.figures import Memory
from softdock.benchmarks.processes import Server
from softdock.benchmarks.wire import Exchange

SETTLE = 1.5
WAVE = 200
PER_SOURCE = 5_000


def measure(
    server: Server, lookups: Sequence[Exchange], counts: Sequence[int], *, meaning: bool = True
) -> Memory:
    """Fill a server with idle kiosks up to each of the counts, and see what they take."""
    time.sleep(SETTLE)
    idle = server.resident()
    with Dialogue(server.address, meaning=meaning) as first:
        first.ask(login(0), wire.stamp(time.time()))
        for lookup in lookups:
            first.ask(lookup, wire.stamp(time.time()))
    time.sleep(SETTLE)
    result = Memory(server.name, idle, server.resident())
    kiosks: list[Dialogue] = []
    try:
        for count in counts:
            while len(kiosks) < count:
                kiosks += _wave(server, lookups, len(kiosks), min(WAVE, count - len(kiosks)), meaning=meaning)
            time.sleep(SETTLE)
            result.per_connection[count] = (server.resident() - result.warm) / count
    finally:
        for kiosk in kiosks:
            kiosk.socket.close()
    return result


def _wave(
    server: Server, lookups: Sequence[Exchange], begun: int, count: int, *, meaning: bool
) -> list[Dialogue]:
    """Some kiosks at once: all connect, all log in, all look up a patron."""
    date = wire.stamp(time.time())
    kiosks = []
    for number in range(begun, begun + count):
        source = f"127.0.0.{2 + number // PER_SOURCE}"
        kiosks.append(Dialogue(server.address, meaning=meaning, source=source))
    for kiosk in kiosks:
        kiosk.send(login(0), date)
    for number, kiosk in enumerate(kiosks, begun):
        kiosk.receive()
        kiosk.send(lookups[number % len(lookups)], date)
    for kiosk in kiosks:
        kiosk.receive()
    return kiosks
