"""Finds what photos told of themselves, so that it can be forgotten in time."""

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "evidence_captured",
        "evidence",
        ["report_id"],
        postgresql_where=sa.text("sealed_capture IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("evidence_captured")
