"""The CAP messages by which an alert was extended or ended."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make room for them."""
    op.add_column("alert_states", sa.Column("later", sa.Text(), nullable=False, server_default="[]"))
