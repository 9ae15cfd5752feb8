"""Legs whose clock stands still are few among those that are open, and have an order of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0093"
down_revision = "0071"
branch_labels = None
depends_on = None

_PAUSED = sa.text("state IN ('created', 'delegated', 'acknowledged', 'answered') AND due_at IS NULL")


def upgrade() -> None:
    op.create_index("legs_paused", "legs", ["created_at", "leg_id"], postgresql_where=_PAUSED)


def downgrade() -> None:
    op.drop_index("legs_paused", "legs")
