"""One conversation for every channel: whose messages were answered, and whose reports are whose."""

from alembic import op

revision = "0010"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.rename_table("sms_answers", "channel_answers")
    op.execute("ALTER INDEX sms_answers_of_sender RENAME TO channel_answers_of_sender")
    op.create_index("report_senders_by_token", "report_senders", ["sender_token"])


def downgrade() -> None:
    op.drop_index("report_senders_by_token")
    op.execute("ALTER INDEX channel_answers_of_sender RENAME TO sms_answers_of_sender")
    op.rename_table("channel_answers", "sms_answers")
