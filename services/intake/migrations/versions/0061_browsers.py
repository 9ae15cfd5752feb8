"""Which reports a browser hears of: nothing of the browser, only when it may have to be forgotten."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "browsers",
        sa.Column(
            "report_id",
            pg.UUID(as_uuid=True),
            sa.ForeignKey("reports.report_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=False, comment="in the injected time"),
    )
    op.create_index("browsers_due", "browsers", ["check_at"])


def downgrade() -> None:
    op.drop_table("browsers")
