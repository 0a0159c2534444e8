"""The templates for databases, copied and unchanged: statements on SQLite, stored procedures on PostgreSQL."""

import pytest

from house_contract import HouseContract
from house_kiosk import GOOD, TAKEN, in_front_of
from softdock.circulation.errors import AnswerLost, SystemUnavailable
from softdock.circulation.locale.en import WORDING
from softdock.circulation.reasons import Reason
from softdock.kit.simulators.house.database import HouseDatabase
from softdock.kit.templates import copy_template

__all__ = ["in_front_of"]


class Interrupted:
    """The transport of a kiosk's adapter, of which the next request that changes something goes wrong."""

    def __init__(self, kiosk, error, *, before):
        self._transports = kiosk.system.transports
        self._inside = self._transports["main"]
        self._error = error
        self._before = before
        self._transports["main"] = self

    async def send(self, request, *, changes):
        if not changes:
            return await self._inside.send(request, changes=changes)
        self._transports["main"] = self._inside
        if not self._before:
            await self._inside.send(request, changes=changes)
        raise self._error


class DatabaseContract(HouseContract):
    def borrower(self, system, item):
        return system.borrower(item)

    def lose_answer(self, kiosk, system, call):
        Interrupted(kiosk, AnswerLost("the connection was lost"), before=False)

    def break_down(self, kiosk, system, call):
        Interrupted(kiosk, SystemUnavailable("no connection"), before=True)

    def test_holds_go_through(self, kiosk, system):
        assert kiosk.holds().startswith("161N")
        assert [(each["card"].strip(), each["ready"]) for each in system.rows("holds")][1:] == [(GOOD, 0)]
        assert f"|AF{WORDING[Reason.HOLD_EXISTS]}" in kiosk.holds()
        assert kiosk.takes_back(TAKEN).startswith("101YUY")
        assert system.rows("holds")[1]["ready"] == 1
        assert kiosk.holds(mode="-").startswith("161N")
        assert f"|AF{WORDING[Reason.HOLD_UNKNOWN]}" in kiosk.holds(mode="-")

    def test_a_payment_that_comes_twice_is_booked_once(self, kiosk, system):
        assert kiosk.pays("3.00", fee="700001").startswith("38Y")
        assert kiosk.pays("3.00", fee="700001").startswith("38Y")
        assert {each["id"]: each["receipt"] for each in system.rows("debts")} == {
            "700001": "K-1",
            "700002": None,
        }
        assert kiosk.pays("1.00", fee="700002").startswith("38N")

    def test_what_is_returned_is_noted(self, kiosk, system):
        kiosk.takes_back(TAKEN)

        assert [each["barcode"].strip() for each in system.rows("returns")] == [TAKEN]

    def test_a_text_that_is_sql_stays_a_text(self, kiosk, system):
        assert kiosk.lends(patron="' OR '1'='1", pin="").startswith("120")
        assert kiosk.finds("x'; DELETE FROM loans; --").startswith("1801")
        assert len(system.rows("loans")) == 1


class TestStatementsOnSqlite(DatabaseContract):
    @pytest.fixture
    def system(self, tmp_path):
        return HouseDatabase(f"sqlite:///{tmp_path}/house.db")

    @pytest.fixture
    def kiosk(self, system, in_front_of, tmp_path):
        copy_template("sql", tmp_path / "ours", "ours")
        return in_front_of(adapter="./ours", url="sqlite:///house.db")


class TestProceduresOnPostgres(DatabaseContract):
    @pytest.fixture
    def system(self, postgres):
        return HouseDatabase(postgres.url(postgres.database()))

    @pytest.fixture
    def kiosk(self, system, in_front_of, tmp_path):
        copy_template("sql-procedure", tmp_path / "ours", "ours")
        return in_front_of(adapter="./ours", url=system.url)
