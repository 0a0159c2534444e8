"""What is logged of the operations: one line for each change of state, written by hand.

A line holds closed fields only, so nothing gets into it that nobody has thought of:

    {"ts":"2026-01-01T12:00:00.250Z","level":"info","event":"operation","operation_id":"k3f9-17",
     "kind":"checkout","library":"CDL","account":"kiosk-3f","location":"3F","patron":"R0***45",
     "item":"CD001","outcome":"done","ms":1.204}

Lookups are counted by `ops.metrics` and not logged.
"""

import secrets
import time
from collections.abc import Callable
from itertools import chain
from typing import NamedTuple, TypeAlias

from softdock.circulation.accounts import Account
from softdock.circulation.errors import LibrarySystemError
from softdock.circulation.identifiers import LibraryId, masked
from softdock.circulation.journal import JournalEntry, Resolution
from softdock.circulation.operations import CancelHold, ChangeHold, Checkin, Checkout, Operation, Renew
from softdock.circulation.outcomes import Done, Refused
from softdock.circulation.partners import Stranger
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.ops.logging import Level, Log, plain, quoted
from softdock.ops.metrics import error_word
from softdock.ops.restraint import Firsts, Pace
from softdock.ops.tracebacks import text_of
from softdock.ops.violations import OTHER, SENTENCES, STRANGERS

LONGEST_NAME = 80
"""Characters of a name that a device sent."""

DEVICES_REMEMBERED = 10_000
"""Violations (by listener, device and kind) that are known to have been logged."""

CONTEXTS_REMEMBERED = 4096
"""Beginnings of lines that are kept formatted; a device may make up its location."""

WARNINGS_A_MINUTE = 30
"""Of violations, of failed logins, and of each kind of failure of each library's system and database."""

SLOW = 1.0
"""Seconds of a transaction that are worth a warning: kiosks wait for it."""

GONE = frozenset({"away", "lost"})
"""Outcomes that say that a database is not there."""

TRANSACTION_SENTENCES: dict[str, str] = {
    "committed": "A transaction took long: the disk or the database server has too much to do.",
    "away": "The database is away, or has no room; nothing was committed.",
    "busy": "Somebody else kept the database for too long; nothing was committed.",
    "lost": "The database went away while it committed: what was committed is known to it alone.",
}
OTHER_TRANSACTION = (
    "A transaction was rolled back because its work failed; the lines about its operations say why."
)


def operation_id(boot: str, number: int) -> str:
    """The name of an operation wherever it is spoken of: `boot` tells one run of the process from another."""
    return f"{boot}-{number}"


class _Style(NamedTuple):
    """How a line is put together."""

    quote: Callable[[str], str]
    name: str
    """What stands in front of the value of `name`."""
    line: str
    """Of `level`, `worker` and `boot`; then, by %, of the stamp, the number, what is told, and the milliseconds."""

    def pair(self, name: str, value: str) -> str:
        """One fact."""
        return self.name.format(name=name) + self.quote(value)


_JSON = _Style(
    quoted,
    ',"{name}":',
    '{{"ts":"%s","level":"{level}","event":"operation"{worker},"operation_id":"{boot}-%d"%s,"ms":%.3f}}',
)
_TEXT = _Style(
    plain,
    " {name}=",
    "%s {level:7} operation{worker} operation_id={boot}-%d%s ms=%.3f",
)
_CAN_UNDO = frozenset({Checkout, Checkin})
_CAN_BOOK = frozenset({Checkout, Checkin, Renew})
"""The operations that have `cancel` and `no_block`."""
_Context: TypeAlias = tuple[type[Operation], str, str, str]


class LogObserver:
    """The logging half of `circulation.ports.Observer`."""

    def __init__(self, log: Log, boot: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        """`boot` begins every operation_id, by default something random; `clock` gives seconds that only grow."""
        self._log = log
        self._events = log.events
        self._write = log.lines.write
        self._stamp = log.stamps.stamp
        self.boot = boot or secrets.token_hex(3)
        self._contexts: dict[_Context, str] = {}
        self.follow()
        self._clock = clock
        self._violations = Firsts(DEVICES_REMEMBERED)
        self._violation_pace = self._pace()
        self._login_pace = self._pace()
        self._stranger_pace = self._pace()
        self._withheld_pace = self._pace()
        self._failure_paces: dict[tuple[str, str], Pace] = {}
        self._databases_gone: set[str] = set()
        self._systems_away: set[str] = set()
        self._transaction_paces: dict[tuple[str, str], Pace] = {}

    def follow(self) -> None:
        """Take over the form and the level of the log, which may have changed."""
        self._style = style = _JSON if self._log.as_json else _TEXT
        self._quote = style.quote
        self._patron_is, self._item_is = (style.name.format(name=name) for name in ("patron", "item"))
        self._contexts.clear()
        self._done = style.pair("outcome", "done")
        self._unknown = style.pair("outcome", "unknown")
        self._refused = {
            reason: style.pair("outcome", "refused") + style.pair("reason", reason.value) for reason in Reason
        }
        self._watches_sessions = self._log.level <= Level.DEBUG
        worker = style.name.format(name="worker") + str(self._log.worker) if self._log.worker else ""
        self._info, self._warning = (
            style.line.format(level=level.name.lower(), worker=worker, boot=self.boot.replace("%", "%%"))
            if level >= self._log.level
            else ""
            for level in (Level.INFO, Level.WARNING)
        )

    def operation(
        self,
        account: Account,
        operation: Operation,
        outcome: AnyOutcome,
        seconds: float,
        number: int,
        asked: LibraryId | None = None,
    ) -> None:
        """See `circulation.ports.Observer`."""
        if not operation.changes_state:
            return
        if type(outcome) is Done:
            line, ending = self._info, self._done
        elif type(outcome) is Refused:
            line, ending = self._info, self._refused[outcome.reason]
        else:
            line, ending = self._warning, self._unknown
        if not line:
            return
        quote = self._quote
        key = (type(operation), account.library, account.name, account.location)
        told = self._contexts.get(key) or self._new_context(key, account, operation)
        if asked:
            told += self._style.pair("asked", asked)
        variant = _variant(operation)
        if variant:
            told += self._style.pair("variant", variant)
        # Who had a returned item is known to the system alone.
        patron = getattr(operation, "patron", None) or getattr(
            getattr(outcome, "result", None), "patron", None
        )
        if isinstance(patron, str):
            told += self._patron_is + quote(masked(patron))
        item = getattr(operation, "item", None)
        if item:
            # An item that nobody knows may be a card, held where an item belongs.
            unknown = isinstance(outcome, Refused) and outcome.reason is Reason.ITEM_UNKNOWN
            told += self._item_is + quote(masked(item) if unknown else item[:LONGEST_NAME])
        self._write(line % (self._stamp(), number, told + ending, seconds * 1000))

    def _new_context(self, key: _Context, account: Account, operation: Operation) -> str:
        """What all lines of one kind from one place have in common; formatted once."""
        pair = self._style.pair
        told = pair("kind", operation.capability.value)
        told += pair("library", account.library) + pair("account", account.name)
        if account.location:
            told += pair("location", account.location[:LONGEST_NAME])
        if len(self._contexts) >= CONTEXTS_REMEMBERED:
            self._contexts.clear()
        self._contexts[key] = told
        return told

    def failure(
        self,
        account: Account,
        operation: Operation,
        error: Exception,
        number: int,
        asked: LibraryId | None = None,
    ) -> None:
        """See `circulation.ports.Observer`.  An error that the port names has no traceback: it is no bug."""
        word = error_word(error)
        pace = self._failure_pace(asked or account.library, word)
        if not pace.admits():
            return
        facts: dict[str, object] = {
            "operation_id": operation_id(self.boot, number),
            "kind": operation.capability.value,
            "library": account.library,
            **({"asked": asked} if asked else {}),
            "error": word,
        }
        if word == "bug":
            self._events.error("the adapter failed", exc_info=error, **facts, **_held_back(pace))
        else:
            text = (
                _without_secrets(text_of(error), operation) if isinstance(error, LibrarySystemError) else ""
            )
            told = {"text": text} if text else {}
            self._events.warning(
                "the library's system gave no usable answer", **facts, **told, **_held_back(pace)
            )

    def _failure_pace(self, library: str, word: str) -> Pace:
        pace = self._failure_paces.get((library, word))
        if pace is None:
            pace = self._failure_paces[library, word] = self._pace()
        return pace

    def breaker(self, library: LibraryId, state: str) -> None:
        """See `circulation.ports.Observer`.  Neither a probe nor one that fails is news."""
        if state == "open" and library not in self._systems_away:
            self._systems_away.add(library)
            self._events.warning(
                "The library's system is away: it is not asked until a probe finds it back.", library=library
            )
        elif state == "closed":
            self._systems_away.discard(library)
            self._events.info("The library's system is back.", library=library)

    def recovered(self, entry: JournalEntry, resolution: Resolution, remark: str) -> None:
        """See `circulation.ports.Observer`."""
        self._events.info(
            "An operation whose answer was lost is settled.",
            **_facts_of(entry),
            resolution=resolution.value,
            remark=remark,
        )

    def listed(self, entry: JournalEntry, remark: str) -> None:
        """See `circulation.ports.Observer`."""
        facts = _facts_of(entry)
        if "item" in facts and Reason.ITEM_UNKNOWN.value in remark:  # it may be a card, as above
            facts["item"] = masked(facts["item"])
        self._events.warning(
            "An operation whose answer was lost is left to a person.", **facts, remark=remark
        )

    def session_opened(self, listener: str) -> None:
        """See `circulation.ports.Observer`."""
        if self._watches_sessions:
            self._events.debug("a device has connected", listener=listener)

    def session_closed(self, listener: str) -> None:
        """See `circulation.ports.Observer`."""
        if self._watches_sessions:
            self._events.debug("a device is gone", listener=listener)

    def violation(self, kind: str, listener: str, terminal: str) -> None:
        """See `circulation.ports.Observer`.  Logged once for each kind and device, then only counted."""
        key = (listener, terminal, kind)
        if key in self._violations or not self._violation_pace.admits():
            return
        self._violations.add(key)
        self._events.warning(
            SENTENCES.get(kind, OTHER),
            violation=kind,
            listener=listener,
            terminal=terminal[:LONGEST_NAME],
            **_held_back(self._violation_pace),
        )

    def login(self, listener: str, user: str, address: str, accepted: bool) -> None:
        """See `circulation.ports.Observer`."""
        if accepted:
            if self._watches_sessions:
                self._events.debug(
                    "a device has logged in", listener=listener, user=user[:LONGEST_NAME], address=address
                )
        elif self._login_pace.admits():
            self._events.warning(
                "A login was refused: unknown user or wrong password.",
                listener=listener,
                user=masked(user[:LONGEST_NAME]),  # it may be the password, typed a line too early
                address=address,
                **_held_back(self._login_pace),
            )

    def stranger(self, why: Stranger, agency: str, address: str) -> None:
        """See `ops.observers.Observers`."""
        if self._stranger_pace.admits():
            self._events.warning(
                STRANGERS[why],
                why=why.value,
                agency=agency[:LONGEST_NAME],
                address=address,
                **_held_back(self._stranger_pace),
            )

    def unreadable(self, problem: str, address: str) -> None:
        """See `ops.observers.Observers`."""
        if self._stranger_pace.admits():
            self._events.warning(
                "What a partner sent could not be read as a message of NCIP.",
                problem=problem,
                address=address,
                **_held_back(self._stranger_pace),
            )

    def answer_withheld(self, service: str, account: str, fault: str) -> None:
        """See `ops.observers.Observers`.  `fault` names elements and rules, and holds no value."""
        if self._withheld_pace.admits():
            self._events.error(
                "An answer was withheld because it is against the schema of NCIP: a fault of SoftDock.",
                service=service,
                account=account,
                fault=fault,
                **_held_back(self._withheld_pace),
            )

    def transaction(
        self, database: str, name: str, outcome: str, seconds: float, commit_seconds: float, units: int
    ) -> None:
        """See `circulation.ports.TransactionObserver`.  What is as it should be is not logged."""
        if outcome in GONE:
            self._databases_gone.add(database)
        elif database in self._databases_gone:
            self._databases_gone.discard(database)
            self._events.info("The database is back.", database=database)
        if outcome == "committed" and seconds < SLOW:
            return
        key = (database, outcome)
        pace = self._transaction_paces.get(key)
        if pace is None:
            pace = self._transaction_paces[key] = self._pace()
        if pace.admits():
            self._events.warning(
                TRANSACTION_SENTENCES.get(outcome, OTHER_TRANSACTION),
                database=database,
                transaction=name,
                outcome=outcome,
                seconds=round(seconds, 3),
                commit_seconds=round(commit_seconds, 3),
                units=units,
                **_held_back(pace),
            )

    def _pace(self) -> Pace:
        return Pace(WARNINGS_A_MINUTE, 60.0, self._clock)


def _variant(operation: Operation) -> str:
    """What the kind does not tell: operations that undo, and the three on holds."""
    kind = type(operation)
    if kind is CancelHold or (kind in _CAN_UNDO and operation.cancel):  # type: ignore[union-attr]
        return "cancel"
    if kind is ChangeHold:
        return "change"
    return "no-block" if kind in _CAN_BOOK and operation.no_block else ""  # type: ignore[union-attr]


def _facts_of(entry: JournalEntry) -> dict[str, str]:
    """What tells which operation it is, and masks whose.  `asked` is the library whose books it is about."""
    claim = entry.claim
    operation = claim.operation
    facts = {
        "operation_id": claim.operation_id,
        "kind": operation.capability.value,
        "variant": _variant(operation),
        "library": claim.library,
        "asked": claim.system if claim.system != claim.library else "",
        "account": claim.account,
        "location": claim.location[:LONGEST_NAME],
        "patron": masked(getattr(operation, "patron", "")),
        "item": (getattr(operation, "item", None) or "")[:LONGEST_NAME],
    }
    return {name: value for name, value in facts.items() if value}


def _held_back(pace: Pace) -> dict[str, int]:
    """How many warnings were left out before this one, if any were."""
    count = pace.held_back()
    return {"left_out": count} if count else {}


def _without_secrets(text: str, operation: Operation) -> str:
    """`text` with the card masked and the PIN out of it, should an adapter have quoted them."""
    patron = getattr(operation, "patron", "")
    pin = getattr(operation, "pin", None)
    known = chain([(patron, masked(patron))], [(pin.reveal(), "***")] if pin else [])
    for secret, shown in known:
        if secret:
            text = text.replace(secret, shown)
    return text
