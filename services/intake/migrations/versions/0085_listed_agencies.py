"""The public reports of each agency in the list's order: also of one whose reports are all old."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0085"
down_revision = "0087"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listed_agencies",
        sa.Column(
            "report_id",
            pg.UUID(as_uuid=True),
            sa.ForeignKey("listed.report_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("agency", sa.Text, primary_key=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        comment="follows from listed.agencies, and is made again with it",
    )
    op.execute(
        "INSERT INTO listed_agencies (report_id, agency, filed_at) "
        "SELECT DISTINCT report_id, unnest(agencies), filed_at FROM listed"
    )
    op.create_index(
        "listed_agencies_newest",
        "listed_agencies",
        ["agency", sa.text("filed_at DESC"), sa.text("report_id DESC")],
    )


def downgrade() -> None:
    op.drop_table("listed_agencies")
