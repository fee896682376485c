"""Duties to warn: who of those to whom one is owed was told by another way than the others."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    """Make room. Until now all of them counted as told together."""
    op.add_column("duty_states", sa.Column("apart", sa.Text(), nullable=False, server_default="[]"))
