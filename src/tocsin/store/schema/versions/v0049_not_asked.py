"""Notices: whose agreement was not asked although the case rests on what came from them, and why. Until now nobody was asked that."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    """Make room for it."""
    op.add_column("notice_states", sa.Column("unasked", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("notice_states", sa.Column("unasked_why", sa.Text(), nullable=False, server_default=""))
