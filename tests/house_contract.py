"""What every template must do between a kiosk and the system that it was written for."""

from house_kiosk import (
    ALSO_FREE,
    EXPIRED,
    FREE,
    GOOD,
    LOST,
    OTHER,
    OWES,
    REFERENCE,
    SET_ASIDE,
    STOPPED,
    TAKEN,
)
from softdock.circulation.locale.en import WORDING
from softdock.circulation.reasons import Reason
from softdock.kit.simulators import Harm


class HouseContract:
    """Run with fixtures `system`, the running counterpart, and `kiosk`, a `house_kiosk.Front` before it."""

    loan_call = "loans"
    return_call = "returns"
    """What the counterpart calls them."""

    def borrower(self, system, item):
        """Who has the item, by the system's own books."""
        loan = system.books.copy(item).loan
        return None if loan is None else loan.patron

    def lose_answer(self, kiosk, system, call):
        """Let the next answer to `call` be lost, after it was carried out."""
        system.faults.next(Harm.RESET, call, carried_out=True)

    def break_down(self, kiosk, system, call):
        """Let the next `call` fail, with nothing carried out."""
        system.faults.next(Harm.ERROR, call)

    def test_it_lends_renews_and_takes_back(self, kiosk, system):
        lent = kiosk.lends()
        assert lent.startswith("121N")
        assert "|AJ自建梦溪笔谈|" in lent
        assert self.borrower(system, FREE) == GOOD

        assert kiosk.renews().startswith("301Y")
        assert kiosk.renews().startswith("300N")

        assert kiosk.takes_back().startswith("101Y")
        assert self.borrower(system, FREE) is None
        assert kiosk.journal == [
            ("checkout", "answered"),
            ("renew", "answered"),
            ("renew", "answered"),
            ("checkin", "answered"),
        ]

    def test_it_looks_up(self, kiosk):
        kiosk.lends()
        reader = kiosk.looks_up(summary="  Y       ")
        assert "|AE周自建|" in reader
        assert "|BLY|CQY|" in reader
        assert f"|AU{FREE}" in reader

        assert kiosk.finds(FREE).startswith("1804")
        assert kiosk.finds(ALSO_FREE).startswith("1803")
        assert kiosk.finds(REFERENCE).startswith("1801")
        assert kiosk.finds(SET_ASIDE).startswith("1808")
        assert "|BV5.50|" in kiosk.looks_up(OWES)
        assert "|CQN|" in kiosk.looks_up(pin="000000")

    def test_it_refuses_for_the_reason_that_the_system_has(self, kiosk, system):
        wishes = {
            Reason.ITEM_LENT_TO_ANOTHER: {"item": TAKEN},
            Reason.ITEM_NOT_LENDABLE: {"item": REFERENCE},
            Reason.ITEM_UNKNOWN: {"item": "GC999999"},
            Reason.CARD_LOST: {"patron": LOST},
            Reason.PATRON_BLOCKED: {"patron": STOPPED},
            Reason.PATRON_UNKNOWN: {"patron": "80009999"},
            Reason.PIN_WRONG: {"pin": "000000"},
        }
        heard = {reason: kiosk.lends(**wish) for reason, wish in wishes.items()}

        assert [reason for reason, answer in heard.items() if f"|AF{WORDING[reason]}" not in answer] == []
        assert {answer[:3] for answer in heard.values()} == {"120"}
        assert kiosk.lends(patron=EXPIRED).startswith("120")
        assert self.borrower(system, FREE) is None

    def test_a_loan_whose_answer_was_lost_is_found_out_and_taken_back(self, kiosk, system):
        """The kiosk was told no, so the reader must not have the item in the books."""
        self.lose_answer(kiosk, system, self.loan_call)

        assert kiosk.lends().startswith("120")
        assert self.borrower(system, FREE) == GOOD
        assert kiosk.settled == ["undone"]
        assert self.borrower(system, FREE) is None

    def test_a_return_whose_answer_was_lost_stands(self, kiosk, system):
        """The item lies in the bin."""
        self.lose_answer(kiosk, system, self.return_call)

        assert kiosk.takes_back(TAKEN).startswith("100")
        assert kiosk.settled == ["stands"]
        assert self.borrower(system, TAKEN) is None

    def test_no_log_tells_of_a_reader_whose_loan_failed(self, kiosk, system):
        self.break_down(kiosk, system, self.loan_call)

        assert kiosk.lends(patron=OTHER).startswith("120")
        assert self.borrower(system, FREE) is None
        assert OTHER not in kiosk.logged
        assert "135790" not in kiosk.logged
