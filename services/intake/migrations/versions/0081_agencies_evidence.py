"""Files that an agency sends as evidence of its work: for which of its legs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None

_TABLES = ("evidence", "evidence_uploads")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(
            table, sa.Column("leg_id", pg.UUID(as_uuid=True), comment="an agency's; null: the reporter's")
        )
        op.add_column(table, sa.Column("agency", sa.Text, comment="whose leg it was"))
        op.create_check_constraint(
            f"{table}_whose",  # prevents a file that is neither the reporter's nor some agency's
            table,
            "(leg_id IS NULL) = (agency IS NULL)",
        )


def downgrade() -> None:
    for table in _TABLES:
        op.execute(f"DELETE FROM {table} WHERE leg_id IS NOT NULL")  # noqa: S608 - names of our own
        op.drop_constraint(f"{table}_whose", table)
        op.drop_column(table, "agency")
        op.drop_column(table, "leg_id")
