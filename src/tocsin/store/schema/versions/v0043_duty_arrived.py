"""Duties to warn: since when a warning lies with them whose words they have not read."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    """Make room. Until now to have been handed it was to have been told."""
    op.add_column("duty_states", sa.Column("arrived_at", sa.Text(), nullable=True))
