"""Who else has the same trouble: nothing of who they are, only what lets one take it back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0060"
down_revision = "0050"
branch_labels = None
depends_on = None

_UUID = pg.UUID(as_uuid=True)


def upgrade() -> None:
    op.create_table(
        "supports",
        sa.Column("supporter_id", _UUID, primary_key=True),
        sa.Column("report_id", _UUID, sa.ForeignKey("reports.report_id", ondelete="CASCADE"), nullable=False),
        sa.Column("token", sa.Text, comment="the same for one contact: who asks twice counts once"),
        sa.Column("code_hash", sa.Text, nullable=False, comment="of the code that takes it back"),
        sa.Column("supported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
    )
    op.create_index(
        "supports_once", "supports", ["report_id", "token"], unique=True,
        postgresql_where=sa.text("token IS NOT NULL AND withdrawn_at IS NULL"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("supports")
