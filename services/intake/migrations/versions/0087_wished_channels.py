"""By which way somebody would rather hear: of one report, or of all of an account's."""

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None

TABLES = ("preferences", "account_preferences")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("channel", sa.Text, comment="null: whichever fits"))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "channel")
