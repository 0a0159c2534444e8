"""The journal as it began."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "owner",
        sa.Column("number", Number),
        sa.Column("host", sa.Text, nullable=False, comment="name of the machine, for people"),
        sa.Column("machine", sa.Text, nullable=False, comment="/etc/machine-id"),
        sa.Column("boot", sa.Text, nullable=False, comment="of the machine's kernel"),
        sa.Column("namespace", sa.Text, nullable=False, comment="in which process numbers count"),
        sa.Column("process", Number, nullable=False),
        sa.Column("started", Number, nullable=False, comment="of the process, in ticks since the boot"),
        sa.Column("worker", Number, nullable=False),
        sa.Column("beats", Number, nullable=False, comment="grows as long as the process lives"),
        sa.PrimaryKeyConstraint("number", name="pk_owner"),
    )
    op.create_table(
        "entry",
        sa.Column("number", Number),
        sa.Column("change", Number, nullable=False, comment="grows with every change of any entry"),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("last_word", sa.Text, nullable=False),
        sa.Column("listed", sa.Boolean, nullable=False),
        sa.Column("undoing", sa.Boolean, nullable=False),
        sa.Column("owner", Number, nullable=False),
        sa.Column("claimed_at", Number, nullable=False),
        sa.Column("ended_at", Number),
        sa.Column("settled_at", Number),
        sa.Column("operation_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("system", sa.Text, nullable=False),
        sa.Column("home", sa.Text, nullable=False),
        sa.Column("library", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("location", sa.Text, nullable=False),
        sa.Column("patron", sa.Text),
        sa.Column("item", sa.Text),
        sa.Column("place", sa.Text, comment="where only one operation may be under way"),
        sa.Column("fingerprint", sa.LargeBinary),
        sa.Column("window_us", Number, nullable=False),
        sa.Column("payment", sa.Text, comment="by what a payment is known again"),
        sa.Column("operation", sa.Text, nullable=False, comment="JSON"),
        sa.Column("outcome", sa.Text, comment="JSON"),
        sa.Column("resolution", sa.Text),
        sa.Column("remark", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_entry"),
        sa.UniqueConstraint("change", name="uq_entry_change"),
    )
    unsettled = sa.text("state IN ('open', 'unknown')")
    op.create_index(
        "ix_entry_unsettled", "entry", ["number"], sqlite_where=unsettled, postgresql_where=unsettled
    )
    payment = sa.text("payment IS NOT NULL")
    op.create_index("ix_entry_payment", "entry", ["payment"], sqlite_where=payment, postgresql_where=payment)
