"""Two more orders of the queue: of each topic and of each channel, also of those that nearly nobody uses."""

from alembic import op

revision = "0061"
down_revision = "0065"
branch_labels = None
depends_on = None

_ORDER = "coalesce(due_at, 'infinity'), submitted_at, report_id"


def upgrade() -> None:
    op.execute(f"CREATE INDEX cases_by_category ON cases (category, {_ORDER})")
    op.execute(f"CREATE INDEX cases_by_channel ON cases (channel, {_ORDER})")
    op.execute("ANALYZE cases")


def downgrade() -> None:
    op.drop_index("cases_by_channel", "cases")
    op.drop_index("cases_by_category", "cases")
