"""What devices were told about loans, and what the books may therefore say, whatever happened to SoftDock meanwhile."""


class Witness:
    """Follows items from answer to answer.

    Most items belong to one kiosk each, whose wishes come one after the other: after a yes the books have one thing to
    say, while a wish is open they may say either.  An item that all kiosks want at once is lent to one of them at most.
    """

    def __init__(self, items, contested=()):
        self._may_be = {item: {None} for item in items}
        self._before = {}
        self._wanted = {item: set() for item in contested}
        self._got = {item: [] for item in contested}
        self.answers = 0
        """How many wishes were answered."""

    def asked(self, item, borrower):
        """A wish is on its way: `item` is to be lent to `borrower`, or with None to be taken back."""
        if item in self._wanted:
            self._wanted[item].add(borrower)
        else:
            self._before[item] = self._may_be[item]
            self._may_be[item] = self._may_be[item] | {borrower}

    def told(self, item, borrower, done):
        """The wish was answered: yes, no, or with None that nobody knows."""
        self.answers += 1
        if done is None:
            self._before.pop(item, None)
        elif item not in self._wanted:
            before = self._before.pop(item)
            self._may_be[item] = {borrower} if done else before
        elif done:
            self._got[item].append(borrower)
        else:
            self._wanted[item].discard(borrower)

    def complaints(self, loans):
        """Where the books, a mapping from item to borrower, differ from what was told; sentences."""
        found = [
            f"{item} was lent to {' and to '.join(who)} at once"
            for item, who in self._got.items()
            if len(who) > 1
        ]
        for item, borrowers in self._may_be.items():
            if loans.get(item) not in borrowers:
                found.append(
                    f"{item} is with {loans.get(item)}, and should be with {sorted(map(str, borrowers))}"
                )
        for item, wanted in self._wanted.items():
            borrowers = set(self._got[item]) or wanted | {None}
            if loans.get(item) not in borrowers:
                found.append(
                    f"{item} is with {loans.get(item)}, and should be with {sorted(map(str, borrowers))}"
                )
        found += [
            f"{item} is with {who}, and nobody asked for it"
            for item, who in loans.items()
            if not self._knows(item)
        ]
        return found

    def learn(self, loans):
        """What was open is settled by the books."""
        self._before.clear()
        for item in self._may_be:
            self._may_be[item] = {loans.get(item)}
        for item in self._wanted:
            who = loans.get(item)
            self._got[item], self._wanted[item] = ([who], {who}) if who else ([], set())

    def _knows(self, item):
        return item in self._may_be or item in self._wanted
