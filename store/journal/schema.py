"""The tables of the journal.

Points in time are microseconds since 1970 in UTC, as whole numbers; words are those of `circulation.journal`.
"""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Index, LargeBinary, MetaData, PrimaryKeyConstraint, Table, Text

from softdock.store.database import Schema

LOCK = "store"
"""By what transactions on the journal lock each other out, whichever process they belong to."""

SCHEMA = Schema("journal", Path(__file__).with_name("revisions"))

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")

owner = Table(
    "owner",
    metadata,
    Column("number", Number, primary_key=True),
    Column("host", Text, nullable=False, comment="name of the machine, for people"),
    Column("machine", Text, nullable=False, comment="/etc/machine-id"),
    Column("boot", Text, nullable=False, comment="of the machine's kernel"),
    Column("namespace", Text, nullable=False, comment="in which process numbers count"),
    Column("process", Number, nullable=False),
    Column("started", Number, nullable=False, comment="of the process, in ticks since the boot"),
    Column("worker", Number, nullable=False),
    Column("beats", Number, nullable=False, comment="grows as long as the process lives"),
)

entry = Table(
    "entry",
    metadata,
    Column("number", Number, primary_key=True),
    Column("change", Number, nullable=False, unique=True, comment="grows with every change of any entry"),
    Column("state", Text, nullable=False),
    Column("last_word", Text, nullable=False),
    Column("listed", Boolean, nullable=False),
    Column("undoing", Boolean, nullable=False),
    Column("owner", Number, nullable=False),
    Column("claimed_at", Number, nullable=False),
    Column("ended_at", Number),
    Column("settled_at", Number),
    Column("operation_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("system", Text, nullable=False),
    Column("home", Text, nullable=False),
    Column("library", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("location", Text, nullable=False),
    Column("patron", Text),
    Column("item", Text),
    Column("place", Text, comment="where only one operation may be under way"),
    Column("fingerprint", LargeBinary),
    Column("window_us", Number, nullable=False),
    Column("payment", Text, comment="by what a payment is known again"),
    Column("operation", Text, nullable=False, comment="JSON"),
    Column("outcome", Text, comment="JSON"),
    Column("resolution", Text),
    Column("remark", Text, nullable=False),
)

hold_name = Table(
    "hold_name",
    metadata,
    Column("library", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("patron", Text, nullable=False),
    Column("placed_at", Number, nullable=False),
    Column("ended_at", Number),
    Column("hold", Text, nullable=False, comment="JSON"),
    PrimaryKeyConstraint("library", "account", "name", name="pk_hold_name"),
)

UNSETTLED = ("open", "unknown")

IS_UNSETTLED = sa.text("state IN ('open', 'unknown')")
"""As text: the index is used only where its condition stands word for word."""

Index(
    "ix_entry_unsettled",
    entry.c.number,
    sqlite_where=IS_UNSETTLED,
    postgresql_where=IS_UNSETTLED,
)
Index(
    "ix_entry_payment",
    entry.c.payment,
    sqlite_where=entry.c.payment.is_not(None),
    postgresql_where=entry.c.payment.is_not(None),
)

IS_PAYMENT = sa.text("kind = 'pay-fee'")

Index(
    "ix_entry_payment_time",
    entry.c.claimed_at,
    sqlite_where=IS_PAYMENT,
    postgresql_where=IS_PAYMENT,
)

HAS_NOT_ENDED = sa.text("ended_at IS NULL")

Index(
    "ix_hold_name_patron",
    hold_name.c.library,
    hold_name.c.patron,
    sqlite_where=HAS_NOT_ENDED,
    postgresql_where=HAS_NOT_ENDED,
)
Index("ix_hold_name_placed_at", hold_name.c.placed_at)
