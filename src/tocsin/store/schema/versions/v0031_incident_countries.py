"""Incidents have a country, and those of the last weeks are found without reading the others."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Make room; of where the earlier ones happened, nothing more is known than before."""
    op.add_column("incident_states", sa.Column("country", sa.Text(), nullable=False, server_default=""))
    op.create_index("incident_states_happened_at", "incident_states", ["happened_at"])
