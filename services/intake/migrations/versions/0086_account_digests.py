"""The hour at which an account's holder is told once a day."""

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0084"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account_preferences", sa.Column("digest_at", sa.Text, comment="HH:MM in zone"))


def downgrade() -> None:
    op.drop_column("account_preferences", "digest_at")
