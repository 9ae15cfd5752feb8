"""Who else has the same trouble, without saying who they are."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "supporters",
        sa.Column("report_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("supporter_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("told", sa.Text, comment="what they were last told"),
    )
    op.create_index("supporters_by_id", "supporters", ["supporter_id"])


def downgrade() -> None:
    op.drop_table("supporters")
