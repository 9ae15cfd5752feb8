"""What is done later about a case, who joined whom, and cases whose submission is missing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0010"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_UUID = pg.UUID(as_uuid=True)


def upgrade() -> None:
    op.create_table(
        "errands",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("errand", sa.Text, nullable=False),
        sa.Column("report_id", _UUID, nullable=False),
        sa.Column("event_id", _UUID, comment="the fact it is about, where it is about one"),
        sa.Column("due", _TIME, nullable=False),
        sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
    )
    op.create_index("errands_by_due", "errands", ["errand", "due", "id"])
    op.create_table(
        "members",
        sa.Column("report_id", _UUID, primary_key=True, comment="a case joins one other"),
        sa.Column("lead", _UUID, nullable=False, comment="the case that answers for it"),
        sa.Column("joined_at", _TIME, nullable=False),
        sa.Column("told", sa.Text, comment="what its reporter was last told about the lead"),
        sa.CheckConstraint("report_id <> lead", name="nobody_joins_itself"),
    )
    op.create_index("members_by_lead", "members", ["lead"])
    op.create_table(
        "waiting",
        sa.Column("report_id", _UUID, primary_key=True),
        sa.Column("since", _TIME, nullable=False),
    )
    op.execute(
        """
        INSERT INTO errands (errand, report_id, due)
        SELECT 'sketch', report_id, submitted_at FROM cases WHERE tracking_id IS NOT NULL
        ORDER BY submitted_at
        """
    )
    op.execute(
        """
        INSERT INTO waiting (report_id, since)
        SELECT report_id, min(recorded_at) FROM cases JOIN entries USING (report_id)
        WHERE tracking_id IS NULL GROUP BY report_id
        """
    )
    # `merged_into` was only in the recorded facts until now: the last merging of each merged case.
    op.execute(
        """
        INSERT INTO members (report_id, lead, joined_at)
        SELECT DISTINCT ON (report_id)
          report_id, (convert_from(body, 'UTF8')::jsonb ->> 'into')::uuid, recorded_at
        FROM cases JOIN entries USING (report_id)
        WHERE status = 'merged' AND type = 'case.merged.v1' ORDER BY report_id, seq DESC
        """
    )


def downgrade() -> None:
    for table in ("waiting", "members", "errands"):
        op.drop_table(table)
