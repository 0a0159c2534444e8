"""The replies that are read are what the row says they are, and the maps read all of them."""

import pytest

from softdock.benchmarks import reading


@pytest.mark.parametrize(("kind", "data"), [("xml", reading._xml()), ("json", reading._json())])
def test_a_reply_of_two_kilobytes_has_sixteen_values_and_three_loans(kind, data):
    filled = reading._reader(kind)(data)
    values = {
        name: value for name, value in filled.items() if name not in {"patron.loans", "patron.standing"}
    }
    assert 1700 < len(data) < 2200
    assert (len(values) + len(filled["patron.standing"]), len(filled["patron.loans"])) == (16, 3)
    assert all(set(each) == {"item.id", "item.title", "due"} for each in filled["patron.loans"])
