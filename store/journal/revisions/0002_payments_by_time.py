"""For the day-end file."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    is_payment = sa.text("kind = 'pay-fee'")
    op.create_index(
        "ix_entry_payment_time", "entry", ["claimed_at"], sqlite_where=is_payment, postgresql_where=is_payment
    )
