"""The template for SIP2 with messages of its own, copied and unchanged, between a kiosk and the system it was written for."""

import pytest

from house_contract import HouseContract
from house_kiosk import FREE, GOOD, OTHER, OWES, in_front_of
from softdock.circulation.locale.en import WORDING
from softdock.circulation.reasons import Reason
from softdock.kit.simulators import Harm
from softdock.kit.simulators.house import start_sip2
from softdock.kit.templates import copy_template

pytestmark = pytest.mark.socket

__all__ = ["in_front_of"]


@pytest.fixture
def system(real):
    running = real.result_of(start_sip2(real.reactor))
    yield running
    real.result_of(running.stop())


@pytest.fixture
def kiosk(system, in_front_of, tmp_path):
    copy_template("sip2", tmp_path / "ours", "ours")
    return in_front_of(adapter="./ours", address=system.address)


class TestSip2(HouseContract):
    loan_call = "11"
    return_call = "09"

    def test_holds_and_payments_go_through(self, kiosk, system):
        assert kiosk.holds().startswith("161N")
        assert [hold.title for hold in system.books.card(GOOD).holds] == ["自建水经注"]
        assert f"|AF{WORDING[Reason.HOLD_EXISTS]}" in kiosk.holds()
        assert kiosk.holds(mode="-").startswith("161N")

        assert kiosk.pays("3.00", fee="700001").startswith("38Y")
        assert [fee.id for fee in system.books.card(OWES).fees] == ["700002"]

    def test_names_come_in_gbk_and_leave_in_the_kiosks_own_charset(self, kiosk):
        assert "|AE陈自堃|" in kiosk.looks_up(OTHER)

    def test_half_an_answer_is_none(self, kiosk, system):
        system.faults.next(Harm.HALF, "11")

        assert kiosk.lends().startswith("120")
        assert kiosk.settled == ["undone"]
        assert self.borrower(system, FREE) is None
