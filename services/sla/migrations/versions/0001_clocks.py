"""Cases, the facts their clocks are computed from, and the timers that are to fire."""

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
        sa.Column("open", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("next_due_at", sa.DateTime(timezone=True), comment="earliest of its running clocks"),
        sa.Column("clocks_version", sa.Integer, nullable=False, server_default="0"),
        sa.Column("deadlines", pg.JSONB, nullable=False, server_default="[]", comment="as last said"),
        sa.Column("timers", pg.JSONB, nullable=False, server_default="[]", comment="as last computed"),
        sa.Column("flags", pg.JSONB, nullable=False, server_default="[]", comment="impossible facts and why"),
        sa.Column("calendar_version", sa.Text),
        sa.Column("policy_version", sa.Text),
    )
    op.create_index("cases_open", "cases", ["report_id"], postgresql_where=sa.text("open"))
    op.create_table(
        "facts",
        sa.Column("event_id", pg.UUID(as_uuid=True), primary_key=True, comment="a fact is recorded once"),
        sa.Column("report_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leg_id", pg.UUID(as_uuid=True)),
        sa.Column("agency", sa.Text),
        sa.Column("zone", sa.Text),
        sa.Column("classification", sa.Text),
        sa.Column("status", sa.Text),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index("facts_by_report", "facts", ["report_id"])
    op.create_table(
        "timers",
        sa.Column("report_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("clock", sa.Text, primary_key=True),
        sa.Column("started_by", pg.UUID(as_uuid=True), primary_key=True, comment="the run's starting fact"),
        sa.Column("mark", sa.SmallInteger, primary_key=True, comment="50, 80; 100 is the deadline"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("leg_id", pg.UUID(as_uuid=True)),
        sa.Column("agency", sa.Text),
        sa.Column("fired_at", sa.DateTime(timezone=True), comment="set in the transaction that says so"),
    )
    op.create_index("timers_due", "timers", ["due_at"], postgresql_where=sa.text("fired_at IS NULL"))


def downgrade() -> None:
    op.drop_table("timers")
    op.drop_table("facts")
    op.drop_table("cases")
    drop_kernel_tables()
