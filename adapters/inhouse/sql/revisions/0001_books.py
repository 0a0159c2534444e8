"""The books as they began."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "library",
        sa.Column("id", Number),
        sa.Column("name", sa.Text, nullable=False, comment="the library's identifier"),
        sa.Column("policies", sa.Text, nullable=False, comment="JSON, as in an import file"),
        sa.Column("branches", sa.Text, nullable=False, comment="JSON: location to branch"),
        sa.Column("pin_key_mark", sa.Text),
        sa.Column("last_number", Number, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_library_only"),
        sa.PrimaryKeyConstraint("id", name="pk_library"),
    )
    op.create_table(
        "import_run",
        sa.Column("number", Number),
        sa.Column("first_number", Number, nullable=False, comment="what has a lower one was there before"),
        sa.Column("begun", Number, nullable=False),
        sa.Column("ended", Number),
        sa.PrimaryKeyConstraint("number", name="pk_import_run"),
    )
    op.create_table(
        "patron",
        sa.Column("number", Number),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("pin", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("birth_date", sa.Text),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("home_library", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("expires", sa.Text),
        sa.Column("card_lost", sa.Boolean, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("extra", sa.Text, comment="JSON"),
        sa.Column("blocked", sa.Text, comment="the text of the block; null if the card is not blocked"),
        sa.PrimaryKeyConstraint("number", name="pk_patron"),
        sa.UniqueConstraint("id", name="uq_patron_id"),
    )
    op.create_table(
        "item",
        sa.Column("number", Number),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("title_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text),
        sa.Column("magnetic", sa.Boolean),
        sa.Column("security_marker", sa.Text, nullable=False),
        sa.Column("fee_type", sa.Text, nullable=False),
        sa.Column("fee", Number),
        sa.Column("fee_currency", sa.Text),
        sa.Column("owner", sa.Text),
        sa.Column("permanent_location", sa.Text, nullable=False),
        sa.Column("call_number", sa.Text, nullable=False),
        sa.Column("collection", sa.Text, nullable=False),
        sa.Column("lendable", sa.Boolean, nullable=False),
        sa.Column("extra", sa.Text, comment="JSON"),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("location", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_item"),
        sa.UniqueConstraint("id", name="uq_item_id"),
    )
    op.create_index("ix_item_title_id", "item", ["title_id"], postgresql_using="hash")
    op.create_index("ix_item_title", "item", ["title"], postgresql_using="hash")
    op.create_table(
        "loan",
        sa.Column("item", sa.Text, comment="nothing is lent twice"),
        sa.Column("patron", sa.Text, nullable=False),
        sa.Column("lent", Number, nullable=False),
        sa.Column("due", Number, nullable=False),
        sa.Column("renewals", Number, nullable=False),
        sa.Column("settled", sa.Boolean, nullable=False),
        sa.Column("undo", sa.Text, comment="JSON: fees, filled, before"),
        sa.ForeignKeyConstraint(["item"], ["item.id"]),
        sa.ForeignKeyConstraint(["patron"], ["patron.id"]),
        sa.PrimaryKeyConstraint("item", name="pk_loan"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_loan_patron", "loan", ["patron"])
    op.create_table(
        "last_return",
        sa.Column("item", sa.Text),
        sa.Column("loan", sa.Text, nullable=False, comment="JSON"),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("location", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("fine", sa.Text),
        sa.ForeignKeyConstraint(["item"], ["item.id"]),
        sa.PrimaryKeyConstraint("item", name="pk_last_return"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hold",
        sa.Column("number", Number),
        sa.Column("patron", sa.Text, nullable=False),
        sa.Column("title_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("placed", Number, nullable=False),
        sa.Column("item", sa.Text),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("pickup_location", sa.Text, nullable=False),
        sa.Column("expires", Number),
        sa.Column("copy", sa.Text),
        sa.Column("shelf_until", Number),
        sa.Column("lapses", Number),
        sa.ForeignKeyConstraint(["patron"], ["patron.id"]),
        sa.PrimaryKeyConstraint("number", name="pk_hold"),
    )
    op.create_index("ix_hold_title_id", "hold", ["title_id"], postgresql_using="hash")
    op.create_index("ix_hold_patron", "hold", ["patron"])
    op.create_index("ix_hold_copy", "hold", ["copy"])
    op.create_index("ix_hold_lapses", "hold", ["lapses"])
    op.create_table(
        "fee",
        sa.Column("patron", sa.Text),
        sa.Column("id", sa.Text),
        sa.Column("number", Number, nullable=False),
        sa.Column("amount", Number, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("item", sa.Text),
        sa.ForeignKeyConstraint(["patron"], ["patron.id"]),
        sa.PrimaryKeyConstraint("patron", "id", name="pk_fee"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "payment",
        sa.Column("number", Number),
        sa.Column("patron", sa.Text, nullable=False),
        sa.Column("amount", Number, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("at", Number, nullable=False),
        sa.Column("parts", sa.Text, nullable=False, comment="JSON"),
        sa.Column("asked", sa.Text),
        sa.Column("transaction", sa.Text, nullable=False),
        sa.Column("payment_type", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["patron"], ["patron.id"]),
        sa.PrimaryKeyConstraint("number", name="pk_payment"),
    )
    op.create_index("ix_payment_patron", "payment", ["patron"])
