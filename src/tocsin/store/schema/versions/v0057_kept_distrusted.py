"""Distrusted hosts: that one stays so, although it is trusted again in another case. Nobody could say so before."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"


def upgrade() -> None:
    """Make room for it."""
    op.add_column("distrusted_host_states", sa.Column("kept", sa.Text(), nullable=False, server_default="[]"))
