"""Web hooks of agencies, and everything that was or is to be delivered to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0010"
down_revision = "0002"
branch_labels = None
depends_on = None

PATH = sa.Text(collation="C")
WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "webhooks",
        sa.Column("webhook_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("agency", PATH, nullable=False, comment="hears of it and of everything below it"),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False, comment="closed with the service's key"),
        sa.Column("old_secret", sa.LargeBinary, comment="signs too until old_secret_until"),
        sa.Column("old_secret_until", WHEN),
        sa.Column("state", sa.Text, nullable=False, server_default="active"),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0", comment="in a row"),
        sa.Column("failing_since", WHEN, comment="the first of them"),
        sa.Column("held_until", WHEN, comment="it is not asked before"),
        sa.Column("last_error", sa.Text, comment="in our own words"),
        sa.Column("last_success_at", WHEN),
        sa.Column("created_by", sa.Text, nullable=False, comment="the officer"),
        sa.Column("created_at", WHEN, nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("state IN ('active', 'suspended', 'removed')", name="webhook_state_is_known"),
        sa.CheckConstraint(
            "(old_secret IS NULL) = (old_secret_until IS NULL)", name="an_old_secret_has_an_end"
        ),
    )
    op.create_index(
        "webhooks_by_agency", "webhooks", ["agency"], postgresql_where=sa.text("state <> 'removed'")
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True, comment="order within one case"),
        sa.Column("delivery_id", pg.UUID(as_uuid=True), nullable=False, unique=True),
        sa.Column("webhook_id", pg.UUID(as_uuid=True), sa.ForeignKey("webhooks.webhook_id"), nullable=False),
        sa.Column("event_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("report_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", WHEN, nullable=False, server_default=sa.func.now(), comment="or the lease's end"),
        sa.Column("queued_at", WHEN, nullable=False, server_default=sa.func.now(), comment="first, or again"),
        sa.Column("created_at", WHEN, nullable=False, server_default=sa.func.now()),
        sa.Column("finished_at", WHEN),
        sa.Column("status", sa.Integer, comment="the last HTTP status"),
        sa.Column("error", sa.Text, comment="what the last try met, in our own words"),
        sa.Column("seconds", sa.Float, comment="how long the last try took"),
        sa.UniqueConstraint("webhook_id", "event_id", name="a_hook_is_told_once"),
        sa.CheckConstraint("state IN ('waiting', 'delivered', 'abandoned')", name="delivery_state_is_known"),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "deliveries_due", "webhook_deliveries", ["webhook_id", "due_at", "id"], postgresql_where=waiting
    )
    op.create_index(
        "deliveries_by_case",
        "webhook_deliveries",
        ["webhook_id", "report_id", "id"],
        postgresql_where=waiting,
    )
    op.create_index("deliveries_log", "webhook_deliveries", ["webhook_id", "id"])
    op.create_index("deliveries_by_age", "webhook_deliveries", ["created_at"])


def downgrade() -> None:
    op.drop_table("webhook_deliveries")
    op.drop_table("webhooks")
