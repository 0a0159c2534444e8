"""Keep with a fee when it was charged, and what is said about it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("fee", sa.Column("charged", Number))
    op.add_column("fee", sa.Column("note", sa.Text, comment="null for none"))
