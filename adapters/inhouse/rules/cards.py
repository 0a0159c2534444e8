"""Looking a card up, blocking it, enabling it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from softdock.adapters.inhouse.model import Block
from softdock.adapters.inhouse.rules.hold_views import holds_of
from softdock.adapters.inhouse.rules.lists import entries_of
from softdock.adapters.inhouse.rules.standing import state_of
from softdock.adapters.inhouse.snapshot import Card, Changes, Decision, Snapshot
from softdock.circulation.identifiers import Secret
from softdock.circulation.money import Money
from softdock.circulation.operations import BlockPatron, EnablePatron, EndSession, LookupPatron
from softdock.circulation.outcomes import Done, PatronReport, PinCheck, Refused, SessionEnded
from softdock.circulation.patrons import Entry, Patron, PatronList
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason


def lookup_patron(snapshot: Snapshot, wish: LookupPatron) -> AnyOutcome:
    """A known card is reported in full, whatever the PIN is; who may see what is decided elsewhere."""
    card = snapshot.cards.get(wish.patron)
    if card is None:
        return Refused(Reason.PATRON_UNKNOWN)
    pin = pin_check(snapshot, card, wish.pin)
    if wish.wanted is None:
        return Done(report_on(card, snapshot.now, pin))
    wanted = slice(max(wish.first, 1) - 1, wish.last)
    if wish.wanted is PatronList.ALL_HOLDS:
        return Done(replace(report_on(card, snapshot.now, pin), holds=holds_of(snapshot, card)[wanted]))
    return Done(report_on(card, snapshot.now, pin, entries_of(card, wish.wanted, snapshot.now)[wanted]))


def block_patron(snapshot: Snapshot, wish: BlockPatron) -> Decision | AnyOutcome:
    """The card is blocked, with the text that came along; a card that is blocked already gets the new text, if any."""
    card = snapshot.cards.get(wish.patron)
    if card is None:
        return Refused(Reason.PATRON_UNKNOWN)
    text = wish.message or (card.block.text if card.block is not None else "")
    block = Block(card.patron.id, text)
    return Decision(
        Done(report_on(_with_block(card, block), snapshot.now, PinCheck.NOT_ASKED)), Changes(block)
    )


def enable_patron(snapshot: Snapshot, wish: EnablePatron) -> Decision | AnyOutcome:
    """The block is lifted, unless a PIN was given and is not right: then the report shows it still there.

    A card that was reported lost or has expired stays so.
    """
    card = snapshot.cards.get(wish.patron)
    if card is None:
        return Refused(Reason.PATRON_UNKNOWN)
    pin = pin_check(snapshot, card, wish.pin)
    if card.block is None or (wish.pin and pin is not PinCheck.RIGHT):
        return Done(report_on(card, snapshot.now, pin))
    changes = Changes()
    changes.drop(card.block)
    return Decision(Done(report_on(_with_block(card, None), snapshot.now, pin)), changes)


def end_session(snapshot: Snapshot, wish: EndSession) -> AnyOutcome:
    """Nothing hangs on a session here, so every one can be ended."""
    return Done(SessionEnded(wish.patron))


def pin_check(snapshot: Snapshot, card: Card, pin: Secret | None) -> PinCheck:
    """How a PIN that was given compares with that of `card`."""
    return snapshot.house.pins.check(card.patron.id, card.patron.pin, pin)


def view_of(card: Card, now: datetime) -> Patron:
    """The patron as SoftDock describes them."""
    state = state_of(card, now)
    if card.view is not None:
        return card.view
    patron, policy = card.patron, card.policy
    texts = (card.block.text if card.block is not None else "", patron.message)
    card.view = made = Patron(
        id=patron.id,
        name=patron.name,
        standing=state.standing,
        counts=state.counts,
        birth_date=patron.birth_date,
        address=patron.address,
        phone=patron.phone,
        email=patron.email,
        category=patron.category,
        home_library=patron.home_library,
        language=patron.language,
        expires=patron.expires,
        balance=Money(state.balance, patron.currency),
        hold_limit=policy.max_holds,
        overdue_limit=policy.max_overdue,
        loan_limit=policy.max_loans,
        fee_limit=policy.max_fees,
        message=" ".join(text for text in texts if text),
        extra=patron.extra,
    )
    return made


def report_on(card: Card, now: datetime, pin: PinCheck, entries: Sequence[Entry] = ()) -> PatronReport:
    """What is told of `card`, with the one reason that comes first if something is wrong with it."""
    patron, state = view_of(card, now), card.state
    assert state is not None
    reason = state.card_fault or state.limit_reached
    if reason is None:
        return PatronReport(patron, pin, entries)
    when = card.patron.expires if reason is Reason.CARD_EXPIRED else None
    return PatronReport(patron, pin, entries, reason, when)


def _with_block(card: Card, block: Block | None) -> Card:
    """`card` as it will be."""
    return Card(card.patron, card.policy, block, card.loans, card.holds, card.fees, card.payments)
