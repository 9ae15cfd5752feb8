"""Who follows public cases and areas: nothing of who they are. And the hour at which a digest is told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
TIME = sa.DateTime(timezone=True)
LIVE = "confirmed_at IS NOT NULL AND ended_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "follows",
        sa.Column("follow_id", UUID, primary_key=True, comment="stands for a report's id in notify"),
        sa.Column("report_id", UUID, sa.ForeignKey("reports.report_id", ondelete="CASCADE")),
        sa.Column("area", sa.Text, comment="<category>/<region>, with * for any"),
        sa.Column("label", sa.Text, comment="the area, as people call it"),
        sa.Column(
            "token", sa.Text, comment="keyed, the same for one contact; null: a browser, a system, over"
        ),
        sa.Column("code_hash", sa.Text, nullable=False, comment="of the code that ends it"),
        sa.Column("hook_id", UUID, comment="the system that is told"),
        sa.Column("hour", sa.SmallInteger, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("confirmed_at", TIME),
        sa.Column("ended_at", TIME),
        sa.CheckConstraint("(report_id IS NULL) <> (area IS NULL)", "one_thing_is_followed"),
        sa.CheckConstraint("ended_at IS NULL OR token IS NULL", "who_stopped_is_forgotten"),
    )
    op.create_index(
        "follows_once",
        "follows",
        [sa.text("COALESCE(report_id::text, area)"), "token"],
        unique=True,
        postgresql_where=sa.text("token IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_index("follows_by_report", "follows", ["report_id"], postgresql_where=sa.text(LIVE))
    op.create_index("follows_by_area", "follows", ["area", "confirmed_at"], postgresql_where=sa.text(LIVE))
    op.create_index(
        "follows_by_token",
        "follows",
        ["token"],
        postgresql_where=sa.text("token IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_index(
        "follows_by_hook", "follows", ["hook_id"], postgresql_where=sa.text("hook_id IS NOT NULL")
    )
    op.create_table(
        "public_news",
        sa.Column(
            "report_id", UUID, sa.ForeignKey("reports.report_id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("version", sa.Integer, nullable=False, server_default="0"),
        sa.Column("told", sa.Text, comment="what followers know of its page; null: nobody follows it"),
        sa.Column("announced", sa.Boolean, nullable=False, server_default="false", comment="to its areas"),
        sa.Column("hidden", sa.Boolean, nullable=False, server_default="false", comment="for good"),
        comment="public cases of which somebody is told something",
    )
    op.create_table(
        "hooks",
        sa.Column("hook_id", UUID, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False, comment="its address is with notify alone, sealed"),
        sa.Column("author", sa.Text, nullable=False, comment="an officer's id"),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        comment="systems that operators registered to be told",
    )
    op.add_column("preferences", sa.Column("digest_at", sa.Text, comment="HH:MM in zone"))


def downgrade() -> None:
    op.drop_column("preferences", "digest_at")
    for table in ("hooks", "public_news", "follows"):
        op.drop_table(table)
