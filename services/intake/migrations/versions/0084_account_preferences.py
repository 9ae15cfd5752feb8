"""How an account's holder wants to hear of their reports, where one has no wish of its own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0084"
down_revision = "0082"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_preferences",
        sa.Column(
            "account_id",
            pg.UUID(as_uuid=True),
            sa.ForeignKey("accounts.account_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("muted", sa.Boolean, nullable=False),
        sa.Column("quiet_from", sa.Text, comment="HH:MM in zone"),
        sa.Column("quiet_until", sa.Text),
        sa.Column("zone", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("account_preferences")
