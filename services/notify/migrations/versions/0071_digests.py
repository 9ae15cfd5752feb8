"""Messages that wait to be told together once a day, and the version of the words that each was said in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

BEFORE = "'waiting_contact', 'waiting_hours', 'pending', 'sending', 'sent', 'delivered', 'failed', 'skipped'"


def upgrade() -> None:
    op.add_column("wishes", sa.Column("digest_at", sa.Time, comment="in the zone; outside quiet hours"))
    op.add_column(
        "deliveries",
        sa.Column("digest_until", sa.Date, comment="it may wait for a digest until this day; null: never"),
    )
    op.add_column(
        "deliveries", sa.Column("digest_id", pg.UUID(as_uuid=True), comment="the delivery it was told in")
    )
    op.add_column("deliveries", sa.Column("words", sa.Text, comment="language and version of its words"))
    op.drop_constraint("known_state", "deliveries")
    op.create_check_constraint("known_state", "deliveries", f"state IN ({BEFORE}, 'waiting_digest')")
    op.create_check_constraint(
        "a_digest_comes_sometime", "deliveries", "state <> 'waiting_digest' OR opens_at IS NOT NULL"
    )
    op.create_index(
        "deliveries_to_digest",
        "deliveries",
        ["opens_at", "report_id"],
        postgresql_where=sa.text("state = 'waiting_digest'"),
    )


def downgrade() -> None:
    op.execute("UPDATE deliveries SET state = 'pending', due_at = now() WHERE state = 'waiting_digest'")
    op.drop_index("deliveries_to_digest")
    op.drop_constraint("a_digest_comes_sometime", "deliveries")
    op.drop_constraint("known_state", "deliveries")
    op.create_check_constraint("known_state", "deliveries", f"state IN ({BEFORE})")
    for column in ("words", "digest_id", "digest_until"):
        op.drop_column("deliveries", column)
    op.drop_column("wishes", "digest_at")
