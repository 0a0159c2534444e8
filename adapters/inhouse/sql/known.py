"""What the books in a database know, for a file that is to be taken into them."""

import json
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from softdock.adapters.inhouse.import_records import KindOfPatron, NameOfTitle
from softdock.adapters.inhouse.sql import schema as t
from softdock.adapters.inhouse.sql.loading import TITLES_BY_ID, TITLES_BY_TEXT
from softdock.adapters.inhouse.sql.terms import LIBRARY, policies_of
from softdock.circulation.identifiers import TitleId
from softdock.store.database import KeyedSelect, Session

KINDS = KeyedSelect(sa.select(t.patron.c.id, t.patron.c.category, t.patron.c.currency), t.patron.c.id)
TITLES = KeyedSelect(sa.select(t.item.c.id, t.item.c.title_id, t.item.c.title), t.item.c.id)


class SqlKnownBooks:
    """Implements `import_check.KnownBooks`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        ((_, policies, branches, mark),) = session.transact(lambda books: books.rows(LIBRARY))
        self.pin_key_mark: str | None = mark
        self.policies = policies_of(policies)
        self.branches: Mapping[str, str] = json.loads(branches)

    def patrons(self, ids: Iterable[str]) -> Mapping[str, KindOfPatron]:
        """See `KnownBooks`."""
        rows = self._session.transact(lambda books: books.rows_of(KINDS, ids))
        return {patron: (category, currency) for patron, category, currency in rows}

    def items(self, ids: Iterable[str]) -> Mapping[str, NameOfTitle]:
        """See `KnownBooks`."""
        rows = self._session.transact(lambda books: books.rows_of(TITLES, ids))
        return {item: (TitleId(title_id), text) for item, title_id, text in rows}

    def titles(self, names: Iterable[str]) -> Mapping[str, NameOfTitle]:
        """See `KnownBooks`."""
        wanted = list(names)
        found: dict[str, NameOfTitle] = {}
        for title_id, text in self._session.transact(lambda books: books.rows_of(TITLES_BY_ID, wanted)):
            found.setdefault(title_id, (TitleId(title_id), text))
        left = [each for each in wanted if each not in found]
        for text, title_id in self._session.transact(lambda books: books.rows_of(TITLES_BY_TEXT, left)):
            found.setdefault(text, (TitleId(title_id), text))
        return found
