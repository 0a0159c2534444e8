"""The table of recovery: what is done about an operation whose answer was lost, by what its system shows.

The device heard no, or nothing (which its patron takes for no).

===============================  ===========================  ==============  =========
what it was                      done                         not done        unclear
===============================  ===========================  ==============  =========
loan, hold                       **undo**, or keep, or list   settled         list
renewal, block, item update      **keep**, or list            settled         list
payment                          **list**, or keep            settled         list
return, and what has happened    stands                       **do it now**,  list
                                                              or list
===============================  ===========================  ==============  =========

The default of each row is in bold; to list is to leave it to a person.  *What has happened* is a fact that a device
reports and no wish: a return (the bin has the book), a loan or a renewal from a time without a connection (no block),
the undoing of a loan or a return that the device could not complete.

Two effects are not taken at their word at once: what is *not yet* there counts as not done, and what is *unclear* is
left to a person, only after `settle_after`, because a slow system may still be about to carry it out.  And where it is
known from the answer itself that the system did it, no system has to show that again; but after `BLIND` seconds nothing
is undone on such an answer alone, because something else may have taken its place.
"""

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import TypeAlias

from softdock.circulation.capabilities import Capability
from softdock.circulation.journal import Effect, JournalEntry, LastWord, Outcome, Resolution
from softdock.circulation.operations import Operation
from softdock.circulation.outcomes import Done, Lent, Refused
from softdock.circulation.records import record
from softdock.circulation.words import Word
from softdock.consortium.recovery.findings import Finding

BLIND = 300.0
"""Seconds after which a system has to show itself what is to be undone in it: by then staff may have seen to it."""


class Subject(Word):
    """What an operation was about, as a library's settings name it."""

    LOAN = "loan"
    HOLD = "hold"
    RENEWAL = "renewal"
    BLOCK = "block"
    ITEM_UPDATE = "item-update"
    """Whatever else changes what is known of an item or a patron."""
    PAYMENT = "payment"
    RETURN = "return"
    """Everything that has happened already, returns first of all."""


class Way(Word):
    """What a library wants to be done about something that it did not want to happen like that."""

    UNDO = "undo"
    KEEP = "keep"
    REPEAT = "repeat"
    LIST = "list"
    """Leave it to a person."""


WAYS: Mapping[Subject, Way] = MappingProxyType(
    {
        Subject.LOAN: Way.UNDO,
        Subject.HOLD: Way.UNDO,
        Subject.RENEWAL: Way.KEEP,
        Subject.BLOCK: Way.KEEP,
        Subject.ITEM_UPDATE: Way.KEEP,
        Subject.PAYMENT: Way.LIST,
        Subject.RETURN: Way.REPEAT,
    }
)
"""As long as a library does not say otherwise."""


@record
class RecoveryPolicy:
    """How a library wants its books to be reconciled."""

    ways: Mapping[Subject, Way] = field(default_factory=lambda: WAYS)
    settle_after: float = 60.0
    """Seconds after which a system does not carry out any more what it has not."""


class Step(Word):
    """What has to be done before an entry can be settled."""

    LATER = "later"
    """Look again."""
    UNDO = "undo"
    DO_NOW = "do-now"


@record
class Settle:
    """The entry is settled."""

    resolution: Resolution
    finding: Finding
    outcome: Outcome | None = None
    """What came of doing it now."""


@record
class Leave:
    """The entry is left to a person."""

    finding: Finding
    refused: Refused | None = None
    """With which a system would not undo it, or do it now."""


Verdict: TypeAlias = Settle | Leave

_SUBJECTS: Mapping[Capability, Subject] = {
    Capability.CHECKOUT: Subject.LOAN,
    Capability.CHECKIN: Subject.RETURN,
    Capability.RENEW: Subject.RENEWAL,
    Capability.RENEW_ALL: Subject.RENEWAL,
    Capability.HOLD: Subject.HOLD,
    Capability.PAY_FEE: Subject.PAYMENT,
    Capability.BLOCK_PATRON: Subject.BLOCK,
    Capability.ENABLE_PATRON: Subject.BLOCK,
    Capability.UPDATE_ITEM: Subject.ITEM_UPDATE,
    Capability.EDIT_ITEM: Subject.ITEM_UPDATE,
    Capability.EDIT_PATRON: Subject.ITEM_UPDATE,
    Capability.ACCEPT_ITEM: Subject.ITEM_UPDATE,
    Capability.RECALL: Subject.ITEM_UPDATE,
    Capability.NOTICE: Subject.ITEM_UPDATE,
    Capability.CHARGE_FEE: Subject.PAYMENT,
}


def subject_of(operation: Operation, outcome: Outcome | None = None) -> Subject:
    """What `operation` was about; `outcome` tells of a checkout that has become a renewal."""
    if getattr(operation, "cancel", False) or getattr(operation, "no_block", False):
        return Subject.RETURN
    subject = _SUBJECTS[operation.capability]
    if subject is Subject.LOAN and isinstance(outcome, Done):
        renewed = isinstance(outcome.result, Lent) and outcome.result.renewed
        return Subject.RENEWAL if renewed else subject
    return subject


def next_step(
    entry: JournalEntry, shown: Effect, policy: RecoveryPolicy, *, ripe: bool, late: bool = False
) -> Step | Verdict:
    """What is to be done about `entry`, of which its system has `shown` this.

    `ripe` says that `settle_after` has passed, and `late` that `BLIND` has.
    """
    subject = subject_of(entry.claim.operation, entry.outcome)
    way = policy.ways[subject]
    match _effect(entry.outcome, shown, way):
        case Effect.DONE if late and shown is Effect.UNCLEAR and way is Way.UNDO:
            return Leave(Finding.NOT_TOLD)
        case Effect.DONE:
            return _when_done(entry, subject, way)
        case Effect.NOT_DONE:
            return _when_not_done(entry, subject, way)
        case Effect.NOT_YET:
            return _when_not_done(entry, subject, way) if ripe else Step.LATER
        case Effect.UNCLEAR:
            return Leave(Finding.UNCLEAR) if ripe else Step.LATER


def _effect(outcome: Outcome | None, shown: Effect, way: Way) -> Effect:
    """What is `shown`, with what is known from the answer of the system itself."""
    if isinstance(outcome, Refused):
        return Effect.NOT_DONE
    if isinstance(outcome, Done) and (way is not Way.UNDO or shown is Effect.UNCLEAR):
        return Effect.DONE
    return shown


def _when_done(entry: JournalEntry, subject: Subject, way: Way) -> Step | Verdict:
    if entry.last_word is LastWord.DONE:
        return Settle(Resolution.STANDS, Finding.TOLD)
    if subject is Subject.RETURN:
        return Settle(Resolution.STANDS, Finding.HAPPENED)
    if way is Way.UNDO:
        return Step.UNDO
    if way is Way.KEEP:
        return Settle(Resolution.STANDS, Finding.KEPT)
    return Leave(Finding.BOOKED_BUT_NOT_TOLD if subject is Subject.PAYMENT else Finding.NOT_TOLD)


def _when_not_done(entry: JournalEntry, subject: Subject, way: Way) -> Step | Verdict:
    if entry.last_word is LastWord.DONE:
        return Leave(Finding.TOLD_BUT_NOT_DONE)
    if isinstance(entry.outcome, Done):
        resolution = Resolution.RETURNED if subject is Subject.LOAN else Resolution.UNDONE
        return Settle(resolution, Finding.ENDED_SINCE)
    if subject is Subject.RETURN:
        return Step.DO_NOW if way is Way.REPEAT else Leave(Finding.HAPPENED_BUT_NOT_BOOKED)
    return Settle(
        Resolution.NOT_DONE, Finding.MONEY_TAKEN if subject is Subject.PAYMENT else Finding.NEVER_DONE
    )
