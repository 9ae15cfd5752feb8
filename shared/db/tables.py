"""The two tables every service has: what it still has to say, and what it has already handled."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

metadata = sa.MetaData()

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True, comment="order within one case"),
    sa.Column("message_id", pg.UUID(as_uuid=True), nullable=False),
    sa.Column("exchange", sa.Text, nullable=False),
    sa.Column("routing_key", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("correlation_id", pg.UUID(as_uuid=True), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("traceparent", sa.Text),
    sa.Column("said_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("consumer", sa.Text, primary_key=True),
    sa.Column(
        "message_id", pg.UUID(as_uuid=True), primary_key=True, comment="prevents acting twice on one message"
    ),
    sa.Column("handled_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Index("inbox_by_age", "handled_at"),
)


def create_kernel_tables() -> None:
    """For a service's first migration: create both tables in its schema."""
    from alembic import op

    metadata.create_all(op.get_bind())


def drop_kernel_tables() -> None:
    """For a migration's way back."""
    from alembic import op

    metadata.drop_all(op.get_bind())
