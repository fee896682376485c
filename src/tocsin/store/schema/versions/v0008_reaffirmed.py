"""Reaffirmations: a warning knows why it stands by the one it follows, and a notice which that is."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make room for what is new."""
    for table in ("alert_states", "notice_states"):
        op.add_column(table, sa.Column("upheld", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("notice_states", sa.Column("follows", sa.Text(), nullable=True))
