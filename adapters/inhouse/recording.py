"""Patrons and items that come into books in memory, are amended there, and leave.

A title is there as long as it has a copy, or somebody waits for it.  A device may also name it by what it is called;
where several titles are called the same, the one whose copy came first is meant.  The same goes for ISBNs, which come after
names.
"""

from collections.abc import Iterable

from softdock.adapters.inhouse.books import Books
from softdock.adapters.inhouse.isbn import isbn_of
from softdock.adapters.inhouse.model import EndedHold, Hold, ItemRecord, NewItem, PatronRecord
from softdock.adapters.inhouse.policies import PolicyBook
from softdock.adapters.inhouse.snapshot import Card, Copy, Title
from softdock.circulation.identifiers import HoldId, ItemId, PatronId, TitleId


class RecordingBooks(Books):
    """Books whose records can change as well."""

    def __init__(
        self,
        cards: dict[PatronId, Card],
        copies: dict[ItemId, Copy],
        titles: dict[TitleId, Title],
        holds: dict[HoldId, Hold | EndedHold],
    ) -> None:
        super().__init__(cards, copies, titles, holds)
        self.policies = PolicyBook()
        self._cards = cards
        self._copies = copies
        self._titles = titles
        self._holds = holds
        self._put[PatronRecord] = self._put_patron
        self._put[NewItem] = self._put_new_item
        self._put[ItemRecord] = self._put_item
        self._drop[PatronRecord] = self._drop_patron
        self._drop[ItemRecord] = self._drop_item

    def _put_patron(self, patron: PatronRecord) -> None:
        policy = self.policies.of(patron.category, patron.currency)
        card = self._cards.get(patron.id)
        if card is None:
            self._cards[patron.id] = Card(patron, policy)
        else:
            card.patron, card.policy = patron, policy
            card.forget()

    def _drop_patron(self, patron: PatronRecord) -> None:
        del self._cards[patron.id]
        ended = [
            name
            for name, each in self._holds.items()
            if isinstance(each, EndedHold) and each.hold.patron == patron.id
        ]
        for name in ended:
            del self._holds[name]

    def _put_new_item(self, entry: NewItem) -> None:
        title = self._title_for(entry.item)
        copy = self._copies[entry.item.id] = Copy(entry.item, title, entry.state)
        title.copies = (*title.copies, copy)
        for name in (title.text, isbn_of(entry.item.extra)):
            if name:
                self._titles.setdefault(TitleId(name), title)

    def _put_item(self, item: ItemRecord) -> None:
        copy = self._copies[item.id]
        old, copy.item, copy.view = copy.item, item, None
        if item.title_id != old.title_id:
            self._leave_title(copy)
            copy.title = self._title_for(item)
            # A title has its copies in the order in which they came into the books.
            copies = {*(each.item.id for each in copy.title.copies), item.id}
            copy.title.copies = tuple(each for name, each in self._copies.items() if name in copies)
        copy.title.text = item.title
        if copy.loan is not None:
            self._forget(copy.loan.patron)
        self._name_anew((*_names(old), *_names(item)))

    def _drop_item(self, item: ItemRecord) -> None:
        copy = self._copies.pop(item.id)
        self._leave_title(copy)
        self._name_anew(_names(item))

    def _title_for(self, item: ItemRecord) -> Title:
        title = self._titles.get(item.title_id)
        if title is None or title.id != item.title_id:
            title = self._titles[item.title_id] = Title(item.title_id, item.title)
        return title

    def _leave_title(self, copy: Copy) -> None:
        copy.title.copies = tuple(each for each in copy.title.copies if each is not copy)

    def _name_anew(self, names: Iterable[str]) -> None:
        """Find out which title goes by each of `names` now, if any."""
        for name in {TitleId(each) for each in names if each}:
            title = self._titles.pop(name, None)
            if title is None or title.id != name or not (title.copies or title.queue):
                title = self._called(name)
            if title is not None:
                self._titles[name] = title

    def _called(self, name: str) -> Title | None:
        by_text = by_isbn = None
        for copy in self._copies.values():
            if copy.item.title_id == name:
                return copy.title
            if by_text is None and copy.item.title == name:
                by_text = copy.title
            if by_isbn is None and isbn_of(copy.item.extra) == name:
                by_isbn = copy.title
        return by_text or by_isbn


def _names(item: ItemRecord) -> tuple[str, ...]:
    """By which its title may be known."""
    return item.title_id, item.title, isbn_of(item.extra) or ""
