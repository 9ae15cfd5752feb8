"""Agencies end in favour of others; rules have keywords and versions; legs know their deadlines."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

EMPTY = sa.text("'{}'")


def upgrade() -> None:
    op.add_column("agencies", sa.Column("calendar", sa.Text, comment="region whose own free days count too"))
    op.add_column(
        "agencies",
        sa.Column("successors", pg.ARRAY(sa.Text), nullable=False, server_default=EMPTY),
    )
    op.add_column(
        "agencies",
        sa.Column(
            "author", sa.Text, nullable=False, server_default="rilis", comment="rilis, or who changed it last"
        ),
    )
    op.add_column("agencies", sa.Column("changed_at", sa.DateTime(timezone=True)))

    op.drop_constraint("rules_pkey", "rules")
    op.add_column("rules", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.create_primary_key("rules_pkey", "rules", ["id", "version"])
    op.add_column("rules", sa.Column("keywords", pg.ARRAY(sa.Text), nullable=False, server_default=EMPTY))
    op.add_column("rules", sa.Column("valid_from", sa.Date))
    op.add_column("rules", sa.Column("valid_to", sa.Date, comment="its last day"))
    op.add_column("rules", sa.Column("withdrawn", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("rules", sa.Column("author", sa.Text, nullable=False, server_default="rilis"))
    op.add_column("rules", sa.Column("reason", sa.Text, nullable=False, server_default=""))
    op.add_column(
        "rules",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )

    op.add_column(
        "directory",
        sa.Column(
            "revision",
            pg.UUID(as_uuid=True),
            nullable=False,
            server_default=sa.func.gen_random_uuid(),
            comment="another one after every change: held copies are compared with it",
        ),
    )

    op.add_column("legs", sa.Column("zone", sa.Text))
    op.add_column("legs", sa.Column("respond_by", sa.DateTime(timezone=True), comment="null: not owed now"))
    op.add_column("legs", sa.Column("settle_by", sa.DateTime(timezone=True), comment="null: not owed now"))
    op.add_column("legs", sa.Column("due_at", sa.DateTime(timezone=True), comment="the earlier of the two"))
    owed = sa.text("state IN ('created', 'delegated', 'acknowledged', 'answered')")
    op.create_index("legs_open_by_holder", "legs", ["holder", "state"], postgresql_where=owed)
    op.create_index("legs_open_by_due", "legs", ["due_at", "leg_id"], postgresql_where=owed)
    op.create_index(
        "entries_verified",
        "entries",
        ["recorded_at", "event_id"],
        postgresql_where=sa.text("type = 'case.verified.v1'"),
    )


def downgrade() -> None:
    op.drop_index("entries_verified", "entries")
    op.drop_index("legs_open_by_due", "legs")
    op.drop_index("legs_open_by_holder", "legs")
    for column in ("due_at", "settle_by", "respond_by", "zone"):
        op.drop_column("legs", column)
    op.drop_column("directory", "revision")
    op.execute(
        "DELETE FROM rules AS old USING rules AS new WHERE old.id = new.id AND old.version < new.version"
    )
    op.drop_constraint("rules_pkey", "rules")
    for column in (
        "recorded_at",
        "reason",
        "author",
        "withdrawn",
        "valid_to",
        "valid_from",
        "keywords",
        "version",
    ):
        op.drop_column("rules", column)
    op.create_primary_key("rules_pkey", "rules", ["id"])
    for column in ("changed_at", "author", "successors", "calendar"):
        op.drop_column("agencies", column)
