"""Lives with a library, in either version, and with its books in memory and in a database."""

import pytest

from ncip_lives import FORMS, Life
from ncip_partner import DEMO


@pytest.fixture(params=["2.02 in memory", "1.01 in memory", "2.02 in a database"])
def living(request, tmp_path):
    """Begins a life with the demo's library."""
    version, where = request.param.split(" ", 1)
    how = {}
    if where == "in a database":
        books = {
            "database": f"sqlite:///{tmp_path / 'books.db'}",
            "pin_key": "a key of tests, and of nothing else",
        }
        how = {"real": request.getfixturevalue("real"), "books": DEMO | books}
    begun = []

    def begin(**more):
        begun.append(Life(FORMS[version], **how, **more))
        return begun[-1]

    yield begin
    for each in begun:
        each.finished(each.system.close())


@pytest.fixture
def life(living):
    """A life with the demo's library."""
    return living()
