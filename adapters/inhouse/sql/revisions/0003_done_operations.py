"""Keep with the changes of an operation that it was done, for whoever lost the answer."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "done_operation",
        sa.Column("operation_id", sa.Text, comment="as the journal has it"),
        sa.Column("at", Number, nullable=False),
        sa.PrimaryKeyConstraint("operation_id", name="pk_done_operation"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_done_operation_at", "done_operation", ["at"])
