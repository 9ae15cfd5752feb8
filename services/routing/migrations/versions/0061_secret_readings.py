"""Who opened a secret report at the agency desk, and when: written, and never changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "secret_readings",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("leg_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("officer", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False, comment="the injected time"),
    )
    op.create_index("secret_readings_by_leg", "secret_readings", ["leg_id", "id"])


def downgrade() -> None:
    op.drop_table("secret_readings")
