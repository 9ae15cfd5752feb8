"""The desks above the agencies', and messages that wait until an office opens."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BEFORE = "'waiting_contact', 'pending', 'sending', 'delivered', 'failed', 'skipped'"


def upgrade() -> None:
    op.add_column(
        "legs", sa.Column("coordinator_email", sa.Text, comment="an office's address, never a person's")
    )
    op.add_column(
        "deliveries",
        sa.Column("opens_at", sa.DateTime(timezone=True), comment="not before, in the injected time"),
    )
    op.drop_constraint("known_state", "deliveries")
    op.create_check_constraint("known_state", "deliveries", f"state IN ({BEFORE}, 'waiting_hours')")
    op.create_check_constraint(
        "an_office_opens_sometime", "deliveries", "state <> 'waiting_hours' OR opens_at IS NOT NULL"
    )
    op.create_index(
        "deliveries_asleep",
        "deliveries",
        ["opens_at"],
        postgresql_where=sa.text("state = 'waiting_hours'"),
    )


def downgrade() -> None:
    op.execute("UPDATE deliveries SET state = 'pending' WHERE state = 'waiting_hours'")
    op.drop_index("deliveries_asleep")
    op.drop_constraint("an_office_opens_sometime", "deliveries")
    op.drop_constraint("known_state", "deliveries")
    op.create_check_constraint("known_state", "deliveries", f"state IN ({BEFORE})")
    op.drop_column("deliveries", "opens_at")
    op.drop_column("legs", "coordinator_email")
