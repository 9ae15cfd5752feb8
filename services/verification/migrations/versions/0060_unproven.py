"""Cases that an agency completed without showing anything: few, and supervisors look through them."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "cases",
        sa.Column(
            "unproven",
            sa.Boolean,
            nullable=False,
            server_default=sa.false(),
            comment="an agency has completed it without evidence, for a reason it gave",
        ),
    )
    op.execute(
        "CREATE INDEX cases_unproven_in_order ON cases "
        "(coalesce(due_at, 'infinity'), submitted_at, report_id) WHERE unproven"
    )


def downgrade() -> None:
    op.drop_index("cases_unproven_in_order", "cases")
    op.drop_column("cases", "unproven")
