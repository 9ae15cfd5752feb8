"""Sealed contacts, what messages need to know of a case and its legs, and the deliveries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from shared.db.tables import create_kernel_tables, drop_kernel_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATES = "'waiting_contact', 'pending', 'sending', 'delivered', 'failed', 'skipped'"


def upgrade() -> None:
    create_kernel_tables()
    op.create_table(
        "contacts",
        sa.Column("report_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("sealed", sa.Text, comment="opens with the private key alone; null: none, or withdrawn"),
        sa.Column("channel", sa.Text, comment="the kind of address inside; null: none"),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", pg.UUID(as_uuid=True), nullable=False),
        sa.CheckConstraint("(sealed IS NULL) = (channel IS NULL)", name="a_contact_has_a_channel"),
        sa.CheckConstraint("NOT (withdrawn AND sealed IS NOT NULL)", name="withdrawn_is_forgotten"),
    )
    op.create_table(
        "cases",
        sa.Column("report_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("tracking_id", sa.Text, nullable=False),
        sa.Column("anonymous", sa.Boolean, nullable=False),
        sa.Column("secret", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, comment="older news of a case is dropped"),
    )
    op.create_table(
        "legs",
        sa.Column("leg_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("agency_name", sa.Text, nullable=False),
        sa.Column("desk_email", sa.Text, comment="an office's address, never a person's"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True, comment="the provider's idempotency key"),
        sa.Column("event_id", pg.UUID(as_uuid=True), nullable=False, comment="the fact that is told"),
        sa.Column("report_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("leg_id", pg.UUID(as_uuid=True)),
        sa.Column("recipient", sa.Text, nullable=False, comment="reporter or agency:<code>"),
        sa.Column("channel", sa.Text, nullable=False, comment="none: unknown yet, or nothing is sent"),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("details", pg.JSONB, nullable=False, comment="what the words need; emptied once told"),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
        sa.Column("traceparent", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("event_id", "recipient", "channel", name="told_once"),
        sa.CheckConstraint(f"state IN ({STATES})", name="known_state"),
        sa.CheckConstraint("(state = 'sending') = (leased_until IS NOT NULL)", name="sending_is_leased"),
        sa.CheckConstraint(
            "reason IS NOT NULL OR state NOT IN ('failed', 'skipped')", name="an_end_has_a_reason"
        ),
    )
    op.create_index(
        "deliveries_due", "deliveries", ["channel", "due_at"], postgresql_where=sa.text("state = 'pending'")
    )
    op.create_index(
        "deliveries_leased", "deliveries", ["leased_until"], postgresql_where=sa.text("state = 'sending'")
    )
    op.create_index(
        "deliveries_waiting",
        "deliveries",
        ["report_id"],
        postgresql_where=sa.text("state = 'waiting_contact'"),
    )
    op.create_index("deliveries_by_report", "deliveries", ["report_id"])
    op.create_index("deliveries_by_age", "deliveries", ["created_at", "id"])


def downgrade() -> None:
    for table in ("deliveries", "legs", "cases", "contacts"):
        op.drop_table(table)
    drop_kernel_tables()
