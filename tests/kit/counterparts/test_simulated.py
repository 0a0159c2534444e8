"""Cases that are found in the books of a simulator."""

import json
from datetime import UTC, datetime

import pytest

from softdock.adapters import Done, Refused
from softdock.kit.counterparts import Expected
from softdock.kit.counterparts.simulated import SIMULATORS, cases_in
from softdock.kit.simulators.aleph import running as aleph
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.house import rest
from softdock.kit.simulators.interlib import service as interlib
from softdock.kit.simulators.ncip import running as ncip

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
STOCKS = {
    "interlib": interlib.STOCK,
    "aleph": aleph.STOCK,
    **dict.fromkeys(("house-forms", "house-rest", "house-sip2", "house-soap"), rest.STOCK),
    "aleph-rest": aleph.STOCK,
    **dict.fromkeys(("ncip", "ncip-1"), ncip.STOCK),
}


def books_and_pins(name):
    stock = json.loads(STOCKS[name].read_bytes())
    return Books(STOCKS[name], stock["library"]["id"], now=lambda: NOW), {
        each["id"]: each.get("pin", "") for each in stock["patrons"]
    }


def test_every_simulator_has_its_stock_here():
    assert STOCKS.keys() == SIMULATORS.keys()


@pytest.mark.parametrize("name", STOCKS)
def test_the_books_do_each_case_that_is_to_be_done_and_refuse_each_that_is_to_be_refused(name):
    books, pins = books_and_pins(name)
    cases = list(cases_in(books, pins))

    for case in cases:
        books.begin_anew()
        wanted = Done if case.expected is Expected.DONE else Refused
        assert isinstance(books.perform(case.operation), wanted), case.name
    assert {"checkout: done", "checkin: refused", "renew: done", "pay-fee: done"} <= {
        each.name for each in cases
    }


def test_books_that_begin_anew_are_as_they_were_and_differ_after_a_loan():
    books, pins = books_and_pins("interlib")
    (loan,) = [each.operation for each in cases_in(books, pins) if each.name == "checkout: done"]
    before = books.state()

    books.perform(loan)
    lent = books.state()
    books.begin_anew()

    assert before == books.state() != lent
