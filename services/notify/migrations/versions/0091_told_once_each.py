"""Which follows lead to one recipient; and until when an announcement is worth telling."""

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0084"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "follows",
        sa.Column(
            "recipient", sa.Text, comment="the same for one contact, browser or system; keyed by intake"
        ),
    )
    op.create_index(
        "follows_by_recipient",
        "follows",
        ["recipient"],
        postgresql_where=sa.text("NOT ended AND recipient IS NOT NULL"),
    )
    op.create_check_constraint("who_stopped_is_forgotten", "follows", "NOT (ended AND recipient IS NOT NULL)")
    op.add_column(
        "announcements",
        sa.Column(
            "ends_at", sa.DateTime(timezone=True), comment="in the injected time; null: never too late"
        ),
    )
    op.create_check_constraint("ends_after_it_begins", "announcements", "ends_at > begins_at")


def downgrade() -> None:
    op.drop_constraint("ends_after_it_begins", "announcements")
    op.drop_column("announcements", "ends_at")
    op.drop_constraint("who_stopped_is_forgotten", "follows")
    op.drop_index("follows_by_recipient")
    op.drop_column("follows", "recipient")
