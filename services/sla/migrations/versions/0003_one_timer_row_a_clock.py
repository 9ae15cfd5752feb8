"""One timer row for each clock, with all that it has still to say; recomputes after an amendment; facts carry
what the reports on performance group by.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COUNTED = ("category", "region", "calendar", "channel")
MOMENT = sa.DateTime(timezone=True)
UUID = pg.UUID(as_uuid=True)

KEEP_WHAT_HAS_FIRED = """
INSERT INTO timers (report_id, clock, started_by, place, started_at, round, leg_id, agency, zone, running,
                    provisional, computed, marks, due, fired)
SELECT report_id, clock, started_by, 0, min(started_at), min(round), leg_id, agency, 'WIB', false, false,
       gen_random_uuid(),
       coalesce(array_agg(mark ORDER BY due_at, mark) FILTER (WHERE fired_at IS NULL), '{}'),
       coalesce(array_agg(due_at ORDER BY due_at, mark) FILTER (WHERE fired_at IS NULL), '{}'),
       coalesce(array_agg(mark) FILTER (WHERE fired_at IS NOT NULL), '{}')
FROM single_timers GROUP BY report_id, clock, started_by, leg_id, agency
"""
COMPUTE_ALL_AGAIN = "INSERT INTO recomputes (seq) SELECT NULL WHERE EXISTS (SELECT FROM cases)"


def upgrade() -> None:
    for name in COUNTED:
        op.add_column("facts", sa.Column(name, sa.Text))
    op.add_column("facts", sa.Column("score", sa.SmallInteger, comment="a rating's, 1 to 5"))
    _cases()
    op.drop_index("timers_due", "timers")
    op.execute("ALTER TABLE timers RENAME CONSTRAINT timers_pkey TO single_timers_pkey")
    op.rename_table("timers", "single_timers")
    _timers()
    _recomputes()
    op.execute(KEEP_WHAT_HAS_FIRED)
    op.execute(COMPUTE_ALL_AGAIN)
    op.drop_table("single_timers")


def _cases() -> None:
    op.drop_column("cases", "deadlines")
    op.drop_column("cases", "timers")
    op.add_column("cases", sa.Column("told", UUID, comment="digest of the deadlines as last said"))
    op.add_column("cases", sa.Column("watched", UUID, comment="digest of the timers as last computed"))
    op.add_column(
        "cases",
        sa.Column("seq", sa.BigInteger, nullable=False, server_default="0", comment="last amendment used"),
    )
    op.create_index("cases_flagged", "cases", ["report_id"], postgresql_where=sa.text("flags <> '[]'"))


def _timers() -> None:
    op.create_table(
        "timers",
        sa.Column("report_id", UUID, primary_key=True),
        sa.Column("clock", sa.Text, primary_key=True),
        sa.Column("started_by", UUID, primary_key=True, comment="the run's starting fact"),
        sa.Column("place", sa.SmallInteger, nullable=False, comment="of the clock among the case's"),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("leg_id", UUID),
        sa.Column("agency", sa.Text),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("region", sa.Text),
        sa.Column("days", sa.SmallInteger, comment="working days, of a clock that never paused"),
        sa.Column("running", sa.Boolean, nullable=False),
        sa.Column("deadline", MOMENT, comment="none while the clock is paused"),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("computed", UUID, comment="digest; none once the clock is gone"),
        sa.Column("marks", pg.ARRAY(sa.SmallInteger), nullable=False, comment="still to fire, by due time"),
        sa.Column("due", pg.ARRAY(MOMENT), nullable=False, comment="when, one for each mark"),
        sa.Column("fired", pg.ARRAY(sa.SmallInteger), nullable=False, server_default="{}"),
        sa.Column("next_at", MOMENT, sa.Computed("due[1]", persisted=True)),
        sa.CheckConstraint("cardinality(marks) = cardinality(due)", name="timers_every_mark_has_its_time"),
        sa.CheckConstraint("NOT marks && fired", name="timers_nothing_fires_twice"),
    )
    op.create_index("timers_due", "timers", ["next_at"], postgresql_where=sa.text("next_at IS NOT NULL"))


def _recomputes() -> None:
    op.create_table(
        "recomputes",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("seq", sa.BigInteger, sa.ForeignKey("amendments.seq"), unique=True),
        sa.Column("packaged", sa.Text, comment="versions of the reviewed files, where they are the cause"),
        sa.Column("began_at", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("reached", UUID, comment="up to this report, affected cases have been found"),
        sa.Column("found_at", MOMENT, comment="all affected cases have been found"),
        sa.Column("done_at", MOMENT),
        sa.CheckConstraint("seq IS NULL OR packaged IS NULL", name="recomputes_one_cause"),
    )
    op.create_index("recomputes_open", "recomputes", ["id"], postgresql_where=sa.text("done_at IS NULL"))
    op.create_table(
        "recompute_chunks",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("recompute_id", sa.BigInteger, sa.ForeignKey("recomputes.id"), nullable=False),
        sa.Column("first", UUID, nullable=False),
        sa.Column("last", UUID, nullable=False),
        sa.Column("cases", sa.Integer, nullable=False),
        sa.Column("moved", sa.Integer, comment="deadlines that moved"),
        sa.Column("done_at", MOMENT),
    )
    op.create_index("recompute_chunks_by_recompute", "recompute_chunks", ["recompute_id"])
    op.create_index(
        "recompute_chunks_open", "recompute_chunks", ["id"], postgresql_where=sa.text("done_at IS NULL")
    )
    op.create_table(
        "moved_deadlines",
        sa.Column("report_id", UUID, primary_key=True),
        sa.Column("clock", sa.Text, primary_key=True),
        sa.Column("started_by", UUID, primary_key=True),
        sa.Column("amendment", sa.Text, primary_key=True, comment="its id, or the files' new versions"),
        sa.Column("leg_id", UUID),
        sa.Column("agency", sa.Text),
        sa.Column("before", MOMENT, nullable=False),
        sa.Column("after", MOMENT, nullable=False),
        sa.Column("moved_at", MOMENT, nullable=False),
    )
    op.create_table(
        "watches",
        sa.Column("one", sa.Boolean, primary_key=True, server_default=sa.true()),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=False),
        sa.Column("open_cases", sa.BigInteger, nullable=False),
        sa.Column("live_timers", sa.BigInteger, nullable=False),
        sa.Column("unwatched", sa.BigInteger, nullable=False),
        sa.Column("examples", pg.ARRAY(UUID), nullable=False),
        sa.CheckConstraint("one", name="watches_has_one_row"),
        comment="what the last whole round over all open cases has found",
    )


def downgrade() -> None:
    """Timers cannot be split into single ones again: none of the other figures is lost."""
    raise NotImplementedError("restore a backup to go back before the rows of timers were joined")
