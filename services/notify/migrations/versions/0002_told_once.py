"""Nobody is told of one fact twice, by whatever channel: one look at one index says so."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("told_once", "deliveries")
    op.create_unique_constraint("told_once", "deliveries", ["event_id", "recipient"])


def downgrade() -> None:
    op.drop_constraint("told_once", "deliveries")
    op.create_unique_constraint("told_once", "deliveries", ["event_id", "recipient", "channel"])
