"""Give holds names and kinds, and remember how those have ended that stand no more."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("hold", sa.Column("id", sa.Text, comment="the name that a partner has given it"))
    op.add_column("hold", sa.Column("kind", sa.Text, nullable=False, server_default="hold"))
    op.create_index("ix_hold_id", "hold", ["id"], postgresql_using="hash")
    op.create_table(
        "ended_hold",
        sa.Column("number", Number, comment="of the hold"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hold", sa.Text, nullable=False, comment="JSON"),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("ended", Number, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_ended_hold"),
    )
    op.create_index("ix_ended_hold_ended", "ended_hold", ["ended"])
    op.create_index("ix_ended_hold_name", "ended_hold", ["name"], postgresql_using="hash")
