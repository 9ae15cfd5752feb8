"""Amended days and limits, for the dates that a receipt and a tracking page promise."""

from shared.amendments import create_amendments_table, drop_amendments_table

revision = "0050"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_amendments_table()


def downgrade() -> None:
    drop_amendments_table()
