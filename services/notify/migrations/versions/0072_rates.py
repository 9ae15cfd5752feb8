"""What providers may be handed in a second, shared by all processes."""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rates",
        sa.Column("provider", sa.Text, primary_key=True),
        sa.Column("tokens", sa.Float, nullable=False, comment="messages that may be handed over now"),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("rates")
