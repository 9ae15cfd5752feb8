"""More orders of the queue: of what was sent to agencies, of each regency, of what waits there.

What waits for verification comes first in the whole order and has no agency yet: an agency's page would walk
through all of it.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ORDER = "coalesce(due_at, 'infinity'), submitted_at, report_id"


def upgrade() -> None:
    op.execute(f"CREATE INDEX cases_sent_in_order ON cases ({_ORDER}) WHERE agencies <> '{{}}'")
    op.execute(f"CREATE INDEX cases_by_regency ON cases (left(region, 5), {_ORDER}) WHERE region <> ''")
    op.execute(
        f"CREATE INDEX cases_waiting_by_regency ON cases (left(region, 5), {_ORDER}) "
        "WHERE status IN ('on_hold', 'received') AND region <> ''"
    )
    op.execute("ANALYZE cases")  # else the planner knows nothing of the new expressions and their orders


def downgrade() -> None:
    for index in ("cases_waiting_by_regency", "cases_by_regency", "cases_sent_in_order"):
        op.drop_index(index, "cases")
