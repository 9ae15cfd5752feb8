"""Who follows what, what public cases are known, and the news that is on its way to followers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0070"
down_revision = "0060"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
TIME = sa.DateTime(timezone=True)
LIVE = {"postgresql_where": sa.text("NOT ended")}


def upgrade() -> None:
    op.create_table(
        "follows",
        sa.Column("follow_id", UUID, primary_key=True, comment="as of its contact and its deliveries"),
        sa.Column("followed", UUID, comment="a case"),
        sa.Column("area", sa.Text, comment="<category>/<region>, with * for any"),
        sa.Column("about", sa.Text, comment="the area, as people call it"),
        sa.Column("system", sa.Boolean, nullable=False, comment="told at once, also of an area"),
        sa.Column("hour", sa.SmallInteger, nullable=False),
        sa.Column("zone", sa.Text, nullable=False, comment="as the IANA database calls it"),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.Column("said_at", TIME, nullable=False, comment="older news of a follow is dropped"),
        sa.Column("told_until", TIME, nullable=False, comment="of an area: what came before is told"),
        sa.Column("next_at", TIME, comment="of an area: when its next digest is due, in the injected time"),
        sa.CheckConstraint("ended OR (followed IS NULL) <> (area IS NULL)", name="one_thing_is_followed"),
    )
    op.create_index("follows_by_case", "follows", ["followed", "follow_id"], **LIVE)
    op.create_index("follows_by_area", "follows", ["area", "follow_id"], **LIVE)
    op.create_index(
        "follows_due",
        "follows",
        ["next_at"],
        postgresql_where=sa.text("NOT ended AND next_at IS NOT NULL"),
    )
    op.create_table(
        "public_cases",
        sa.Column("report_id", UUID, primary_key=True),
        sa.Column("tracking_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, comment="masked; null: not announced, or hidden"),
        sa.Column("filed_on", sa.Date, comment="in the zone of its place"),
        sa.Column("hidden", sa.Boolean, nullable=False, comment="for good"),
    )
    op.create_table(
        "area_news",
        sa.Column("area", sa.Text, primary_key=True),
        sa.Column("listed_at", TIME, primary_key=True),
        sa.Column("report_id", UUID, primary_key=True),
        comment="which case came into which area; kept for as long as a digest may need it",
    )
    op.create_index("area_news_by_case", "area_news", ["report_id"])
    op.create_table(
        "fan_outs",
        sa.Column("event_id", UUID, primary_key=True, comment="the fact that is told"),
        sa.Column("report_id", UUID, nullable=False),
        sa.Column("areas", pg.ARRAY(sa.Text), nullable=False, comment="none: to followers of the case"),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("details", pg.JSONB, nullable=False, comment="emptied at the end"),
        sa.Column("occurred_at", TIME, nullable=False),
        sa.Column("reached", UUID, comment="the last follower who was looked at"),
        sa.Column("done", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("heard_at", TIME, nullable=False, server_default=sa.func.now()),
    )
    op.create_index(
        "fan_outs_to_do", "fan_outs", ["heard_at", "event_id"], postgresql_where=sa.text("NOT done")
    )
    op.create_index("fan_outs_by_age", "fan_outs", ["heard_at"], postgresql_where=sa.text("done"))


def downgrade() -> None:
    for table in ("fan_outs", "area_news", "public_cases", "follows"):
        op.drop_table(table)
