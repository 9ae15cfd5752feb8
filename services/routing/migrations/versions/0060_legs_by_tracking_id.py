"""The officer at a desk has the reporter's number in hand: legs are found by it."""

from alembic import op

revision = "0060"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("legs_by_tracking_id", "legs", ["tracking_id"])


def downgrade() -> None:
    op.drop_index("legs_by_tracking_id", "legs")
