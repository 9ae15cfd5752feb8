"""Counting what is open reads an index and no legs; what was passed on, which is rare, has its own orders."""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0065"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('created', 'delegated', 'acknowledged', 'answered')")
_PASSED_ON = sa.text("state IN ('redirected', 'returned')")


def upgrade() -> None:
    op.drop_index("legs_open_by_holder", "legs")
    op.create_index("legs_open_by_holder", "legs", ["holder", "state", "due_at"], postgresql_where=_OPEN)
    place = ["created_at", "leg_id"]
    op.create_index("legs_passed_on", "legs", place, postgresql_where=_PASSED_ON)
    op.create_index("legs_passed_on_by_holder", "legs", ["holder", *place], postgresql_where=_PASSED_ON)


def downgrade() -> None:
    op.drop_index("legs_passed_on_by_holder", "legs")
    op.drop_index("legs_passed_on", "legs")
    op.drop_index("legs_open_by_holder", "legs")
    op.create_index("legs_open_by_holder", "legs", ["holder", "state"], postgresql_where=_OPEN)
