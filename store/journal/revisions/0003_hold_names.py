"""By which names partners know holds at systems that keep none."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "hold_name",
        sa.Column("library", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("patron", sa.Text, nullable=False),
        sa.Column("placed_at", Number, nullable=False),
        sa.Column("ended_at", Number),
        sa.Column("hold", sa.Text, nullable=False, comment="JSON"),
        sa.PrimaryKeyConstraint("library", "account", "name", name="pk_hold_name"),
    )
    has_not_ended = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_hold_name_patron",
        "hold_name",
        ["library", "patron"],
        sqlite_where=has_not_ended,
        postgresql_where=has_not_ended,
    )
    op.create_index("ix_hold_name_placed_at", "hold_name", ["placed_at"])
