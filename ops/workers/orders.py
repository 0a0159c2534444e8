"""What a worker is told to go by, and what it says if it cannot."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import NamedTuple

from softdock.mappings.problems import Place, Problem, ProblemsFound
from softdock.ops.workers.channel import Message


class Orders(NamedTuple):
    """Settings as they were read, once for all workers, and the descriptors of their addresses by key."""

    text: str | None
    """None for the demo's."""
    doors: Mapping[str, int]


def problems_told(found: ProblemsFound) -> Message:
    """`found`, for the supervisor, which logs it once."""
    return {"problems": [asdict(each) for each in found.problems]}


def raise_fault(answer: Message) -> None:
    """Raise what a worker has said is in the way, if something is: ProblemsFound, or ValueError with a sentence."""
    if "problems" in answer:
        raise ProblemsFound(
            [Problem(Place(**each["place"]), each["sentence"], each["remedy"]) for each in answer["problems"]]
        )
    if "text" in answer:
        raise ValueError(answer["text"])
