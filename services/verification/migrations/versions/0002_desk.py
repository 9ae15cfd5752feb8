"""The triage desk: when verification is due, whose case it is, who is looking at it, and who has read it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("cases", sa.Column("due_at", _TIME, comment="null unless it waits for verification"))
    op.add_column(
        "cases",
        sa.Column(
            "agencies",
            pg.ARRAY(sa.Text),
            nullable=False,
            server_default="{}",
            comment="that have a leg, each with all above it",
        ),
    )
    op.add_column(
        "cases",
        sa.Column(
            "sensitive",
            sa.Boolean,
            nullable=False,
            server_default=sa.false(),
            comment="its words name people, and no officer has said yet whether it is secret",
        ),
    )
    op.add_column("cases", sa.Column("claimed_by", sa.Text))
    op.add_column("cases", sa.Column("claimed_until", _TIME))
    op.drop_index("cases_by_age", "cases")
    op.drop_index("cases_by_status", "cases")
    order = "coalesce(due_at, 'infinity'), submitted_at, report_id"
    op.execute(f"CREATE INDEX cases_in_order ON cases ({order})")
    op.execute(f"CREATE INDEX cases_by_status ON cases (status, {order})")
    # Byte by byte, so that a region and all below it are one range. The planner learns enough of it to tell a
    # village from a province, and so when to start from the region and when from the order.
    op.execute('ALTER TABLE cases ALTER COLUMN region TYPE text COLLATE "C"')
    op.execute("ALTER TABLE cases ALTER COLUMN region SET STATISTICS 1000")
    op.create_index("cases_by_region", "cases", ["region"], postgresql_where=sa.text("region <> ''"))
    op.execute("CREATE INDEX cases_by_agency ON cases USING gin (agencies) WHERE agencies <> '{}'")
    op.add_column("entries", sa.Column("note", sa.Text, comment="why, where an officer had to say so"))
    op.create_table(
        "readings",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("report_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("officer", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("read_at", _TIME, nullable=False),
        comment="who opened a secret case; only ever added to",
    )
    op.create_index("readings_by_report", "readings", ["report_id"])
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME; END $$
        """
    )
    for table in ("readings", "entries"):
        op.execute(
            f"CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.execute("DROP TRIGGER only_added ON entries")
    op.drop_table("readings")
    op.execute("DROP FUNCTION refuse_change()")
    op.drop_column("entries", "note")
    op.execute('ALTER TABLE cases ALTER COLUMN region TYPE text COLLATE "default"')
    for index in ("cases_by_agency", "cases_by_region", "cases_by_status", "cases_in_order"):
        op.drop_index(index, "cases")
    for column in ("claimed_until", "claimed_by", "sensitive", "agencies", "due_at"):
        op.drop_column("cases", column)
    op.create_index("cases_by_age", "cases", ["submitted_at", "report_id"])
    op.create_index("cases_by_status", "cases", ["status", "submitted_at", "report_id"])
