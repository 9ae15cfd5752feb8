"""Amendments of the calendar and of the limits, and how a transaction holds still what it computes with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

HOLD = """
CREATE FUNCTION hold_rulebook() RETURNS TABLE (seq bigint, recorded_at timestamptz)
LANGUAGE sql VOLATILE AS $$
  SELECT pg_advisory_xact_lock_shared(hashtext('lapor.sla.rulebook'));
  SELECT seq, recorded_at FROM amendments ORDER BY seq DESC LIMIT 1;
$$
"""
"""Two statements, so that the second one's snapshot is taken after the lock has been waited for."""


def upgrade() -> None:
    op.create_table(
        "amendments",
        sa.Column("seq", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("subject", sa.Text, nullable=False, comment="calendar or policy"),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False, comment="in the injected time"),
        sa.Column("author", sa.Text, nullable=False, comment="the officer's id"),
        sa.Column("source", sa.Text, nullable=False, comment="the act of law"),
        sa.Column("decided", sa.Date, nullable=False, comment="when that act was signed"),
        sa.Column("body", pg.JSONB, nullable=False, comment="what it changes"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("subject IN ('calendar', 'policy')", name="amendments_subject"),
    )
    op.execute(HOLD)


def downgrade() -> None:
    op.execute("DROP FUNCTION hold_rulebook()")
    op.drop_table("amendments")
