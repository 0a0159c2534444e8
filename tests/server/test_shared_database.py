"""Two SoftDocks on one database, of one host or of two: one lends what the other has not, and limits are for both."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

import lenders
from lenders import LENT
from lent_books import Books
from running import softdock
from softdock.circulation.locale.en import WORDING
from softdock.circulation.reasons import Reason

pytestmark = pytest.mark.socket

TOO_MANY = WORDING[Reason.TOO_MANY_LOANS]


@pytest.fixture
def at_once():
    """Starts several SoftDocks at the same moment; ends them after the test."""
    with ExitStack() as running, ThreadPoolExecutor(2) as pool:
        yield lambda *starting: list(pool.map(running.enter_context, starting))


def test_two_softdocks_race_for_the_same_items_and_none_is_lent_twice(tmp_path, database, at_once):
    """Both begin with the same empty books; afterwards both and the export tell the same loans."""
    books = Books(tmp_path, database, 1)
    both = at_once(books.softdock(), books.softdock())
    with books.kiosks(*both) as kiosks:
        kiosks.lend(answers=800)
        kiosks.finish()
    assert set(kiosks.refusals) == {LENT}
    books.check(*both)
    books.check_export()


def test_the_loans_that_a_card_allows_are_counted_over_both(tmp_path, database, at_once):
    """Eight kiosks at two SoftDocks lend to one card at the same time; it allows five loans."""
    holdings = json.dumps(lenders.holdings(1, 32, max_loans=5))
    settings = lenders.settings(database)
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    both = at_once(*(softdock(folder, settings, holdings_json=holdings) for folder in folders))
    kiosks = [lenders.connected(both[number % 2].ports[0]) for number in range(8)]
    answers = []
    for number in range(4):
        for kiosk, item in zip(kiosks, lenders.contested_items(32)[number::4], strict=True):
            kiosk.say(lenders.loan_of(item, lenders.patron(0)))
        answers += [kiosk.hear() for kiosk in kiosks]
    for kiosk in kiosks:
        kiosk.socket.close()
    assert [answer[:3] for answer in answers].count("121") == 5
    assert sum(f"|AF{TOO_MANY}|" in answer for answer in answers) == 27
