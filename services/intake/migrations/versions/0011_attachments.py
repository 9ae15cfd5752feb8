"""Files that came with messages, until they are evidence: what is still to be fetched, for which report."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("message_id", UUID, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("report_id", UUID, sa.ForeignKey("reports.report_id", ondelete="CASCADE")),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False, comment="the provider's id of the file, or an object"),
        sa.Column("sender_token", sa.Text, nullable=False),
        sa.Column("sealed_sender", sa.Text, nullable=False, comment="opens for message_id"),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
        sa.Column("reason", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", TIME, nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("message_id", "number", name="attachments_once"),
    )
    op.create_index(
        "attachments_due",
        "attachments",
        ["due_at"],
        postgresql_where=sa.text("state = 'waiting' AND report_id IS NOT NULL"),
    )
    op.create_index(
        "attachments_without_report",
        "attachments",
        ["sender_token"],
        postgresql_where=sa.text("report_id IS NULL"),
    )
    op.create_table(
        "staged_objects",
        sa.Column("object_key", sa.Text, primary_key=True, comment="in the object store, for a message"),
        sa.Column("staged_at", TIME, nullable=False, server_default=sa.func.now()),
        comment="prevents a file whose message was never handled from lying there for good",
    )


def downgrade() -> None:
    op.drop_table("staged_objects")
    op.drop_table("attachments")
