"""Whom an amendment moved: a row for each case and amendment. When amendments were last told to everybody.

Timer rows of runs that are gone can be found by age.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0050"
down_revision = "0004"
branch_labels = None
depends_on = None

JOIN_CLOCKS = """
INSERT INTO moved_deadlines (amendment, report_id, moved_at, moved)
SELECT amendment, report_id, moved_at, json_agg(json_strip_nulls(json_build_object(
  'clock', clock, 'leg_id', leg_id, 'agency', agency, 'before', before, 'after', after))
  ORDER BY after, clock)
FROM moved_clocks GROUP BY amendment, report_id, moved_at
"""


def upgrade() -> None:
    op.execute("ALTER TABLE moved_deadlines RENAME CONSTRAINT moved_deadlines_pkey TO moved_clocks_pkey")
    op.rename_table("moved_deadlines", "moved_clocks")
    op.create_table(
        "moved_deadlines",
        sa.Column("amendment", sa.Text, primary_key=True, comment="its id, or the files' new versions"),
        sa.Column("report_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("moved", pg.JSON, nullable=False, comment="the clocks, as those concerned were told"),
    )
    op.execute(JOIN_CLOCKS)
    op.drop_table("moved_clocks")
    op.create_index("timers_spent", "timers", ["started_at"], postgresql_where=sa.text("computed IS NULL"))
    op.create_table(
        "amendments_told",
        sa.Column("one", sa.Boolean, sa.CheckConstraint("one"), primary_key=True, server_default=sa.true()),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False, comment="the machine's own time"),
    )


def downgrade() -> None:
    """Which fact started a clock is not kept any more."""
    raise NotImplementedError("restore a backup to go back before moved deadlines were kept by case")
