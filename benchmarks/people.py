"""Who is who at a bare system: names and titles by their numbers, as in the library that SoftDock itself holds."""

from softdock.benchmarks import demo_library, traffic

MOST_KEPT = 100_000
"""Answers that a bare system keeps for the next time."""


def name(card: bytes) -> bytes:
    """The name of who has `card`."""
    number = int(card[1:]) if card[1:].isdigit() else 0
    return (demo_library.NAMES[number % 2] % number).encode()


def title(item: bytes) -> bytes:
    """The title of `item`."""
    return traffic.item(int(item[1:])).title if item[1:].isdigit() else b""
