"""Lanes, providers and receipts: who was handed a message, what became of it there, and earlier attempts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0010"
down_revision = "0004"
branch_labels = None
depends_on = None

BEFORE = "'waiting_contact', 'waiting_hours', 'pending', 'sending', 'delivered', 'failed', 'skipped'"
DUE = {"postgresql_where": sa.text("state = 'pending'")}


def upgrade() -> None:
    op.add_column(
        "deliveries",
        sa.Column("lane", sa.Text, nullable=False, server_default="transactional"),
    )
    op.add_column(
        "deliveries", sa.Column("provider", sa.Text, comment="who was handed it last, or has to be")
    )
    op.add_column("deliveries", sa.Column("provider_ref", sa.Text, comment="the provider's own id of it"))
    op.add_column(
        "deliveries",
        sa.Column("resends", sa.Integer, nullable=False, server_default="0", comment="each has a new key"),
    )
    op.add_column("deliveries", sa.Column("sent_at", sa.DateTime(timezone=True), comment="accepted by it"))
    op.add_column("deliveries", sa.Column("received_at", sa.DateTime(timezone=True), comment="by a receipt"))
    op.create_check_constraint("known_lane", "deliveries", "lane IN ('transactional', 'bulk')")
    op.drop_constraint("known_state", "deliveries")
    op.create_check_constraint("known_state", "deliveries", f"state IN ({BEFORE}, 'sent')")
    op.create_check_constraint("sent_by_somebody", "deliveries", "state <> 'sent' OR sent_at IS NOT NULL")
    op.drop_index("deliveries_due")
    op.create_index("deliveries_due", "deliveries", ["channel", "lane", "due_at"], **DUE)
    op.create_index(
        "deliveries_unconfirmed", "deliveries", ["sent_at"], postgresql_where=sa.text("state = 'sent'")
    )
    op.create_index(
        "deliveries_by_ref",
        "deliveries",
        ["provider", "provider_ref"],
        postgresql_where=sa.text("provider_ref IS NOT NULL"),
    )
    op.create_index(
        "deliveries_failed", "deliveries", ["created_at", "id"], postgresql_where=sa.text("state = 'failed'")
    )
    op.create_table(
        "attempts",
        sa.Column("delivery_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("attempt", sa.Integer, primary_key=True),
        sa.Column("provider", sa.Text),
        sa.Column("provider_ref", sa.Text),
        sa.Column("outcome", sa.Text, nullable=False, comment="the delivery's state after it"),
        sa.Column("reason", sa.Text),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        comment="attempts that were not the last; the last one stands in the delivery itself",
    )
    op.create_index(
        "attempts_by_ref",
        "attempts",
        ["provider", "provider_ref"],
        postgresql_where=sa.text("provider_ref IS NOT NULL"),
    )
    op.create_table(
        "receipts",
        sa.Column("provider", sa.Text, primary_key=True),
        sa.Column("ref", sa.Text, primary_key=True, comment="the provider's id of a message, or ours"),
        sa.Column("status", sa.Text, nullable=False, comment="the highest in rank of what was said"),
        sa.Column("reason", sa.Text),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        comment="receipts of messages that are not known, or not yet",
    )
    op.create_index("receipts_by_age", "receipts", ["heard_at"])
    op.create_table(
        "providers",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("weight", sa.Integer, nullable=False, comment="0 to 100: its part of the messages"),
        sa.Column("reason", sa.Text, comment="why it was lowered last"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("weight BETWEEN 0 AND 100", name="a_part_of_a_hundred"),
        comment="only of providers that were lowered once; the others have their whole weight",
    )


def downgrade() -> None:
    for table in ("providers", "receipts", "attempts"):
        op.drop_table(table)
    op.execute("UPDATE deliveries SET state = 'delivered', finished_at = now() WHERE state = 'sent'")
    for index in ("deliveries_failed", "deliveries_by_ref", "deliveries_unconfirmed", "deliveries_due"):
        op.drop_index(index)
    op.create_index("deliveries_due", "deliveries", ["channel", "due_at"], **DUE)
    for constraint in ("sent_by_somebody", "known_lane", "known_state"):
        op.drop_constraint(constraint, "deliveries")
    op.create_check_constraint("known_state", "deliveries", f"state IN ({BEFORE})")
    for column in ("received_at", "sent_at", "resends", "provider_ref", "provider", "lane"):
        op.drop_column("deliveries", column)
