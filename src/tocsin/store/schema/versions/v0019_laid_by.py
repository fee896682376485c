"""What was counted is laid by, so that a start need not count a million again."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Make room for it."""
    op.create_table(
        "laid_by",
        sa.Column("name", sa.Text, primary_key=True, nullable=False),
        sa.Column("upto", sa.BigInteger, primary_key=True, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("mark", sa.LargeBinary, nullable=False),
    )
