"""Books that lenders use, in a database: SoftDocks on it, and a witness of what they tell."""

import json
import subprocess
import tempfile
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

import lenders
from running import COMMAND, softdock
from witness import Witness

KIOSKS = 16
WANTED = 12
"""Items that everybody wants, in each round."""
PAGE = 20


class Books:
    """A database, the SoftDocks on it, and a witness of everything that they tell."""

    def __init__(self, folder, database, rounds):
        self.database = database
        self.contested = lenders.contested_items(WANTED * rounds)
        own = [item for kiosk in range(KIOSKS) for item in lenders.own_items(kiosk)]
        self.witness = Witness(own, self.contested)
        self._items = own + self.contested
        self._folder = folder
        self._holdings = json.dumps(lenders.holdings(KIOSKS, len(self.contested)))
        self._round = 0
        self._loans = {}

    def softdock(self, **library):
        """A SoftDock on the books, with a folder of its own."""
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        return softdock(folder, lenders.settings(self.database, **library), holdings_json=self._holdings)

    def kiosks(self, *running):
        """Kiosks for one round, at one or more SoftDocks."""
        wanted = self.contested[self._round * WANTED :][:WANTED]
        self._round += 1
        ports = [each.ports[0] for each in running]
        return lenders.Kiosks(KIOSKS, ports, self._round, self.witness, wanted, self._loans)

    def check(self, *running):
        """Compare the books, as every SoftDock tells them and as they stand in the tables, with all that was answered."""
        told = [loans_by_message(each.ports[0], self._items) for each in running]
        self._loans = loans_in_tables(self.database)
        for loans in told:
            differing = loans.items() ^ self._loans.items()
            assert not differing, f"messages and tables differ: {sorted(differing)}"
        complaints = self.witness.complaints(self._loans)
        assert not complaints, complaints
        self.witness.learn(self._loans)

    def check_export(self):
        """The books as they are given out, for another system or another database, are these too."""
        differing = loans_by_export(self.database).items() ^ self._loans.items()
        assert not differing, f"export and tables differ: {sorted(differing)}"


def loans_by_message(port, items):
    """From item to borrower, as devices are told: by the list of each patron (63), and each item's own word (17)."""
    device = lenders.connected(port)
    try:
        loans = {}
        for card in map(lenders.patron, range(KIOSKS)):
            for item in _listed(device, card):
                assert item not in loans, f"{item} is on two cards"
                loans[item] = card
        for item in items:
            answer = device.ask(lenders.lookup_of(item))
            assert answer[:4] == ("1804" if item in loans else "1803"), answer
        return loans
    finally:
        device.socket.close()


def _listed(device, card):
    """The items on a card, a page at a time."""
    items = []
    while True:
        answer = device.ask(lenders.loans_of(card, len(items) + 1, len(items) + PAGE))
        assert answer.startswith("64"), answer
        found = [field[2:] for field in answer.split("|") if field.startswith("AU")]
        items += found
        if len(found) < PAGE:
            assert len(items) == int(answer[45:49]), answer
            return items


def loans_in_tables(database):
    """From item to borrower, as the tables have it."""
    engine = sa.create_engine(database, poolclass=NullPool)
    with engine.connect() as connection:
        return dict(connection.execute(sa.text("SELECT item, patron FROM loan")).all())


def loans_by_export(database):
    """From item to borrower, as the export of the books says."""
    command = [COMMAND, "library", "export", "-", "--database", database]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    loans = json.loads(done.stdout)["loans"]
    assert len({each["item"] for each in loans}) == len(loans), "an item is lent twice"
    return {each["item"]: each["patron"] for each in loans}
