"""Who filed for whom: the officer, and the consent of the reporter, who stays sealed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "filed_on_behalf",
        sa.Column(
            "report_id",
            pg.UUID(as_uuid=True),
            sa.ForeignKey("reports.report_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("officer_id", sa.Text, nullable=False),
        sa.Column("officer_role", sa.Text, nullable=False),
        sa.Column("officer_agency", sa.Text),
        sa.Column("consent_by", sa.Text, nullable=False, comment="reporter or representative"),
        sa.Column("consent_manner", sa.Text, nullable=False, comment="spoken, recorded or written"),
        sa.Column("consent_at", TIME, nullable=False),
        sa.Column("filed_at", TIME, nullable=False),
        sa.Index("filed_on_behalf_by_officer", "officer_id", "filed_at"),
    )


def downgrade() -> None:
    op.drop_table("filed_on_behalf")
