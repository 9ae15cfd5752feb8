"""Reports, their evidence and moments, and what channels keep until a message is whole."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from shared.db.tables import create_kernel_tables, drop_kernel_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_kernel_tables()
    _reports()
    _what_happened()
    _sms()


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("report_id", UUID, primary_key=True),
        sa.Column("tracking_id", sa.Text, nullable=False, unique=True, comment="without dashes"),
        sa.Column("access_hash", sa.Text, comment="keyed; null where no code was given out"),
        sa.Column("sealed_contact", sa.Text, comment="only notify can open it"),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("category", sa.Text),
        sa.Column("classification", sa.Text),
        sa.Column("event_date", sa.Date),
        sa.Column("place", pg.JSONB, nullable=False),
        sa.Column("agency_hint", sa.Text),
        sa.Column("anonymous", sa.Boolean, nullable=False),
        sa.Column("secret_as_filed", sa.Boolean, nullable=False),
        sa.Column("secret", sa.Boolean, nullable=False, comment="only ever becomes true"),
        sa.Column("filed_at", TIME, nullable=False),
        sa.Column("deadline", TIME, nullable=False, comment="verification, as the receipt promises"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("key", sa.Text, primary_key=True, comment="keyed digest; prevents filing one key twice"),
        sa.Column("fingerprint", sa.Text, nullable=False, comment="keyed digest of the request"),
        sa.Column("response", sa.Text, nullable=False, comment="sealed: it holds the access code"),
        sa.Column("created_at", TIME, nullable=False, server_default=sa.func.now()),
        sa.Index("idempotency_keys_by_age", "created_at"),
    )
    op.create_table(
        "evidence",
        sa.Column("evidence_id", UUID, primary_key=True),
        sa.Column("report_id", UUID, sa.ForeignKey("reports.report_id"), nullable=False),
        sa.Column("object_key", sa.Text, nullable=False),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False, comment="bytes"),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("uploaded_at", TIME, nullable=False),
        sa.UniqueConstraint("report_id", "sha256", name="evidence_once_per_report"),
    )


def _what_happened() -> None:
    op.create_table(
        "moments",
        sa.Column("event_id", UUID, primary_key=True, comment="a fact is remembered once"),
        sa.Column("report_id", UUID, sa.ForeignKey("reports.report_id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("data", pg.JSONB, nullable=False),
        sa.Index("moments_by_report", "report_id"),
    )
    op.create_table(
        "deadlines",
        sa.Column("report_id", UUID, sa.ForeignKey("reports.report_id"), primary_key=True),
        sa.Column("clocks_version", sa.Integer, nullable=False, comment="only a newer one replaces it"),
        sa.Column("deadlines", pg.JSONB, nullable=False),
    )
    op.create_table(
        "words",
        sa.Column("report_id", UUID, sa.ForeignKey("reports.report_id"), nullable=False),
        sa.Column("word", sa.Text, nullable=False),
        sa.Column("case_version", sa.Integer, nullable=False, comment="that began the status it was said to"),
        sa.Column("slot", sa.Text, nullable=False, comment="empty, but for words that may be said again"),
        sa.Column("fingerprint", sa.Text, nullable=False, comment="tells the same word from another one"),
        sa.PrimaryKeyConstraint("report_id", "word", "case_version", "slot"),
        comment="prevents saying one word twice to the same version of a case",
    )


def _sms() -> None:
    op.create_table(
        "sms_series",
        sa.Column("series_id", UUID, primary_key=True),
        sa.Column("sender_token", sa.Text, nullable=False, comment="keyed hash of the number"),
        sa.Column("ref", sa.Text, nullable=False, comment="the telephone's own, used again and again"),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("sealed_sender", sa.Text, nullable=False, comment="opens for the id beside it"),
        sa.Column("sealed_for", UUID, nullable=False),
        sa.Column("first_at", TIME, nullable=False),
        sa.Column("last_at", TIME, nullable=False),
        sa.Column("settled", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("report_id", UUID, sa.ForeignKey("reports.report_id")),
        sa.Column("created_at", TIME, nullable=False, server_default=sa.func.now()),
    )
    op.create_index(
        "sms_series_one_open",  # prevents two processes from collecting one message separately
        "sms_series",
        ["sender_token", "ref"],
        unique=True,
        postgresql_where=sa.text("NOT settled"),
    )
    op.create_index("sms_series_latest", "sms_series", ["sender_token", "ref", "first_at"])
    op.create_index("sms_series_waiting", "sms_series", ["first_at"], postgresql_where=sa.text("NOT settled"))
    op.create_table(
        "sms_parts",
        sa.Column(
            "series_id", UUID, sa.ForeignKey("sms_series.series_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("series_id", "number", name="sms_parts_once"),
    )
    op.create_table(
        "refused_messages",
        sa.Column("message_id", UUID, primary_key=True),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("sealed_sender", sa.Text, nullable=False, comment="opens for sealed_for"),
        sa.Column("sealed_for", UUID, nullable=False),
        sa.Column("refused_at", TIME, nullable=False),
    )


def downgrade() -> None:
    for table in (
        "refused_messages", "sms_parts", "sms_series", "words", "deadlines", "moments", "evidence",
        "idempotency_keys", "reports",
    ):  # fmt: skip
        op.drop_table(table)
    drop_kernel_tables()
