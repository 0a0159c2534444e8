"""Books in a database, asked without threads."""

from inhouse_books import CDL, NOW, RULES, ZONE
from softdock.adapters.inhouse.pins import PinSeal
from softdock.adapters.inhouse.snapshot import House
from softdock.adapters.inhouse.sql.moving import export_file
from softdock.adapters.inhouse.sql.storage import SqlStorage, prepare
from softdock.adapters.inhouse.sql.taking_in import take_in
from softdock.circulation.outcomes import Done
from softdock.store.database import Session

KEY = "the key of a frozen file"
HOUSE = House(CDL, "CNY", ZONE, pins=PinSeal(KEY))


class Library:
    """Books in a database, asked without threads."""

    def __init__(self, database, now=NOW):
        self.database = database
        self.now = now
        self.session = Session(database, writes=True)
        prepare(database, self.session, HOUSE, HOUSE.pins.mark)
        self.storage = SqlStorage(database, HOUSE, lambda: self.now, None)

    def ask(self, wish):
        job = (RULES[type(wish)], wish, "")
        return self.session.transact(lambda connection: self.storage._change(connection, [job]))[0]

    def done(self, wish):
        outcome = self.ask(wish)
        assert isinstance(outcome, Done), outcome
        return outcome.result

    def take_in(self, stock):
        return take_in(self.session, stock, HOUSE, lambda: self.now)


def exported(database, path, house=HOUSE):
    export_file(path, database, house, print)
    return path.read_text(encoding="utf-8")
