"""What every storage of the embedded library has to do.  A test module subclasses `StorageContract` for each."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from inhouse_books import (
    CDL,
    I1,
    I2,
    I3,
    NOW,
    R1,
    R2,
    R3,
    ZONE,
    a_block,
    a_fee,
    a_hold,
    a_loan,
    a_patron,
    a_stock,
    an_item,
    day,
    result_of,
    yuan,
)
from softdock.adapters.inhouse.model import (
    EndedHold,
    Hold,
    ItemState,
    Loan,
    NewItem,
    Payment,
    Recall,
    Return,
    Stay,
)
from softdock.adapters.inhouse.policies import Policy
from softdock.adapters.inhouse.snapshot import Changes, Decision, House, Snapshot
from softdock.adapters.inhouse.storage import Storage, Taken
from softdock.circulation.holds import HoldKind, HoldStatus
from softdock.circulation.identifiers import FeeId, HoldId, ItemId, PatronId, TitleId
from softdock.circulation.items import CirculationStatus
from softdock.circulation.outcomes import Done, Refused
from softdock.circulation.reasons import Reason

DONE: Done[object] = Done("done")


def _of(ended: EndedHold, patron: str) -> EndedHold:
    return replace(ended, hold=replace(ended.hold, patron=PatronId(patron)))


class StorageContract:
    """The same tests for each storage; `make` gives an open, empty one."""

    def make(self, house: House) -> Storage:
        """A storage whose present is `self.now`."""
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def _begin(self) -> None:
        self.begin()

    def begin(self) -> None:
        """New books, at the time from which the tests count."""
        self.now = NOW
        self.storage = self.make(House(CDL, "CNY", ZONE))

    def result_of(self, work: Any) -> Any:
        """What `work` comes to."""
        return result_of(work)

    def stocked(self, *parts: Any, **changes: Any) -> None:
        """Take in what the builders made."""
        self.result_of(self.storage.open(lambda: a_stock(*parts, **changes)))

    def write(self, *puts: Any, drops: tuple[Any, ...] = ()) -> None:
        """Make changes, as a rule would."""
        changes = Changes(*puts)
        for row in drops:
            changes.drop(row)
        assert self.result_of(self.storage.work(lambda snapshot, wish: Decision(DONE, changes), None)) is DONE

    def read(self, look: Any) -> Any:
        """What `look` finds in the books."""
        found: list[Any] = []

        def rule(snapshot: Snapshot, wish: None) -> Done[object]:
            found.append(look(snapshot))
            return DONE

        self.result_of(self.storage.work(rule, None))
        return found[0]

    # --- a stock to begin with ------------------------------------------------------------------------

    def test_only_new_books_take_in_what_they_are_opened_with(self):
        """And can be asked whether they are there."""
        self.result_of(self.storage.open(lambda: a_stock(a_patron(R1))))
        assert self.read(lambda books: books.cards[R1].patron) == a_patron(R1)
        assert self.result_of(self.storage.probe()) is None

    def test_what_was_taken_in_is_found_by_its_identifiers(self):
        """Cards by patron, copies by item, titles by number and by name."""
        item, state = an_item(title="三体", title_id=TitleId("T1"))
        self.stocked(a_patron(), (item, state), policy=Policy(max_loans=7))
        assert self.read(lambda books: books.cards[R1].patron) == a_patron()
        assert self.read(lambda books: books.cards[R1].policy.max_loans) == 7
        assert self.read(lambda books: (books.copies[I1].item, books.copies[I1].state)) == (item, state)
        for title in ("T1", "三体"):
            assert self.read(lambda books: books.titles[TitleId(title)].copies[0].item.id) == I1  # noqa: B023
        assert self.read(
            lambda books: (books.cards.get(R2), books.copies.get(I2), books.titles.get("X"))
        ) == (None, None, None)

    def test_a_title_is_found_by_the_isbn_of_any_copy(self):
        """As it is compared; a title of that very number or name goes before."""
        isbn, taken = "9787536692930", "080442957X"
        self.stocked(
            an_item(I1, title="三体", title_id=TitleId("T1")),
            an_item(I2, title="三体", title_id=TitleId("T1"), extra={"isbn": "978-7-5366-9293-0"}),
            an_item(I3, title=taken, title_id=TitleId("T3")), an_item("I4", extra={"isbn": taken}),
        )  # fmt: skip
        found = self.read(lambda books: [books.titles[TitleId(each)].id for each in (isbn, taken)])
        assert found == ["T1", "T3"]
        self.result_of(
            self.storage.take_in(
                a_stock(an_item(I1, title="三体", title_id=TitleId("T1"), extra={"isbn": "7536692935"}))
            )
        )
        assert self.read(lambda books: books.titles[TitleId("7536692935")].id) == "T1"

    def test_an_item_may_be_here_for_a_time_only(self):
        """As long as somebody does not amend it."""
        stay = Stay(HoldId("ILL-1"), R1, day(3, 12), renewable=False)
        self.stocked(an_item(I1, stay=stay), an_item(I2, stay=Stay(HoldId("ILL-2"))))
        assert self.read(lambda books: [books.copies[item].item.stay for item in (I1, I2)]) == [
            stay,
            Stay(HoldId("ILL-2")),
        ]
        self.write(an_item(I1)[0])
        assert self.read(lambda books: books.copies[I1].item.stay) is None

    def test_what_hangs_on_a_card_is_found_with_it(self):
        """Loans, holds, fees and the block."""
        self.stocked(
            a_patron(R1), a_patron(R2), an_item(I1), an_item(I2), a_loan(I1, R1), a_hold(R1, I2),
            a_fee("F1", 2), a_block(R1, "see desk 2"),
        )  # fmt: skip
        card = self.read(lambda books: books.cards[R1])
        assert [copy.item.id for copy in card.loans] == [I1]
        assert [hold.item for hold in card.holds] == [I2]
        assert [fee.id for fee in card.fees] == ["F1"]
        assert card.block == a_block(R1, "see desk 2")

    def test_free_copies_are_set_aside_for_the_holds_of_the_stock(self):
        """First come, first served; nobody waits while a copy is free."""
        self.stocked(
            a_patron(R1), a_patron(R2), a_patron(R3), an_item(I1, title="T"), an_item(I2, title="T"),
            *(a_hold(patron, None, title="T") for patron in (R2, R1, R3)),
        )  # fmt: skip
        queue = self.read(lambda books: books.titles[TitleId("T")].queue)
        assert [(hold.patron, hold.copy) for hold in queue] == [(R2, I1), (R1, I2), (R3, None)]
        assert self.read(lambda books: books.copies[I1].hold.patron) == R2

    def test_a_copy_that_is_set_aside_in_the_stock_stays_so(self):
        aside = {"copy": I1, "shelf_until": day(3, 4)}
        self.stocked(a_patron(R1), a_patron(R2), an_item(), a_hold(R1, I1), a_hold(R2, I1, **aside))
        assert self.read(lambda books: books.copies[I1].hold.patron) == R2

    def test_a_copy_that_is_lent_or_somebody_elses_is_not_set_aside_whatever_a_stock_says(self):
        """Whoever has it keeps it, and who was to have it waits."""
        aside = {"shelf_until": day(3, 4)}
        self.stocked(
            a_patron(R1), a_patron(R2), a_patron(R3), an_item(I1), an_item(I2), a_loan(I1, R1),
            a_hold(R2, I1, copy=I1, **aside), a_hold(R2, I2, copy=I2, **aside), a_hold(R3, I2, copy=I2, **aside),
        )  # fmt: skip
        held, queues = self.read(
            lambda books: (
                [books.copies[item].hold and books.copies[item].hold.patron for item in (I1, I2)],
                [[hold.copy for hold in books.copies[item].title.queue] for item in (I1, I2)],
            )
        )
        assert held == [None, R2]
        assert queues == [[None], [I2, None]]

    def test_every_hold_and_fee_has_a_number_of_its_own_and_a_later_one_a_higher(self):
        self.stocked(
            a_patron(R1), a_patron(R2), an_item(), a_hold(R1, I1), a_hold(R2, I1), a_fee("F1"), a_fee("F2")
        )
        numbers = self.read(
            lambda books: [each.number for each in (*books.copies[I1].title.queue, *books.cards[R1].fees)]
        )
        fresh = self.read(lambda books: [books.number(), books.number()])
        assert len(set(numbers)) == 4
        assert numbers[:2] == sorted(numbers[:2])
        assert numbers[2:] == sorted(numbers[2:])
        assert max(numbers) < fresh[0] < fresh[1]

    def test_taking_the_same_in_again_changes_nothing(self):
        """And what was lent, paid or returned since stays as it is; what staff enter is replaced."""
        parts = (
            a_patron(R1), a_patron(R2), a_patron(R3), an_item(I1), an_item(I2), a_loan(I2, R2), a_hold(R3, I2),
            a_fee("F1", 2), a_block(R2, "see desk 2"),
        )  # fmt: skip
        self.stocked(*parts)
        assert self.result_of(self.storage.take_in(a_stock(*parts))) == Taken(known_patrons=3, known_items=2)
        fee = self.read(lambda books: books.cards[R1].fees[0])
        self.write(a_loan(I1, R1), drops=(fee, a_loan(I2, R2)))
        again = (a_patron(R1, name="New Name"), *parts[1:3], an_item(I1, author="New Author"), *parts[4:])
        self.result_of(self.storage.take_in(a_stock(*again)))
        card, copy = self.read(lambda books: (books.cards[R1], books.copies[I1]))
        assert (card.patron.name, card.fees, [each.item.id for each in card.loans]) == ("New Name", (), [I1])
        assert (copy.item.author, copy.loan) == ("New Author", a_loan(I1, R1))
        assert self.read(lambda books: [len(books.cards[each].loans) for each in (R2, R3)]) == [0, 0]
        assert self.read(lambda books: len(books.copies[I2].title.queue)) == 1

    def test_what_is_new_is_taken_into_books_that_are_there(self):
        self.stocked(a_patron(R1), an_item(I1))
        more = a_stock(a_patron(R1), a_patron(R2), an_item(I1), an_item(I2), a_loan(I2, R1), a_hold(R2, I1))
        taken = self.result_of(self.storage.take_in(more))
        assert taken == Taken(patrons=1, items=1, loans=1, holds=1, known_patrons=1, known_items=1)
        assert self.read(lambda books: books.copies[I2].loan) == a_loan(I2, R1)
        assert self.read(lambda books: books.copies[I1].hold.patron) == R2

    # --- changes --------------------------------------------------------------------------------------

    def test_a_loan_is_found_with_item_and_card_until_it_is_dropped(self):
        self.stocked(a_patron(R1), an_item())
        self.write(a_loan())
        assert self.read(lambda books: (books.copies[I1].loan, books.cards[R1].loans[0].loan)) == (
            a_loan(),
            a_loan(),
        )
        later = a_loan(due=day(5, 1), renewals=1)
        self.write(later)
        assert self.read(lambda books: [copy.loan for copy in books.cards[R1].loans]) == [later]
        self.write(drops=(later,))
        assert self.read(lambda books: (books.copies[I1].loan, books.cards[R1].loans)) == (None, ())

    def test_a_loan_that_takes_the_place_of_anothers_leaves_that_card(self):
        self.stocked(a_patron(R1), a_patron(R2), an_item(), a_loan(I1, R1))
        self.write(a_loan(I1, R2))
        assert self.read(lambda books: (len(books.cards[R1].loans), len(books.cards[R2].loans))) == (0, 1)

    def test_a_loan_keeps_what_undoing_it_needs(self):
        """The hold that it filled, the fees, the loan before; and that it was recalled."""
        self.stocked(a_patron(R1), a_patron(R2), an_item())
        loan = a_loan(
            filled=a_hold(R1, I1, id=HoldId("ILL-1")), fees=(FeeId("F1"),), before=a_loan(I1, R2),
            recall=Recall(NOW, day(5, 1)),
        )  # fmt: skip
        self.write(loan)
        assert self.read(lambda books: books.copies[I1].loan) == loan

    def test_the_state_and_the_last_return_of_an_item_are_replaced_as_a_whole(self):
        self.stocked(a_patron(R1), an_item())
        state = ItemState(I1, CirculationStatus.IN_TRANSIT, "west", "torn")
        last = Return(I1, a_loan(), ItemState(I1), FeeId("F1"))
        self.write(state, last)
        assert self.read(lambda books: (books.copies[I1].state, books.copies[I1].last_return)) == (
            state,
            last,
        )
        self.write(drops=(last,))
        assert self.read(lambda books: books.copies[I1].last_return) is None

    def test_a_hold_is_found_with_title_card_and_copy_until_it_is_dropped(self):
        """And keeps its place when it is replaced."""
        self.stocked(a_patron(R1), a_patron(R2), an_item(), a_loan(I1, R1))
        first, second = a_hold(R1, I1, number=101), a_hold(R2, I1, number=102)
        self.write(second)
        self.write(first)
        aside = a_hold(R1, I1, number=101, copy=I1, shelf_until=day(3, 9))
        self.write(aside)
        assert self.read(lambda books: books.copies[I1].title.queue) == (aside, second)
        assert self.read(lambda books: (books.cards[R1].holds, books.copies[I1].hold)) == ((aside,), aside)
        self.write(drops=(aside,))
        assert self.read(lambda books: (books.cards[R1].holds, books.copies[I1].hold)) == ((), None)
        assert self.read(lambda books: books.copies[I1].title.queue) == (second,)

    def test_a_copy_can_change_hands_within_one_change(self):
        """Whichever of the two holds is written first."""
        for order in (1, -1):
            self.begin()
            self.stocked(a_patron(R1), a_patron(R2), an_item(), a_hold(R1, I1), a_hold(R2, I1))
            one, other = self.read(lambda books: books.copies[I1].title.queue)
            back = a_hold(R1, I1, number=one.number)
            aside = a_hold(R2, I1, number=other.number, copy=I1, shelf_until=day(3, 9))
            self.write(*(back, aside)[::order])
            assert self.read(lambda books: books.copies[I1].hold) == aside

    def test_a_hold_is_found_by_its_name_and_so_is_what_became_of_it(self):
        """By a partner's name, or by the one that its number makes."""
        self.stocked(a_patron(R1), an_item(I1), an_item(I2))
        named, other = (
            a_hold(R1, I1, number=101, id=HoldId("ILL-1"), kind=HoldKind.LOAN),
            a_hold(R1, I2, number=102),
        )
        self.write(named, other)
        assert self.read(lambda books: books.holds[HoldId("ILL-1")]) == named
        assert self.read(lambda books: books.holds[HoldId("H102")]) == other
        assert (
            self.read(
                lambda books: [books.holds.get(HoldId(name)) for name in ("H101", "H0102", "H", "ILL-2")]
            )
            == [None] * 4
        )
        ended = EndedHold(named, HoldStatus.LAPSED, NOW)
        self.write(ended, drops=(named,))
        assert self.read(lambda books: (books.holds[HoldId("ILL-1")], books.cards[R1].holds)) == (
            ended,
            (other,),
        )
        again = a_hold(R1, I1, number=103, id=HoldId("ILL-1"))
        self.write(again, drops=(ended,))
        assert self.read(lambda books: books.holds[HoldId("ILL-1")]) == again

    def test_nothing_is_remembered_of_the_holds_of_a_patron_who_is_gone(self):
        self.stocked(a_patron(R1), a_patron(R2), an_item())
        for patron in (R1, R2):
            self.write(
                EndedHold(
                    a_hold(patron, id=HoldId(patron), number=100 + int(patron[1:])), HoldStatus.FILLED, NOW
                )
            )
        self.write(drops=(a_patron(R1),))
        left = self.read(lambda books: [HoldId(patron) in books.holds for patron in (R1, R2)])
        assert left == [False, True]

    def test_holds_that_have_ended_come_with_a_stock_where_their_names_are_new(self):
        ended = [
            EndedHold(a_hold(R1, I1, id=HoldId(name)), HoldStatus.FILLED, NOW) for name in ("ILL-1", "ILL-2")
        ]
        parts = (a_patron(R1), a_patron(R2), an_item(I1), a_hold(R2, I1, id=HoldId("ILL-2")))
        self.stocked(*parts)
        self.result_of(
            self.storage.take_in(a_stock(*parts, a_patron(R3), a_hold(R3, I1, id=HoldId("ILL-2"))))
        )
        self.result_of(self.storage.take_in(a_stock(a_patron("R4"), *(_of(each, "R4") for each in ended))))
        found = self.read(lambda books: [books.holds[HoldId(name)] for name in ("ILL-1", "ILL-2")])
        assert [type(each) for each in found] == [EndedHold, Hold]
        assert (found[0].status, found[1].patron) == (HoldStatus.FILLED, R2)

    def test_fees_are_reduced_in_place_and_dropped(self):
        """The oldest stays the first."""
        self.stocked(a_patron(R1), a_fee("F1", 5), a_fee("F2", 3))
        one, two = self.read(lambda books: books.cards[R1].fees)
        less = a_fee("F1", 1, number=one.number, charged=NOW, note="page 7 torn")
        self.write(less)
        assert self.read(lambda books: books.cards[R1].fees) == (less, two)
        self.write(drops=(less,))
        assert self.read(lambda books: books.cards[R1].fees) == (two,)

    def test_payments_and_blocks_are_kept_with_the_card(self):
        self.stocked(a_patron(R1))
        payment = Payment(200, R1, yuan(1), NOW, ((FeeId("F1"), 100),), None, "K7", "00")
        self.write(payment, a_block(R1, "x"))
        assert self.read(lambda books: books.cards[R1].payments) == (payment,)
        self.write(drops=(a_block(R1, "x"),))
        assert self.read(lambda books: books.cards[R1].block) is None

    # --- records --------------------------------------------------------------------------------------

    def test_a_patron_comes_is_replaced_and_goes(self):
        """With the terms of the category; what hangs on the card stays, and payments go with it."""
        self.stocked(a_patron(R2), an_item(), policy=Policy(max_loans=7))
        self.write(a_patron(R1), a_block(R1, "see desk 2"))
        self.write(a_loan(I1, R1), a_fee("F1", 2, number=150))
        self.write(a_patron(R1, name="New Name"))
        card = self.read(lambda books: books.cards[R1])
        assert (card.patron, card.block, card.policy.max_loans) == (
            a_patron(R1, name="New Name"),
            a_block(R1, "see desk 2"),
            7,
        )
        assert ([copy.item.id for copy in card.loans], len(card.fees)) == ([I1], 1)
        payment = Payment(200, R1, yuan(2), NOW, ((FeeId("F1"), 200),))
        self.write(payment, drops=(a_loan(I1, R1), card.fees[0]))
        self.write(drops=(card.block, card.patron))
        assert self.read(lambda books: (books.cards.get(R1), books.copies[I1].loan)) == (None, None)
        self.write(a_patron(R1))
        assert self.read(lambda books: (books.cards[R1].block, books.cards[R1].payments)) == (None, ())

    def test_an_item_comes_is_replaced_and_goes(self):
        """And its title with it, by number and by name; a title's copies are in the order in which they came."""
        self.stocked(a_patron(R1), an_item(I1, title="T"))
        self.write(
            NewItem(
                *an_item(I2, CirculationStatus.IN_PROCESS, title="三体", title_id=TitleId("U"), note="torn")
            )
        )
        item, state = an_item(
            I2, CirculationStatus.IN_PROCESS, title="三体", title_id=TitleId("U"), note="torn"
        )
        assert self.read(lambda books: (books.copies[I2].item, books.copies[I2].state)) == (item, state)
        assert self.read(lambda books: books.titles[TitleId("三体")].copies[0].item.id) == I2
        self.write(replace(item, title="T", title_id=TitleId("T")))
        assert self.read(lambda books: books.copies[I2].state) == state
        assert self.read(lambda books: [each.item.id for each in books.titles[TitleId("T")].copies]) == [
            I1,
            I2,
        ]
        names = (TitleId("U"), TitleId("三体"))
        assert self.read(lambda books: [books.titles.get(each) for each in names]) == [None, None]
        last = Return(I1, a_loan(), ItemState(I1))
        self.write(last)
        self.write(drops=(last, an_item(I1, title="T")[0]))
        assert self.read(lambda books: books.copies.get(I1)) is None
        assert self.read(lambda books: [each.item.id for each in books.titles[TitleId("T")].copies]) == [I2]

    def test_of_titles_that_are_called_the_same_the_one_whose_copy_came_first_is_found(self):
        """Until it is gone, or called otherwise."""
        first, other = (
            an_item(I1, title="X", title_id=TitleId("T")),
            an_item(I2, title="X", title_id=TitleId("U")),
        )
        self.stocked(first, other)
        found = lambda books: books.titles[TitleId("X")].id  # noqa: E731
        assert self.read(found) == "T"
        self.write(drops=(first[0],))
        assert self.read(found) == "U"
        self.write(NewItem(*first))
        assert self.read(found) == "U"

    # --- the unit of work -----------------------------------------------------------------------------

    def test_a_refusal_changes_nothing_and_comes_back_as_it_is(self):
        self.stocked(a_patron(R1), an_item())
        refusal = Refused(Reason.ITEM_ON_HOLD)
        assert self.result_of(self.storage.work(lambda snapshot, wish: refusal, None)) is refusal

    def test_a_rule_sees_the_present_in_the_librarys_zone(self):
        """Whichever zone the clock has."""
        self.stocked()
        self.now = datetime.fromisoformat("2026-03-02T22:00:00+00:00")
        now = self.read(lambda books: books.now)
        assert (now, now.tzinfo) == (self.now, ZONE)
        assert self.read(lambda books: books.today).isoformat() == "2026-03-03"

    def test_what_one_rule_wrote_the_next_one_sees(self):
        """Units of work do not overlap: a rule that finds the item free is alone with it."""
        self.stocked(a_patron(R1), a_patron(R2), an_item())
        taken: list[str] = []

        def take(snapshot: Snapshot, patron: Any) -> Any:
            if snapshot.copies[I1].loan is not None:
                return Refused(Reason.ITEM_LENT_TO_ANOTHER)
            taken.append(patron)
            return Decision(DONE, Changes(Loan(I1, patron, NOW, day(4, 1))))

        outcomes = [self.result_of(self.storage.work(take, patron)) for patron in (R1, R2)]
        assert (outcomes[0], taken) == (DONE, [R1])
        assert outcomes[1] == Refused(Reason.ITEM_LENT_TO_ANOTHER)

    def test_holds_that_have_lapsed_are_ended_before_a_rule_reads(self):
        """In the order in which they lapsed; a copy goes from one to the next."""
        self.stocked(a_patron(R1), a_patron(R2), an_item(), a_hold(R1, I1), a_hold(R2, I1))
        self.now = day(3, 10)
        assert self.read(lambda books: [hold.patron for hold in books.copies[I1].title.queue]) == [R2]
        assert self.read(lambda books: books.copies[I1].hold.patron) == R2

    def test_a_large_stock_of_one_title_is_taken_in_at_once(self):
        """Time grows with the number of items, not with its square."""
        items = tuple(an_item(f"I{n}", title="T") for n in range(20_000))
        self.stocked(*items)
        assert self.read(lambda books: len(books.titles[TitleId("T")].copies)) == 20_000
        assert self.read(lambda books: books.copies[ItemId("I19999")].item.title) == "T"
