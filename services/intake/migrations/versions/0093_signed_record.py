"""Entries of the record of reveals are signed; those that are there already stay as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0093"
down_revision = "0092"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reveal_log", sa.Column("signature", sa.Text, comment="a JWS over number and hash"))
    # Whatever does not sign yet (a process of the version before) must not add to what is signed.
    op.execute(
        "ALTER TABLE reveal_log ADD CONSTRAINT signed_from_now_on CHECK (signature IS NOT NULL) NOT VALID"
    )


def downgrade() -> None:
    op.drop_constraint("signed_from_now_on", "reveal_log")
    op.drop_column("reveal_log", "signature")
