"""Unfinished reports, sealed with a key that only their holder's secret makes; and a report's answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("draft_id", pg.UUID(as_uuid=True), primary_key=True, comment="made by the client"),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="opens with the holder's secret alone"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("filed", sa.Boolean, nullable=False, server_default=sa.false(), comment="holds the answer"),
        sa.Column("expires_at", TIME, nullable=False),
    )
    op.create_index("drafts_by_age", "drafts", ["expires_at"])
    op.add_column("reports", sa.Column("answers", pg.JSONB, comment="to the questions of its category"))


def downgrade() -> None:
    op.drop_column("reports", "answers")
    op.drop_table("drafts")
