"""Agencies, rules, the legs of each case, the facts they add up to, and what agencies said."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from shared.db.tables import create_kernel_tables, drop_kernel_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PATH = sa.Text(collation="C")
"""Agency paths compare byte by byte, so that a subtree is one range of an index."""


def upgrade() -> None:
    create_kernel_tables()
    op.create_table(
        "agencies",
        sa.Column("code", PATH, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("parent", PATH, comment="whose officers may act for it"),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("desk_email", sa.Text, comment="an office's address, never a person's"),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date, comment="its last day"),
    )
    op.create_table(
        "rules",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("categories", pg.ARRAY(sa.Text), nullable=False, comment="empty means any"),
        sa.Column("classification", sa.Text),
        sa.Column("region", sa.Text),
        sa.Column("candidates", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.CheckConstraint("cardinality(candidates) > 0", name="rule_names_an_agency"),
    )
    op.create_table(
        "directory",
        sa.Column("only_one", sa.Boolean, primary_key=True, server_default=sa.true()),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.CheckConstraint("only_one", name="directory_has_one_state"),
    )
    op.create_table(
        "dockets",
        sa.Column("report_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("case_version", sa.Integer, nullable=False, server_default="0"),
        sa.Column("status", sa.Text, comment="the newest status heard of"),
    )
    op.create_table(
        "entries",
        sa.Column("event_id", pg.UUID(as_uuid=True), primary_key=True, comment="a fact is recorded once"),
        sa.Column("report_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("actor", sa.Text, comment="the officer, or the agency's broker user, who caused it"),
        sa.Column("note", sa.Text, comment="why: the rule that won, whose suggestion it was"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index("entries_by_report", "entries", ["report_id"])
    op.create_table(
        "legs",
        sa.Column(
            "leg_id", pg.UUID(as_uuid=True), primary_key=True, comment="of case, agency, round and hop"
        ),
        sa.Column("report_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("agency", PATH, nullable=False),
        sa.Column("holder", PATH, nullable=False, comment="the unit it was delegated to, or the agency"),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("hop", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tracking_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("classification", sa.Text, nullable=False),
        sa.Column("region", sa.Text),
        sa.Column("anonymous", sa.Boolean, nullable=False),
        sa.Column("secret", sa.Boolean, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
    )
    op.create_index("legs_by_holder", "legs", ["holder", "created_at", "leg_id"])
    op.create_index("legs_by_age", "legs", ["created_at", "leg_id"])
    op.create_index("legs_by_report", "legs", ["report_id"])
    op.create_table(
        "responses",
        sa.Column("response_id", pg.UUID(as_uuid=True), primary_key=True, comment="the agency's message"),
        sa.Column("agency", PATH, nullable=False, comment="as the broker checked it"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("leg_id", pg.UUID(as_uuid=True)),
        sa.Column("refused", sa.Text, comment="the reason's code; null if it was accepted"),
        sa.Column("reason", sa.Text),
        sa.Column("said_at", sa.DateTime(timezone=True), comment="by the agency's own clock"),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("responses_by_agency", "responses", ["agency", "received_at"])


def downgrade() -> None:
    for table in ("responses", "legs", "entries", "dockets", "directory", "rules", "agencies"):
        op.drop_table(table)
    drop_kernel_tables()
