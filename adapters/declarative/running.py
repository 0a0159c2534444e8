"""Carries the steps of an operation out: asks back ends one after another, or together, and reads what they answer.

What may be sent again, and what a failure means, follows from whether anything can have happened:

======================================  ==========================================  ==========================
what went wrong                         before anything was changed                 afterwards
======================================  ==========================================  ==========================
nothing was sent, or it was turned away  SystemUnavailable, SystemBusy               AnswerLost
the answer is lost, of a step that ...   ... is safe: SystemUnavailable              AnswerLost
                                         ... changes something: AnswerLost
the reply does not fit, of a step that .. ... changes something: MalformedReply      MalformedReply
                                         ... is safe, and others change something:
                                         SystemUnavailable; else MalformedReply
the system says no                       Refused                                     AnswerLost
======================================  ==========================================  ==========================

What changes something and is sent again counts as done from its first lost answer on.
A step that is `optional` is left out where it fails.  For an operation that is given up nothing more is sent, neither
again nor by another step: what came of it may have been told by then.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from twisted.internet.defer import Deferred, ensureDeferred, gatherResults
from twisted.python.failure import Failure as Fault

from softdock.adapters.declarative.sessions import Opened
from softdock.circulation.errors import (
    AnswerLost,
    LibrarySystemError,
    MalformedReply,
    Misconfigured,
    SystemBusy,
    SystemUnavailable,
)
from softdock.circulation.outcomes import Refused
from softdock.circulation.reasons import Reason
from softdock.mappings.documents.protocol import DocumentError
from softdock.mappings.exchange import Answer, Request
from softdock.mappings.files.compiled import Step
from softdock.mappings.files.steps import MORE
from softdock.mappings.requests.parts import Unsendable
from softdock.mappings.rules.fields import Filled
from softdock.mappings.rules.reading import Failure
from softdock.mappings.rules.source import Missing, Scope, Source, Unread

Result = TypeVar("Result")

Noticed: TypeAlias = Callable[[Unread], None]
"""Is told of a value that a rule could not read."""

Send: TypeAlias = Callable[[Step, Request], Awaitable[Answer]]
"""Sends the request of a step.  Raises what `adapters.transports.port.Transport.send` raises."""


class Opens(Protocol):
    """Knows the sessions of the back ends; see `adapters.declarative.sessions`."""

    async def current(self, back_end: str, asked: Any) -> Opened:
        """The session that stands."""

    def over(self, back_end: str, session: Opened) -> None:
        """It is over."""


Degraded: TypeAlias = Callable[[Step, str], None]
"""Is told that an optional step failed, and why."""


class Ran:
    """What came of the steps of one operation: what was read, or why it was refused."""

    __slots__ = ("changed", "changes", "failure", "filled", "given_up", "kept", "refused", "scope")

    def __init__(self, asked: Any) -> None:
        self.filled: Filled = {}
        self.refused: Refused | None = None
        self.changed = False
        """Whether a step that changes something has been carried out, or may have been."""
        self.changes = False
        """Whether one of the steps changes something."""
        self.failure: Failure | None = None
        """The last failure that a reply told."""
        self.given_up = False
        """Whether nobody waits for it any more."""
        self.kept: dict[str, Any] = {}
        self.scope = Scope(asked, self.kept)


class Runner:
    """Asks the back ends of one adapter."""

    def __init__(self, send: Send, sessions: Opens, noticed: Noticed, degraded: Degraded) -> None:
        self._send = send
        self._sessions = sessions
        self._noticed = noticed
        self._degraded = degraded

    async def run(self, steps: Sequence[Step], asked: Any, ran: Ran | None = None) -> Ran:
        """What comes of `steps`, in `ran` where it is given.  Raises a LibrarySystemError as the table above says."""
        ran = Ran(asked) if ran is None else ran
        ran.changes = not all(each.safe for each in steps)
        for group in _groups(steps):
            due = _due(group, ran)
            if len(due) == 1:
                await self._step(due[0], ran)
            elif due:
                await _all(self._step(each, ran) for each in due)
            if ran.refused is not None:
                break
        for each in ran.scope.unread:
            self._noticed(each)
        return ran

    async def _step(self, step: Step, ran: Ran) -> None:
        """Carry `step` out, and put what it reads into `ran`."""
        filled: Filled = {}
        try:
            refused = await self._paged(step, ran, filled)
        except LibrarySystemError as error:
            if step.optional:
                ran.changed = ran.changed or (
                    not step.safe and isinstance(error, AnswerLost | MalformedReply)
                )
                self._degraded(step, str(error))
                return
            raise _told(error, step, ran) from error
        if refused is not None:
            if step.optional:
                self._degraded(step, refused.reason.value)
                return
            if ran.changed:
                raise AnswerLost(f"{step.place}: refused behind what may have changed the books")
            ran.refused = refused
            return
        if not step.safe:
            ran.changed = True
        for key, value in filled.items():
            if isinstance(value, list):
                ran.filled.setdefault(key, []).extend(value)
            else:
                ran.filled[key] = value

    async def _paged(self, step: Step, ran: Ran, filled: Filled) -> Refused | None:
        pages = step.pages
        if pages is None:
            return await self._asked(step, ran, filled)
        kept = ran.kept
        kept[pages.keep] = pages.first
        for number in range(1, pages.at_most + 1):
            kept.pop(pages.keep + MORE, None)
            at = kept[pages.keep]
            refused = await self._asked(step, ran, filled)
            if refused is not None:
                return refused
            if pages.next is not None:
                if kept.get(pages.keep, at) == at:
                    return None
            elif pages.keep + MORE in kept:
                kept[pages.keep] = str(int(at) + pages.by) if at.isdecimal() else at
            else:
                return None
            if number == pages.at_most:
                self._degraded(step, f"there are more than {pages.at_most} pages")
        return None

    async def _asked(self, step: Step, ran: Ran, filled: Filled) -> Refused | None:
        """Ask once, and again where the session is over or no answer came and that can do no harm."""
        left, renewed = step.retries, False
        while True:
            session = await _watched(self._sessions.current(step.back_end, ran.scope.asked), ran)
            ran.kept.update(session.kept)
            request = _built(step, ran.scope)
            if isinstance(request, Refused):
                return request
            try:
                answer = await _watched(self._send(step, request), ran)
            except AnswerLost:
                if not left or ran.given_up:
                    raise
                left -= 1
                ran.changed = ran.changed or not step.safe
                continue
            failure = _read(step, answer, ran.scope, filled)
            if failure is None:
                return None
            ran.failure = failure
            if failure.error == "session-expired" and not renewed:
                self._sessions.over(step.back_end, session)
                renewed = True
                continue
            return _meant(failure, step)


def filled_beside(fill: Callable[[Source, Filled], None] | None, ran: Ran) -> None:
    """Add what the map itself says, beside its steps, under what they have read.  Raises MalformedReply."""
    if fill is None:
        return
    own: Filled = {}
    try:
        fill(Source(ran.scope.asked, ran.scope), own)
    except Missing as error:
        raise MalformedReply(str(error.place), error.field or "a required value", error.value) from None
    ran.filled = {**own, **ran.filled}


def _groups(steps: Sequence[Step]) -> Sequence[Sequence[Step]]:
    """Steps that run at the same time."""
    groups: list[list[Step]] = []
    for step in steps:
        if step.together and groups:
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def _due(group: Sequence[Step], ran: Ran) -> Sequence[Step]:
    """The steps of `group` that are to be carried out; what a condition requires and lacks, the operation lacks.

    Of an operation that was given up there are none: those that are left are optional, or it ends here.
    """
    try:
        due = [each for each in group if each.when is None or each.when(Source(ran.scope.asked, ran.scope))]
    except Missing as error:
        if ran.changed:
            raise AnswerLost(f"{error}: this is missing behind what may have changed the books") from None
        ran.refused = Refused(Reason.REQUEST_INCOMPLETE)
        return ()
    if not ran.given_up:
        return due
    for each in due:
        if not each.optional:
            why = f"{each.place}: the operation was given up before this was sent"
            raise AnswerLost(why) if ran.changed else SystemUnavailable(why)
    return ()


def _watched(work: Awaitable[Result], ran: Ran) -> "Deferred[Result]":
    """What comes of `work`; where that is cancelled, `ran` is given up, whatever the transport makes of it."""
    under_way: Deferred[Result] = ensureDeferred(work)  # type: ignore[arg-type]  # whatever can be awaited will do

    def give_up(_: object) -> None:
        ran.given_up = True
        under_way.cancel()

    told: Deferred[Result] = Deferred(give_up)
    under_way.addCallbacks(told.callback, told.errback)
    return told


async def _all(works: Any) -> None:
    """Do all of `works` at the same time; where one fails, the others are given up."""
    running = [Deferred.fromCoroutine(each) for each in works]
    together = gatherResults(running, consumeErrors=True)
    try:
        await together
    except Exception as error:
        for each in running:
            each.cancel()
        raise _first(error) from error


def _first(error: Exception) -> Exception:
    """The failure itself, which Twisted wraps."""
    inner = getattr(error, "subFailure", None)
    return inner.value if isinstance(inner, Fault) and isinstance(inner.value, Exception) else error


def _built(step: Step, scope: Scope) -> Request | Refused:
    try:
        return step.build(Source(scope.asked, scope))
    except Missing:
        return Refused(Reason.REQUEST_INCOMPLETE)
    except Unsendable:
        return Refused(Reason.REQUEST_INCOMPLETE)


def _read(step: Step, answer: Answer, scope: Scope, filled: Filled) -> Failure | None:
    try:
        return step.reply.read(answer, scope, filled)
    except DocumentError as error:
        raise MalformedReply(str(step.place), error.sentence, "") from None
    except Missing as error:
        raise MalformedReply(str(error.place), error.field or "a required value", error.value) from None


_ERRORS: Final[Mapping[str, type[LibrarySystemError]]] = {
    "unavailable": SystemUnavailable,
    "busy": SystemBusy,
    "failed": AnswerLost,
    "configuration": Misconfigured,
    "session-expired": Misconfigured,
}


def _meant(failure: Failure, step: Step) -> Refused:
    """What `failure` means to whoever asked.  Raises a LibrarySystemError for what is not the patron's."""
    if failure.reason is not None:
        return Refused(failure.reason, failure.note)
    where = failure.place if failure.place.line else step.place
    if failure.error == "malformed":
        raise MalformedReply(str(where), failure.said or "the reply", "")
    raise _ERRORS[failure.error](f"{where}: {failure.said or failure.error}")


def _told(error: LibrarySystemError, step: Step, ran: Ran) -> LibrarySystemError:
    """`error`, as it is to be told by what can have happened."""
    if isinstance(error, MalformedReply):
        if ran.changes and step.safe and not ran.changed:
            return SystemUnavailable(f"{step.place}: {error}")
        return error
    if ran.changed:
        return AnswerLost(f"{step.place}: {error}")
    if step.safe and isinstance(error, AnswerLost):
        return SystemUnavailable(f"{step.place}: {error}")
    return error
