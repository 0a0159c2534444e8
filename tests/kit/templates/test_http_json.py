"""The template for JSON, copied and unchanged, between a kiosk and the system that it was written for."""

import pytest

from house_contract import HouseContract
from house_kiosk import FREE, GOOD, OWES, in_front_of, secret_file
from softdock.kit.simulators import Harm
from softdock.kit.simulators.house import start_rest
from softdock.kit.simulators.house.rest import CLIENT, SECRET
from softdock.kit.templates import copy_template

pytestmark = pytest.mark.socket

__all__ = ["in_front_of"]


@pytest.fixture
def system(real):
    running = real.result_of(start_rest(real.reactor))
    yield running
    real.result_of(running.stop())


@pytest.fixture
def kiosk(system, in_front_of, tmp_path):
    copy_template("http-json", tmp_path / "ours", "ours")
    secret = secret_file(tmp_path, SECRET)
    return in_front_of(adapter="./ours", url=system.url, client=CLIENT, secret=secret)


class TestHttpJson(HouseContract):
    def test_holds_and_payments_go_through(self, kiosk, system):
        assert kiosk.holds().startswith("161N")
        assert [hold.title for hold in system.books.card(GOOD).holds] == ["自建水经注"]
        assert kiosk.holds(mode="-").startswith("161N")
        assert system.books.card(GOOD).holds == ()

        assert kiosk.pays("3.00", fee="700001").startswith("38Y")
        assert [fee.id for fee in system.books.card(OWES).fees] == ["700002"]

    def test_a_token_that_is_over_is_fetched_anew(self, kiosk, system):
        kiosk.finds()
        system.faults.next(Harm.SESSION, "loans")

        assert kiosk.lends().startswith("121")
        assert [each.call for each in system.requests].count("token") == 2

    def test_what_softdock_may_not_do_is_told_to_nobody_but_the_operator(self, kiosk, system):
        system.faults.next(Harm.RIGHTS, "loans")

        refused = kiosk.lends()

        assert refused.startswith("120")
        assert "没有权限" not in refused
        assert system.books.copy(FREE).loan is None
