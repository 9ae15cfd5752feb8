"""The reading log by time and by officer, for supervisors and auditors."""

from alembic import op

revision = "0065"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("readings_in_order", "readings", ["read_at", "id"])
    op.create_index("readings_by_officer", "readings", ["officer", "read_at", "id"])


def downgrade() -> None:
    op.drop_index("readings_by_officer", "readings")
    op.drop_index("readings_in_order", "readings")
