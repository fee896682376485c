"""Duties to warn: since when each is known to come sooner than was said before."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """Make room. What an earlier Tocsin brought closer had been told as it was."""
    op.add_column("duty_states", sa.Column("sooner_at", sa.Text(), nullable=True))
