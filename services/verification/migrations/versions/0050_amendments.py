"""Amended days and limits, for the dates by which the queue is ordered and ratings are asked."""

from shared.amendments import create_amendments_table, drop_amendments_table

revision = "0050"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_amendments_table()


def downgrade() -> None:
    drop_amendments_table()
