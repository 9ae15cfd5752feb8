"""Contacts that hear nothing before their reader has said yes: sealed, with hashes of the links that ask."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0080"
down_revision = "0070"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "confirmations",
        sa.Column("confirmation_id", UUID, primary_key=True, comment="stands for a report's id in notify"),
        sa.Column("token_hash", sa.Text, nullable=False, unique=True, comment="keyed"),
        sa.Column("contact_hash", sa.Text, nullable=False, comment="keyed: how often one contact is asked"),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("subject_id", UUID, nullable=False, comment="of the support or follow that it is for"),
        sa.Column("about", sa.Text, nullable=False, comment="public words, such as a report's number"),
        sa.Column("leads_to", sa.Text, nullable=False, comment="the page of it"),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("sealed", sa.Text, comment="only notify can open it; null once it was answered"),
        sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
        sa.Column("created_at", TIME, nullable=False, server_default=sa.func.now()),
        sa.Column("expires_at", TIME, nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'confirmed', 'cancelled')", "confirmation_state"),
        sa.CheckConstraint("(state = 'waiting') = (sealed IS NOT NULL)", "answered_holds_no_contact"),
    )
    op.create_index("confirmations_of_contact", "confirmations", ["contact_hash"])
    op.create_index("confirmations_of_subject", "confirmations", ["purpose", "subject_id"])
    op.create_index("confirmations_by_age", "confirmations", ["created_at"])
    op.create_index("confirmations_over", "confirmations", ["expires_at"])
    op.add_column(
        "supports", sa.Column("confirmed_at", TIME, comment="its contact is told; null: it hears nothing")
    )
    # Those who left a contact before anybody was asked go on hearing.
    op.execute("UPDATE supports SET confirmed_at = supported_at WHERE token IS NOT NULL")


def downgrade() -> None:
    op.drop_column("supports", "confirmed_at")
    op.drop_table("confirmations")
