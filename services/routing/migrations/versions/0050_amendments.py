"""Amended days and limits, for the time that a desk has left; how far legs are dated by them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from shared.amendments import create_amendments_table, drop_amendments_table

revision = "0050"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_amendments_table()
    op.create_table(
        "legs_dated",
        sa.Column("one", sa.Boolean, sa.CheckConstraint("one"), primary_key=True, server_default=sa.true()),
        sa.Column("amendments", sa.BigInteger, nullable=False, comment="all open legs are dated by so many"),
        sa.Column("towards", sa.BigInteger, comment="being dated by so many"),
        sa.Column("reached", pg.UUID(as_uuid=True), comment="up to this report"),
    )


def downgrade() -> None:
    op.drop_table("legs_dated")
    drop_amendments_table()
