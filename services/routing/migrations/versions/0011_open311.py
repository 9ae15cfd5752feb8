"""Agencies' own Open311 endpoints, and the legs that were sent there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PATH = sa.Text(collation="C")
WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "open311_endpoints",
        sa.Column("agency", PATH, primary_key=True),
        sa.Column("endpoint_id", pg.UUID(as_uuid=True), nullable=False, comment="what its key is closed for"),
        sa.Column("url", sa.Text, nullable=False, comment="GeoReport v2, without the resource"),
        sa.Column("jurisdiction_id", sa.Text),
        sa.Column("service_code", sa.Text, nullable=False),
        sa.Column("api_key", sa.LargeBinary, comment="closed with the service's key"),
        sa.Column("created_by", sa.Text, nullable=False, comment="the officer"),
        sa.Column("created_at", WHEN, nullable=False, server_default=sa.func.now()),
    )
    op.create_table(
        "open311_requests",
        sa.Column("leg_id", pg.UUID(as_uuid=True), primary_key=True, comment="a leg is sent once"),
        sa.Column("agency", PATH, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False, comment="disposition.created, as it was said"),
        sa.Column("state", sa.Text, nullable=False, server_default="unsent"),
        sa.Column("token", sa.Text, comment="of a request that has no id yet"),
        sa.Column("service_request_id", sa.Text),
        sa.Column("notes", sa.Text, comment="the agency's last words that were passed on"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0", comment="since all was well"),
        sa.Column("due_at", WHEN, nullable=False, server_default=sa.func.now(), comment="or the lease's end"),
        sa.Column("failing_since", WHEN),
        sa.Column("error", sa.Text, comment="what the last call met, in our own words"),
        sa.Column("created_at", WHEN, nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("state IN ('unsent', 'open', 'closed', 'failed')", name="request_state_is_known"),
    )
    op.create_index(
        "open311_due",
        "open311_requests",
        ["agency", "due_at"],
        postgresql_where=sa.text("state IN ('unsent', 'open')"),
    )


def downgrade() -> None:
    op.drop_table("open311_requests")
    op.drop_table("open311_endpoints")
