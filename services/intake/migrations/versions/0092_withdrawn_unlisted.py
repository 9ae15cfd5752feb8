"""What reporters took back leaves the public list, where earlier versions kept it."""

from alembic import op

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM listed WHERE status = 'withdrawn'")


def downgrade() -> None:
    """The list is a copy: an earlier version lists them again when it hears of them."""
