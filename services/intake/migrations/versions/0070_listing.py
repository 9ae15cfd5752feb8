"""What the public list and its search read: public reports as everyone may see them, masked already."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0070"
down_revision = "0061"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
NEWEST = (sa.text("filed_at DESC"), sa.text("report_id DESC"))


def upgrade() -> None:
    op.create_table(
        "listed",
        sa.Column(
            "report_id", UUID, sa.ForeignKey("reports.report_id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("tracking_id", sa.Text, nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.Text, nullable=False, comment="masked"),
        sa.Column("excerpt", sa.Text, nullable=False, comment="masked"),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("category", sa.Text),
        sa.Column("province", sa.Text),
        sa.Column("city", sa.Text),
        sa.Column("agencies", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("agency_names", pg.ARRAY(sa.Text), nullable=False),
        sa.Column(
            "words", pg.TSVECTOR, nullable=False, comment="of masked text: what is hidden is not found"
        ),
        comment="a copy that is made again from the report whenever it changes",
    )
    op.create_index("listed_newest", "listed", [*NEWEST])
    for column in ("status", "category", "province", "city"):
        op.create_index(f"listed_by_{column}", "listed", [column, *NEWEST])
    op.create_index("listed_by_agency", "listed", ["agencies"], postgresql_using="gin")
    op.create_index(
        "listed_by_words", "listed", ["words"], postgresql_using="gin", postgresql_with={"fastupdate": "off"}
    )
    op.create_table(
        "listing_due",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("report_id", UUID, nullable=False),
        comment="reports that have changed; written with the change, emptied by the loop that lists them",
    )
    op.execute("INSERT INTO listing_due (report_id) SELECT report_id FROM reports")


def downgrade() -> None:
    op.drop_table("listing_due")
    op.drop_table("listed")
