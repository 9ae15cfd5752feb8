"""Announcements to many, and what tells whom one concerns: a case's category, region and cluster."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("category", sa.Text))
    op.add_column("cases", sa.Column("region", sa.Text))
    op.add_column("deliveries", sa.Column("announcement_id", pg.UUID(as_uuid=True)))
    op.create_index(
        "deliveries_by_announcement",
        "deliveries",
        ["announcement_id", "state"],
        postgresql_where=sa.text("announcement_id IS NOT NULL"),
    )
    op.create_table(
        "clusters",
        sa.Column("report_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column(
            "main", pg.UUID(as_uuid=True), comment="the case it was merged into; null: taken out again"
        ),
        sa.Column("version", sa.Integer, nullable=False, comment="older news of a case is dropped"),
    )
    op.create_table(
        "announcements",
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("category", sa.Text),
        sa.Column("region", sa.Text, comment="and all below it"),
        sa.Column("cluster", pg.UUID(as_uuid=True), comment="the case that others were merged into"),
        sa.Column("words", pg.JSONB, nullable=False, comment="subject and text, in each language"),
        sa.Column("author", sa.Text, nullable=False, comment="an officer's id"),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False, comment="in the injected time"),
        sa.Column("reached", pg.UUID(as_uuid=True), comment="the last case that was looked at"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "state IN ('scheduled', 'running', 'planned', 'cancelled')", name="known_announcement_state"
        ),
        sa.CheckConstraint(
            "category IS NOT NULL OR region IS NOT NULL OR cluster IS NOT NULL", name="not_to_everybody"
        ),
    )
    op.create_table(
        "announced",
        sa.Column("announcement_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column(
            "digest", sa.LargeBinary, primary_key=True, comment="of an address, keyed; gone at the end"
        ),
        comment="who is told already, so that nobody with several reports is told twice",
    )


def downgrade() -> None:
    for table in ("announced", "announcements", "clusters"):
        op.drop_table(table)
    op.drop_index("deliveries_by_announcement")
    op.drop_column("deliveries", "announcement_id")
    op.drop_column("cases", "region")
    op.drop_column("cases", "category")
