"""Browsers that want to hear of a report, sealed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0060"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "browsers",
        sa.Column("report_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("sealed", sa.Text, comment="opens with the private key alone; null: withdrawn, or gone"),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", pg.UUID(as_uuid=True), nullable=False),
        sa.CheckConstraint("NOT (withdrawn AND sealed IS NOT NULL)", name="a_browser_is_forgotten"),
    )


def downgrade() -> None:
    op.execute("DELETE FROM deliveries WHERE recipient = 'browser'")
    op.drop_table("browsers")
