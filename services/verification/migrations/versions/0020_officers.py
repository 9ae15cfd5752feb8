"""Officers' accounts, their sessions, and what was done to an account."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0020"
down_revision = "0015"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "officers",
        sa.Column("login", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("agency", sa.Text(collation="C")),
        sa.Column("password", sa.Text, comment="argon2id; none: signs in through the provider alone"),
        sa.Column("totp", sa.LargeBinary, comment="closed with the service's key"),
        sa.Column("totp_offered", sa.LargeBinary, comment="shown, not confirmed yet; closed likewise"),
        sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("subject", sa.Text, unique=True, comment="issuer and subject at the provider, once known"),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0", comment="in a row"),
        sa.Column("locked_until", _TIME),
        sa.Column("disabled", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("created_at", _TIME, nullable=False, server_default=sa.func.now()),
    )
    op.create_index("officers_by_agency", "officers", ["agency", "login"])
    op.create_table(
        "officer_sessions",
        sa.Column("session", sa.LargeBinary, primary_key=True, comment="SHA-256 of what the browser holds"),
        sa.Column(
            "login", sa.Text, sa.ForeignKey("officers.login", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("begun_at", _TIME, nullable=False, server_default=sa.func.now()),
        sa.Column("expires_at", _TIME, nullable=False, index=True),
    )
    op.create_table(
        "officer_records",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("detail", pg.JSONB),
        sa.Column("at", _TIME, nullable=False, server_default=sa.func.now()),
    )
    op.create_index("officer_records_by_login", "officer_records", ["login", "id"])
    op.execute(
        "CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON officer_records "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    for table in ("officer_records", "officer_sessions", "officers"):
        op.drop_table(table)
