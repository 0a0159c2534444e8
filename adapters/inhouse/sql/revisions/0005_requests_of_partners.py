"""Give holds names and kinds, remember those that have ended, find titles by ISBN, and keep items for a time."""

import json

import sqlalchemy as sa
from alembic import op

from softdock.adapters.inhouse.isbn import isbn_of

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
        sa.Column("patron", sa.Text, nullable=False),
        sa.Column("hold", sa.Text, nullable=False, comment="JSON"),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("ended", Number, nullable=False),
        sa.ForeignKeyConstraint(["patron"], ["patron.id"]),
        sa.PrimaryKeyConstraint("number", name="pk_ended_hold"),
    )
    op.create_index("ix_ended_hold_patron", "ended_hold", ["patron"])
    op.create_index("ix_ended_hold_ended", "ended_hold", ["ended"])
    op.create_index("ix_ended_hold_name", "ended_hold", ["name"], postgresql_using="hash")
    op.add_column("item", sa.Column("isbn", sa.Text, comment="of extra, as it is compared"))
    op.add_column(
        "item", sa.Column("stay", sa.Text, comment="JSON; null for what is not here for a time only")
    )
    _find_isbns()
    op.create_index("ix_item_isbn", "item", ["isbn"], postgresql_using="hash")


def _find_isbns() -> None:
    """In what the library keeps with its items."""
    item = sa.table("item", *map(sa.column, ("number", "extra", "isbn")))
    books = op.get_bind()
    after = 0
    pages = (
        sa.select(item.c.number, item.c.extra)
        .where(item.c.extra.like('%"isbn"%'))
        .order_by(item.c.number)
        .limit(1000)
    )
    while page := books.execute(pages.where(item.c.number > after)).all():
        after = page[-1][0]
        found = [
            {"key": number, "found": isbn} for number, extra in page if (isbn := isbn_of(json.loads(extra)))
        ]
        if found:
            books.execute(
                sa.update(item)
                .where(item.c.number == sa.bindparam("key"))
                .values(isbn=sa.bindparam("found")),
                found,
            )
