"""The tables of an embedded library.

Points in time are microseconds since 1970 in UTC, days ISO 8601, amounts the currency's smallest units; words are those
of the vocabulary.  What hangs on a row for undoing only is JSON, and so is a recall, which few loans have.  Numbers (of
patrons and items too) come from one counter, `library.last_number`, so that a lower number is always older.
"""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Index, LargeBinary, MetaData, Table, Text

from softdock.store.database import Schema

SCHEMA = Schema("inhouse", Path(__file__).with_name("revisions"))

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
metadata = MetaData(naming_convention=NAMES)

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""64 bits; on SQLite the type of the name INTEGER alone is the number of the row itself."""

library = Table(
    "library",
    metadata,
    Column("id", Number, sa.CheckConstraint("id = 1", name="only"), primary_key=True),
    Column("name", Text, nullable=False, comment="the library's identifier"),
    Column("policies", Text, nullable=False, comment="JSON, as in an import file"),
    Column("branches", Text, nullable=False, comment="JSON: location to branch"),
    Column("pin_key_mark", Text),
    Column("last_number", Number, nullable=False),
)

import_run = Table(
    "import_run",
    metadata,
    Column("number", Number, primary_key=True),
    Column("first_number", Number, nullable=False, comment="what has a lower one was there before"),
    Column("begun", Number, nullable=False),
    Column("ended", Number),
)

patron = Table(
    "patron",
    metadata,
    Column("number", Number, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("pin", LargeBinary, nullable=False),
    Column("name", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("birth_date", Text),
    Column("address", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("home_library", Text),
    Column("language", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("expires", Text),
    Column("card_lost", Boolean(create_constraint=False), nullable=False),
    Column("message", Text, nullable=False),
    Column("extra", Text, comment="JSON"),
    Column("blocked", Text, comment="the text of the block; null if the card is not blocked"),
)

item = Table(
    "item",
    metadata,
    Column("number", Number, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("title_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("media_type", Text),
    Column("magnetic", Boolean(create_constraint=False)),
    Column("security_marker", Text, nullable=False),
    Column("fee_type", Text, nullable=False),
    Column("fee", Number),
    Column("fee_currency", Text),
    Column("owner", Text),
    Column("permanent_location", Text, nullable=False),
    Column("call_number", Text, nullable=False),
    Column("collection", Text, nullable=False),
    Column("lendable", Boolean(create_constraint=False), nullable=False),
    Column("extra", Text, comment="JSON"),
    Column("status", Text, nullable=False),
    Column("location", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("isbn", Text, comment="of extra, as it is compared"),
    Column("stay", Text, comment="JSON; null for what is not here for a time only"),
    # Hash indexes have no longest key, which a title may exceed.
    Index(None, "title_id", postgresql_using="hash"),
    Index(None, "title", postgresql_using="hash"),
    Index(None, "isbn", postgresql_using="hash"),
)

loan = Table(
    "loan",
    metadata,
    Column("item", Text, sa.ForeignKey("item.id"), primary_key=True, comment="nothing is lent twice"),
    Column("patron", Text, sa.ForeignKey("patron.id"), nullable=False, index=True),
    Column("lent", Number, nullable=False),
    Column("due", Number, nullable=False),
    Column("renewals", Number, nullable=False),
    Column("settled", Boolean(create_constraint=False), nullable=False),
    Column("undo", Text, comment="JSON: fees, filled, before"),
    sqlite_with_rowid=False,
)

last_return = Table(
    "last_return",
    metadata,
    Column("item", Text, sa.ForeignKey("item.id"), primary_key=True),
    Column("loan", Text, nullable=False, comment="JSON"),
    Column("status", Text, nullable=False),
    Column("location", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("fine", Text),
    sqlite_with_rowid=False,
)

hold = Table(
    "hold",
    metadata,
    Column("number", Number, primary_key=True),
    Column("patron", Text, sa.ForeignKey("patron.id"), nullable=False, index=True),
    Column("title_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("placed", Number, nullable=False),
    Column("item", Text),
    Column("scope", Text, nullable=False),
    Column("pickup_location", Text, nullable=False),
    Column("expires", Number),
    Column("copy", Text),
    Column("shelf_until", Number),
    Column("lapses", Number, index=True),
    Column("id", Text, comment="the name that a partner has given it"),
    Column("kind", Text, nullable=False, server_default="hold"),
    Index(None, "title_id", postgresql_using="hash"),
    Index(None, "id", postgresql_using="hash"),
)

ended_hold = Table(
    "ended_hold",
    metadata,
    Column("number", Number, primary_key=True, comment="of the hold"),
    Column("name", Text, nullable=False),
    Column("patron", Text, sa.ForeignKey("patron.id"), nullable=False, index=True),
    Column("hold", Text, nullable=False, comment="JSON"),
    Column("status", Text, nullable=False),
    Column("ended", Number, nullable=False, index=True),
    Index(None, "name", postgresql_using="hash"),
)

fee = Table(
    "fee",
    metadata,
    Column("patron", Text, sa.ForeignKey("patron.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("number", Number, nullable=False),
    Column("amount", Number, nullable=False),
    Column("currency", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("item", Text),
    Column("charged", Number),
    Column("note", Text, comment="null for none"),
    sqlite_with_rowid=False,
)

payment = Table(
    "payment",
    metadata,
    Column("number", Number, primary_key=True),
    Column("patron", Text, sa.ForeignKey("patron.id"), nullable=False),
    Column("amount", Number, nullable=False),
    Column("currency", Text, nullable=False),
    Column("at", Number, nullable=False),
    Column("parts", Text, nullable=False, comment="JSON"),
    Column("asked", Text),
    Column("transaction", Text, nullable=False),
    Column("payment_type", Text, nullable=False),
    Index("ix_payment_patron_at", "patron", "at"),
)

done_operation = Table(
    "done_operation",
    metadata,
    Column("operation_id", Text, primary_key=True, comment="as the journal has it"),
    Column("at", Number, nullable=False, index=True),
    sqlite_with_rowid=False,
)
