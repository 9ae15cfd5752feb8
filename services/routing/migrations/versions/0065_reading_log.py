"""The reading log by time and by officer, for supervisors and auditors."""

from alembic import op

revision = "0065"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("secret_readings_in_order", "secret_readings", ["read_at", "id"])
    op.create_index("secret_readings_by_officer", "secret_readings", ["officer", "read_at", "id"])


def downgrade() -> None:
    op.drop_index("secret_readings_by_officer", "secret_readings")
    op.drop_index("secret_readings_in_order", "secret_readings")
