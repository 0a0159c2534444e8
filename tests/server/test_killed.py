"""Killed under load, again and again, and then books against answers: every yes that was told is in the books.

More rounds: KILLS=200 pytest tests/server/test_killed.py
"""

import os
import random

import pytest

from lenders import LENT
from lent_books import Books

pytestmark = pytest.mark.socket

KILLS = int(os.environ.get("KILLS", "2"))


def test_a_killed_softdock_has_kept_whatever_it_had_told(tmp_path, database):
    """What was open may be in the books or not; nothing is lent twice."""
    books = Books(tmp_path, database, KILLS)
    dice = random.Random(7)
    for _ in range(KILLS):
        with books.softdock() as running:
            books.check(running)
            with books.kiosks(running) as kiosks:
                kiosks.lend(answers=dice.randrange(20, 600))
                running.kill()
                kiosks.finish()
            assert kiosks.done
            assert set(kiosks.refusals) <= {LENT}
    with books.softdock() as running:
        books.check(running)
        books.check_export()


def test_of_two_softdocks_on_one_database_one_goes_on_when_the_other_is_killed(tmp_path, database):
    """In the midst of lending at both; what the dead one had told stands."""
    books = Books(tmp_path, database, 1)
    with books.softdock() as killed, books.softdock() as other, books.kiosks(killed, other) as kiosks:
        kiosks.lend(answers=200)
        killed.kill()
        kiosks.lend(answers=200, may_end=True)
        kiosks.finish()
        assert set(kiosks.refusals) <= {LENT}
        books.check(other)
