"""Who reported, sealed; the reveals by two officers, and their record that is only ever added to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0030"
down_revision = "0020"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
TIME = sa.DateTime(timezone=True)
STATES = "'asked', 'approved', 'refused', 'shown', 'void'"


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("report_id", UUID, sa.ForeignKey("reports.report_id"), primary_key=True),
        sa.Column("sealed", sa.Text, comment="for a reveal alone, with its wrapped key; null: forgotten"),
        sa.Column("check_at", TIME, nullable=False, comment="when it may have to be forgotten"),
        sa.Column("forgotten_at", TIME),
        sa.CheckConstraint("(sealed IS NULL) = (forgotten_at IS NOT NULL)", name="forgotten_is_gone"),
    )
    op.create_index(
        "identities_due", "identities", ["check_at"], postgresql_where=sa.text("sealed IS NOT NULL")
    )
    # Contacts sealed before there were identities: notify has its own copy, and forgets it when told.
    op.execute(
        "INSERT INTO identities (report_id, sealed, check_at) "
        "SELECT report_id, sealed_contact, filed_at + interval '2 years' FROM reports "
        "WHERE sealed_contact IS NOT NULL"
    )
    op.execute("UPDATE reports SET sealed_contact = NULL WHERE sealed_contact IS NOT NULL")
    _reveals()


def _reveals() -> None:
    op.create_table(
        "reveal_holders",
        sa.Column("officer", sa.Text, primary_key=True),
        sa.Column("key_id", sa.Text, primary_key=True, comment="of the key that is locked, in hexadecimal"),
        sa.Column("locked", sa.Text, nullable=False, comment="opens with the officer's code alone"),
        sa.Column("enrolled_by", sa.Text, nullable=False),
        sa.Column("enrolled_at", TIME, nullable=False),
    )
    op.create_table(
        "reveals",
        sa.Column("reveal_id", UUID, primary_key=True),
        sa.Column("report_id", UUID, sa.ForeignKey("reports.report_id"), nullable=False),
        sa.Column("tracking_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("agency", sa.Text, comment="of the officer who asked; null: the national level"),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("explanation", sa.Text, nullable=False),
        sa.Column("court_order", sa.Text, comment="its number; the reporter is then not told"),
        sa.Column("collect_key", sa.LargeBinary, nullable=False, comment="public; the code is the asker's"),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("approve_until", TIME, nullable=False),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", TIME),
        sa.Column("sealed", sa.Text, comment="opens with the asker's collect code; gone once shown"),
        sa.Column("collect_until", TIME),
        sa.Column("shown_at", TIME),
        sa.CheckConstraint(f"state IN ({STATES})", name="known_state"),
        sa.CheckConstraint("decided_by <> asked_by", name="two_persons"),
        sa.CheckConstraint("sealed IS NULL OR state = 'approved'", name="sealed_until_shown"),
    )
    op.create_index("reveals_newest", "reveals", [sa.text("asked_at DESC")])
    op.create_index("reveals_of_report", "reveals", ["report_id"])
    op.create_table(
        "reveal_log",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("reveal_id", UUID),
        sa.Column("at", TIME, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("officer", sa.Text, nullable=False),
        sa.Column("details", pg.JSONB, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False, comment="over the one before and all of this"),
    )
    op.execute(
        """
        CREATE FUNCTION refuse_change_of_log() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the record of reveals is only ever added to'; END $$
        """
    )
    op.execute(
        "CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON reveal_log "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_log()"
    )


def downgrade() -> None:
    for table in ("reveal_log", "reveals", "reveal_holders", "identities"):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_change_of_log()")
