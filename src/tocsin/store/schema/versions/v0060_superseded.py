"""Duties to warn: that a decision to warn a host holds no more, for that came to be distrusted. It held on before."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"


def upgrade() -> None:
    """Make room for it."""
    op.add_column("duty_states", sa.Column("superseded", sa.Text(), nullable=False, server_default="[]"))
