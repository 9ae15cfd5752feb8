"""An index for the list of public reports, newest first."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "reports_public_by_time",
        "reports",
        [sa.text("filed_at DESC")],
        postgresql_where=sa.text("NOT secret"),
    )


def downgrade() -> None:
    op.drop_index("reports_public_by_time")
