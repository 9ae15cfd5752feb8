"""By which channel somebody would rather hear, and by which ones their contact can be reached at all."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0084"
down_revision = "0072"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("wishes", sa.Column("channel", sa.Text, comment="null: whichever fits"))
    op.add_column(
        "contacts", sa.Column("channels", pg.ARRAY(sa.Text), comment="all that are in it; null: not known")
    )


def downgrade() -> None:
    op.drop_column("contacts", "channels")
    op.drop_column("wishes", "channel")
