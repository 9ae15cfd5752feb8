"""Chains over the entries of each case, and the signed roots over the chains."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from services.verification.domain.chain import Chain, Link

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_UUID = pg.UUID(as_uuid=True)


def upgrade() -> None:
    op.add_column("cases", sa.Column("chain_length", sa.Integer, nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("chain_head", sa.LargeBinary, nullable=False, server_default=""))
    op.add_column("cases", sa.Column("unsealed", sa.Boolean, nullable=False, server_default=sa.true()))
    op.create_index("cases_unsealed", "cases", ["report_id"], postgresql_where=sa.text("unsealed"))
    op.add_column("entries", sa.Column("seq", sa.Integer, comment="its place in the chain of its case"))
    op.add_column("entries", sa.Column("hash", sa.LargeBinary, comment="over the one before and all of this"))
    _chain_what_is_there()
    for column in ("seq", "hash"):
        op.alter_column("entries", column, nullable=False)
    op.drop_index("entries_by_report", "entries")
    op.create_index("entries_in_order", "entries", ["report_id", "seq"], unique=True)
    op.create_table(
        "roots",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("day", sa.Date, nullable=False, unique=True),
        sa.Column("sealed_at", _TIME, nullable=False),
        sa.Column("chains", sa.Integer, nullable=False),
        sa.Column("statement", sa.Text, nullable=False, comment="signed, as published"),
    )
    op.create_table(
        "leaves",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("report_id", _UUID, primary_key=True),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("head", sa.LargeBinary, nullable=False),
    )
    op.create_index("leaves_by_report", "leaves", ["report_id", "number"])
    for table in ("roots", "leaves"):
        op.execute(
            f"CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def _chain_what_is_there() -> None:
    """Entries from before there were chains, in the order in which they were recorded."""
    connection = op.get_bind()
    op.execute("ALTER TABLE entries DISABLE TRIGGER only_added")
    rows = connection.execute(
        sa.text(
            "SELECT report_id, event_id, type, body, officer, note, recorded_at FROM entries "
            "ORDER BY report_id, recorded_at, event_id"
        )
    ).all()
    chains: dict[object, Chain] = {}
    for row in rows:
        link = Link(*row)
        chain = chains[row.report_id] = chains.get(row.report_id, Chain()).extended(link)
        connection.execute(
            sa.text("UPDATE entries SET seq = :seq, hash = :hash WHERE event_id = :id"),
            {"seq": chain.length, "hash": chain.head, "id": row.event_id},
        )
    for report_id, chain in chains.items():
        connection.execute(
            sa.text("UPDATE cases SET chain_length = :length, chain_head = :head WHERE report_id = :id"),
            {"length": chain.length, "head": chain.head, "id": report_id},
        )
    op.execute("ALTER TABLE entries ENABLE TRIGGER only_added")


def downgrade() -> None:
    op.drop_table("leaves")
    op.drop_table("roots")
    op.drop_index("entries_in_order", "entries")
    op.create_index("entries_by_report", "entries", ["report_id"])
    op.drop_column("entries", "hash")
    op.drop_column("entries", "seq")
    for column in ("unsealed", "chain_head", "chain_length"):
        op.drop_column("cases", column)
