"""The template for forms and XML in GBK, copied and unchanged, between a kiosk and the system that it was written for."""

import pytest

from house_contract import HouseContract
from house_kiosk import FREE, GOOD, OTHER, OWES, in_front_of, secret_file
from softdock.circulation.locale.en import WORDING
from softdock.circulation.reasons import Reason
from softdock.kit.simulators import Harm
from softdock.kit.simulators.house import start_forms
from softdock.kit.simulators.house.forms import APPID, SECRET
from softdock.kit.templates import copy_template

pytestmark = pytest.mark.socket

__all__ = ["in_front_of"]


@pytest.fixture
def system(real):
    running = real.result_of(start_forms(real.reactor))
    yield running
    real.result_of(running.stop())


@pytest.fixture
def kiosk(system, in_front_of, tmp_path):
    copy_template("http-xml", tmp_path / "ours", "ours")
    secret = secret_file(tmp_path, SECRET)
    return in_front_of(adapter="./ours", url=system.url, appid=APPID, secret=secret)


class TestHttpXml(HouseContract):
    loan_call = "lend"
    return_call = "giveback"

    def test_holds_and_payments_go_through(self, kiosk, system):
        assert kiosk.holds().startswith("161N")
        assert [hold.title for hold in system.books.card(GOOD).holds] == ["自建水经注"]
        assert f"|AF{WORDING[Reason.HOLD_EXISTS]}" in kiosk.holds()
        assert kiosk.holds(mode="-").startswith("161N")

        assert kiosk.pays("3.00", fee="700001").startswith("38Y")
        assert [fee.id for fee in system.books.card(OWES).fees] == ["700002"]

    def test_letters_beyond_the_charset_that_is_declared_are_read(self, kiosk, system):
        assert "|AE陈自堃|" in kiosk.looks_up(OTHER)
        system.faults.next(Harm.CHARSET, "readerinfo")
        assert "|AE陈自堃|" in kiosk.looks_up(OTHER)

    def test_a_wrong_signature_is_told_to_nobody_but_the_operator(self, kiosk, system):
        system.faults.next(Harm.SESSION, "lend")

        refused = kiosk.lends()

        assert refused.startswith("120")
        assert "签名错误" not in refused
        assert self.borrower(system, FREE) is None

    def test_what_gbk_cannot_say_is_not_sent(self, kiosk, system):
        before = len(system.requests)

        assert kiosk.finds("GC😀").startswith("1801")
        assert len(system.requests) == before
