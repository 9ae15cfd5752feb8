"""Evidence in quarantine until it is checked; uploads that can go on; who was given which file."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0020"
down_revision = "0012"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _evidence()
    _uploads()
    _downloads()
    op.add_column(
        "reports",
        sa.Column(
            "reporter_token",
            sa.Text,
            comment="keyed hash of a named reporter's contact; forgotten in two days",
        ),
    )
    op.create_index(
        "reports_by_reporter",
        "reports",
        ["reporter_token"],
        postgresql_where=sa.text("reporter_token IS NOT NULL"),
    )


def _evidence() -> None:
    """What was kept before was said to be cleared, and stays so."""
    for column in (
        sa.Column("state", sa.Text, nullable=False, server_default="cleared"),
        sa.Column("quarantine_key", sa.Text, comment="as received; gone once settled"),
        sa.Column("original_key", sa.Text, comment="as received, sealed to a key that no service holds"),
        sa.Column("preview_key", sa.Text),
        sa.Column("clean_type", sa.Text),
        sa.Column("clean_size", sa.BigInteger, comment="bytes of the object at object_key"),
        sa.Column("clean_sha256", sa.Text),
        sa.Column("reason", sa.Text, comment="why it was rejected"),
        sa.Column("sealed_capture", sa.Text, comment="time and place from EXIF, for officers"),
        sa.Column("settled_at", TIME),
        sa.Column("claim", UUID, comment="the check that may settle it"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", TIME, nullable=False, server_default=sa.func.now(), comment="the machine's time"),
    ):
        op.add_column("evidence", column)
    op.alter_column("evidence", "sha256", nullable=True, comment="as received; null until it was read whole")
    op.execute(
        "UPDATE evidence SET clean_type = content_type, clean_size = size, clean_sha256 = sha256, "
        "settled_at = uploaded_at"
    )
    op.create_check_constraint(
        "evidence_cleared_is_clean",  # prevents showing a file that no derivative was made of
        "evidence",
        "state <> 'cleared' OR clean_sha256 IS NOT NULL",
    )
    op.create_index("evidence_due", "evidence", ["due_at"], postgresql_where=sa.text("state = 'pending'"))
    op.create_index(
        "evidence_in_quarantine",
        "evidence",
        ["quarantine_key"],
        postgresql_where=sa.text("state = 'pending'"),
    )


def _uploads() -> None:
    op.create_table(
        "evidence_uploads",
        sa.Column("upload_id", UUID, primary_key=True),
        sa.Column("report_id", UUID, sa.ForeignKey("reports.report_id", ondelete="CASCADE"), nullable=False),
        sa.Column("object_key", sa.Text, nullable=False),
        sa.Column("s3_upload_id", sa.Text, comment="the store's name for the parts"),
        sa.Column("resumable", sa.Boolean, nullable=False),
        sa.Column("claimed_type", sa.Text),
        sa.Column("content_type", sa.Text),
        sa.Column("length", sa.BigInteger, nullable=False, server_default="0", comment="bytes announced"),
        sa.Column(
            "received", sa.BigInteger, nullable=False, server_default="0", comment="bytes that are safe"
        ),
        sa.Column("parts", pg.JSONB, nullable=False, server_default="[]"),
        sa.Column("tail_key", sa.Text, comment="what is too short for a part, as an object in quarantine"),
        sa.Column("holder", UUID, comment="the request that may write; the newest wins"),
        sa.Column("evidence_id", UUID, comment="what it became"),
        sa.Column("expires_at", TIME, nullable=False, comment="the machine's time"),
        sa.Index("evidence_uploads_by_report", "report_id"),
        sa.Index("evidence_uploads_by_expiry", "expires_at"),
    )


def _downloads() -> None:
    op.create_table(
        "evidence_downloads",
        sa.Column("link_id", UUID, primary_key=True),
        sa.Column("evidence_id", UUID, nullable=False),
        sa.Column("report_id", UUID, sa.ForeignKey("reports.report_id", ondelete="CASCADE"), nullable=False),
        sa.Column("who", sa.Text, nullable=False, comment="an officer's subject, or reporter"),
        sa.Column("role", sa.Text),
        sa.Column("agency", sa.Text),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("fetched_at", TIME, comment="first"),
        sa.Column("fetches", sa.Integer, nullable=False, server_default="0"),
        sa.Index("evidence_downloads_by_report", "report_id", "asked_at"),
        comment="who was given a link to which file, and whether it was used",
    )


def downgrade() -> None:
    op.drop_index("reports_by_reporter")
    op.drop_column("reports", "reporter_token")
    op.drop_table("evidence_downloads")
    op.drop_table("evidence_uploads")
    op.execute("DELETE FROM evidence WHERE state <> 'cleared'")
    op.drop_index("evidence_in_quarantine")
    op.drop_index("evidence_due")
    op.drop_constraint("evidence_cleared_is_clean", "evidence")
    op.alter_column("evidence", "sha256", nullable=False)
    for name in (
        "state", "quarantine_key", "original_key", "preview_key", "clean_type", "clean_size", "clean_sha256",
        "reason", "sealed_capture", "settled_at", "claim", "attempts", "due_at",
    ):  # fmt: skip
        op.drop_column("evidence", name)
