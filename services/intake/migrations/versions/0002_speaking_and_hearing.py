"""Which telephone a report came from (as a keyed digest), what was answered by SMS, and preferences."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_senders",
        sa.Column(
            "report_id",
            pg.UUID(as_uuid=True),
            sa.ForeignKey("reports.report_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("sender_token", sa.Text, nullable=False, comment="keyed digest of the number"),
    )
    op.create_table(
        "sms_answers",
        sa.Column("message_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("sender_token", sa.Text, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("sms_answers_of_sender", "sms_answers", ["sender_token", "answered_at"])
    op.create_table(
        "preferences",
        sa.Column(
            "report_id",
            pg.UUID(as_uuid=True),
            sa.ForeignKey("reports.report_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("muted", sa.Boolean, nullable=False),
        sa.Column("quiet_from", sa.Text, comment="HH:MM in the zone"),
        sa.Column("quiet_until", sa.Text),
        sa.Column("zone", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("preferences")
    op.drop_table("sms_answers")
    op.drop_table("report_senders")
