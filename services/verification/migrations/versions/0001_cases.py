"""Cases and the facts they add up to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from shared.db.tables import create_kernel_tables, drop_kernel_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_kernel_tables()
    op.create_table(
        "cases",
        sa.Column("report_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("tracking_id", sa.Text, unique=True, comment="null until the submission has arrived"),
        sa.Column("version", sa.Integer, nullable=False, server_default="0"),
        sa.Column("status", sa.Text),
        sa.Column("closed_by", sa.Text),
        sa.Column("reopenings", sa.Integer, nullable=False, server_default="0"),
        sa.Column("escalated", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("title", sa.Text),
        sa.Column("category", sa.Text),
        sa.Column("classification", sa.Text),
        sa.Column("region", sa.Text),
        sa.Column("channel", sa.Text),
        sa.Column("anonymous", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("secret", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
    )
    op.create_index("cases_by_age", "cases", ["submitted_at", "report_id"])
    op.create_index("cases_by_status", "cases", ["status", "submitted_at", "report_id"])
    op.create_table(
        "entries",
        sa.Column("event_id", pg.UUID(as_uuid=True), primary_key=True, comment="a fact is recorded once"),
        sa.Column("report_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("officer", sa.Text, comment="who decided, for an officer's decision"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index("entries_by_report", "entries", ["report_id"])


def downgrade() -> None:
    op.drop_table("entries")
    op.drop_table("cases")
    drop_kernel_tables()
