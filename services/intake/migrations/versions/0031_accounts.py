"""Optional accounts of reporters: found by a keyed hash, contact sealed, linked to reports only here."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("account_id", UUID, primary_key=True),
        sa.Column("contact_hash", sa.Text, nullable=False, unique=True, comment="keyed"),
        sa.Column("sealed", sa.Text, nullable=False, comment="only notify can open it"),
        sa.Column("generation", sa.Integer, nullable=False, comment="sessions of an older one are over"),
        sa.Column("created_at", TIME, nullable=False, server_default=sa.func.now()),
    )
    op.create_table(
        "account_codes",
        sa.Column("code_id", UUID, primary_key=True),
        sa.Column("contact_hash", sa.Text, nullable=False, comment="keyed"),
        sa.Column("code_hash", sa.Text, nullable=False, comment="keyed"),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("used", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("created_at", TIME, nullable=False, server_default=sa.func.now()),
        sa.Column("expires_at", TIME, nullable=False),
    )
    op.create_index("account_codes_newest", "account_codes", ["contact_hash", sa.text("created_at DESC")])
    op.create_index("account_codes_by_age", "account_codes", ["created_at"])
    op.create_table(
        "account_reports",
        sa.Column(
            "report_id", UUID, sa.ForeignKey("reports.report_id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column(
            "account_id", UUID, sa.ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("linked_at", TIME, nullable=False),
    )
    op.create_index("account_reports_of", "account_reports", ["account_id", "linked_at"])


def downgrade() -> None:
    for table in ("account_reports", "account_codes", "accounts"):
        op.drop_table(table)
