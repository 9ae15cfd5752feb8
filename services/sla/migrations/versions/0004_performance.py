"""Reports on performance: what each case counts, and the sums of all cases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

DIMENSIONS = ("agency", "region", "category", "classification", "channel")
COUNTS = (
    "cases",
    "received",
    "verified",
    "in_process",
    "settled",
    "archived",
    "merged",
    "withdrawn",
    "untouched",
    "followed_up",
    "breached_verification",
    "breached_first_response",
    "breached_settlement",
    "objections",
    "reopenings",
    "ratings",
    "rating_sum",
)
HISTOGRAMS = ("verification_days", "first_response_days", "settlement_days")


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("report_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("tally", sa.Text, comment="what the case counts now"),
        sa.Column(
            "version", sa.Integer, nullable=False, server_default="0", comment="grows with each writing"
        ),
        sa.Column("counted", sa.Text, comment="what of it is in the sums of that edition"),
        sa.Column("edition", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("count_at", sa.DateTime(timezone=True), comment="when to count it (again)"),
    )
    op.create_index(
        "tallies_to_count", "tallies", ["count_at"], postgresql_where=sa.text("count_at IS NOT NULL")
    )
    op.create_table(
        "performance",
        sa.Column("edition", sa.SmallInteger, primary_key=True),
        *(sa.Column(name, sa.Text, primary_key=True, comment="* is all of them") for name in DIMENSIONS),
        sa.Column("month", sa.Integer, primary_key=True, comment="of filing in WIB, as 202601"),
        *(sa.Column(name, sa.Integer, nullable=False, server_default="0") for name in COUNTS),
        *(
            sa.Column(
                name, pg.ARRAY(sa.Integer), nullable=False, server_default="{}", comment="by days, from 0"
            )
            for name in HISTOGRAMS
        ),
    )
    op.execute("ALTER TABLE performance SET (fillfactor = 70)")  # its rows are updated all the time
    op.create_table(
        "performance_members",
        sa.Column("dimension", sa.Text, primary_key=True),
        sa.Column("above", sa.Text, primary_key=True, comment="the agency or region it lies in, or *"),
        sa.Column("member", sa.Text, primary_key=True),
    )
    op.create_table(
        "performance_edition",
        sa.Column("one", sa.Boolean, sa.CheckConstraint("one"), primary_key=True, server_default=sa.true()),
        sa.Column("shown", sa.SmallInteger, nullable=False, comment="what readers see"),
        sa.Column(
            "filling", sa.SmallInteger, nullable=False, comment="what is being counted; another in a recount"
        ),
    )


def downgrade() -> None:
    for table in ("performance_edition", "performance_members", "performance", "tallies"):
        op.drop_table(table)
