"""What was learned from officers' decisions, how right it was, and who switched it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "models",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("learned", sa.Integer, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False, comment="arrays; reading one runs no code"),
    )
    op.execute("ALTER TABLE models ALTER COLUMN body SET STORAGE EXTERNAL")  # it is compressed already
    op.create_table(
        "judgements",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("outcome", sa.Text, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "switches",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("officer", sa.Text, nullable=False),
        sa.Column("is_on", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.execute(
        "CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON switches "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        """
        INSERT INTO errands (errand, report_id, event_id, due)
        SELECT 'lesson', report_id, event_id, recorded_at FROM entries
        WHERE type IN ('case.verified.v1', 'disposition.created.v1') ORDER BY recorded_at
        """
    )


def downgrade() -> None:
    for table in ("switches", "judgements", "models"):
        op.drop_table(table)
    op.execute("DELETE FROM errands WHERE errand = 'lesson'")
