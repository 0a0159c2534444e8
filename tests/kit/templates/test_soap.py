"""The template for SOAP, copied and unchanged, between a kiosk and the service that it was written for."""

import pytest

from house_contract import HouseContract
from house_kiosk import FREE, GOOD, OWES, in_front_of, secret_file
from softdock.circulation.locale.en import WORDING
from softdock.circulation.reasons import Reason
from softdock.kit.simulators import Harm
from softdock.kit.simulators.house import start_soap
from softdock.kit.simulators.house.soap import PASSWORD, USER
from softdock.kit.templates import copy_template

pytestmark = pytest.mark.socket

__all__ = ["in_front_of"]


@pytest.fixture
def system(real):
    running = real.result_of(start_soap(real.reactor))
    yield running
    real.result_of(running.stop())


@pytest.fixture
def kiosk(system, in_front_of, tmp_path):
    copy_template("soap", tmp_path / "ours", "ours")
    password = secret_file(tmp_path, PASSWORD)
    return in_front_of(adapter="./ours", url=system.url, user=USER, password=password)


class TestSoap(HouseContract):
    loan_call = "LendBook"
    return_call = "ReturnBook"

    def test_holds_and_payments_go_through(self, kiosk, system):
        assert kiosk.holds().startswith("161N")
        assert [hold.title for hold in system.books.card(GOOD).holds] == ["自建水经注"]
        assert f"|AF{WORDING[Reason.HOLD_EXISTS]}" in kiosk.holds()
        assert kiosk.holds(mode="-").startswith("161N")

        assert kiosk.pays("3.00", fee="700001").startswith("38Y")
        assert [fee.id for fee in system.books.card(OWES).fees] == ["700002"]

    def test_what_means_something_in_xml_or_json_is_only_a_text(self, kiosk):
        assert f"|AF{WORDING[Reason.PATRON_UNKNOWN]}" in kiosk.lends(patron='<a>&"]]>', pin="")

    def test_what_softdock_may_not_do_is_told_to_nobody_but_the_operator(self, kiosk, system):
        system.faults.next(Harm.RIGHTS, "LendBook")

        refused = kiosk.lends()

        assert refused.startswith("120")
        assert "没有权限" not in refused
        assert self.borrower(system, FREE) is None
