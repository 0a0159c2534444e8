"""Tokens and logins, kept from request to request: opened when they are needed, and once for all who wait for them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure as Fault

from softdock.adapters.transports.port import Transport
from softdock.circulation.errors import AnswerLost, Misconfigured, SystemUnavailable
from softdock.mappings.documents.protocol import DocumentError
from softdock.mappings.files.compiled import Session
from softdock.mappings.requests.parts import Unsendable
from softdock.mappings.rules.fields import Filled
from softdock.mappings.rules.source import Missing, Scope, Source


class Opened:
    """A session that stands: what it keeps, and until when."""

    __slots__ = ("kept", "until")

    def __init__(self, kept: Mapping[str, Any], until: float) -> None:
        self.kept = kept
        self.until = until


NO_SESSION = Opened({}, float("inf"))
"""Of a back end that needs none."""


class Sessions:
    """The sessions of one adapter, by back end."""

    def __init__(
        self,
        sessions: Mapping[str, Session],
        transports: Mapping[str, Transport],
        seconds: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        """`seconds` never goes back; `now` is the time of day, by which systems say when a session ends."""
        self._keepers = {
            back_end: _Keeper(session, transports[back_end], seconds, now)
            for back_end, session in sessions.items()
        }

    async def current(self, back_end: str, asked: Any) -> Opened:
        """The session of `back_end`, opened if there is none.  Raises a LibrarySystemError: nothing was done."""
        keeper = self._keepers.get(back_end)
        return NO_SESSION if keeper is None else await keeper.current(asked)

    def over(self, back_end: str, session: Opened) -> None:
        """The system says that `session` is over."""
        keeper = self._keepers.get(back_end)
        if keeper is not None:
            keeper.over(session)


class _Keeper:
    """One session."""

    def __init__(
        self,
        session: Session,
        transport: Transport,
        seconds: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._session = session
        self._transport = transport
        self._seconds = seconds
        self._now = now
        self._opened: Opened | None = None
        self._waiting: list[Deferred[Opened]] | None = None
        """Who waits for it to be opened; None while nobody opens it."""

    async def current(self, asked: Any) -> Opened:
        opened = self._opened
        if opened is not None and self._seconds() < opened.until:
            return opened
        if self._waiting is not None:
            return await self._wait()
        self._waiting = []
        waits = self._wait()
        # Whoever began it may give up; the others still want it, so it is nobody's own.
        Deferred.fromCoroutine(self._open(asked)).addCallbacks(self._is_open, self._failed)
        return await waits

    def over(self, session: Opened) -> None:
        if self._opened is session:
            self._opened = None

    def _wait(self) -> "Deferred[Opened]":
        assert self._waiting is not None
        waiting = self._waiting

        def give_up(waiter: "Deferred[Opened]") -> None:
            waiting.remove(waiter)
            waiter.errback(SystemUnavailable("whoever waited for the session has given up; nothing was sent"))

        waiter: Deferred[Opened] = Deferred(give_up)
        waiting.append(waiter)
        return waiter

    def _is_open(self, opened: Opened) -> None:
        self._opened = opened
        waiting, self._waiting = self._waiting or [], None
        while waiting:  # whoever goes on may make another one give up
            waiting.pop(0).callback(opened)

    def _failed(self, fault: Fault) -> None:
        waiting, self._waiting = self._waiting or [], None
        while waiting:
            waiting.pop(0).errback(fault.value)

    async def _open(self, asked: Any) -> Opened:
        """Open it.  A refusal is no fault of the patron's: the settings are wrong."""
        step, filled = self._session.step, Filled()
        kept: dict[str, Any] = {}
        scope = Scope(asked, kept)
        try:
            answer = await self._transport.send(step.build(Source(asked, scope)), changes=False)
            failure = step.reply.read(answer, scope, filled)
        except (Missing, Unsendable) as error:
            raise Misconfigured(f"{step.place}: the session cannot be opened: {error}") from None
        except DocumentError as error:
            raise SystemUnavailable(f"{step.place}: the session cannot be opened: {error.sentence}") from None
        except AnswerLost as error:
            raise SystemUnavailable(f"{step.place}: {error}") from error
        if failure is not None:
            if failure.error in ("unavailable", "busy", "failed"):
                raise SystemUnavailable(f"{step.place}: {failure.said or failure.error}")
            raise Misconfigured(
                f"{step.place}: the session is refused: {failure.said or 'no reason is told'}"
            )
        # None for what was not told, or the value of another back end's session would stand under the same name.
        return Opened(dict.fromkeys(self._session.keeps) | kept, self._until(filled))

    def _until(self, filled: Filled) -> float:
        expires, lasts = filled.get("expires"), self._session.lasts
        if isinstance(expires, datetime) and expires.tzinfo is not None:
            lasts = (expires - self._now()).total_seconds()
        elif (seconds := filled.get("expires_in")) is not None:
            lasts = float(seconds)
        return self._seconds() + max(lasts - self._session.early, 1.0)
