"""What is to be deleted in time: follows that have ended, and agencies' files that no completion names."""

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0085"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "follows_ended", "follows", ["ended_at"], postgresql_where=sa.text("ended_at IS NOT NULL")
    )
    op.add_column(
        "evidence",
        sa.Column(
            "check_at",
            sa.DateTime(timezone=True),
            comment="when to look whether an agency's file is named; null: the reporter's, or it is",
        ),
    )
    op.execute("UPDATE evidence SET check_at = uploaded_at + interval '30 days' WHERE leg_id IS NOT NULL")
    op.create_index(
        "evidence_unnamed", "evidence", ["check_at"], postgresql_where=sa.text("check_at IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("evidence_unnamed")
    op.drop_column("evidence", "check_at")
    op.drop_index("follows_ended")
