"""How a life cycle is played: what a step may ask for, how it ends, and what is put right behind it."""

from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, Protocol, TypeAlias

from softdock.circulation.errors import LibrarySystemError
from softdock.circulation.identifiers import Secret
from softdock.circulation.records import record
from softdock.circulation.words import Word
from softdock.protocols.ncip.asking import Initiator, Part, identifier, who
from softdock.protocols.ncip.client import Answer
from softdock.protocols.ncip.codec import InvalidAnswer, Unreadable, read, write
from softdock.protocols.ncip.codec.validity import complaint
from softdock.protocols.ncip.message import Element, Message
from softdock.protocols.ncip.tables.services import SERVICES
from softdock.protocols.ncip.transport.replies import Reply


class Asking(Protocol):
    """Who answers; see `protocols.ncip.client.Responder`."""

    async def ask(self, message: Message) -> Answer:
        """What answers `message`."""

    async def send(self, document: bytes) -> Reply:
        """What comes back for `document`."""


class Verdict(Word):
    """How a step ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@record
class Case:
    """With whom and what the life cycle is played."""

    patron: str
    item: str
    other_patron: str = ""
    pin: Secret | None = None
    mark: str = "SELFTEST"
    """How numbers begin that are made up."""
    currency: str = "CNY"
    services: frozenset[str] | None = None
    """Those that may be asked for; None for all."""
    keep: bool = False
    """Whether what was entered stays there."""


class Unmet(Exception):
    """What came is not what was expected."""


class Declined(Unmet):
    """A problem came in place of what was expected: nothing was done."""


class NotOffered(Exception):
    """Who answers does not do this."""


Wish: TypeAlias = tuple[str, Part]
"""A service, and what it is asked."""


class Play:
    """One life cycle on its way."""

    def __init__(self, asking: Asking, initiator: Initiator, case: Case) -> None:
        self._asking = asking
        self.initiator = initiator
        self.case = case
        self.request = ""
        """The number of the request that was placed last; "" where it has none."""
        self._undoings: dict[str, Wish] = {}

    # --- asking ---------------------------------------------------------------------------------------

    async def ask(self, service: str, *parts: Part) -> Answer:
        """What answers a request.  Raises Unmet for what is against the schema, and NotOffered."""
        if not self._has(service):
            raise NotOffered("this version of NCIP has no such service")
        if self.case.services is not None and service not in self.case.services:
            raise NotOffered("it was not to be asked for")
        try:
            answer = await self._asking.ask(self.initiator.message(service, *parts))
        except InvalidAnswer as why:
            raise NotOffered(f"this version of NCIP has no place for it: {why.element}") from None
        self._check(answer.reply)
        if "Unsupported Service" in _types(answer):
            raise NotOffered("Unsupported Service")
        return answer

    async def done(self, service: str, *parts: Part) -> Element:
        """The response of a request that is done.  Raises Declined where it is not."""
        answer = await self.ask(service, *parts)
        if answer.problems:
            raise Declined(told(answer))
        return answer.message.body

    async def done_for_now(self, name: str, undo: Wish, service: str, *parts: Part) -> Element:
        """The same of something that is put right at the end, by `undo`, unless it is `settled` before."""
        if not (self.case.keep or self._has(undo[0])):
            raise NotOffered(f"it could not be put right: this version of NCIP has no {undo[0]}")
        self.later(name, undo)
        try:
            return await self.done(service, *parts)
        except (Declined, NotOffered):
            self.settled(name)
            raise

    async def refused(self, service: str, *parts: Part, by: AbstractSet[str] = frozenset()) -> str:
        """By which problem a request is refused: one of `by`, or any but a failure.  Raises Unmet."""
        answer = await self.ask(service, *parts)
        if not answer.problems or not _is_among(_types(answer), by):
            raise Unmet(told(answer))
        return told(answer)

    async def sent(self, document: bytes, by: AbstractSet[str]) -> str:
        """By which of the problems `by` a document is refused.  Raises Unmet."""
        reply = await self._asking.send(document)
        try:
            answer = Answer(read(reply.document, reply.charset), reply)
        except Unreadable:
            raise Unmet(f"no NCIP message, and HTTP status {reply.status}") from None
        self._check(reply)
        if not _is_among(_types(answer), by):
            raise Unmet(told(answer))
        return told(answer)

    def written(self, service: str, *parts: Part) -> bytes:
        """The document of a request, to be spoilt."""
        return write(self.initiator.message(service, *parts))

    def _check(self, reply: Reply) -> None:
        try:
            wrong = complaint(reply.document, reply.charset)
        except Unreadable as why:
            wrong = why.detail
        if wrong:
            raise Unmet(f"an answer against the schema: {wrong}")

    # --- whom and what --------------------------------------------------------------------------------

    @property
    def patron(self) -> Part:
        """The patron, proven where there is a PIN."""
        return who(self.case.patron, self.case.pin)

    @property
    def item(self) -> Element | None:
        """The item of the case."""
        return self.item_called(self.case.item)

    def item_called(self, number: str) -> Element | None:
        """ItemId."""
        return identifier("ItemId", number)

    def made_up(self, kind: str) -> str:
        """A number that nobody else has."""
        return f"{self.case.mark}{kind}"

    # --- putting right --------------------------------------------------------------------------------

    def _has(self, service: str) -> bool:
        """Whether the version has it."""
        since, until = SERVICES[service].since, SERVICES[service].until
        return since <= self.initiator.form.level <= until

    def later(self, name: str, undo: Wish) -> None:
        """Before the end `undo` has to be done, unless it is `settled`."""
        self._undoings[name] = undo

    def settled(self, name: str) -> None:
        """What `name` would put right is right."""
        self._undoings.pop(name, None)

    async def put_right(self, name: str) -> None:
        """Do now what would be done for `name` at the end, if it is not settled."""
        undo = self._undoings.get(name)
        if undo is not None:
            await self.done(*undo)
            self.settled(name)

    async def clean_up(self) -> list[str]:
        """Put right what is left, the last first; what could not be."""
        left = []
        while self._undoings:
            name, undo = self._undoings.popitem()
            try:
                await self.done(*undo)
            except (Unmet, NotOffered, LibrarySystemError) as why:
                left.append(f"{name}: {why}")
        return left


def told(answer: Answer) -> str:
    """What an answer says, in a few words and without what it says of people."""
    if not answer.problems:
        return answer.message.body.name
    return ", ".join(
        ": ".join(filter(None, (each.value("ProblemType"), each.value("ProblemDetail"))))
        for each in answer.problems
    )


def _types(answer: Answer) -> set[str]:
    return {" ".join(each.value("ProblemType").split()) for each in answer.problems}


_FAILURES: Final = frozenset(
    {"Temporary Processing Failure", "Invalid Message Syntax Error", "Protocol Error"}
)


def _is_among(types: AbstractSet[str], by: AbstractSet[str]) -> bool:
    folded = {each.casefold() for each in by}
    return any(each.casefold() in folded for each in types) if by else bool(types) and not types & _FAILURES


# --- steps ------------------------------------------------------------------------------------------------


@record
class Step:
    """One thing that a partner does, and what has to come of it."""

    name: str
    sentence: str
    """What is expected."""
    chinese: str
    carry_out: Callable[[Play], Awaitable[str]]
    """What came, in a few words.  Raises Unmet, NotOffered, LibrarySystemError."""
    needs: tuple[str, ...] = ()
    """Steps that must have passed."""
    wants: str = ""
    """What the case must have: `pin`, `other_patron`."""


@record
class StepResult:
    """How a step ended, and what came."""

    step: Step
    verdict: Verdict
    came: str
    seconds: float


async def carry_out(
    steps: Sequence[Step],
    play: Play,
    seconds: Callable[[], float],
    tell: Callable[[StepResult], None] = lambda _: None,
) -> tuple[list[StepResult], list[str]]:
    """Play `steps` in turn and clean up; how each ended, and what is left behind."""
    results: list[StepResult] = []
    passed: set[str] = set()
    left: list[str] = []
    try:
        for step in steps:
            began = seconds()
            verdict, came = await _ended(step, play, passed)
            if verdict is Verdict.PASSED:
                passed.add(step.name)
            results.append(StepResult(step, verdict, came, seconds() - began))
            tell(results[-1])
    finally:
        if not play.case.keep:
            left = await play.clean_up()
    return results, left


async def _ended(step: Step, play: Play, passed: AbstractSet[str]) -> tuple[Verdict, str]:
    if step.wants and not getattr(play.case, step.wants):
        return Verdict.SKIPPED, f"no --{step.wants.replace('_', '-')} was given"
    for need in step.needs:
        if need not in passed:
            return Verdict.SKIPPED, f"{need} has not passed"
    try:
        return Verdict.PASSED, await step.carry_out(play)
    except NotOffered as why:
        return Verdict.SKIPPED, str(why)
    except (Unmet, LibrarySystemError) as why:
        return Verdict.FAILED, str(why) or type(why).__name__
