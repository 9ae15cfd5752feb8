"""What an amendment has moved, added up once the recompute is done."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "recomputes",
        sa.Column("summed_at", sa.DateTime(timezone=True), comment="when its effect was added up"),
    )
    op.create_index(
        "recomputes_unsummed",
        "recomputes",
        ["id"],
        postgresql_where=sa.text("done_at IS NOT NULL AND summed_at IS NULL"),
    )
    op.create_table(
        "recompute_effects",
        sa.Column("recompute_id", sa.BigInteger, sa.ForeignKey("recomputes.id"), primary_key=True),
        sa.Column("clock", sa.Text, primary_key=True),
        sa.Column("place", sa.Text, primary_key=True, comment="a province's code, kl, or none"),
        sa.Column("before", sa.Date, primary_key=True),
        sa.Column("after", sa.Date, primary_key=True),
        sa.Column("late", sa.Boolean, primary_key=True, comment="overdue at once by it"),
        sa.Column("clocks", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("recompute_effects")
    op.drop_index("recomputes_unsummed", "recomputes")
    op.drop_column("recomputes", "summed_at")
