"""The books as records that know each other, and the changes to them.

Cards, copies and titles are found by their identifiers; a card knows the copies that its patron has, a copy its title,
a title its queue.  A change replaces rows as wholes and mends whatever hangs together with them.
"""

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any

from softdock.adapters.inhouse.model import Block, EndedHold, Fee, Hold, ItemState, Loan, Payment, Return
from softdock.adapters.inhouse.snapshot import Card, Changes, Copy, Title
from softdock.circulation.identifiers import HoldId, ItemId, PatronId, TitleId


class Books:
    """The books of one library, or the part of them that some operations can touch."""

    def __init__(
        self,
        cards: Mapping[PatronId, Card],
        copies: Mapping[ItemId, Copy],
        titles: Mapping[TitleId, Title],
        holds: MutableMapping[HoldId, Hold | EndedHold],
    ) -> None:
        self.cards = cards
        self.copies = copies
        self.titles = titles
        self.holds = holds
        self._put: dict[type[Any], Callable[[Any], None]] = {
            Loan: self._put_loan,
            ItemState: self._put_state,
            Return: self._put_return,
            Hold: self._put_hold,
            EndedHold: self._put_ended,
            Fee: self._put_fee,
            Payment: self._put_payment,
            Block: self._put_block,
        }
        self._drop: dict[type[Any], Callable[[Any], None]] = {
            Loan: self._drop_loan,
            Return: self._drop_return,
            Hold: self._drop_hold,
            EndedHold: self._drop_ended,
            Fee: self._drop_fee,
            Block: self._drop_block,
        }

    def apply(self, changes: Changes) -> None:
        """Make `changes`."""
        for row in changes.drops:
            self._drop[type(row)](row)
        for row in changes.puts:
            self._put[type(row)](row)

    def known_copies(self, title: Title) -> Iterable[Copy]:
        """The copies of `title` of which something may be remembered."""
        return title.copies

    def known_card(self, patron: PatronId) -> Card | None:
        """The card of `patron`, if something of it may be remembered."""
        return self.cards.get(patron)

    # --- loans ----------------------------------------------------------------------------------------

    def _put_loan(self, loan: Loan) -> None:
        copy, card = self.copies[loan.item], self.cards[loan.patron]
        if copy.loan is not None and copy.loan.patron != loan.patron:
            self._drop_loan(copy.loan)
        if copy.loan is None:
            card.loans = (*card.loans, copy)
        copy.loan = loan
        copy.view = card.state = card.view = None

    def _drop_loan(self, loan: Loan) -> None:
        copy, card = self.copies[loan.item], self.cards[loan.patron]
        card.loans = tuple(each for each in card.loans if each is not copy)
        copy.loan = None
        copy.view = card.state = card.view = None

    def _put_return(self, row: Return) -> None:
        self.copies[row.item].last_return = row

    def _drop_return(self, row: Return) -> None:
        self.copies[row.item].last_return = None

    def _put_state(self, state: ItemState) -> None:
        copy = self.copies[state.item]
        copy.state = state
        copy.view = None
        if copy.loan is not None:
            self._forget(copy.loan.patron)

    # --- holds ----------------------------------------------------------------------------------------

    def _put_hold(self, hold: Hold) -> None:
        title, card = self.titles[hold.title_id], self.cards[hold.patron]
        self._unlink(hold, title, card)
        title.queue = tuple(sorted((*title.queue, hold), key=_by_number))
        card.holds = tuple(sorted((*card.holds, hold), key=_by_number))
        if hold.copy is not None:
            self.copies[hold.copy].hold = hold
        self.holds[hold.name] = hold
        self._forget_title(title, card)

    def _drop_hold(self, hold: Hold) -> None:
        title, card = self.titles[hold.title_id], self.cards[hold.patron]
        self._unlink(hold, title, card)
        del self.holds[hold.name]
        self._forget_title(title, card)

    def _put_ended(self, ended: EndedHold) -> None:
        self.holds[ended.hold.name] = ended

    def _drop_ended(self, ended: EndedHold) -> None:
        del self.holds[ended.hold.name]

    def _unlink(self, hold: Hold, title: Title, card: Card) -> None:
        """Take whatever has the number of `hold` out of queue, card and copy."""
        for old in title.queue:
            if old.number == hold.number and old.copy is not None:
                copy = self.copies[old.copy]
                if copy.hold is old:
                    copy.hold = None
        title.queue = tuple(each for each in title.queue if each.number != hold.number)
        card.holds = tuple(each for each in card.holds if each.number != hold.number)

    def _forget_title(self, title: Title, card: Card) -> None:
        """The queue has changed: so have the copies, the card, and the cards of those who have a copy."""
        card.forget()
        for copy in self.known_copies(title):
            copy.view = None
            if copy.loan is not None:
                self._forget(copy.loan.patron)

    def _forget(self, patron: PatronId) -> None:
        card = self.known_card(patron)
        if card is not None:
            card.forget()

    # --- money and blocks -----------------------------------------------------------------------------

    def _put_fee(self, fee: Fee) -> None:
        card = self.cards[fee.patron]
        if any(each.id == fee.id for each in card.fees):
            card.fees = tuple(fee if each.id == fee.id else each for each in card.fees)
        else:
            card.fees = (*card.fees, fee)
        card.forget()

    def _drop_fee(self, fee: Fee) -> None:
        card = self.cards[fee.patron]
        card.fees = tuple(each for each in card.fees if each.id != fee.id)
        card.forget()

    def _put_payment(self, payment: Payment) -> None:
        card = self.cards[payment.patron]
        card.payments = (*card.payments, payment)

    def _put_block(self, block: Block) -> None:
        card = self.cards[block.patron]
        card.block = block
        card.forget()

    def _drop_block(self, block: Block) -> None:
        card = self.cards[block.patron]
        card.block = None
        card.forget()


def _by_number(hold: Hold) -> int:
    return hold.number
