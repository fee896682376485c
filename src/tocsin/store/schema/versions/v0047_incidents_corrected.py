"""Incidents: when each was written down anew, and what had been wrong."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    """Make room. Those of an earlier Tocsin stand as they were noted."""
    op.add_column("incident_states", sa.Column("corrected_at", sa.Text(), nullable=True))
    op.add_column("incident_states", sa.Column("corrected_why", sa.Text(), nullable=False, server_default=""))
