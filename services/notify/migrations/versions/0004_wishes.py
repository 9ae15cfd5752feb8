"""How a reporter wants to hear of a report."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wishes",
        sa.Column("report_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False, comment="an older wish is dropped"),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("muted", sa.Boolean, nullable=False),
        sa.Column("quiet_from", sa.Time, comment="in the zone"),
        sa.Column("quiet_until", sa.Time, comment="in the zone; over midnight if not after quiet_from"),
        sa.Column("zone", sa.Text, nullable=False, comment="as the IANA database calls it"),
        sa.CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_hours_end"),
    )


def downgrade() -> None:
    op.drop_table("wishes")
