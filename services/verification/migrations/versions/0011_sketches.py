"""Sketches of reports, by which those like another are found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BANDS = 11


def upgrade() -> None:
    op.create_table(
        "sketches",
        sa.Column("no", sa.Integer, sa.Identity(), primary_key=True, comment="the newer, the higher"),
        sa.Column("report_id", pg.UUID(as_uuid=True), nullable=False),
        *(sa.Column(f"b{n}", sa.Integer, nullable=False) for n in range(BANDS)),
    )
    op.create_index("sketches_by_report", "sketches", ["report_id"], unique=True)
    for n in range(BANDS):
        # With the number beside it: of a band that thousands share, the newest are read and no more.
        op.create_index(f"sketches_b{n}", "sketches", [f"b{n}", "no"])


def downgrade() -> None:
    op.drop_table("sketches")
