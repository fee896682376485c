"""Cases: how far each went, one time after another, and why. Until now none was marked anew."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"


def upgrade() -> None:
    """Make room for it."""
    op.add_column("threat_states", sa.Column("markings", sa.Text(), nullable=False, server_default="[]"))
